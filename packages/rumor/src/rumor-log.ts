/**
 * The rumors of the last minutes: what anti-entropy compares between nodes, so that a rumor which spreading missed, or
 * which was published before a node joined or while it was cut off, reaches it all the same. [Demers §1.5]
 *
 * Two nodes that have heard the same rumors hold the same: what goes is the oldest, what a newer one of the same key
 * replaced, and what has expired, all by what the rumors say themselves and never by when they came.
 *
 *   add --> waiting --its class has had time to spread--> offered --> gone
 *
 * Anti-entropy knows no classes and asks for no room in packets: what is still being spread would be sent a second time,
 * and bulk before what is critical. So a rumor is offered when spreading has had its time, the urgent ones first, and all
 * nodes take up new ones at the same moments of wall time: between them the logs of two nodes compare equal, however many
 * rumors are on their way.
 */
import type { Replica, ReplicaObserver } from '@hearsay/core';
import { PRIORITIES } from '@hearsay/damping';
import { LOG_SLOT_COUNT, type RumorConfig } from './config.ts';
import { formatRumorId, type Rumor, type RumorId } from './rumor.ts';
import { canonicalRumor, compareRumors, publishedMsOf, slotOf } from './rumor-order.ts';

/** Milliseconds from one moment of forgetting to the next. */
export function slotMsOf({ rumorRetentionMs }: Readonly<RumorConfig>): number {
  return Math.ceil(rumorRetentionMs / LOG_SLOT_COUNT);
}

/** Rumors published before this are over. The same on every node with the same clock, for one slot long. */
export function retentionCutoffMs(wallMs: number, config: Readonly<RumorConfig>): number {
  const slotMs = slotMsOf(config);
  return Math.floor((wallMs - config.rumorRetentionMs) / slotMs) * slotMs;
}

/** Whether a rumor is over. One that does not say when it was published never is. */
export function isExpired(rumor: Rumor, wallMs: number, config: Readonly<RumorConfig>): boolean {
  if (rumor.publishedAtMs === undefined) return false;
  if (rumor.ttlMs !== undefined && rumor.publishedAtMs + rumor.ttlMs <= wallMs) return true;
  return rumor.publishedAtMs < retentionCutoffMs(wallMs, config);
}

/** Rumors of this class that were published until then are offered. The same on every node with the same clock. */
function offerCutoffMs({ priority }: Rumor, wallMs: number, { logStepMs }: Readonly<RumorConfig>): number {
  return (Math.floor(wallMs / logStepMs) - PRIORITIES.indexOf(priority)) * logStepMs;
}

/** Bounded by `logCountMax` and `logBytesMax`: beyond them the oldest rumors go. */
export class RumorLog implements Replica<Rumor> {
  readonly #config: Readonly<RumorConfig>;
  readonly #sizeOf: (rumor: Rumor) => number;
  readonly #rumors = new Map<string, Rumor>();
  /** The same, oldest first. */
  readonly #inOrder: Rumor[] = [];
  /** Of each topic and key the one that is held. */
  readonly #bySlot = new Map<string, Rumor>();
  /** Those that are not offered yet. Anti-entropy sees all the others. */
  readonly #waiting = new Map<string, Rumor>();
  #observer: ReplicaObserver<Rumor> = () => {};
  #sizeBytes = 0;
  #mortalCount = 0;
  #droppedCount = 0;

  constructor(config: Readonly<RumorConfig>, sizeOf: (rumor: Rumor) => number) {
    this.#config = config;
    this.#sizeOf = sizeOf;
  }

  /** Rumors that are offered. */
  get recordCount(): number {
    return this.#rumors.size - this.#waiting.size;
  }

  /** Rumors held, those that wait to be offered among them. */
  get size(): number {
    return this.#rumors.size;
  }

  get waitingCount(): number {
    return this.#waiting.size;
  }

  /** Sum of the sizes of the rumors held. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Rumors that went at `logCountMax` or `logBytesMax`, since the start. */
  get droppedCount(): number {
    return this.#droppedCount;
  }

