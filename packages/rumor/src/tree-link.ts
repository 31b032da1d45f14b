/** What waits for one neighbor in the broadcast tree: rumors that it gets, and rumors that it is only told of. */
import type { NodeId, Outbox } from '@hearsay/core';
import { BroadcastQueue, broadcastConfig } from '@hearsay/damping';
import type { RumorConfig } from './config.ts';
import type { RumorEvent, RumorMessage, RumorTimer } from './messages.ts';
import { formatRumorId, type Rumor } from './rumor.ts';
import { CLUSTER_OF_TWO } from './tree-config.ts';
import { RangeList } from './tree-ranges.ts';

/** A rumor that goes out on some branches, and on how many of them it still waits. */
export interface Branching {
  readonly rumor: Rumor;
  /** Hops that it has made to us. */
  readonly hops: number;
  waitingCount: number;
  /** Neighbors that are told of it when it waits no more: one that hears of it too soon asks for what is on its way. */
  readonly listeners: readonly NodeId[];
  /** Somebody asked for it when it was over here: its second end is no news. */
  readonly isAgain?: boolean;
}

/** A link has one neighbor, so everything is sent once. */
const isLastTransmission = (): boolean => true;

/** Bounded by `hotCountMax`, `hotBytesMax` and `announceCountMax`. */
export class TreeLink {
  readonly #config: Readonly<RumorConfig>;
  readonly #peer: NodeId;
  readonly #queue: BroadcastQueue<Branching>;
  readonly #announcements = new RangeList();
  #unannouncedCount = 0;

  constructor(config: Readonly<RumorConfig>, peer: NodeId) {
    this.#config = config;
    this.#peer = peer;
    // In the order of publication: each is sent once, so newer ones first would only change the order.
    const oldestFirst = { criticalOrder: 'oldest-first', highOrder: 'oldest-first' } as const;
    const others = { normalOrder: 'oldest-first', bulkOrder: 'oldest-first' } as const;
    this.#queue = new BroadcastQueue(
      broadcastConfig({ itemCountMax: config.hotCountMax, ...oldestFirst, ...others }),
      isLastTransmission,
    );
  }

  /** Rumors that wait. */
  get size(): number {
    return this.#queue.size;
  }

  get sizeBytes(): number {
    return this.#queue.sizeBytes;
  }

  /** Whether anything waits to be announced. */
  get hasAnnouncements(): boolean {
    return this.#announcements.rangeCount > 0;
  }

  /** Rumors not announced at `announceCountMax`, since the start. */
  get unannouncedCount(): number {
    return this.#unannouncedCount;
  }

  /** Takes a rumor for this neighbor. Returns those that had to go for it, or itself. */
  offer(branching: Branching, { sizeBytes, expiresAtMs, nowMs }: LinkItem): Branching[] {
    const { rumor } = branching;
    const key = formatRumorId(rumor.id);
    if (this.#queue.has(key)) return [];
    branching.waitingCount += 1;
    this.#queue.expire(nowMs);
    const item = { key, priority: rumor.priority, sizeBytes, value: branching, expiresAtMs };
    const dropped = [this.#queue.offer(item)].filter((one) => one !== undefined);
    while (this.#queue.sizeBytes > this.#config.hotBytesMax) {
      const next = this.#queue.drop();
      if (next === undefined) break;
      dropped.push(next);
    }
    return dropped;
  }

  /** Not to be sent any more. Returns whether it waited. */
  cancel(key: string): boolean {
    return this.#queue.invalidate(key);
  }

  /** What is over. */
  expire(nowMs: number): Branching[] {
    return this.#queue.expire(nowMs);
  }

  announce({ rumor, hops }: Branching): void {
    if (this.#announcements.rangeCount < this.#config.announceCountMax) this.#announcements.add(rumor.id, hops);
    else this.#unannouncedCount += 1;
  }

  /** At most `treePacketMax` packets. Returns what has left in them. */
  send(out: Outbox<RumorMessage, RumorTimer, RumorEvent>): Branching[] {
    const { treePacketMax, roundBytesMax, pushOverheadBytes } = this.#config;
    const sent: Branching[] = [];
    for (let count = 0; count < treePacketMax && this.#queue.size > 0; count++) {
      const taken = this.#queue.take(roundBytesMax - pushOverheadBytes, CLUSTER_OF_TWO);
      if (taken.length === 0) break;
      const rumors = taken.map(({ rumor }) => rumor);
      out.send(this.#peer, { type: 'eager', rumors, hops: taken.map(({ hops }) => hops + 1) });
      sent.push(...taken);
    }
    this.#queue.drainSpent();
    return sent;
  }

  /** Tells what is to be announced. */
  sendAnnouncements(out: Outbox<RumorMessage, RumorTimer, RumorEvent>): void {
    for (const ranges of this.#announcements.drain(this.#config.announceRangeMax)) {
      out.send(this.#peer, { type: 'announce', ranges });
    }
  }

  /** The neighbor is gone: everything that waits for it. */
  close(): Branching[] {
    const left: Branching[] = [];
    for (let next = this.#queue.drop(); next !== undefined; next = this.#queue.drop()) left.push(next);
    return left;
  }
}

/** What the queue has to know of a rumor. */
export interface LinkItem {
  readonly sizeBytes: number;
  readonly expiresAtMs: number;
  readonly nowMs: number;
}
