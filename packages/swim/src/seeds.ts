/**
 * Joining: seeds are asked until one answers. After that, one of them is asked now and then for ever, if no live member
 * has its address: both sides of a partition may have forgotten each other, and seeds are what an operator wrote down.
 */
import type { Endpoint, Rng } from '@hearsay/core';
import type { Claim } from '@hearsay/membership';
import { RETRY_JITTER_PER_MILLE, type SwimConfig, seedRetryDelayMs } from './config.ts';
import type { SwimOutbox } from './outbox.ts';

/** What the seeds need to know of us, when they are asked. */
export interface Joiner {
  /** What we say of ourselves; undefined as an observer. */
  readonly claim: Claim | undefined;
  /** Nobody else is known to be alive. */
  readonly isAlone: boolean;
  /** Whether a live member has this address. Looks at every member. */
  isMember(endpoint: Endpoint): boolean;
}

/** The seeds and the row of attempts to reach one. */
export class Seeds {
  readonly #config: Readonly<SwimConfig>;
  readonly #rng: Rng;
  readonly #ownAddress: Endpoint;
  #endpoints: readonly Endpoint[] = [];
  /** Which row of attempts is current; a timer of an earlier row is stale. */
  #run = 0;
  #isAnswered = true;

  constructor(config: Readonly<SwimConfig>, ownAddress: Endpoint, rng: Rng) {
    this.#config = config;
    this.#ownAddress = ownAddress;
    this.#rng = rng;
  }

  /** Asks new seeds, in place of earlier ones. */
  join(endpoints: readonly Endpoint[], joiner: Joiner, out: SwimOutbox): void {
    this.#endpoints = endpoints.filter((endpoint) => endpoint !== this.#ownAddress);
    this.#run += 1;
    this.#isAnswered = this.#endpoints.length === 0;
    this.#attempt(1, joiner, out);
  }

  /** We have left: nothing is asked any more, and answers come too late. */
  stop(): void {
    this.#run += 1;
    this.#isAnswered = true;
  }

  /** Whether this is the first answer since we asked. */
  onAnswer(): boolean {
    const isFirst = !this.#isAnswered;
    this.#isAnswered = true;
    return isFirst;
  }

  /** Time for the next attempt, if it is still needed. */
  onAlarm({ attempt, run }: { readonly attempt: number; readonly run: number }, joiner: Joiner, out: SwimOutbox): void {
    if (run !== this.#run) return;
    if (this.#isAnswered && !joiner.isAlone) {
      this.#remind(joiner, out);
      return this.#schedule(1, this.#rng.jittered(this.#config.seedRetryMsMax, RETRY_JITTER_PER_MILLE), out);
    }
    this.#isAnswered = false;
    this.#attempt(attempt, joiner, out);
  }

  #remind(joiner: Joiner, out: SwimOutbox): void {
    const seed = this.#rng.pick(this.#endpoints);
    if (seed !== undefined && !joiner.isMember(seed)) this.#ask(seed, joiner, out);
  }

  #attempt(attempt: number, joiner: Joiner, out: SwimOutbox): void {
    if (this.#endpoints.length === 0) return;
    for (const seed of this.#endpoints) this.#ask(seed, joiner, out);
    const delayMs = this.#rng.jittered(seedRetryDelayMs(attempt, this.#config), RETRY_JITTER_PER_MILLE);
    if (attempt > 1) out.notify({ type: 'join-retried', seeds: this.#endpoints, attempt, delayMs });
    this.#schedule(attempt + 1, delayMs, out);
  }

  #ask(seed: Endpoint, { claim }: Joiner, out: SwimOutbox): void {
    out.send(seed, { type: 'join', claim }, 'stream');
  }

  #schedule(attempt: number, delayMs: number, out: SwimOutbox): void {
    out.schedule({ type: 'seeds', attempt, run: this.#run }, delayMs);
  }
}
