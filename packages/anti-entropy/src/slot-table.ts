/**
 * The records of a tree: each has a slot with its key, its position and its digest, and the slots of one leaf form a
 * linked list. To add or change a record is O(1); to list a leaf, or to take one of its records out, costs its length.
 */
import { GROWTH_PER_MILLE, LANE_COUNT, PER_MILLE, SLOT_CAPACITY_MIN } from './config.ts';
import { KeyIndex } from './key-index.ts';

/** No slot: the end of a list. */
const NONE = -1;

/** Slots in typed arrays that grow when they are full. Slots of removed records are used again. */
export class SlotTable {
  readonly #index: KeyIndex;
  readonly #keys: string[] = [];
  #heads: Int32Array;
  #next = new Int32Array(SLOT_CAPACITY_MIN);
  #positions = new Uint32Array(SLOT_CAPACITY_MIN);
  #lanes = new Uint32Array(SLOT_CAPACITY_MIN * LANE_COUNT);
  /** Head of the list of free slots. */
  #free = NONE;

  constructor(leafCount: number, seed = 0) {
    this.#heads = new Int32Array(leafCount).fill(NONE);
    this.#index = new KeyIndex(seed, (slot) => this.#keys[slot] ?? '');
  }

  /** The digests of all slots; those of `slot` begin at `slot * LANE_COUNT`. Replaced when the table grows. */
  get lanes(): Uint32Array {
    return this.#lanes;
  }

  /** Bytes of everything but the keys and the lists' heads. */
  get bytes(): number {
    const pointers = Float64Array.BYTES_PER_ELEMENT * this.#keys.length;
    return this.#next.byteLength + this.#positions.byteLength + this.#lanes.byteLength + this.#index.bytes + pointers;
  }

  slotOf(key: string): number | undefined {
    return this.#index.slotOf(key);
  }

  keyOf(slot: number): string {
    return this.#keys[slot] ?? '';
  }

  positionOf(slot: number): number {
    return this.#positions[slot] ?? 0;
  }

  /** Adds a key that is not in the table, with a digest of zero, to the list of `leaf`. */
  add(key: string, position: number, leaf: number): number {
    const slot = this.#takeSlot();
    this.#keys[slot] = key;
    this.#index.add(key, slot);
    this.#positions[slot] = position;
    this.#link(slot, leaf);
    return slot;
  }

  /** Takes a slot out of the list of `leaf`. */
  remove(slot: number, leaf: number): void {
    const next = this.#next[slot] ?? NONE;
    let before = this.#heads[leaf] ?? NONE;
    if (before === slot) this.#heads[leaf] = next;
    else {
      while (this.#next[before] !== slot) before = this.#next[before] ?? NONE;
      this.#next[before] = next;
    }
    this.#index.remove(this.keyOf(slot));
    this.#keys[slot] = '';
    this.#lanes.fill(0, slot * LANE_COUNT, (slot + 1) * LANE_COUNT);
    this.#next[slot] = this.#free;
    this.#free = slot;
  }

  /** Puts every slot into the list of its leaf among `leafCount` new ones. */
  relink(leafCount: number, leafOf: (position: number) => number): void {
    this.#heads = new Int32Array(leafCount).fill(NONE);
    for (const slot of this.#index.slots()) this.#link(slot, leafOf(this.positionOf(slot)));
  }

  /** All slots that are in use. */
  slots(): Iterable<number> {
    return this.#index.slots();
  }

  /** The first slot of a leaf, the youngest, or a negative number. The table must not change until the last. */
  firstOf(leaf: number): number {
    return this.#heads[leaf] ?? NONE;
  }

  /** The slot after this one in its leaf, or a negative number. */
  after(slot: number): number {
    return this.#next[slot] ?? NONE;
  }

  /** The slots of one leaf, the youngest first. The table must not change meanwhile. */
  *slotsOf(leaf: number): Generator<number> {
    for (let slot = this.firstOf(leaf); slot >= 0; slot = this.after(slot)) yield slot;
  }

  #takeSlot(): number {
    const free = this.#free;
    if (free !== NONE) {
      this.#free = this.#next[free] ?? NONE;
      return free;
    }
    const slot = this.#keys.length;
    this.#growTo(slot + 1);
    return slot;
  }

  /** Puts a slot that is in no list at the head of that of `leaf`. */
  #link(slot: number, leaf: number): void {
    this.#next[slot] = this.#heads[leaf] ?? NONE;
    this.#heads[leaf] = slot;
  }

  #growTo(slotCount: number): void {
    if (slotCount <= this.#next.length) return;
    const capacity = Math.ceil((this.#next.length * GROWTH_PER_MILLE) / PER_MILLE);
    this.#next = grown(this.#next, new Int32Array(capacity));
    this.#positions = grown(this.#positions, new Uint32Array(capacity));
    this.#lanes = grown(this.#lanes, new Uint32Array(capacity * LANE_COUNT));
  }
}

function grown<A extends Int32Array | Uint32Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
