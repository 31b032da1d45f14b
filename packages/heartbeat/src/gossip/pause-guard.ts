/** Notices that our own process stood still: others were silent only to us. Source: Cassandra, since its issue 9183. */

/** Asked once a round. */
export class PauseGuard {
  readonly #toleranceMs: number;
  #lastMs: number | undefined;
  #heldUntilMs = Number.NEGATIVE_INFINITY;

  constructor(toleranceMs: number) {
    this.#toleranceMs = toleranceMs;
  }

  /** Returns how long we stood still, 0 when we did not. */
  note(nowMs: number): number {
    const gapMs = nowMs - (this.#lastMs ?? nowMs);
    this.#lastMs = nowMs;
    if (gapMs < this.#toleranceMs) return 0;
    this.#heldUntilMs = nowMs + this.#toleranceMs;
    return gapMs;
  }

  /** Whether nobody is to be convicted yet. */
  isHeld(nowMs: number): boolean {
    return nowMs < this.#heldUntilMs;
  }

  /** The rounds were ended on purpose: the time until the next one is no pause. */
  reset(): void {
    this.#lastMs = undefined;
  }
}
