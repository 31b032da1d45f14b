/** Numbers of pings: they match answers to questions. */
import type { Rng } from '@hearsay/core';

/** Counts up from anywhere, modulo 2^32, so that an earlier life's answers do not fit. */
export class Sequence {
  #last: number;

  constructor(rng: Rng) {
    this.#last = rng.uint32();
  }

  next(): number {
    this.#last = (this.#last + 1) >>> 0;
    return this.#last;
  }
}
