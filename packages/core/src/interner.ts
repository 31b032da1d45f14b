/**
 * Small numbers for names. What a node knows about every member lies in many tables; with numbers, each is an array
 * instead of a hash map, and only the one map here pays for hashing and for the text of a name.
 *
 * A number is held as often as it was taken, and serves another name once nobody holds it: a peer that invents names
 * makes nothing grow.
 */

/** Names by number and numbers by name. */
export class Interner {
  readonly #numbers = new Map<string, number>();
  readonly #names: (string | undefined)[] = [];
  readonly #holdCounts: number[] = [];
  readonly #free: number[] = [];

  /** Names that are held. */
  get size(): number {
    return this.#numbers.size;
  }

  /** The number of a name, or `undefined` when nobody holds it. */
  numberOf(name: string): number | undefined {
    return this.#numbers.get(name);
  }

  /** The name of a number that is held. */
  nameOf(number: number): string | undefined {
    return this.#names[number];
  }

  /** The number of a name, from now on held once more. Numbers are as small as those that were freed allow. */
  take(name: string): number {
    const held = this.#numbers.get(name);
    if (held !== undefined) {
      this.#holdCounts[held] = (this.#holdCounts[held] ?? 0) + 1;
      return held;
    }
    const number = this.#free.pop() ?? this.#names.length;
    this.#numbers.set(name, number);
    this.#names[number] = name;
    this.#holdCounts[number] = 1;
    return number;
  }

  /** Holds a number once more that is held already. */
  hold(number: number): void {
    if (this.#names[number] !== undefined) this.#holdCounts[number] = (this.#holdCounts[number] ?? 0) + 1;
  }

  /** Gives back what one `take` or `hold` of this number gave. */
  release(number: number): void {
    const name = this.#names[number];
    if (name === undefined) return;
    const holdCount = (this.#holdCounts[number] ?? 0) - 1;
    this.#holdCounts[number] = holdCount;
    if (holdCount > 0) return;
    this.#numbers.delete(name);
    this.#names[number] = undefined;
    this.#free.push(number);
  }
}
