/** From a key to its slot: an open hash table of slot numbers, 6 to 12 bytes a key, where a `Map` takes about fifty. */
import { hash32 } from '@hearsay/core';
import { GROWTH_FACTOR_INDEX, INDEX_CAPACITY_MIN, INDEX_LOAD_PER_MILLE, PER_MILLE } from './config.ts';

/** Entries are slots plus one; this is no entry. */
const FREE = 0;

/** Linear probing. The keys themselves are the caller's, who tells them by slot. */
export class KeyIndex {
  readonly #seed: number;
  readonly #keyOf: (slot: number) => string;
  #entries = new Int32Array(INDEX_CAPACITY_MIN);
  #count = 0;

  /** @param seed best unknown to who chooses the keys: it keeps them from all coming to one place. */
  constructor(seed: number, keyOf: (slot: number) => string) {
    this.#seed = seed;
    this.#keyOf = keyOf;
  }

  get count(): number {
    return this.#count;
  }

  /** Bytes that the table takes. */
  get bytes(): number {
    return this.#entries.byteLength;
  }

  slotOf(key: string): number | undefined {
    const entry = this.#entries[this.#placeOf(key)] ?? FREE;
    return entry === FREE ? undefined : entry - 1;
  }

  /** An index of its own with the same keys, which are told by `keyOf` from now on. */
  copy(keyOf: (slot: number) => string): KeyIndex {
    const copy = new KeyIndex(this.#seed, keyOf);
    copy.#entries = this.#entries.slice();
    copy.#count = this.#count;
    return copy;
  }

  /** Adds a key that is not in the table. `keyOf(slot)` must be the key from now on. */
  add(key: string, slot: number): void {
    this.#entries[this.#placeOf(key)] = slot + 1;
    this.#count += 1;
    if (this.#count * PER_MILLE > this.#entries.length * INDEX_LOAD_PER_MILLE) this.#grow();
  }

  /** Removes a key that is in the table, and moves up those that it had kept from their place. */
  remove(key: string): void {
    const entries = this.#entries;
    const mask = entries.length - 1;
    let hole = this.#placeOf(key);
    for (let place = (hole + 1) & mask; ; place = (place + 1) & mask) {
      const entry = entries[place] ?? FREE;
      if (entry === FREE) break;
      const home = hash32(this.#keyOf(entry - 1), this.#seed) & mask;
      // Whether the hole lies between its home and where it is, going round.
      if (((place - home) & mask) >= ((place - hole) & mask)) {
        entries[hole] = entry;
        hole = place;
      }
    }
    entries[hole] = FREE;
    this.#count -= 1;
  }

  /** All slots, in no order. */
  *slots(): Generator<number> {
    for (const entry of this.#entries) if (entry !== FREE) yield entry - 1;
  }

  /** Where the key is, or where it would go. */
  #placeOf(key: string): number {
    const mask = this.#entries.length - 1;
    let place = hash32(key, this.#seed) & mask;
    for (;;) {
      const entry = this.#entries[place] ?? FREE;
      if (entry === FREE || this.#keyOf(entry - 1) === key) return place;
      place = (place + 1) & mask;
    }
  }

  #grow(): void {
    const old = this.#entries;
    this.#entries = new Int32Array(old.length * GROWTH_FACTOR_INDEX);
    for (const entry of old) if (entry !== FREE) this.#entries[this.#placeOf(this.#keyOf(entry - 1))] = entry;
  }
}
