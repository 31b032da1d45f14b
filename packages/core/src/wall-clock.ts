/**
 * Wall time inside pure cores. A core never reads a date; its owner tells the wall time now and then, and between
 * two readings the monotonic clock carries it on. So wall time is an input, and a recording of inputs has it all.
 */

/** The last reading of the wall clock, carried on by monotonic time. One per node, shared by its cores. */
export class WallClock {
  /** Milliseconds to add to monotonic time. */
  #offsetMs: number;

  /** @param wallMs milliseconds since 1970 at monotonic time `nowMs`. */
  constructor(wallMs: number, nowMs: number) {
    this.#offsetMs = wallMs - nowMs;
  }

  /** A fresh reading. The wall clock may jump; monotonic time does not. */
  set(wallMs: number, nowMs: number): void {
    this.#offsetMs = wallMs - nowMs;
  }

  /** Wall milliseconds at monotonic time `nowMs`. */
  at(nowMs: number): number {
    return this.#offsetMs + nowMs;
  }
}
