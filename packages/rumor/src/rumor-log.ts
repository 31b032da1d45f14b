/**
 * The rumors of the last minutes: what anti-entropy compares between nodes, so that a rumor which spreading missed, or
 * which was published before a node joined or while it was cut off, reaches it all the same. [Demers §1.5]
 *
 * Two nodes that have heard the same rumors hold the same: what goes is the oldest, what a newer one of the same key
 * replaced, and what has expired, all by what the rumors say themselves and never by when they came.
 */
import type { Replica, ReplicaObserver } from '@hearsay/core';
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

/** Bounded by `logCountMax` and `logBytesMax`: beyond them the oldest rumors go. */
export class RumorLog implements Replica<Rumor> {
  readonly #config: Readonly<RumorConfig>;
  readonly #sizeOf: (rumor: Rumor) => number;
  readonly #rumors = new Map<string, Rumor>();
  /** The same, oldest first. */
  readonly #inOrder: Rumor[] = [];
  /** Of each topic and key the one that is held. */
  readonly #bySlot = new Map<string, Rumor>();
  #observer: ReplicaObserver<Rumor> = () => {};
  #sizeBytes = 0;
  #mortalCount = 0;
  #droppedCount = 0;

  constructor(config: Readonly<RumorConfig>, sizeOf: (rumor: Rumor) => number) {
    this.#config = config;
    this.#sizeOf = sizeOf;
  }

  get recordCount(): number {
    return this.#rumors.size;
  }

  /** Sum of the sizes of the rumors held. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Rumors that went at `logCountMax` or `logBytesMax`, since the start. */
  get droppedCount(): number {
    return this.#droppedCount;
  }

  keys(): Iterable<string> {
    return this.#rumors.keys();
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

  /** Adds a rumor that says when it was published. Returns the one that it replaced, if any. */
  add(rumor: Rumor): Rumor | undefined {
    if (rumor.publishedAtMs === undefined || this.has(rumor.id) || this.successorOf(rumor) !== undefined) {
      return undefined;
    }
    const replaced = this.newestOf(rumor);
    if (replaced !== undefined) this.#remove(replaced);
    this.#insert(rumor);
    const { logCountMax, logBytesMax } = this.#config;
    for (let oldest = this.#inOrder[0]; oldest !== undefined; oldest = this.#inOrder[0]) {
      if (this.recordCount <= logCountMax && this.#sizeBytes <= logBytesMax) break;
      this.#remove(oldest);
      this.#droppedCount += 1;
    }
    return replaced;
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

  #insert(rumor: Rumor): void {
    const key = formatRumorId(rumor.id);
    const slot = slotOf(rumor);
    this.#rumors.set(key, rumor);
    this.#inOrder.splice(this.#indexOf(rumor), 0, rumor);
    if (slot !== undefined) this.#bySlot.set(slot, rumor);
    if (rumor.ttlMs !== undefined) this.#mortalCount += 1;
    this.#sizeBytes += this.#sizeOf(rumor);
    this.#observer(key, rumor);
  }

  #remove(rumor: Rumor): void {
    const key = formatRumorId(rumor.id);
    const slot = slotOf(rumor);
    this.#rumors.delete(key);
    this.#inOrder.splice(this.#indexOf(rumor), 1);
    if (slot !== undefined) this.#bySlot.delete(slot);
    if (rumor.ttlMs !== undefined) this.#mortalCount -= 1;
    this.#sizeBytes -= this.#sizeOf(rumor);
    this.#observer(key, undefined);
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
