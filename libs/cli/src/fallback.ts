/** Tells stderr once what the engine could not compile; the work goes on, operation by operation. */
export function warnOfFallback(): (reason: string) => void {
  let told = false;
  return (reason) => {
    if (!told) process.stderr.write(`not compiled, runs on wasm: ${reason}\n`);
    told = true;
  };
}
