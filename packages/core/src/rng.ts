/**
 * Seeded, splittable randomness. The generator is xoroshiro128+ of pure-rand; the picks on top of it are unbiased:
 * partial Fisher-Yates and rejection, never modulo and never a random comparator.
 *
 * Children are forked by label from the seed, not from the state: to add a draw, or a child, in one protocol never
 * shifts the numbers of another, so a recorded simulation stays comparable across versions.
 */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { hash32 } from './hash.ts';

const UINT32_RANGE = 0x1_0000_0000;
const PER_MILLE = 1_000;

/** A source of random numbers that a seed reproduces exactly. */
export class Rng {
  /** Reproduces this generator from its first number. */
  readonly seed: number;
  readonly #generator: ReturnType<typeof xoroshiro128plus>;

  /** @param seed any 32-bit integer; higher bits are ignored. */
  constructor(seed: number) {
    this.seed = seed | 0;
    this.#generator = xoroshiro128plus(this.seed);
  }

  /** An independent generator, the same for the same seed and label. Labels name the user: `swim`, `node-3`. */
  fork(label: string): Rng {
    return new Rng(hash32(label, this.seed));
  }

  /** Uniform over 0 … 2^32-1. */
  uint32(): number {
    return this.#generator.next() >>> 0;
  }

  /** Uniform over 0 … `bound`-1. `bound` is an integer of at least 1. */
  below(bound: number): number {
    return bound <= 1 ? 0 : uniformInt(this.#generator, 0, bound - 1);
  }

  /** Uniform over [0, 1) in steps of 2^-32. */
  fraction(): number {
    return this.uint32() / UINT32_RANGE;
  }

  /** True in `perMille` of 1000 cases. */
  chance(perMille: number): boolean {
    return perMille > 0 && this.below(PER_MILLE) < perMille;
  }

  /** `valueMs` moved by up to `sharePerMille` of itself, earlier or later: spreads timers that started together. */
  jittered(valueMs: number, sharePerMille: number): number {
    const spreadMs = (valueMs * sharePerMille) / PER_MILLE;
    return Math.max(0, valueMs + (this.fraction() * 2 - 1) * spreadMs);
  }

  /** One element, uniformly, or `undefined` of an empty list. */
  pick<V>(values: readonly V[]): V | undefined {
    return values[this.below(values.length)];
  }

  /** Up to `count` distinct elements in random order. O(count), whatever the length. */
  sample<V>(values: readonly V[], count: number): V[] {
    const picked: V[] = [];
    if (count <= 0) return picked;
    for (const value of this.permutation(values)) {
      picked.push(value);
      if (picked.length >= count) break;
    }
    return picked;
  }

  /** All elements in random order, drawn one by one as they are asked for: a sparse Fisher-Yates. */
  *permutation<V>(values: ArrayLike<V>): Generator<V, void, undefined> {
    const moved = new Map<number, number>();
    for (let index = 0; index < values.length; index++) {
      const chosen = index + this.below(values.length - index);
      const value = values[moved.get(chosen) ?? chosen] as V;
      moved.set(chosen, moved.get(index) ?? index);
      yield value;
    }
  }

  /** Shuffles in place (Fisher-Yates) and returns the same array. */
  shuffle<V>(values: V[]): V[] {
    for (let index = values.length - 1; index > 0; index--) {
      const other = this.below(index + 1);
      const held = values[index] as V;
      values[index] = values[other] as V;
      values[other] = held;
    }
    return values;
  }
}
