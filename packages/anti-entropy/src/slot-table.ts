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
  #index: KeyIndex;
  #keys: string[] = [];
  #heads: Int32Array;
  #next = new Int32Array(SLOT_CAPACITY_MIN);
  #positions = new Uint32Array(SLOT_CAPACITY_MIN);
  #lanes = new Uint32Array(SLOT_CAPACITY_MIN * LANE_COUNT);
  /** Head of the list of free slots. */
  #free = NONE;
  /** Whether another table reads the same keys, positions and lists: who changes them first takes a copy. */
  #hasSharedKeys = false;
  /** The same of the digests, which change more often. */
  #hasSharedLanes = false;

  constructor(leafCount: number, seed = 0) {
    this.#heads = new Int32Array(leafCount).fill(NONE);
    this.#index = new KeyIndex(seed, keysIn(this.#keys));
  }

  /** The digests of all slots; those of `slot` begin at `slot * LANE_COUNT`. Replaced when the table grows. */
  get lanes(): Uint32Array {
    return this.#lanes;
  }

  /** The same, for writing. */
  get ownLanes(): Uint32Array {
    if (this.#hasSharedLanes) this.#lanes = this.#lanes.slice();
    this.#hasSharedLanes = false;
    return this.#lanes;
  }

  /** A table of its own with the same content. What neither of the two has changed yet, both read. */
  copy(): SlotTable {
    const copy = new SlotTable(0);
    copy.#index = this.#index;
    copy.#keys = this.#keys;
    copy.#heads = this.#heads;
    copy.#next = this.#next;
    copy.#positions = this.#positions;
    copy.#lanes = this.#lanes;
    copy.#free = this.#free;
    for (const table of [this, copy]) {
      table.#hasSharedKeys = true;
      table.#hasSharedLanes = true;
    }
    return copy;
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
    this.#ownKeys();
    const slot = this.#takeSlot();
    this.#keys[slot] = key;
    this.#index.add(key, slot);
    this.#positions[slot] = position;
    this.#link(slot, leaf);
    return slot;
  }

  /** Takes a slot out of the list of `leaf`. */
  remove(slot: number, leaf: number): void {
    this.#ownKeys();
    const next = this.#next[slot] ?? NONE;
    let before = this.#heads[leaf] ?? NONE;
    if (before === slot) this.#heads[leaf] = next;
    else {
      while (this.#next[before] !== slot) before = this.#next[before] ?? NONE;
      this.#next[before] = next;
    }
    this.#index.remove(this.keyOf(slot));
    this.#keys[slot] = '';
    this.ownLanes.fill(0, slot * LANE_COUNT, (slot + 1) * LANE_COUNT);
    this.#next[slot] = this.#free;
    this.#free = slot;
  }

  /** Puts every slot into the list of its leaf among `leafCount` new ones. */
  relink(leafCount: number, leafOf: (position: number) => number): void {
    this.#ownKeys();
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

  #ownKeys(): void {
    if (!this.#hasSharedKeys) return;
    this.#hasSharedKeys = false;
    this.#keys = this.#keys.slice();
    this.#index = this.#index.copy(keysIn(this.#keys));
    this.#heads = this.#heads.slice();
    this.#next = this.#next.slice();
    this.#positions = this.#positions.slice();
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
    this.#hasSharedLanes = false;
  }
}

/** Of the array itself, whichever tables share it. */
function keysIn(keys: readonly string[]): (slot: number) => string {
  return (slot) => keys[slot] ?? '';
}

function grown<A extends Int32Array | Uint32Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
