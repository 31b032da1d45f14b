/**
 * The waiting news of one class: what goes next, and what goes last.
 *
 * Two orders. By urgency, the least transmitted goes first, the newest or the oldest of equals: as long as there is room
 * for all, that decides. Under overload it would starve: with newest first, what was overtaken once is overtaken for
 * ever. So what has waited for long is also served by age, the longest waiting first, with a share of the bytes of its
 * class. It does not rise to a higher class: a flood of bulk that has grown old would drown what is critical.
 */
import { AgedLane, type LaneConfig } from './aged-lane.ts';
import { type NewsOrder, NewsTree } from './news-tree.ts';
import type { WaitingNews } from './waiting-news.ts';

/** What goes first in a class among news transmitted equally often. */
export type NewsAgeOrder = 'newest-first' | 'oldest-first';

const URGENCY: Readonly<Record<NewsAgeOrder, NewsOrder>> = Object.freeze({
  'newest-first': (a, b) =>
    a.transmissions === b.transmissions ? a.arrival > b.arrival : a.transmissions < b.transmissions,
  'oldest-first': (a, b) =>
    a.transmissions === b.transmissions ? a.arrival < b.arrival : a.transmissions < b.transmissions,
});

/**
 * How many of those that have waited longest are looked at for one that fits. Without a bound, a backlog of large items
 * would be scanned for every small one; with it, they have to leave by packets or streams that hold them.
 */
const AGED_SCAN_COUNT = 64;

/** Everything that waits in one class. Every operation takes O(log n), expected. */
export class NewsClass<V> {
  readonly #byUrgency: NewsTree<V>;
  /** In the order of waiting: time never falls, so who comes last has waited least. */
  readonly #byWait = new Set<WaitingNews<V>>();
  readonly #packetLane: AgedLane;
  /** What is too large for packets travels elsewhere, so it has a lane of its own. */
  readonly #oversizeLane: AgedLane;
  #sizeBytes = 0;

  constructor(order: NewsAgeOrder, lane: LaneConfig) {
    this.#byUrgency = new NewsTree(URGENCY[order]);
    this.#packetLane = new AgedLane(lane);
    this.#oversizeLane = new AgedLane(lane);
  }

  get size(): number {
    return this.#byUrgency.size;
  }

  /** Bytes of all items together. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  insert(item: WaitingNews<V>): void {
    this.#byUrgency.insert(item);
    this.#byWait.add(item);
    this.#sizeBytes += item.sizeBytes;
  }

  remove(item: WaitingNews<V>): void {
    this.#byUrgency.remove(item);
    this.#byWait.delete(item);
    this.#sizeBytes -= item.sizeBytes;
  }

  /** Whether any item has at most `sizeBytes`. */
  hasUpTo(sizeBytes: number): boolean {
    return this.#byUrgency.firstUpTo(sizeBytes) !== undefined;
  }

  /** Whether any item has more than `sizeBytes`. */
  hasAbove(sizeBytes: number): boolean {
    return this.#byUrgency.firstAbove(sizeBytes) !== undefined;
  }

  /** The next item of at most `sizeBytes`. Asking changes nothing. */
  nextUpTo(sizeBytes: number, nowMs: number): WaitingNews<V> | undefined {
    const isDue = this.#packetLane.isDue(this.#longestWaiting(), nowMs);
    const aged = isDue ? this.#firstAged(nowMs, (item) => item.sizeBytes <= sizeBytes) : undefined;
    return aged ?? this.#byUrgency.firstUpTo(sizeBytes);
  }

  /** The next item of more than `sizeBytes`. Asking changes nothing. */
  nextAbove(sizeBytes: number, nowMs: number): WaitingNews<V> | undefined {
    const isDue = this.#oversizeLane.isDue(this.#longestWaiting(), nowMs);
    const aged = isDue ? this.#firstAged(nowMs, (item) => item.sizeBytes > sizeBytes) : undefined;
    return aged ?? this.#byUrgency.firstAbove(sizeBytes);
  }

  /** Notes that `item`, which `nextUpTo` gave, is taken. Before it is removed. */
  chargePacket(item: WaitingNews<V>, nowMs: number): void {
    this.#packetLane.charge(item, this.#longestWaiting(), nowMs);
  }

  /** Notes that `item`, which `nextAbove` gave, is taken. Before it is removed. */
  chargeOversize(item: WaitingNews<V>, nowMs: number): void {
    this.#oversizeLane.charge(item, this.#longestWaiting(), nowMs);
  }

  /** The first by urgency of at most `sizeBytes`, for the rest of a packet. */
  firstUpTo(sizeBytes: number): WaitingNews<V> | undefined {
    return this.#byUrgency.firstUpTo(sizeBytes);
  }

  /** The last by urgency. */
  last(): WaitingNews<V> | undefined {
    return this.#byUrgency.last();
  }

  #longestWaiting(): WaitingNews<V> | undefined {
    return this.#byWait.values().next().value;
  }

  #firstAged(nowMs: number, fits: (item: WaitingNews<V>) => boolean): WaitingNews<V> | undefined {
    let scannedCount = 0;
    for (const item of this.#byWait) {
      if (scannedCount >= AGED_SCAN_COUNT || !this.#packetLane.isAged(item, nowMs)) return undefined;
      if (fits(item)) return item;
      scannedCount += 1;
    }
    return undefined;
  }
}
