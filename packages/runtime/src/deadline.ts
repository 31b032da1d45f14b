/** One timeout that is set, moved and cleared; never more than one at a time. */
import { DURATION_MS_MAX } from '@hearsay/core';

/** Clear it, or it keeps the process alive. */
export class Deadline {
  readonly #onReached: () => void;
  #timeout: NodeJS.Timeout | undefined;

  constructor(onReached: () => void) {
    this.#onReached = onReached;
  }

  /** Replaces what was set before. Reached after 2^31-1 ms at the latest: no timer of Node is longer. */
  set(delayMs: number): void {
    this.clear();
    this.#timeout = setTimeout(this.#onReached, Math.min(delayMs, DURATION_MS_MAX));
  }

  clear(): void {
    clearTimeout(this.#timeout);
    this.#timeout = undefined;
  }
}
