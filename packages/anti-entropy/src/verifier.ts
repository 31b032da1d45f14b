/**
 * Goes round the tree, some records at a time, and puts right what does not agree with the replica: a record that changed
 * without a word, a sum that memory did not keep. Equal roots of unequal replicas would otherwise hide it for ever.
 */
import type { Replica } from '@hearsay/core';
import type { MerkleTree } from './merkle-tree.ts';

/** The canonical bytes of a record without reading the record, if the replica can tell. */
export function bytesAt<R>(replica: Replica<R>, key: string): Uint8Array | undefined {
  const bytes = replica.canonicalBytesAt?.(key);
  if (bytes !== undefined) return bytes;
  const record = replica.get(key);
  return record === undefined ? undefined : replica.canonicalBytes(record);
}

/** One round after the other over the leaves of a tree. */
export class Verifier<R> {
  readonly #tree: MerkleTree;
  readonly #replica: Replica<R>;
  readonly #roundMs: number;
  /** Records that should have been looked at by now; what is not whole waits for the next time. */
  #dueCount = 0;
  #nextLeaf = 0;
  #repairedCount = 0;

  /** @param roundMs time for one look at everything; 0: there is none. */
  constructor(tree: MerkleTree, replica: Replica<R>, roundMs: number) {
    this.#tree = tree;
    this.#replica = replica;
    this.#roundMs = roundMs;
  }

  /** Records and leaves that were wrong, since the start. */
  get repairedCount(): number {
    return this.#repairedCount;
  }

  /** Checks as many leaves as belong to this part of a round. A look at a leaf counts as one at a record. */
  advance(elapsedMs: number): void {
    if (this.#roundMs === 0) return;
    const { leafCount } = this.#tree;
    this.#dueCount += ((this.#tree.count + leafCount) * elapsedMs) / this.#roundMs;
    for (let steps = 0; steps < leafCount && this.#dueCount >= 1; steps++) {
      const leaf = this.#nextLeaf % leafCount;
      this.#dueCount -= 1 + this.#tree.countAt(this.#tree.depth, leaf);
      this.#check(leaf);
      this.#nextLeaf = leaf + 1;
      if (this.#nextLeaf < leafCount) continue;
      this.#nextLeaf = 0;
      if (this.#tree.count !== this.#replica.recordCount) this.#addMissing();
    }
  }

  #check(leaf: number): void {
    const { depth } = this.#tree;
    if (this.#tree.verifyLeaf(leaf)) this.#repairedCount += 1;
    for (const slot of this.#tree.slotsBelow(depth, leaf, Number.POSITIVE_INFINITY, 0)) {
      const key = this.#tree.keyOf(slot);
      const bytes = bytesAt(this.#replica, key);
      if (bytes !== undefined && this.#tree.isDigestOf(slot, bytes)) continue;
      this.#repairedCount += 1;
      if (bytes === undefined) this.#tree.delete(key);
      else this.#tree.set(key, bytes);
    }
  }

  /** Reads all keys: it takes records of which the tree was never told. */
  #addMissing(): void {
    for (const key of this.#replica.keys()) {
      if (this.#tree.slotOf(key) !== undefined) continue;
      const bytes = bytesAt(this.#replica, key);
      if (bytes === undefined) continue;
      this.#repairedCount += 1;
      this.#tree.set(key, bytes);
    }
  }
}
