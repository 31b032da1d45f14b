/** The sketch as messages: which cells to send, and what to say to those of a peer. */
import { batches, cellBytes } from './batches.ts';
import {
  type AntiEntropyConfig,
  CELL_GROWTH_PER_MILLE,
  CELLS_PER_DIFFERENCE_PER_MILLE,
  FEW_CELLS,
  FEW_CELLS_GROWTH_PER_MILLE,
  FIRST_CELL_COUNT_MIN,
  MANY_CELLS,
  PER_MILLE,
  SUM_PRIME,
} from './config.ts';
import type { MerkleTree } from './merkle-tree.ts';
import type { AntiEntropyBody, PlacedElement, Strategy } from './messages.ts';
import { type Cell, type Decoded, decoded } from './sketch.ts';

type Cells = Extract<AntiEntropyBody<never>, { readonly type: 'cells' }>;
type More = Extract<AntiEntropyBody<never>, { readonly type: 'more' }>;

/** What the cells of a peer tell. */
export type Reading =
  /** Our records that the peer lacks, by slot, and its versions that we lack. */
  | { readonly kind: 'decoded'; readonly slots: readonly number[]; readonly missing: readonly PlacedElement[] }
  /** It takes more of them. */
  | { readonly kind: 'more'; readonly request: More }
  /** They will not tell: the difference is too large, or the peer's cells are of more than one moment. */
  | { readonly kind: 'useless' };

/** The sketch of one tree, in sessions. */
export class SketchExchange {
  readonly #config: Readonly<AntiEntropyConfig>;
  readonly #tree: MerkleTree;
  readonly #strategy: Strategy;

  constructor(deps: { config: Readonly<AntiEntropyConfig>; tree: MerkleTree; strategy: Strategy }) {
    this.#config = deps.config;
    this.#tree = deps.tree;
    this.#strategy = deps.strategy;
  }

  /** The first cells for a difference of about so many elements; none when the walk is the better way. */
  first(estimate: number): Cells[] {
    const { cellCount } = this.#tree.sketch;
    const wantedCount = Math.ceil((estimate * CELLS_PER_DIFFERENCE_PER_MILLE) / PER_MILLE);
    if (this.#strategy !== 'sketch' && (this.#strategy !== 'auto' || wantedCount > cellCount)) return [];
    return this.cells(0, Math.max(FIRST_CELL_COUNT_MIN, wantedCount));
  }

  /** As many of these cells as there are. */
  cells(from: number, count: number): Cells[] {
    const { sketch } = this.#tree;
    const end = Math.min(sketch.cellCount, from + count);
    const indexes = Array.from({ length: Math.max(0, end - from) }, (_, nth) => from + nth);
    return batches(indexes, cellBytes, this.#config.messageBytesMax).map((batch) => ({
      type: 'cells',
      from: batch[0] ?? from,
      total: 0,
      cells: batch.map((index) => ({ ...sketch.cellAt(index), count: 0 })),
    }));
  }

  /** @param knownCount cells that were read before, in vain. */
  read(theirs: readonly Cell[], knownCount: number): Reading {
    const { cellCount } = this.#tree.sketch;
    const { length } = theirs;
    // A peer may leave holes, which hold no cell that could be subtracted.
    if (length === knownCount || length > cellCount || Object.keys(theirs).length < length) return { kind: 'useless' };
    const difference = this.#tree.sketch.prefix(length);
    difference.subtract(theirs);
    const found = decoded(difference);
    if (found !== undefined) return this.#locate(found);
    const count = Math.min(cellCount, grownCount(length)) - length;
    return count > 0 ? { kind: 'more', request: { type: 'more', from: length, count } } : { kind: 'useless' };
  }

  /** Of a record that both hold the initiator asks for the peer's version only: it sends its own back if that is newer. */
  #locate(found: Decoded): Reading {
    const ours: { readonly slot: number; readonly place: number }[] = [];
    const missing: PlacedElement[] = [];
    for (const each of found) {
      const [place, element] = [each.place % SUM_PRIME, each.element % SUM_PRIME];
      const slot = this.#tree.slotAt(place, element);
      if (slot === undefined) missing.push({ place, element });
      else ours.push({ slot, place });
    }
    const replaced = new Set(missing.map(({ place }) => place));
    return { kind: 'decoded', slots: ours.flatMap(({ slot, place }) => (replaced.has(place) ? [] : slot)), missing };
  }
}

function grownCount(count: number): number {
  const isFew = count >= FEW_CELLS && count < MANY_CELLS;
  return Math.ceil((count * (isFew ? FEW_CELLS_GROWTH_PER_MILLE : CELL_GROWTH_PER_MILLE)) / PER_MILLE);
}
