/** The two clocks of this process. They are read here and nowhere else. */

/** Milliseconds since the process started, with a fraction. Never goes back, whatever happens to the date. */
export function monotonicNowMs(): number {
  return performance.now();
}

/** Milliseconds since 1970, as this machine believes. May jump. */
export function wallNowMs(): number {
  return Date.now();
}
