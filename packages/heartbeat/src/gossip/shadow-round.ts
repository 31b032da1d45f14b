/**
 * The shadow round: a node that starts asks its seeds for all that they know, before it says anything about itself.
 * Source: Cassandra.
 *
 *   none --join--> asking --an answer, all are asking too, or the time is up--> ended
 */
import type { Endpoint, NodeId } from '@hearsay/core';
import type { HeartbeatConfig } from './config.ts';
import type { ShadowOutcome } from './messages.ts';

/** One at a time. */
export class ShadowRound {
  readonly #config: Readonly<HeartbeatConfig>;
  /** Not our own address. */
  #seeds: readonly Endpoint[] = [];
  /** Those that are in their shadow round as well. */
  readonly #shadowSeeds = new Set<NodeId>();
  #isSeed = false;
  #startedMs = 0;
  #isRunning = false;

  constructor(config: Readonly<HeartbeatConfig>) {
    this.#config = config;
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  get seeds(): readonly Endpoint[] {
    return this.#seeds;
  }

  /** Remembers seeds, in place of earlier ones. */
  setSeeds(seeds: readonly Endpoint[], ownAddress: Endpoint): void {
    this.#isSeed = seeds.includes(ownAddress);
    this.#seeds = [...new Set(seeds)].filter((seed) => seed !== ownAddress);
  }

  begin(nowMs: number): void {
    this.#startedMs = nowMs;
    this.#isRunning = true;
    this.#shadowSeeds.clear();
  }

  stop(): void {
    this.#isRunning = false;
  }

  /** An answer. `from` is the seed's endpoint or its name; the same twice counts once. Returns how it ends the round. */
  onAnswer(from: NodeId, isShadow: boolean): ShadowOutcome | undefined {
    if (!this.#isRunning) return undefined;
    if (!isShadow) return this.#end('answered');
    this.#shadowSeeds.add(from);
    return this.#shadowSeeds.size >= this.#seeds.length ? this.#end('all-shadow') : undefined;
  }

  /** Whether the time is up. A seed may be the first of all and goes on; others would found a cluster of their own. */
  onTimer(nowMs: number): ShadowOutcome | undefined {
    const { shadowSeedMsMax, shadowMsMax } = this.#config;
    if (nowMs - this.#startedMs < (this.#isSeed ? shadowSeedMsMax : shadowMsMax)) return undefined;
    return this.#end(this.#isSeed ? 'timed-out' : 'failed');
  }

  #end(outcome: ShadowOutcome): ShadowOutcome {
    this.#isRunning = false;
    return outcome;
  }
}
