/**
 * Local health: how much we trust our own view. A member that is slow itself misses acks that were sent in time; the
 * worse it is, the longer it waits before it blames others. [Lifeguard §IV-A, LHM]
 */

/** A counter of 0 (well) to `scoreMax`. It stretches the period and the timeout of a probe by `score + 1`. */
export class LocalHealth {
  readonly #scoreMax: number;
  #score = 0;

  /** @param scoreMax 0 turns it off. */
  constructor(scoreMax: number) {
    this.#scoreMax = scoreMax;
  }

  get score(): number {
    return this.#score;
  }

  /** Adds `delta`, within the bounds. Returns whether the score changed. */
  apply(delta: number): boolean {
    const before = this.#score;
    this.#score = Math.min(this.#scoreMax, Math.max(0, before + delta));
    return this.#score !== before;
  }

  /** A duration as stretched by the score, in ms. */
  stretched(durationMs: number): number {
    return durationMs * (this.#score + 1);
  }
}

/** How a probe ended, as far as local health is concerned. */
export type ProbeOutcome = 'direct' | 'indirect' | 'stream' | 'failed';

/**
 * What the end of a probe says about ourselves. An ack: we are well. No ack from anywhere: those helpers that sent not
 * even a nack are the ones that we could not reach either; without helpers, one. [Lifeguard §IV-A]
 *
 * Deviation: the paper adds one for a failed probe and one more for missing nacks; memberlist's rule, used here, adds
 * nothing when every helper has answered, because then our own network is well and only the target is not.
 * Deviation: a probe that only the stream has saved leaves the score as it is. memberlist lowers it, so that a node
 * whose UDP is broken counts as particularly well.
 */
export function healthDelta(outcome: ProbeOutcome, helperCount: number, nackCount: number): number {
  switch (outcome) {
    case 'direct':
    case 'indirect':
      return -1;
    case 'stream':
      return 0;
    case 'failed':
      return helperCount === 0 ? 1 : helperCount - nackCount;
  }
}
