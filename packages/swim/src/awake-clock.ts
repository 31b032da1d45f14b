/**
 * Time as far as this process was awake. A process that is stopped, starved or collecting garbage for seconds finds all
 * its deadlines passed when it goes on, while the answers that came in time are still in its socket. So time in which
 * our own timers did not fire does not count for deadlines.
 *
 *   due ----------- fires      late by more than the tolerance: all of it is lost time
 *         due ----- fires      lost already with the one above, and not counted twice
 *
 * Deviation: [Lifeguard] judges its own lateness by the acks that it misses. A timer's own lateness is seen at once, and
 * without having accused anybody first.
 */

/** Counts the time lost. */
export class AwakeClock {
  readonly #lagToleranceMs: number;
  #lostMs = 0;
  /** End of the latest time that was counted as lost. */
  #countedUntilMs = Number.NEGATIVE_INFINITY;

  constructor(lagToleranceMs: number) {
    this.#lagToleranceMs = lagToleranceMs;
  }

  /** Takes note of a timer that was due at `dueMs` and fires now. Returns how much time was lost that we did not know of. */
  note(dueMs: number, nowMs: number): number {
    if (nowMs - dueMs <= this.#lagToleranceMs) return 0;
    const lostMs = Math.max(0, nowMs - Math.max(dueMs, this.#countedUntilMs));
    this.#countedUntilMs = nowMs;
    this.#lostMs += lostMs;
    return lostMs;
  }

  /** Awake milliseconds at monotonic time `nowMs`: only ever compared with one another. */
  at(nowMs: number): number {
    return nowMs - this.#lostMs;
  }
}
