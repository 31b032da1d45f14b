/**
 * Exact counts of who has a rumor, for publishers that ask: each node tells whoever told it how many have learned the
 * rumor by way of it, itself included, and tells again when that grows. Everybody has one teller, so the publisher's sum
 * counts each once, whatever way the rumor went: pushed, along a tree, or from the log.
 *
 *   learned --delay--> tally --> teller --tallied--> quiet --a tally of its own listeners--> tally ...
 *   published --> sums --all have it, or no news for long enough--> rumor-tallied
 *
 * It is exact once all is quiet. What a node counted that crashed before it could tell is missing from the sum.
 */
import { BoundedMap, type NodeId, type Outbox } from '@hearsay/core';
import type { PeerSet } from '@hearsay/membership';
import type { RumorConfig } from './config.ts';
import type { RumorEvent, RumorMessage, RumorTimer } from './messages.ts';
import { formatRumorId, type Rumor, type RumorId, rumorIdProblem } from './rumor.ts';

type RumorOutbox = Outbox<RumorMessage, RumorTimer, RumorEvent>;

interface Tally {
  readonly id: RumorId;
  /** Who told us; `undefined` for a rumor of our own. */
  teller: NodeId | undefined;
  /** By whom we told: how many have it by way of them. */
  readonly listeners: Map<NodeId, number>;
  /** This node and all of `listeners`. */
  total: number;
  /** What the teller has confirmed. */
  confirmed: number;
  /** Times that `total` was told without an answer. */
  attempt: number;
  /** When `total` last grew. */
  grownMs: number;
  isTimerPending: boolean;
}

/** Bounded by `tallyCountMax`: the oldest ends then, and what comes for it later is not counted. */
export class Tallies {
  readonly #config: Readonly<RumorConfig>;
  readonly #self: NodeId;
  readonly #peers: PeerSet;
  readonly #tallies: BoundedMap<string, Tally>;
  #lostCount = 0;

  constructor(config: Readonly<RumorConfig>, self: NodeId, peers: PeerSet) {
    this.#self = self;
    this.#config = config;
    this.#peers = peers;
    this.#tallies = new BoundedMap(config.tallyCountMax);
  }

  /** Counts that were not told, because nobody took them or there were too many at once, since the start. */
  get lostCount(): number {
    return this.#lostCount + this.#tallies.evictedCount;
  }

  onLearned({ id, isCounted }: Rumor, teller: NodeId | undefined, nowMs: number, out: RumorOutbox): void {
    if (isCounted !== true) return;
    const key = formatRumorId(id);
    const oldest = this.#tallies.size >= this.#config.tallyCountMax ? this.#tallies.values().next() : undefined;
    if (oldest?.done === false) this.#end(oldest.value, out);
    const tally = {
      id,
      teller,
      listeners: new Map(),
      total: 1,
      confirmed: 0,
      attempt: 0,
      grownMs: nowMs,
      isTimerPending: false,
    };
    this.#tallies.set(key, tally);
    this.#schedule(key, tally, out);
  }

  /** Confirmed also when it brings nothing new: the last confirmation may be lost. */
  onTally(from: NodeId, id: RumorId, total: number, nowMs: number, out: RumorOutbox): void {
    if (rumorIdProblem(id) !== undefined || !this.#peers.has(from)) return;
    if (!Number.isSafeInteger(total) || total < 1 || total > this.#peers.size) return;
    const key = formatRumorId(id);
    const tally = this.#tallies.get(key);
    // Of one that is over here the publisher has no use any more, and another could not pass it on.
    if (tally === undefined && id.origin !== this.#self) return;
    out.send(from, { type: 'tallied', id, total });
    if (tally === undefined) return;
    const grown = total - (tally.listeners.get(from) ?? 0);
    if (grown <= 0) return;
    tally.listeners.set(from, total);
    tally.total += grown;
    tally.grownMs = nowMs;
    tally.attempt = 0;
    if (tally.teller === undefined && tally.total > this.#peers.size) this.#end(tally, out);
    else this.#schedule(key, tally, out);
  }

  onTallied(from: NodeId, id: RumorId, total: number): void {
    if (rumorIdProblem(id) !== undefined) return;
    const tally = this.#tallies.get(formatRumorId(id));
    if (tally?.teller !== from || !(total <= tally.total)) return;
    tally.confirmed = Math.max(tally.confirmed, total);
    tally.attempt = 0;
  }

  onTimer(key: string, nowMs: number, out: RumorOutbox): void {
    const tally = this.#tallies.get(key);
    if (tally === undefined) return;
    tally.isTimerPending = false;
    if (tally.teller === undefined) this.#onOwnTimer(key, tally, nowMs, out);
    else if (tally.confirmed < tally.total) this.#tell(key, tally, tally.teller, out);
  }

  /** Nobody says when it is over: it is when nothing has come for long enough. */
  #onOwnTimer(key: string, tally: Tally, nowMs: number, out: RumorOutbox): void {
    const isOver = tally.total > this.#peers.size || nowMs - tally.grownMs >= this.#config.tallyQuietMs;
    if (isOver) this.#end(tally, out);
    else this.#schedule(key, tally, out);
  }

  #tell(key: string, tally: Tally, teller: NodeId, out: RumorOutbox): void {
    if (tally.attempt >= this.#config.tallyAttemptMax) {
      const { origin } = tally.id;
      // Who told us is gone, and has counted us nowhere yet: the publisher itself will do.
      const isAlone = tally.confirmed === 0 && teller !== origin && this.#peers.has(origin);
      if (!isAlone) {
        this.#lostCount += 1;
        return;
      }
      tally.teller = origin;
      tally.attempt = 0;
    }
    tally.attempt += 1;
    out.send(tally.teller ?? teller, { type: 'tally', id: tally.id, total: tally.total });
    this.#schedule(key, tally, out);
  }

  #end({ id, teller, total }: Tally, out: RumorOutbox): void {
    this.#tallies.delete(formatRumorId(id));
    if (teller !== undefined) return;
    const clusterSize = this.#peers.size + 1;
    out.notify({ type: 'rumor-tallied', id, reachedCount: Math.min(total, clusterSize), clusterSize });
  }

  #schedule(key: string, tally: Tally, out: RumorOutbox): void {
    if (tally.isTimerPending) return;
    tally.isTimerPending = true;
    out.schedule({ type: 'tally', key }, this.#config.tallyDelayMs);
  }
}
