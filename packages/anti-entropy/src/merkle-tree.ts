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
  COUNT_WORD,
  LANE_COUNT,
  LEAF_RECORD_COUNT_MIN,
  NODE_WORDS,
  SQUARED_WORD,
  SUM_PRIME,
  SUM_WORD,
  WEIGHTED_WORD,
} from './config.ts';
import { laneBytes, RecordHash, saltedDigest } from './digest.ts';
import { Sketch } from './sketch.ts';
import { SlotTable } from './slot-table.ts';
import { addMod, multiplyMod, type SparseSums, subtractMod } from './sparse-sums.ts';
import { ancestorOf, depthFor, prefixOf } from './tree-shape.ts';

// Scratch of one call, of whichever tree: a node has a tree for each replica, most of them small.
/** The digest of the record being written. */
const DIGEST = new Uint32Array(LANE_COUNT);
/** Nodes below the leaves. */
const BELOW = new Uint32Array(ARITY * NODE_WORDS);

/**
 * An incremental digest of a set of keyed records. It begins with one level below the root, gains another whenever its
 * leaves hold more than `LEAF_RECORD_COUNT_MAX` records on average, until it has `depthMax`, and loses one when they
 * hold less than `LEAF_RECORD_COUNT_MIN`. Nodes below the leaves can be asked for as well; they are summed up then.
 */
export class MerkleTree {
  readonly #depthMax: number;
  readonly #hash: RecordHash;
  #slots: SlotTable;
  #sketch: Sketch;
  /** The nodes of each level: lanes, count, sparse sums. */
  #levels: Uint32Array[] = [levelOf(0), levelOf(1)];
  /** Whether another tree reads the same nodes and cells: who changes them first takes a copy. */
  #isShared = false;

  /** @param depthMax at least 1. */
  constructor(depthMax: number, key: Uint8Array | RecordHash, sketchCellCount = 0) {
    this.#depthMax = depthMax;
    this.#hash = key instanceof RecordHash ? key : new RecordHash(key);
    this.#slots = new SlotTable(ARITY, this.#hash.seed);
    this.#sketch = new Sketch(sketchCellCount);
  }

  /** A tree of its own over the same records. What neither of the two has changed yet, both read. */
  copy(): MerkleTree {
    const copy = new MerkleTree(this.#depthMax, this.#hash);
    copy.#slots = this.#slots.copy();
    copy.#sketch = this.#sketch;
    copy.#levels = this.#levels;
    copy.#isShared = true;
    this.#isShared = true;
    return copy;
  }

  /** The first cells of the sketch over the same records. */
  get sketch(): Sketch {
    return this.#sketch;
  }

  /** Levels below the root, as of now. */
  get depth(): number {
    return this.#levels.length - 1;
  }

  /** Number of records. */
  get count(): number {
    return this.countAt(0, 0);
  }

  /** Nodes of the deepest level. */
  get leafCount(): number {
    return ARITY ** this.depth;
  }

  /** The nodes of a level as they lie in memory. Not to be written: for tests that do it all the same. */
  wordsAt(level: number): Uint32Array {
    return this.#level(level);
  }

  /** Memory of the tree, without the keys. */
  get bytes(): number {
    const leafHeads = Int32Array.BYTES_PER_ELEMENT * ARITY ** this.depth;
    return this.#levels.reduce(
      (sum, nodes) => sum + nodes.byteLength,
      this.#slots.bytes + leafHeads + this.sketch.bytes,
    );
  }

