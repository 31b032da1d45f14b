/** How late the timers of this process fire: the lag of its event loop, or of a machine that was suspended. */

const WINDOW_MS = 10_000;

/** Remembers the last lateness, and the highest of the last 10 to 20 seconds. */
export class LagMeter {
  #lastMs = 0;
  #windowStartMs = 0;
  #windowPeakMs = 0;
  #previousPeakMs = 0;

  /** Takes note of a timer that fired `latenessMs` after its time. */
  record(latenessMs: number, nowMs: number): void {
    this.#turn(nowMs);
    this.#lastMs = latenessMs;
    this.#windowPeakMs = Math.max(this.#windowPeakMs, latenessMs);
  }

  /** Lateness of the last timer, in ms. About 1 is normal: timers count in whole milliseconds. */
  get lastMs(): number {
    return this.#lastMs;
  }

  /** Highest lateness of the last 10 to 20 seconds, in ms. */
  peakMs(nowMs: number): number {
    this.#turn(nowMs);
    return Math.max(this.#windowPeakMs, this.#previousPeakMs);
  }

  #turn(nowMs: number): void {
    const ageMs = nowMs - this.#windowStartMs;
    if (ageMs < WINDOW_MS) return;
    this.#previousPeakMs = ageMs < 2 * WINDOW_MS ? this.#windowPeakMs : 0;
    this.#windowPeakMs = 0;
    this.#windowStartMs = nowMs;
  }
}
