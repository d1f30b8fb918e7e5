/** Whether it is time again: true at the first call, then at most once per `intervalMs`. */
export function everyMs(intervalMs: number): () => boolean {
  let last = -Infinity;
  return () => {
    const now = performance.now();
    if (now - last < intervalMs) return false;
    last = now;
    return true;
  };
}
