/**
 * A list of distinct names that knows where each of them stands. Names are interned, so that a place costs eight bytes
 * in two typed arrays, in which a garbage collector has nothing to look for.
 */
import { Interner } from './interner.ts';
import type { Rng } from './rng.ts';

/** Names for which a list has room as soon as it has one. */
const CAPACITY_MIN = 8;
/** Growth of both arrays. Source: own calculation: at doubling, half of them would be empty at the worst time. */
const GROWTH = 1.5;
/** No number and no position. */
const NONE = -1;

/** Dense; all but `shuffle` and `copy` are O(1). */
export class NameList {
  readonly #interner: Interner;
  /** By position. Only the first `#size` count. */
  #numbers = new Int32Array(0);
  /** By number; `NONE` for names that are not in the list. */
  #positions = new Int32Array(0);
  #size = 0;

  /** @param interner shared by all tables about the same names. */
  constructor(interner: Interner = new Interner()) {
    this.#interner = interner;
  }

  get size(): number {
    return this.#size;
  }

  /** Interned names in order, a view until the next change. */
  get numbers(): Int32Array {
    return this.#numbers.subarray(0, this.#size);
  }

  /** The name of one of `numbers`. */
  nameOf(number: number): string | undefined {
    return this.#interner.nameOf(number);
  }

  at(position: number): string | undefined {
    return position < this.#size ? this.#interner.nameOf(this.#numbers[position] ?? NONE) : undefined;
  }

  /** Where a name stands, or `undefined`. */
  positionOf(name: string): number | undefined {
    const number = this.#interner.numberOf(name);
    const position = number === undefined ? NONE : (this.#positions[number] ?? NONE);
    return position === NONE ? undefined : position;
  }

  has(name: string): boolean {
    return this.positionOf(name) !== undefined;
  }

  *values(): IterableIterator<string> {
    for (let position = 0; position < this.#size; position++) yield this.at(position) as string;
  }

  /** Adds a name that is not in the list, at its end. */
  push(name: string): void {
    const number = this.#interner.take(name);
    this.#numbers = roomFor(this.#size, this.#numbers);
    this.#positions = roomFor(number, this.#positions);
    this.#put(number, this.#size);
    this.#size += 1;
  }

  /** Removes the last name and returns it. */
  pop(): string | undefined {
    const name = this.at(this.#size - 1);
    if (name === undefined) return undefined;
    this.#size -= 1;
    const number = this.#numbers[this.#size] ?? NONE;
    this.#positions[number] = NONE;
    this.#interner.release(number);
    return name;
  }

  /** Lets two names change their places. Both positions are in the list. */
  swap(one: number, other: number): void {
    const number = this.#numbers[one] ?? NONE;
    this.#put(this.#numbers[other] ?? NONE, one);
    this.#put(number, other);
  }

  /** Into random order (Fisher-Yates). */
  shuffle(rng: Rng): void {
    for (let position = this.#size - 1; position > 0; position--) this.swap(position, rng.below(position + 1));
  }

  /** A list of its own with the same names in the same order. */
  copy(): NameList {
    const copy = new NameList(this.#interner);
    copy.#numbers = this.#numbers.slice(0, this.#size);
    copy.#positions = this.#positions.slice();
    copy.#size = this.#size;
    for (const number of copy.#numbers) this.#interner.hold(number);
    return copy;
  }

  #put(number: number, position: number): void {
    this.#numbers[position] = number;
    this.#positions[number] = position;
  }
}

/** The same array, or a longer one with its content, in which `index` exists. */
function roomFor(index: number, array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  if (index < array.length) return array;
  const longer = new Int32Array(Math.max(CAPACITY_MIN, index + 1, Math.ceil(array.length * GROWTH))).fill(NONE);
  longer.set(array);
  return longer;
}
