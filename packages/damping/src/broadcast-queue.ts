/**
 * News on its way to everyone: what to repeat, how often, and what goes first. [SWIM §4.1]
 *
 *   offer --> waiting --take--> waiting, one transmission more --take at the limit--> spent --> drainSpent
 *                |--offer with the same key, invalidate--> gone
 *                |--its time--> expired, returned by expire
 *                '--bound--> dropped, returned by offer
 *
 * Inside a class the least transmitted item goes first, of equals the newest or the oldest, and what has waited for long
 * has a share of its own. Between classes the bytes are shared, so that a flood of one cannot silence another.
 */
import { BoundedQueue } from '@hearsay/core';
import { type BroadcastConfig, ordersOf, SHARES_PER_MILLE, sharesOf } from './config.ts';
import { FairShares } from './fair-shares.ts';
import { IndexedHeap } from './indexed-heap.ts';
import { NewsClass } from './news-class.ts';
import { PRIORITIES, type Priority } from './priority.ts';
import { transmitCountLimit } from './transmit-limit.ts';
import type { WaitingNews } from './waiting-news.ts';

/** One piece of news. */
export interface NewsItem<V> {
  /** What the news is about: a later item of the same key replaces an earlier one, sent or not. */
  readonly key: string;
  readonly priority: Priority;
  /** Bytes that the value adds to a packet, framing included: an integer of 1 or more. */
  readonly sizeBytes: number;
  readonly value: V;
  /** From when on it is of no use any more, by the clock of `expire`. Default: never. */
  readonly expiresAtMs?: number;
}

/**
 * Told of each transmission of a value; returns whether that was its last. A queue without one counts them itself, up to
 * the transmit limit.
 */
export type OnTransmit<V> = (value: V, clusterSize: number) => boolean;

