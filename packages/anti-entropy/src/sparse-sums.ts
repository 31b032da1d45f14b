/**
 * A sum of numbers and the same sum weighted by their places, by which two sets that differ in one place tell which it
 * is: one-sparse recovery. [L0]
 *
 *   sum = Σ e,  weighted = Σ e·p  (mod P)     x against y at place p:  x − y  and  p·(x − y),  so p is their quotient
 *
 * An element on one side only is the same with 0 on the other side. Sets that differ in more places give a nonsense place,
 * at which we hold something only by chance: once in P/n times, and then the peer does not know its element either.
 *
 * Deviation: [L0] has a third sum to check the result by; here the count and our own records do that.
 */
import { HALF_WORD as HALF, SUM_PRIME } from './config.ts';

/** Count and sums of a set of elements, each at a place. */
export interface SparseSums {
  readonly count: number;
  readonly sum: number;
  readonly weighted: number;
}

/** Where two sets differ, if that is one place. */
export interface Difference {
  readonly place: number;
  /** Our element there less theirs; one that is not there counts as 0. Never 0. */
  readonly excess: number;
}

export function addMod(a: number, b: number): number {
  const sum = a + b;
  return sum >= SUM_PRIME ? sum - SUM_PRIME : sum;
}

export function subtractMod(a: number, b: number): number {
  return a >= b ? a - b : a - b + SUM_PRIME;
}

/** In two halves, so that no product exceeds 2^53. */
export function multiplyMod(a: number, b: number): number {
  const low = b % HALF;
  const high = (a * ((b - low) / HALF)) % SUM_PRIME;
  return (high * HALF + a * low) % SUM_PRIME;
}

/** The extended Euclidean algorithm. 0 has no inverse and gives 0. */
export function inverseMod(a: number): number {
  let [rest, next] = [SUM_PRIME, a];
  let [factor, nextFactor] = [0, 1];
  while (next !== 0) {
    const quotient = Math.floor(rest / next);
    [rest, next] = [next, rest - quotient * next];
    [factor, nextFactor] = [nextFactor, subtractMod(factor, multiplyMod(quotient, nextFactor))];
  }
  return factor;
}

/** `undefined` when it cannot be one place. Otherwise it is one, or nonsense: see above. */
export function differenceOf(ours: SparseSums, theirs: SparseSums): Difference | undefined {
  if (Math.abs(ours.count - theirs.count) > 1) return undefined;
  const excess = subtractMod(ours.sum, theirs.sum);
  if (excess === 0) return undefined;
  return { place: multiplyMod(subtractMod(ours.weighted, theirs.weighted), inverseMod(excess)), excess };
}
