/**
 * The digest tree [Merkle]: every node holds the sum of the 128-bit digests of the records below it, and their count.
 *
 *   level 0: one root … level `depth`: 16^depth leaves; the node of a key at level l is the first 4l bits of its position
 *
 * Digests combine by addition, lane by lane modulo 2^32 [AdHash]: a write changes one node per level and no sibling is
 * read, and the sum does not depend on the order of the writes. Exclusive or would do the same, but loses what occurs
 * twice and can be forged by solving linear equations. The digest of a prefix does not depend on the depth of the tree,
 * so trees of different depths can be compared down to the leaves of the shallower one.
 *
 * Deviation: in the tree of [Merkle] a node is the hash of its children, which makes proofs possible and every write
 * re-hash a path with all siblings on it; members exchange no proofs, and write far more often than they compare.
 */
import {
  ARITY,
  ARITY_BITS,
  LANE_COUNT,
  LEAF_RECORD_COUNT_MAX,
  LEVEL_MAX,
  NODE_WORDS,
  POSITION_BITS,
} from './config.ts';
import { laneBytes, RecordHash, saltedDigest } from './digest.ts';
import { SlotTable } from './slot-table.ts';

/**
 * An incremental digest of a set of keyed records. It begins with one level below the root and gains another whenever
 * its leaves hold `LEAF_RECORD_COUNT_MAX` records on average, until it has `depthMax`: an empty one is small.
 */
export class MerkleTree {
  readonly #depthMax: number;
  readonly #hash: RecordHash;
  readonly #slots: SlotTable;
  /** The nodes of each level: `LANE_COUNT` lanes, then the count. */
  readonly #levels: Uint32Array[] = [levelOf(0), levelOf(1)];
  /** Scratch: the digest of the record being written. */
  readonly #digest = new Uint32Array(LANE_COUNT);

  /** @param depthMax at least 1. */
  constructor(depthMax: number, hashKey: Uint8Array) {
    this.#depthMax = depthMax;
    this.#hash = new RecordHash(hashKey);
    this.#slots = new SlotTable(ARITY);
  }

  /** Levels below the root, as of now. */
  get depth(): number {
    return this.#levels.length - 1;
  }

  /** Number of records. */
  get count(): number {
    return this.countAt(0, 0);
  }