/** The transmit-limited, prioritized broadcast queue. Every operation is O(log size). */
export class BroadcastQueue<V> {
  readonly #config: Readonly<BroadcastConfig>;
  readonly #onTransmit: OnTransmit<V> | undefined;
  /** `size ≤ itemCountMax`. */
  readonly #waiting = new Map<string, WaitingNews<V>>();
  readonly #classes: ReadonlyMap<Priority, NewsClass<V>>;
  /** Of the waiting items those that expire, the next to expire first. */
  readonly #expiring = new IndexedHeap<WaitingNews<V>>((a, b) =>
    a.expiresAtMs === b.expiresAtMs ? a.arrival < b.arrival : a.expiresAtMs < b.expiresAtMs,
  );
  /** In per mille. */
  readonly #shares: ReadonlyMap<Priority, number>;
  readonly #packetShares: FairShares;
  /** What is too large for packets travels elsewhere, so it neither pays for nor profits from the room in packets. */
  readonly #oversizeShares: FairShares;
  readonly #spent: BoundedQueue<V>;
  #arrivalCount = 0;
  #sizeBytes = 0;
  #droppedCount = 0;
  #expiredCount = 0;
  /** As `expire` last said. */
  #nowMs = 0;

  constructor(config: Readonly<BroadcastConfig>, onTransmit?: OnTransmit<V>) {
    this.#config = config;
    this.#onTransmit = onTransmit;
    this.#classes = new Map([...ordersOf(config)].map(([priority, order]) => [priority, new NewsClass(order, config)]));
    this.#shares = sharesOf(config);
    this.#packetShares = new FairShares(this.#shares);
    this.#oversizeShares = new FairShares(this.#shares);
    this.#spent = new BoundedQueue(config.itemCountMax);
  }

  /** Items waiting. */
  get size(): number {
    return this.#waiting.size;
  }

  /** Sum of the sizes of the waiting items. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Items dropped because of a bound, since the start. */
  get droppedCount(): number {
    return this.#droppedCount;
  }

  /** Items that expired while they waited, since the start. */
  get expiredCount(): number {
    return this.#expiredCount;
  }

  /** Items of one class that wait. */
  countOf(priority: Priority): number {
    return this.#class(priority).size;
  }

  has(key: string): boolean {
    return this.#waiting.has(key);
  }

  /** The waiting value of this key. */
  get(key: string): V | undefined {
    return this.#waiting.get(key)?.value;
  }

  /** All that wait, in no particular order. */
  *values(): Generator<V, void, undefined> {
    for (const { value } of this.#waiting.values()) yield value;
  }

  /**
   * Adds news, in place of the waiting item of the same key, with no transmissions counted yet. Returns what was
   * dropped because `itemCountMax` was reached; that can be the new item itself. Throws `RangeError` when `sizeBytes`
   * is not an integer of 1 or more; the queue is then unchanged.
   */
  offer(item: NewsItem<V>): V | undefined {
    const { key, priority, sizeBytes, value, expiresAtMs = Infinity } = item;
    if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 1) throw new RangeError(`sizeBytes: ${sizeBytes}`);
    this.invalidate(key);
    this.#arrivalCount += 1;
    const waitingSinceMs = this.#nowMs;
    const arrival = this.#arrivalCount;
    this.#insert({ key, priority, sizeBytes, value, expiresAtMs, arrival, transmissions: 0, waitingSinceMs });
    if (this.size <= this.#config.itemCountMax) return undefined;
    return this.#dropFrom((news) => news.size, this.size);
  }

  /** Forgets the waiting item of this key. Returns whether there was one. */
  invalidate(key: string): boolean {
    const item = this.#waiting.get(key);
    if (item === undefined) return false;
    this.#remove(item);
    return true;
  }

  /**
   * Tells the time, which ages what waits, and forgets and returns what has expired, the earliest first. A time before
   * the last one counts as the last one. Tell it before what is offered or taken at that time, or new items count as
   * offered at the last time that was told. In the queue of an owner that never does nothing ages or expires.
   */
  expire(nowMs: number): V[] {
    this.#nowMs = Math.max(this.#nowMs, nowMs);
    const expired: V[] = [];
    for (let item = this.#expiring.first(); item !== undefined; item = this.#expiring.first()) {
      if (item.expiresAtMs > this.#nowMs) break;
      this.#remove(item);
      expired.push(item.value);
    }
    this.#expiredCount += expired.length;
    return expired;
  }

  /**
   * Drops one item and returns it, for owners with a bound in bytes: by the rule of `itemCountMax`, but of the lowest
   * class that holds more than its share of the bytes.
   */
  drop(): V | undefined {
    return this.#dropFrom((news) => news.sizeBytes, this.#sizeBytes);
  }

  /**
   * The content of one packet: values of together at most `budgetBytes`, none twice. Each counts as transmitted once,
   * and leaves the queue at `transmitLimit(transmitMultiplier, clusterSize)`, or at `transmitCountMin` if that is more,
   * unless `onTransmit` decides. What others decide meanwhile, such as feedback, is said by `invalidate`.
   * `clusterSize` counts this node too.
   *
   * Items larger than `budgetBytes` are passed over: `takeOversize` gives them.
   */
  take(budgetBytes: number, clusterSize: number): V[] {
    if (this.#waiting.size === 0 || budgetBytes <= 0) return [];
    const taken: WaitingNews<V>[] = [];
    this.#fill(budgetBytes, taken);
    this.#packetShares.limitClaims((priority) => this.#claimBytes(priority, budgetBytes));
    for (const item of taken) this.#countTransmission(item, clusterSize);
    return taken.map(({ value }) => value);
  }

  /**
   * One value larger than `budgetBytes`, which no packet of that budget can carry, or `undefined` when there is none.
   * It counts as transmitted once. Send it by another way, such as a stream: ask after each `take`, and nothing that
   * is too large is ever stuck.
   */
  takeOversize(budgetBytes: number, clusterSize: number): V | undefined {
    const hasOversize = (candidate: Priority): boolean => this.#class(candidate).hasAbove(budgetBytes);
    const priority = this.#oversizeShares.next(hasOversize);
    if (priority === undefined) return undefined;
    const news = this.#class(priority);
    const item = news.nextAbove(budgetBytes, this.#nowMs);
    if (item === undefined) return undefined;
    news.chargeOversize(item, this.#nowMs);
    this.#oversizeShares.charge(priority, item.sizeBytes);
    this.#remove(item);
    this.#countTransmission(item, clusterSize);
    this.#oversizeShares.limitClaims((candidate) => (hasOversize(candidate) ? Infinity : 0));
    return item.value;
  }

  /** The values that have reached their limit since the last call. At most the latest `itemCountMax` are kept. */
  drainSpent(): V[] {
    const spent: V[] = [];
    while (this.#spent.size > 0) spent.push(this.#spent.shift() as V);
    return spent;
  }

  /**
   * Of the lowest class that holds more than its share, the last by urgency. Some class always does, unless all hold
   * theirs exactly: then the lowest. Were it always the lowest, a flood of urgent news would starve the others before
   * they came to their share of any packet.
   */
  #dropFrom(held: (news: NewsClass<V>) => number, total: number): V | undefined {
    const waiting = PRIORITIES.filter((priority) => this.countOf(priority) > 0);
    const isAbove = (priority: Priority): boolean =>
      held(this.#class(priority)) * SHARES_PER_MILLE > total * (this.#shares.get(priority) ?? 0);
    const priority = waiting.findLast(isAbove) ?? waiting.at(-1);
    const item = priority && this.#class(priority).last();
    if (item === undefined) return undefined;
    this.#remove(item);
    this.#droppedCount += 1;
    return item.value;
  }

  /** Serves the classes by their shares until none can fit its next item, then fills what is left. */
  #fill(budgetBytes: number, taken: WaitingNews<V>[]): void {
    const blocked: Priority[] = [];
    const isReady = (priority: Priority): boolean =>
      !blocked.includes(priority) && this.#class(priority).hasUpTo(budgetBytes);
    let roomBytes = budgetBytes;
    for (let priority = this.#packetShares.next(isReady); priority; priority = this.#packetShares.next(isReady)) {
      const news = this.#class(priority);
      const item = news.nextUpTo(budgetBytes, this.#nowMs);
      if (item === undefined || item.sizeBytes > roomBytes) {
        blocked.push(priority);
      } else {
        news.chargePacket(item, this.#nowMs);
        this.#transfer(item, taken);
        this.#packetShares.charge(priority, item.sizeBytes);
        roomBytes -= item.sizeBytes;
      }
    }
    this.#fillRest(roomBytes, blocked[0], taken);
  }

  /**
   * Fills the rest of a packet with whatever fits. The class that was truly next does not pay for it: it keeps its
   * place and starts the next packet, or its own small items would keep its large one out for ever.
   */
  #fillRest(restBytes: number, next: Priority | undefined, taken: WaitingNews<V>[]): void {
    let roomBytes = restBytes;
    for (const priority of PRIORITIES) {
      const news = this.#class(priority);
      for (let item = news.firstUpTo(roomBytes); item !== undefined; item = news.firstUpTo(roomBytes)) {
        this.#transfer(item, taken);
        if (priority !== next) this.#packetShares.charge(priority, item.sizeBytes);
        roomBytes -= item.sizeBytes;
      }
    }
  }

  /**
   * What a class may claim later for what it was not given now: everything when it could have used more room, nothing
   * when it has no more to send, and one packet when only this budget was too small for its items.
   */
  #claimBytes(priority: Priority, budgetBytes: number): number {
    const news = this.#class(priority);
    if (news.size === 0) return 0;
    return news.hasUpTo(budgetBytes) ? Infinity : budgetBytes;
  }

  /** Moves an item from the queue into the packet, so that it is not found twice. */
  #transfer(item: WaitingNews<V>, taken: WaitingNews<V>[]): void {
    this.#remove(item);
    taken.push(item);
  }

  /** Puts a taken item back, or among the spent when this was its last transmission. */
  #countTransmission(item: WaitingNews<V>, clusterSize: number): void {
    item.transmissions += 1;
    item.waitingSinceMs = this.#nowMs;
    if (this.#isSpent(item, clusterSize)) this.#spent.push(item.value);
    else this.#insert(item);
  }

  #isSpent({ value, transmissions }: WaitingNews<V>, clusterSize: number): boolean {
    return this.#onTransmit?.(value, clusterSize) ?? transmissions >= transmitCountLimit(this.#config, clusterSize);
  }

  #insert(item: WaitingNews<V>): void {
    this.#waiting.set(item.key, item);
    this.#class(item.priority).insert(item);
    if (item.expiresAtMs < Infinity) this.#expiring.insert(item);
    this.#sizeBytes += item.sizeBytes;
  }

  #remove(item: WaitingNews<V>): void {
    this.#waiting.delete(item.key);
    this.#class(item.priority).remove(item);
    this.#expiring.remove(item);
    this.#sizeBytes -= item.sizeBytes;
  }

  #class(priority: Priority): NewsClass<V> {
    return this.#classes.get(priority) as NewsClass<V>;
  }
}
