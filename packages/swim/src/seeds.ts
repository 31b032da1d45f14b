/** Joining: seeds are asked until one answers, and asked again whenever we know nobody. */
import type { Endpoint, Rng } from '@hearsay/core';
import type { Claim } from '@hearsay/membership';
import type { SwimOutbox } from './claim-keeper.ts';
import { RETRY_JITTER_PER_MILLE, type SwimConfig, seedRetryDelayMs } from './config.ts';

/** The seeds and the row of attempts to reach one. */
export class Seeds {
  readonly #config: Readonly<SwimConfig>;
  readonly #rng: Rng;
  #endpoints: readonly Endpoint[] = [];
  /** Which row of attempts is current; a timer of an earlier row is stale. */
  #run = 0;
  #isAnswered = true;

  constructor(config: Readonly<SwimConfig>, rng: Rng) {
    this.#config = config;
    this.#rng = rng;
  }

  /** Asks new seeds, in place of earlier ones. */
  join(endpoints: readonly Endpoint[], self: Claim, out: SwimOutbox): void {
    this.#endpoints = endpoints.filter((endpoint) => endpoint !== self.address);
    this.#run += 1;
    this.#isAnswered = this.#endpoints.length === 0;
    this.#attempt(1, self, out);
  }

  /** Whether this is the first answer since we asked. */
  onAnswer(): boolean {
    const isFirst = !this.#isAnswered;
    this.#isAnswered = true;
    return isFirst;
  }

  /** Time for the next attempt, if it is still needed. */
  onTimer(
    timer: { readonly attempt: number; readonly run: number },
    isAlone: boolean,
    self: Claim,
    out: SwimOutbox,
  ): void {
    if (timer.run !== this.#run) return;
    if (this.#isAnswered && !isAlone) return this.#schedule(1, this.#config.seedRetryMsMax, out);
    if (this.#isAnswered) this.#isAnswered = false;
    this.#attempt(timer.attempt, self, out);
  }

  #attempt(attempt: number, self: Claim, out: SwimOutbox): void {
    if (this.#endpoints.length === 0) return;
    for (const seed of this.#endpoints) out.send(seed, { type: 'join', claim: self }, 'stream');
    const delayMs = this.#rng.jittered(seedRetryDelayMs(attempt, this.#config), RETRY_JITTER_PER_MILLE);
    if (attempt > 1) out.notify({ type: 'join-retried', seeds: this.#endpoints, attempt, delayMs });
    this.#schedule(attempt + 1, delayMs, out);
  }

  #schedule(attempt: number, delayMs: number, out: SwimOutbox): void {
    out.schedule({ type: 'seeds', attempt, run: this.#run }, delayMs);
  }
}
