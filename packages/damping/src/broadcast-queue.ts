/**
 * News on its way to everyone: what to repeat, how often, and what goes first. [SWIM §4.1]
 *
 *   offer --> waiting --take--> waiting, one transmission more --take at the limit--> spent --> drainSpent
 *                |--offer with the same key, invalidate--> gone
 *                '--bound--> dropped, returned by offer
 *
 * Inside a class the least transmitted item goes first, the newest of equals: fresh news overtakes old, and what was
 * never sent overtakes all. Between classes the bytes are shared, so that a flood of one cannot silence another.
 */
import { BoundedQueue } from '@hearsay/core';
import { type BroadcastConfig, sharesOf } from './config.ts';
import { FairShares } from './fair-shares.ts';
import { NewsNode, NewsTree } from './news-tree.ts';
import { PRIORITIES, type Priority } from './priority.ts';
import { transmitCountLimit } from './transmit-limit.ts';

/** One piece of news. */
export interface NewsItem<V> {
  /** What the news is about: a later item of the same key replaces an earlier one, sent or not. */
  readonly key: string;
  readonly priority: Priority;
  /** Bytes that the value adds to a packet, framing included: an integer of 1 or more. */
  readonly sizeBytes: number;
  readonly value: V;
}

/**
 * Told of each transmission of a value; returns whether that was its last. A queue without one counts them itself, up to
 * the transmit limit.
 */
export type OnTransmit<V> = (value: V, clusterSize: number) => boolean;

/** A waiting item and where it waits. */
interface Waiting<V> {
  readonly priority: Priority;
  readonly node: NewsNode<V>;
}

/** The transmit-limited, prioritized broadcast queue. Every operation is O(log size). */
export class BroadcastQueue<V> {
  readonly #config: Readonly<BroadcastConfig>;
  readonly #onTransmit: OnTransmit<V> | undefined;
  /** `size ≤ itemCountMax`. */
  readonly #waiting = new Map<string, Waiting<V>>();
  readonly #classes: ReadonlyMap<Priority, NewsTree<V>>;
  readonly #packetShares: FairShares;
  /** What is too large for packets travels elsewhere, so it neither pays for nor profits from the room in packets. */
  readonly #oversizeShares: FairShares;
  readonly #spent: BoundedQueue<V>;
  #arrivalCount = 0;
  #sizeBytes = 0;
  #droppedCount = 0;

  constructor(config: Readonly<BroadcastConfig>, onTransmit?: OnTransmit<V>) {
    this.#config = config;
    this.#onTransmit = onTransmit;
    this.#classes = new Map(PRIORITIES.map((priority) => [priority, new NewsTree<V>()]));
    this.#packetShares = new FairShares(sharesOf(config));
    this.#oversizeShares = new FairShares(sharesOf(config));
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

  /** Items of one class that wait. */
  countOf(priority: Priority): number {
    return this.#tree(priority).size;
  }

  has(key: string): boolean {
    return this.#waiting.has(key);
  }

  /**
   * Adds news, in place of the waiting item of the same key, with no transmissions counted yet. Returns what was
   * dropped because `itemCountMax` was reached; that can be the new item itself. Throws `RangeError` when `sizeBytes`
   * is not an integer of 1 or more; the queue is then unchanged.
   */
  offer(item: NewsItem<V>): V | undefined {
    const { key, priority, sizeBytes, value } = item;
    if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 1) throw new RangeError(`sizeBytes: ${sizeBytes}`);
    this.invalidate(key);
    this.#arrivalCount += 1;
    this.#insert({ priority, node: new NewsNode(key, value, sizeBytes, this.#arrivalCount) });
    return this.#waiting.size > this.#config.itemCountMax ? this.drop() : undefined;
  }

