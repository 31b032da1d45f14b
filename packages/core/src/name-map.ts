/** A map from names to values whose keys are interned: an array of values beside the one map of the interner. */
import { Interner } from './interner.ts';

/** Like `Map`, for values other than `undefined`. Its order is that of the interner's numbers. */
export class NameMap<V> {
  readonly #interner: Interner;
  #values: (V | undefined)[] = [];
  /** Whether another map reads the same array: who writes first takes a copy. */
  #isShared = false;
  #size = 0;

  /** @param interner shared by all tables about the same names. */
  constructor(interner: Interner = new Interner()) {
    this.#interner = interner;
  }

  get size(): number {
    return this.#size;
  }

  get(name: string): V | undefined {
    const number = this.#interner.numberOf(name);
    return number === undefined ? undefined : this.#values[number];
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** A map of its own with the same content. Until one of the two is written it costs nothing. */
  copy(): NameMap<V> {
    const copy = new NameMap<V>(this.#interner);
    for (const [number, value] of this.#values.entries()) if (value !== undefined) this.#interner.hold(number);
    copy.#values = this.#values;
    copy.#size = this.#size;
    copy.#isShared = true;
    this.#isShared = true;
    return copy;
  }

  set(name: string, value: V): void {
    this.#own();
    const held = this.#interner.numberOf(name);
    if (held !== undefined && this.#values[held] !== undefined) {
      this.#values[held] = value;
      return;
    }
    const number = this.#interner.take(name);
    // No holes: an array with large ones would become a hash map again.
    while (this.#values.length <= number) this.#values.push(undefined);
    this.#values[number] = value;
    this.#size += 1;
  }

  /** Returns whether there was one. */
  delete(name: string): boolean {
    const number = this.#interner.numberOf(name);
    if (number === undefined || this.#values[number] === undefined) return false;
    this.#own();
    this.#values[number] = undefined;
    this.#interner.release(number);
    this.#size -= 1;
    return true;
  }

  *keys(): IterableIterator<string> {
    for (let number = 0; number < this.#values.length; number++) {
      const name = this.#values[number] === undefined ? undefined : this.#interner.nameOf(number);
      if (name !== undefined) yield name;
    }
  }

  *values(): IterableIterator<V> {
    for (const value of this.#values) if (value !== undefined) yield value;
  }

  #own(): void {
    if (!this.#isShared) return;
    this.#values = this.#values.slice();
    this.#isShared = false;
  }
}