  *keys(): Iterable<string> {
    for (const key of this.#rumors.keys()) if (!this.#waiting.has(key)) yield key;
  }

  get(key: string): Rumor | undefined {
    return this.#rumors.get(key);
  }

  has(id: RumorId): boolean {
    return this.#rumors.has(formatRumorId(id));
  }

  keyOf({ id }: Rumor): string {
    return formatRumorId(id);
  }

  canonicalBytes(rumor: Rumor): Uint8Array {
    return canonicalRumor(rumor);
  }

  observe(observer: ReplicaObserver<Rumor>): void {
    this.#observer = observer;
  }

  /** Oldest first. */
  values(): readonly Rumor[] {
    return this.#inOrder;
  }

  /** The rumor of the same topic and key that is held. */
  newestOf(rumor: Rumor): Rumor | undefined {
    const slot = slotOf(rumor);
    return slot === undefined ? undefined : this.#bySlot.get(slot);
  }

  /** The rumor that makes this one superfluous: of the same topic and key, and not older. */
  successorOf(rumor: Rumor): Rumor | undefined {
    const held = this.newestOf(rumor);
    return held !== undefined && compareRumors(held, rumor) >= 0 ? held : undefined;
  }

  /**
   * Adds a rumor that says when it was published. Returns the one that it replaced, if any. What the log of a peer has
   * brought is offered here too, at once: our clock may be behind.
   */
  add(rumor: Rumor, wallMs: number, via: 'spread' | 'log'): Rumor | undefined {
    if (via === 'log' && this.has(rumor.id)) this.#offer(formatRumorId(rumor.id));
    if (rumor.publishedAtMs === undefined || this.has(rumor.id) || this.successorOf(rumor) !== undefined) {
      return undefined;
    }
    const replaced = this.newestOf(rumor);
    if (replaced !== undefined) this.#remove(replaced);
    this.#insert(rumor, via === 'log' || this.#isDue(rumor, wallMs));
    const { logCountMax, logBytesMax } = this.#config;
    for (let oldest = this.#inOrder[0]; oldest !== undefined; oldest = this.#inOrder[0]) {
      if (this.size <= logCountMax && this.#sizeBytes <= logBytesMax) break;
      this.#remove(oldest);
      this.#droppedCount += 1;
    }
    return replaced;
  }

  /** Offers what has had its time to spread. */
  offerDue(wallMs: number): void {
    for (const [key, rumor] of this.#waiting) if (this.#isDue(rumor, wallMs)) this.#offer(key);
  }

  /** Forgets what is over. */
  expire(wallMs: number): void {
    const cutoffMs = retentionCutoffMs(wallMs, this.#config);
    for (let oldest = this.#inOrder[0]; oldest !== undefined; oldest = this.#inOrder[0]) {
      if (publishedMsOf(oldest) >= cutoffMs) break;
      this.#remove(oldest);
    }
    if (this.#mortalCount === 0) return;
    for (const rumor of this.#inOrder.filter((one) => isExpired(one, wallMs, this.#config))) this.#remove(rumor);
  }

  #isDue(rumor: Rumor, wallMs: number): boolean {
    return publishedMsOf(rumor) < offerCutoffMs(rumor, wallMs, this.#config);
  }

  #offer(key: string): void {
    const rumor = this.#waiting.get(key);
    if (this.#waiting.delete(key)) this.#observer(key, rumor);
  }

  #insert(rumor: Rumor, isOffered: boolean): void {
    const key = formatRumorId(rumor.id);
    const slot = slotOf(rumor);
    this.#rumors.set(key, rumor);
    this.#inOrder.splice(this.#indexOf(rumor), 0, rumor);
    if (slot !== undefined) this.#bySlot.set(slot, rumor);
    if (rumor.ttlMs !== undefined) this.#mortalCount += 1;
    this.#sizeBytes += this.#sizeOf(rumor);
    if (isOffered) this.#observer(key, rumor);
    else this.#waiting.set(key, rumor);
  }

  #remove(rumor: Rumor): void {
    const key = formatRumorId(rumor.id);
    const slot = slotOf(rumor);
    this.#rumors.delete(key);
    this.#inOrder.splice(this.#indexOf(rumor), 1);
    if (slot !== undefined) this.#bySlot.delete(slot);
    if (rumor.ttlMs !== undefined) this.#mortalCount -= 1;
    this.#sizeBytes -= this.#sizeOf(rumor);
    if (!this.#waiting.delete(key)) this.#observer(key, undefined);
  }

  /** Rumors that are older. Binary search from the end, where most arrive. */
  #indexOf(rumor: Rumor): number {
    let low = 0;
    let high = this.#inOrder.length;
    const last = this.#inOrder[high - 1];
    if (last === undefined || compareRumors(last, rumor) < 0) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const found = this.#inOrder[middle];
      if (found !== undefined && compareRumors(found, rumor) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
