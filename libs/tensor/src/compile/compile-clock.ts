let [running, since, milliseconds] = [0, 0, 0];

/** Seconds by the clock in which this process has compiled: recorded, rewritten and made programs ready. Loading a program from a cache counts too. */
export function compileSeconds(): number {
  return (milliseconds + (running > 0 ? performance.now() - since : 0)) / 1000;
}

/** Does work that is compiling. What is done side by side counts once. */
export async function whileCompiling<T>(work: () => Promise<T>): Promise<T> {
  if (running++ === 0) since = performance.now();
  try {
    return await work();
  } finally {
    if (--running === 0) milliseconds += performance.now() - since;
  }
}
