/**
 * How many nodes a rumor has reached: what theory expects, and what a sample of them says when it is asked.
 *
 *   count --> query to some peers --> seen ... --all answered, or timeout--> counted
 */
import { assertNever, type NodeId, type Outbox, type Rng } from '@hearsay/core';
import { transmitCountLimit } from '@hearsay/damping';
import type { PeerSet } from '@hearsay/membership';
import { FIXED_POINT_STEP_COUNT, PER_MILLE, policyOf, type RumorConfig } from './config.ts';
import type { RumorEvent, RumorMessage, RumorTimer } from './messages.ts';
import type { RumorId } from './rumor.ts';

type RumorOutbox = Outbox<RumorMessage, RumorTimer, RumorEvent>;

/**
 * The share of the nodes that a rumor reaches, on average, when each that knows it pushes it `pushCount` times and
 * `lossPerMille` of the pushes are lost: 1 - s with s = e^(-m (1 - s)). [Demers §1.4]
 */
export function expectedCoverage(pushCount: number, lossPerMille = 0): number {
  const arriving = pushCount * (1 - lossPerMille / PER_MILLE);
  let residue = 0;
  for (let step = 0; step < FIXED_POINT_STEP_COUNT; step++) residue = Math.exp(-arriving * (1 - residue));
  return 1 - residue;
}

/**
 * The same for a rumor that was spread as the configuration says. With pull it is more than this. [Demers §1.4, Table 3]
 */
export function coverageBy(config: Readonly<RumorConfig>, clusterSize: number): number {
  const { k } = config;
  switch (config.policy) {
    case 'transmit-limit':
      return expectedCoverage(transmitCountLimit(policyOf(config), clusterSize));
    case 'blind-coin':
    case 'blind-counter':
      return expectedCoverage(k);
    case 'feedback-coin':
    case 'feedback-counter':
      // The pushes that were needed, and on average one for each who was told, come on top of those that were not.
      return expectedCoverage(k + 1);
    case 'median-counter':
      return 1;
    default:
      return assertNever(config.policy);
  }
}

interface Count {
  readonly token: number;
  readonly waitingFor: Set<NodeId>;
  readonly askedCount: number;
  answeredCount: number;
  seenCount: number;
}

/** Asks peers whether they have seen a rumor. At most `countingMax` counts at a time: more end at once, unanswered. */
export class CoverageCounter {
  readonly #config: Readonly<RumorConfig>;
  readonly #peers: PeerSet;
  readonly #rng: Rng;
  readonly #counts = new Map<number, Count>();

  constructor(config: Readonly<RumorConfig>, peers: PeerSet, rng: Rng) {
    this.#config = config;
    this.#peers = peers;
    this.#rng = rng;
  }

  /** Asks `sampleCount` random peers, or all when there are no more. `rumor-counted` follows, with the token. */
  begin(id: RumorId, token: number, sampleCount: number, out: RumorOutbox): void {
    const isFull = this.#counts.size >= this.#config.countingMax;
    const asked = isFull ? [] : this.#peers.sample(this.#rng, sampleCount);
    const count = { token, waitingFor: new Set(asked), askedCount: asked.length, answeredCount: 0, seenCount: 0 };
    if (asked.length === 0) return this.#end(count, out);
    this.#counts.set(token, count);
    for (const peer of asked) out.send(peer, { type: 'query', token, id });
    out.schedule({ type: 'count', token }, this.#config.countTimeoutMs);
  }

  /** Each peer that was asked counts once. */
  onSeen(from: NodeId, token: number, isSeen: boolean, out: RumorOutbox): void {
    const count = this.#counts.get(token);
    if (count === undefined || !count.waitingFor.delete(from)) return;
    count.answeredCount += 1;
    if (isSeen) count.seenCount += 1;
    if (count.waitingFor.size === 0) this.#end(count, out);
  }

  onTimeout(token: number, out: RumorOutbox): void {
    const count = this.#counts.get(token);
    if (count !== undefined) this.#end(count, out);
  }

  #end({ token, askedCount, answeredCount, seenCount }: Count, out: RumorOutbox): void {
    this.#counts.delete(token);
    out.notify({ type: 'rumor-counted', token, askedCount, answeredCount, seenCount });
  }
}
