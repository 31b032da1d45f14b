/**
 * A prefix of the rateless sketch of a set [RIBLT §4]: coded symbols, of which a peer subtracts its own and peels what is
 * left, one difference after the other, until nothing is. How many it takes follows the difference, not the set: 1.35
 * to 1.8 for each element that only one side has. [RIBLT §5]
 *
 * An element is one version of one record, as its position and the first lane of its digest: a peer that has decoded it
 * knows where to look for it. It is in cell 0, and in cell i with a probability of 1/(1 + i/2); which ones, its own
 * numbers say. [RIBLT §4.2]
 *
 * Deviation: the paper makes symbols when they are asked for; here the first ones are kept up to date with each write, so
 * that to answer costs nothing. Its symbols count their elements, by which a peer sees which side has an element; ours do
 * not, for a peer that finds an element among its own records knows that as well.
 */
import { mix32 } from '@hearsay/core';
import { CELL_CHECK_WORD, CELL_WORDS, CHECK_SALT, MAPPING_SALT, MEAN_OFFSET, UINT32_RANGE } from './config.ts';

/** One coded symbol: exclusive ors over its elements. */
export interface Cell {
  /** Positions, uint32. */
  readonly place: number;
  /** First lanes of digests, uint32. */
  readonly element: number;
  /** Checks of both, uint32. */
  readonly check: number;
}

const NO_WORDS = new Int32Array(0);

/** The first cells of a set. */
export class Sketch {
  /** None before the first element: an empty set, of which a node has several, costs nothing. */
  #words = NO_WORDS;
  readonly cellCount: number;

  constructor(cellCount: number) {
    this.cellCount = cellCount;
  }

  get bytes(): number {
    return this.#words.byteLength;
  }

  /** Adds one element, or removes it. */
  change(place: number, element: number): void {
    const check = checkOf(place, element);
    const words = this.#written();
    for (const index of cellsOf(place, element, this.cellCount)) {
      const word = index * CELL_WORDS;
      words[word] = (words[word] ?? 0) ^ place;
      words[word + 1] = (words[word + 1] ?? 0) ^ element;
      words[word + CELL_CHECK_WORD] = (words[word + CELL_CHECK_WORD] ?? 0) ^ check;
    }
  }

  /** Takes the cells of a peer away from ours, which must reach as far: what is left is the difference. */
  subtract(cells: readonly Cell[]): void {
    const words = this.#written();
    for (const [index, { place, element, check }] of cells.entries()) {
      const word = index * CELL_WORDS;
      words[word] = (words[word] ?? 0) ^ place;
      words[word + 1] = (words[word + 1] ?? 0) ^ element;
      words[word + CELL_CHECK_WORD] = (words[word + CELL_CHECK_WORD] ?? 0) ^ check;
    }
  }

  cellAt(index: number): Cell {
    const word = index * CELL_WORDS;
    const words = this.#words;
    return {
      place: (words[word] ?? 0) >>> 0,
      element: (words[word + 1] ?? 0) >>> 0,
      check: (words[word + CELL_CHECK_WORD] ?? 0) >>> 0,
    };
  }

  /** A copy of the first cells. */
  prefix(cellCount: number): Sketch {
    const copy = new Sketch(cellCount);
    copy.#written().set(this.#words.subarray(0, cellCount * CELL_WORDS));
    return copy;
  }

  /** The words, to be changed. */
  #written(): Int32Array {
    if (this.#words === NO_WORDS) this.#words = new Int32Array(this.cellCount * CELL_WORDS);
    return this.#words;
  }
}

/** Elements that only one side has; which side, it knows for its own. */
export type Decoded = readonly Pick<Cell, 'place' | 'element'>[];

/**
 * What two sets differ in, from the difference of their cells, which is used up; `undefined` when these cells do not
 * tell. No cells, whoever made them, cost more than as many rounds as there are cells.
 */
export function decoded(difference: Sketch): Decoded | undefined {
  const { cellCount } = difference;
  const found: Pick<Cell, 'place' | 'element'>[] = [];
  const candidates = Array.from({ length: cellCount }, (_, index) => index);
  while (found.length <= cellCount) {
    const index = candidates.pop();
    if (index === undefined) break;
    const { place, element, check } = difference.cellAt(index);
    if (check !== checkOf(place, element)) continue;
    found.push({ place, element });
    difference.change(place, element);
    for (const touched of cellsOf(place, element, cellCount)) candidates.push(touched);
  }
  for (let index = 0; index < cellCount; index++) {
    const { place, element, check } = difference.cellAt(index);
    if (place !== 0 || element !== 0 || check !== 0) return undefined;
  }
  return found;
}

function checkOf(place: number, element: number): number {
  return mix32(mix32(place ^ CHECK_SALT) ^ element);
}

/**
 * The cells of an element, ascending. After cell i the chance that none of the next g has it is (i+1)(i+2) over
 * (i+g+1)(i+g+2), so a uniform number gives the distance to the next one by a square root. [RIBLT §4.2]
 */
function* cellsOf(place: number, element: number, cellCount: number): Generator<number> {
  let state = mix32(mix32(element ^ MAPPING_SALT) ^ place);
  for (let index = 0; index < cellCount; ) {
    yield index;
    state = mix32(state + MAPPING_SALT);
    const uniform = (state + 1) / (UINT32_RANGE + 1);
    index += Math.max(1, Math.ceil((index + MEAN_OFFSET) * (1 / Math.sqrt(uniform) - 1)));
  }
}