  /** Forgets the waiting item of this key. Returns whether there was one. */
  invalidate(key: string): boolean {
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) return false;
    this.#remove(waiting);
    return true;
  }

  /**
   * Drops one item by the rule of the bound and returns it: of the lowest class that has any, the most transmitted,
   * and of equals the oldest. For owners with a bound of their own, for example in bytes.
   */
  drop(): V | undefined {
    const priority = PRIORITIES.findLast((candidate) => this.countOf(candidate) > 0);
    const node = priority && this.#tree(priority).last();
    if (priority === undefined || node === undefined) return undefined;
    this.#remove({ priority, node });
    this.#droppedCount += 1;
    return node.value;
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
    const taken: Waiting<V>[] = [];
    this.#fill(budgetBytes, taken);
    this.#packetShares.limitClaims((priority) => this.#claimBytes(priority, budgetBytes));
    for (const waiting of taken) this.#countTransmission(waiting, clusterSize);
    return taken.map(({ node }) => node.value);
  }

  /**
   * One value larger than `budgetBytes`, which no packet of that budget can carry, or `undefined` when there is none.
   * It counts as transmitted once. Send it by another way, such as a stream: ask after each `take`, and nothing that
   * is too large is ever stuck.
   */
  takeOversize(budgetBytes: number, clusterSize: number): V | undefined {
    const hasOversize = (candidate: Priority): boolean => this.#tree(candidate).firstAbove(budgetBytes) !== undefined;
    const priority = this.#oversizeShares.next(hasOversize);
    const node = priority && this.#tree(priority).firstAbove(budgetBytes);
    if (priority === undefined || node === undefined) return undefined;
    const waiting = { priority, node };
    this.#remove(waiting);
    this.#oversizeShares.charge(priority, node.sizeBytes);
    this.#countTransmission(waiting, clusterSize);
    this.#oversizeShares.limitClaims((candidate) => (hasOversize(candidate) ? Infinity : 0));
    return node.value;
  }

  /** The values that have reached their limit since the last call. At most the latest `itemCountMax` are kept. */
  drainSpent(): V[] {
    const spent: V[] = [];
    while (this.#spent.size > 0) spent.push(this.#spent.shift() as V);
    return spent;
  }

  /** Serves the classes by their shares until none can fit its next item, then fills what is left. */
  #fill(budgetBytes: number, taken: Waiting<V>[]): void {
    const blocked: Priority[] = [];
    const isReady = (priority: Priority): boolean =>
      !blocked.includes(priority) && this.#tree(priority).firstUpTo(budgetBytes) !== undefined;
    let roomBytes = budgetBytes;
    for (let priority = this.#packetShares.next(isReady); priority; priority = this.#packetShares.next(isReady)) {
      const node = this.#tree(priority).firstUpTo(budgetBytes);
      if (node === undefined || node.sizeBytes > roomBytes) {
        blocked.push(priority);
      } else {
        this.#transfer({ priority, node }, taken);
        this.#packetShares.charge(priority, node.sizeBytes);
        roomBytes -= node.sizeBytes;
      }
    }
    this.#fillRest(roomBytes, blocked[0], taken);
  }

  /**
   * Fills the rest of a packet with whatever fits. The class that was truly next does not pay for it: it keeps its
   * place and starts the next packet, or its own small items would keep its large one out for ever.
   */
  #fillRest(restBytes: number, next: Priority | undefined, taken: Waiting<V>[]): void {
    let roomBytes = restBytes;
    for (const priority of PRIORITIES) {
      const tree = this.#tree(priority);
      for (let node = tree.firstUpTo(roomBytes); node !== undefined; node = tree.firstUpTo(roomBytes)) {
        this.#transfer({ priority, node }, taken);
        if (priority !== next) this.#packetShares.charge(priority, node.sizeBytes);
        roomBytes -= node.sizeBytes;
      }
    }
  }

  /**
   * What a class may claim later for what it was not given now: everything when it could have used more room, nothing
   * when it has no more to send, and one packet when only this budget was too small for its items.
   */
  #claimBytes(priority: Priority, budgetBytes: number): number {
    const tree = this.#tree(priority);
    if (tree.size === 0) return 0;
    return tree.firstUpTo(budgetBytes) === undefined ? budgetBytes : Infinity;
  }

  /** Moves an item from the queue into the packet, so that it is not found twice. */
  #transfer(waiting: Waiting<V>, taken: Waiting<V>[]): void {
    this.#remove(waiting);
    taken.push(waiting);
  }

  /** Puts a taken item back, or among the spent when this was its last transmission. */
  #countTransmission(waiting: Waiting<V>, clusterSize: number): void {
    waiting.node.transmissions += 1;
    if (this.#isSpent(waiting.node, clusterSize)) this.#spent.push(waiting.node.value);
    else this.#insert(waiting);
  }

  #isSpent({ value, transmissions }: NewsNode<V>, clusterSize: number): boolean {
    return this.#onTransmit?.(value, clusterSize) ?? transmissions >= transmitCountLimit(this.#config, clusterSize);
  }

  #insert(waiting: Waiting<V>): void {
    const { priority, node } = waiting;
    this.#waiting.set(node.key, waiting);
    this.#tree(priority).insert(node);
    this.#sizeBytes += node.sizeBytes;
  }

  #remove({ priority, node }: Waiting<V>): void {
    this.#waiting.delete(node.key);
    this.#tree(priority).remove(node);
    this.#sizeBytes -= node.sizeBytes;
  }

  #tree(priority: Priority): NewsTree<V> {
    return this.#classes.get(priority) as NewsTree<V>;
  }
}