  /** The sum over all records, 16 bytes. With `count`, equal for equal contents only. */
  rootSum(): Uint8Array {
    return laneBytes(this.#level(0).subarray(0, LANE_COUNT));
  }

  /** Takes the place of the record under `key`, or adds it. Touches `depth + 1` nodes. */
  set(key: string, canonicalBytes: Uint8Array): void {
    this.#hash.digestInto(DIGEST, canonicalBytes);
    const held = this.#slots.slotOf(key);
    const slot = held ?? this.#addSlot(key);
    this.#change(slot, DIGEST, held === undefined ? 1 : 0);
    if (held === undefined) this.#fitDepth();
  }

  /** Removes the record under `key`. Returns whether there was one. */
  delete(key: string): boolean {
    const slot = this.#slots.slotOf(key);
    if (slot === undefined) return false;
    DIGEST.fill(0);
    this.#change(slot, DIGEST, -1);
    this.#slots.remove(slot, prefixOf(this.#slots.positionOf(slot), this.depth));
    this.#fitDepth();
    return true;
  }

  slotOf(key: string): number | undefined {
    return this.#slots.slotOf(key);
  }

  /** Whether the digest in a slot is that of these bytes. */
  isDigestOf(slot: number, canonicalBytes: Uint8Array): boolean {
    this.#hash.digestInto(DIGEST, canonicalBytes);
    return DIGEST.every((lane, nth) => lane === this.#slots.lanes[slot * LANE_COUNT + nth]);
  }

  /** Records below a node of any level. Below the leaves it costs a look at the leaf. */
  countAt(level: number, index: number): number {
    const [nodes, word] = this.#nodeAt(level, index);
    return nodes[word + COUNT_WORD] ?? 0;
  }

  /** Records that `slotsBelow` looks at: those of the leaf, for a node below the leaves. */
  scanCountOf(level: number, index: number): number {
    if (level <= this.depth) return this.countAt(level, index);
    return this.countAt(this.depth, ancestorOf(index, level, this.depth));
  }

  /** Salted digest of a node of any level, for comparing on the wire. */
  digestAt(level: number, index: number, salt: number): number {
    const [nodes, word] = this.#nodeAt(level, index);
    return saltedDigest(nodes, word, nodes[word + COUNT_WORD] ?? 0, salt);
  }

  /** Salted digests of the sixteen children of a node, which are of `level`. */
  childDigests(level: number, parent: number, salt: number): number[] {
    const [nodes, first] = this.#childrenOf(level, parent);
    return Array.from({ length: ARITY }, (_, nth) => {
      const word = first + nth * NODE_WORDS;
      return saltedDigest(nodes, word, nodes[word + COUNT_WORD] ?? 0, salt);
    });
  }

  /** Count and sparse sums of the elements below a node of any level. */
  sumsAt(level: number, index: number): SparseSums {
    const [nodes, word] = this.#nodeAt(level, index);
    return {
      count: nodes[word + COUNT_WORD] ?? 0,
      sum: nodes[word + SUM_WORD] ?? 0,
      weighted: nodes[word + WEIGHTED_WORD] ?? 0,
      squared: nodes[word + SQUARED_WORD] ?? 0,
    };
  }

  /** The number that stands for one version of a record in the sparse sums: below `SUM_PRIME`. */
  elementOf(slot: number): number {
    return elementIn(this.#slots.lanes, slot);
  }

  /**
   * The slots of records at a place: of a million records a hundred pairs share one. Costs a look at the leaf, as does
   * `slotAt`.
   */
  slotsAt(place: number): number[] {
    const found: number[] = [];
    for (let slot = this.#slots.firstOf(prefixOf(place, this.depth)); slot >= 0; slot = this.#slots.after(slot)) {
      if (this.positionOf(slot) === place) found.push(slot);
    }
    return found;
  }

  /** The slot of the record at a place in the version of `element`. */
  slotAt(place: number, element: number): number | undefined {
    return this.slotsAt(place).find((slot) => this.elementOf(slot) === element);
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

  /** Adds up a leaf from its records, and puts it right with all above it. Returns whether it was wrong. */
  verifyLeaf(leaf: number): boolean {
    const { depth } = this;
    const sums = BELOW.subarray(0, NODE_WORDS).fill(0);
    for (let slot = this.#slots.firstOf(leaf); slot >= 0; slot = this.#slots.after(slot)) this.#addTo(sums, 0, slot);
    const held = this.#level(depth).subarray(leaf * NODE_WORDS, (leaf + 1) * NODE_WORDS);
    if (held.every((value, nth) => value === sums[nth])) return false;
    this.#ownSums();
    this.#level(depth).set(sums, leaf * NODE_WORDS);
    // A sum above is wrong by the same amount only if it was right before, so each is added up anew.
    for (let level = depth - 1; level >= 0; level--) this.#resum(level, ancestorOf(leaf, depth, level));
    return true;
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
  #change(slot: number, digest: Uint32Array, countChange: -1 | 0 | 1): void {
    this.#ownSums();
    const lanes = this.#slots.ownLanes;
    const position = this.#slots.positionOf(slot);
    const from = slot * LANE_COUNT;
    const old = countChange === 1 ? 0 : elementIn(lanes, slot);
    const now = countChange === -1 ? 0 : (digest[0] ?? 0) % SUM_PRIME;
    const excess = subtractMod(now, old);
    const place = position % SUM_PRIME;
    const weighted = multiplyMod(excess, place);
    const squared = multiplyMod(weighted, place);
    for (let level = 0; level < this.#levels.length; level++) {
      const nodes = this.#level(level);
      const word = prefixOf(position, level) * NODE_WORDS;
      for (let lane = 0; lane < LANE_COUNT; lane++) {
        nodes[word + lane] = (nodes[word + lane] ?? 0) + (digest[lane] ?? 0) - (lanes[from + lane] ?? 0);
      }
      nodes[word + COUNT_WORD] = (nodes[word + COUNT_WORD] ?? 0) + countChange;
      nodes[word + SUM_WORD] = addMod(nodes[word + SUM_WORD] ?? 0, excess);
      nodes[word + WEIGHTED_WORD] = addMod(nodes[word + WEIGHTED_WORD] ?? 0, weighted);
      nodes[word + SQUARED_WORD] = addMod(nodes[word + SQUARED_WORD] ?? 0, squared);
    }
    if (this.sketch.cellCount > 0) {
      if (countChange !== 1) this.sketch.change(position, lanes[from] ?? 0);
      if (countChange !== -1) this.sketch.change(position, digest[0] ?? 0);
    }
    lanes.set(digest, from);
  }

  #fitDepth(): void {
    const { count, depth } = this;
    if (depth < depthFor(count, this.#depthMax)) this.#deepen();
    else if (depth > 1 && count < LEAF_RECORD_COUNT_MIN * ARITY ** depth) this.#flatten();
  }

  /** One more level, from the records: O(count), and so rare that a write costs O(1) of it on average. */
  #deepen(): void {
    this.#ownSums();
    const level = this.depth + 1;
    const nodes = levelOf(level);
    for (const slot of this.#slots.slots()) {
      this.#addTo(nodes, prefixOf(this.#slots.positionOf(slot), level) * NODE_WORDS, slot);
    }
    this.#levels.push(nodes);
    this.#relink();
  }

  /** The level above holds the sums of this one already. */
  #flatten(): void {
    this.#ownSums();
    this.#levels.pop();
    this.#relink();
  }

  #relink(): void {
    const { depth } = this;
    this.#slots.relink(ARITY ** depth, (position) => prefixOf(position, depth));
  }

  /** Adds the record in a slot to the node at `word`. */
  #addTo(nodes: Uint32Array, word: number, slot: number): void {
    const { lanes } = this.#slots;
    const element = elementIn(lanes, slot);
    for (let lane = 0; lane < LANE_COUNT; lane++) {
      nodes[word + lane] = (nodes[word + lane] ?? 0) + (lanes[slot * LANE_COUNT + lane] ?? 0);
    }
    nodes[word + COUNT_WORD] = (nodes[word + COUNT_WORD] ?? 0) + 1;
    nodes[word + SUM_WORD] = addMod(nodes[word + SUM_WORD] ?? 0, element);
    const place = this.positionOf(slot) % SUM_PRIME;
    const weighted = multiplyMod(element, place);
    nodes[word + WEIGHTED_WORD] = addMod(nodes[word + WEIGHTED_WORD] ?? 0, weighted);
    nodes[word + SQUARED_WORD] = addMod(nodes[word + SQUARED_WORD] ?? 0, multiplyMod(weighted, place));
  }

  /** A node from its children. */
  #resum(level: number, index: number): void {
    const nodes = this.#level(level);
    const children = this.#level(level + 1);
    const word = index * NODE_WORDS;
    nodes.fill(0, word, word + NODE_WORDS);
    for (let nth = 0; nth < ARITY; nth++) {
      const child = (index * ARITY + nth) * NODE_WORDS;
      for (let part = 0; part <= COUNT_WORD; part++) {
        nodes[word + part] = (nodes[word + part] ?? 0) + (children[child + part] ?? 0);
      }
      for (const part of [SUM_WORD, WEIGHTED_WORD, SQUARED_WORD]) {
        nodes[word + part] = addMod(nodes[word + part] ?? 0, children[child + part] ?? 0);
      }
    }
  }

  #ownSums(): void {
    if (!this.#isShared) return;
    this.#isShared = false;
    this.#levels = this.#levels.map((nodes) => nodes.slice());
    this.#sketch = this.#sketch.prefix(this.#sketch.cellCount);
  }

  /** The array that holds a node, and its first word there. One below the leaves is good until the next call. */
  #nodeAt(level: number, index: number): [Uint32Array, number] {
    if (level <= this.depth) return [this.#level(level), index * NODE_WORDS];
    const [nodes, first] = this.#childrenOf(level, Math.floor(index / ARITY));
    return [nodes, first + (index % ARITY) * NODE_WORDS];
  }

  /** As `#nodeAt`, of the first of the sixteen nodes below `parent`; they are of `level`. */
  #childrenOf(level: number, parent: number): [Uint32Array, number] {
    const { depth } = this;
    if (level <= depth) return [this.#level(level), parent * ARITY * NODE_WORDS];
    BELOW.fill(0);
    const leaf = ancestorOf(parent, level - 1, depth);
    for (let slot = this.#slots.firstOf(leaf); slot >= 0; slot = this.#slots.after(slot)) {
      const index = prefixOf(this.#slots.positionOf(slot), level);
      if (Math.floor(index / ARITY) === parent) this.#addTo(BELOW, (index % ARITY) * NODE_WORDS, slot);
    }
    return [BELOW, 0];
  }

  #level(level: number): Uint32Array {
    return this.#levels[level] as Uint32Array;
  }
}

/** Lane 0 of a record's digest, made a number of the field. */
function elementIn(lanes: Uint32Array, slot: number): number {
  return (lanes[slot * LANE_COUNT] ?? 0) % SUM_PRIME;
}

function levelOf(level: number): Uint32Array {
  return new Uint32Array(ARITY ** level * NODE_WORDS);
}
