/**
 * The records of a tree: each has a slot with its key, its position and its digest, and the slots of one leaf form a
 * linked list. To add, change or remove a record is O(1); to list a leaf costs its length.
 */
import { GROWTH_FACTOR, LANE_COUNT, SLOT_CAPACITY_MIN } from './config.ts';

/** No slot: the end of a list. */
const NONE = -1;

/** Slots in typed arrays that double when they are full. Slots of removed records are used again. */
export class SlotTable {
  readonly #slotOf = new Map<string, number>();
  readonly #keys: string[] = [];
  #heads: Int32Array;
  #next = new Int32Array(SLOT_CAPACITY_MIN);
  #previous = new Int32Array(SLOT_CAPACITY_MIN);
  #positions = new Uint32Array(SLOT_CAPACITY_MIN);
  #lanes = new Uint32Array(SLOT_CAPACITY_MIN * LANE_COUNT);
  readonly #free: number[] = [];

  constructor(leafCount: number) {
    this.#heads = new Int32Array(leafCount).fill(NONE);
  }

  /** The digests of all slots; those of `slot` begin at `slot * LANE_COUNT`. Replaced when the table grows. */
  get lanes(): Uint32Array {
    return this.#lanes;
  }

  slotOf(key: string): number | undefined {
    return this.#slotOf.get(key);
  }

  keyOf(slot: number): string {
    return this.#keys[slot] ?? '';
  }

  positionOf(slot: number): number {
    return this.#positions[slot] ?? 0;
  }

  /** Adds a key that is not in the table, with a digest of zero, to the list of `leaf`. */
  add(key: string, position: number, leaf: number): number {
    const slot = this.#free.pop() ?? this.#keys.length;
    this.#growTo(slot + 1);
    this.#slotOf.set(key, slot);
    this.#keys[slot] = key;
    this.#positions[slot] = position;
    this.#link(slot, leaf);
    return slot;
  }

  /** Takes a slot out of the list of `leaf`. */
  remove(slot: number, leaf: number): void {
    const next = this.#next[slot] ?? NONE;
    const previous = this.#previous[slot] ?? NONE;
    if (previous === NONE) this.#heads[leaf] = next;
    else this.#next[previous] = next;
    if (next !== NONE) this.#previous[next] = previous;
    this.#slotOf.delete(this.keyOf(slot));
    this.#keys[slot] = '';
    this.#lanes.fill(0, slot * LANE_COUNT, (slot + 1) * LANE_COUNT);
    this.#free.push(slot);
  }

  /** Puts every slot into the list of its leaf among `leafCount` new ones. */
  relink(leafCount: number, leafOf: (position: number) => number): void {
    this.#heads = new Int32Array(leafCount).fill(NONE);
    for (const slot of this.#slotOf.values()) this.#link(slot, leafOf(this.positionOf(slot)));
  }

  /** All slots that are in use. */
  slots(): IterableIterator<number> {
    return this.#slotOf.values();
  }

  /** The slots of one leaf, the youngest first. The table must not change meanwhile. */
  *slotsOf(leaf: number): Generator<number> {
    for (let slot = this.#heads[leaf] ?? NONE; slot !== NONE; slot = this.#next[slot] ?? NONE) yield slot;
  }

  /** Puts a slot that is in no list at the head of that of `leaf`. */
  #link(slot: number, leaf: number): void {
    const head = this.#heads[leaf] ?? NONE;
    this.#next[slot] = head;
    this.#previous[slot] = NONE;
    if (head !== NONE) this.#previous[head] = slot;
    this.#heads[leaf] = slot;
  }

  #growTo(slotCount: number): void {
    if (slotCount <= this.#next.length) return;
    const capacity = this.#next.length * GROWTH_FACTOR;
    this.#next = grown(this.#next, new Int32Array(capacity));
    this.#previous = grown(this.#previous, new Int32Array(capacity));
    this.#positions = grown(this.#positions, new Uint32Array(capacity));
    this.#lanes = grown(this.#lanes, new Uint32Array(capacity * LANE_COUNT));
  }
}

function grown<A extends Int32Array | Uint32Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