  /** The sum over all records, 16 bytes. With `count`, equal for equal contents only. */
  rootSum(): Uint8Array {
    return laneBytes(this.#level(0).subarray(0, LANE_COUNT));
  }

  /** Takes the place of the record under `key`, or adds it. Touches `depth + 1` nodes. */
  set(key: string, canonicalBytes: Uint8Array): void {
    this.#hash.digestInto(this.#digest, canonicalBytes);
    const held = this.#slots.slotOf(key);
    const slot = held ?? this.#addSlot(key);
    this.#change(slot, this.#digest, Number(held === undefined));
    if (this.depth < depthFor(this.count, this.#depthMax)) this.#deepen();
  }

  /** Removes the record under `key`. Returns whether there was one. */
  delete(key: string): boolean {
    const slot = this.#slots.slotOf(key);
    if (slot === undefined) return false;
    this.#digest.fill(0);
    this.#change(slot, this.#digest, -1);
    this.#slots.remove(slot, prefixOf(this.#slots.positionOf(slot), this.depth));
    return true;
  }

  /** Records below a node of `level` ≤ `depth`. */
  countAt(level: number, index: number): number {
    return this.#level(level)[index * NODE_WORDS + LANE_COUNT] ?? 0;
  }

  /** Records that `slotsBelow` looks at: those of the leaf, for a node below the leaves. */
  scanCountOf(level: number, index: number): number {
    if (level <= this.depth) return this.countAt(level, index);
    return this.countAt(this.depth, ancestorOf(index, level, this.depth));
  }

  /** Salted digest of a node of `level` ≤ `depth`, for comparing on the wire. */
  digestAt(level: number, index: number, salt: number): number {
    return saltedDigest(this.#level(level), index * NODE_WORDS, this.countAt(level, index), salt);
  }

  /** Salted form of one record's digest. */
  fingerprintOf(slot: number, salt: number): number {
    return saltedDigest(this.#slots.lanes, slot * LANE_COUNT, 1, salt);
  }

  keyOf(slot: number): string {
    return this.#slots.keyOf(slot);
  }

  positionOf(slot: number): number {
    return this.#slots.positionOf(slot);
  }

  /**
   * The slots of records below a node of any level, after a look at `countMax` of them. The walk begins near `start`,
   * a position, and goes round, so a random start makes what a bound leaves out random too. Empty branches are not
   * entered.
   */
  slotsBelow(level: number, index: number, countMax: number, start: number): number[] {
    if (level <= this.depth) {
      const found: number[] = [];
      this.#collect(level, index, countMax, start, found);
      return found;
    }
    const leaf = ancestorOf(index, level, this.depth);
    const slots = this.#leafSlots(leaf, countMax, start);
    return slots.filter((slot) => prefixOf(this.#slots.positionOf(slot), level) === index);
  }

  #collect(level: number, index: number, countMax: number, start: number, found: number[]): void {
    if (this.countAt(level, index) === 0) return;
    if (level === this.depth) {
      for (const slot of this.#leafSlots(index, countMax - found.length, start)) found.push(slot);
      return;
    }
    const first = prefixOf(start, level + 1) % ARITY;
    for (let step = 0; step < ARITY && found.length < countMax; step++) {
      this.#collect(level + 1, index * ARITY + ((first + step) % ARITY), countMax, start, found);
    }
  }

  /** A leaf with more slots than asked for is read from a place that `start` chooses: else its end would never be. */
  #leafSlots(leaf: number, countMax: number, start: number): number[] {
    if (countMax === 0) return [];
    const slots = [...this.#slots.slotsOf(leaf)];
    if (slots.length <= countMax) return slots;
    const first = start % slots.length;
    return [...slots.slice(first), ...slots.slice(0, first)].slice(0, countMax);
  }

  #addSlot(key: string): number {
    const position = this.#hash.positionOf(key);
    return this.#slots.add(key, position, prefixOf(position, this.depth));
  }

  /** Gives `slot` a new digest and carries the difference to every node above it. Typed arrays wrap modulo 2^32. */
  #change(slot: number, digest: Uint32Array, countChange: number): void {
    const { lanes } = this.#slots;
    const position = this.#slots.positionOf(slot);
    for (const [level, nodes] of this.#levels.entries()) {
      const word = prefixOf(position, level) * NODE_WORDS;
      for (let lane = 0; lane < LANE_COUNT; lane++) {
        const change = (digest[lane] ?? 0) - (lanes[slot * LANE_COUNT + lane] ?? 0);
        nodes[word + lane] = (nodes[word + lane] ?? 0) + change;
      }
      nodes[word + LANE_COUNT] = (nodes[word + LANE_COUNT] ?? 0) + countChange;
    }
    lanes.set(digest, slot * LANE_COUNT);
  }

  /** One more level, from the records: O(count), and so rare that a write costs O(1) of it on average. */
  #deepen(): void {
    const level = this.depth + 1;
    const nodes = levelOf(level);
    const { lanes } = this.#slots;
    for (const slot of this.#slots.slots()) {
      const word = prefixOf(this.#slots.positionOf(slot), level) * NODE_WORDS;
      for (let lane = 0; lane < LANE_COUNT; lane++) {
        nodes[word + lane] = (nodes[word + lane] ?? 0) + (lanes[slot * LANE_COUNT + lane] ?? 0);
      }
      nodes[word + LANE_COUNT] = (nodes[word + LANE_COUNT] ?? 0) + 1;
    }
    this.#slots.relink(ARITY ** level, (position) => prefixOf(position, level));
    this.#levels.push(nodes);
  }

  #level(level: number): Uint32Array {
    return this.#levels[level] as Uint32Array;
  }
}

/** Levels below the root of a tree that never held more than `recordCount` records. */
export function depthFor(recordCount: number, depthMax: number): number {
  let depth = 1;
  while (depth < depthMax && recordCount > LEAF_RECORD_COUNT_MAX * ARITY ** depth) depth += 1;
  return depth;
}

function levelOf(level: number): Uint32Array {
  return new Uint32Array(ARITY ** level * NODE_WORDS);
}

/** Index, in its level, of the node that a position belongs to. Shifting by 32 would shift by 0, hence the first case. */
export function prefixOf(position: number, level: number): number {
  return level === 0 ? 0 : position >>> (POSITION_BITS - ARITY_BITS * level);
}

/** Index of the node at `ancestorLevel` above a node of `level`. */
function ancestorOf(index: number, level: number, ancestorLevel: number): number {
  return Math.floor(index / ARITY ** (level - ancestorLevel));
}

/** Number of nodes in a level, up to 2^32 at `LEVEL_MAX`. */
export function nodeCountAt(level: number): number {
  return ARITY ** Math.min(level, LEVEL_MAX);
}
