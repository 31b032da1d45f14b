/**
 * A sum of numbers and the same sum weighted by their places, by which two sets that differ in one place tell which it
 * is: one-sparse recovery. [L0]
 *
 *   sum = Σ e,  weighted = Σ e·p,  squared = Σ e·p²  (mod P)
 *   x against y at place p:  x − y,  p·(x − y),  p²·(x − y):  so p is the quotient of the first two, and of the others too
 *
 * An element on one side only is the same with 0 on the other side. Sets that differ in more places give two quotients,
 * which agree by chance once in P times.
 */
import { HALF_WORD as HALF, SUM_PRIME } from './config.ts';

/** Count and sums of a set of elements, each at a place. Without the third sum nothing can be told. */
export interface SparseSums {
  readonly count: number;
  readonly sum: number;
  readonly weighted: number;
  readonly squared?: number;
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
  if (Math.abs(ours.count - theirs.count) > 1 || ours.squared === undefined || theirs.squared === undefined) {
    return undefined;
  }
  const excess = subtractMod(ours.sum, theirs.sum);
  if (excess === 0) return undefined;
  const weighted = subtractMod(ours.weighted, theirs.weighted);
  const place = multiplyMod(weighted, inverseMod(excess));
  const isOne = multiplyMod(weighted, place) === subtractMod(ours.squared, theirs.squared);
  return isOne ? { place, excess } : undefined;
}
