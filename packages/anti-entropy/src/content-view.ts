/** What one node says about the content of its replica: digests, sums and lists of nodes of the tree. */
import type { Rng } from '@hearsay/core';
import {
  batches,
  bucketBytes,
  bucketItemCountMax,
  bucketPieces,
  bucketsOf,
  nodeDigestsBytes,
  nodeSumsBytes,
  placedElementBytes,
} from './batches.ts';
import type { Budget } from './budget.ts';
import type { AntiEntropyConfig } from './config.ts';
import type { MerkleTree } from './merkle-tree.ts';
import type { AntiEntropyBody, Bucket, PlacedElement } from './messages.ts';
import { prefixOf } from './tree-shape.ts';

type Body = AntiEntropyBody<never>;

/** What a look at our records takes. */
export interface Looking {
  /** The session's id. */
  readonly salt: number;
  readonly budget: Budget;
}

/** The tree as messages. */
export class ContentView {
  readonly #config: Readonly<AntiEntropyConfig>;
  readonly #tree: MerkleTree;
  readonly #rng: Rng;

  constructor(deps: { config: Readonly<AntiEntropyConfig>; tree: MerkleTree; rng: Rng }) {
    this.#config = deps.config;
    this.#tree = deps.tree;
    this.#rng = deps.rng;
  }

  /**
   * In random order, also when none is left out: later the scans may run out, and in a fixed order the same part would
   * be left out each time. Records that an owner refuses never become equal and would starve all that come after them.
   */
  chosen(level: number, indexes: readonly number[], budget: Budget): readonly number[] {
    return this.#rng.sample(indexes, budget.grantNodes(level, indexes.length));
  }

  /**
   * Our records below a node, as one bucket or, if they are too many for a message, as those of its children. Nothing
   * when we may not look: an empty bucket would claim that we hold nothing, and the peer would push all that it holds.
   */
  list(level: number, index: number, { salt, budget }: Looking): Bucket[] {
    const slots = this.slotsBelow(level, index, this.#rng.uint32(), budget);
    if (slots === undefined) return [];
    const items = slots.map((slot) => ({
      position: this.#tree.positionOf(slot),
      fingerprint: this.#tree.fingerprintOf(slot, salt),
    }));
    return bucketsOf(level, index, items, bucketItemCountMax(this.#config.messageBytesMax), prefixOf);
  }

  /**
   * A node of the tree costs nothing to look at; one below its leaves, a look at the leaf. Another must be left to say
   * what differs there: who compared with the last one would find the same difference each time and never name it.
   */
  mayLookAt(level: number, index: number, budget: Budget): boolean {
    if (level <= this.#tree.depth) return true;
    const scanCount = this.#tree.scanCountOf(level, index);
    return scanCount <= budget.scansLeft - scanCount && budget.grantScans(scanCount) === scanCount;
  }

  /** Our records below a node, as many as we may still look at; `undefined` when there are some and no look is left. */
  slotsBelow(level: number, index: number, start: number, budget: Budget): number[] | undefined {
    const scanCount = this.#tree.scanCountOf(level, index);
    const granted = budget.grantScans(scanCount);
    return granted === 0 && scanCount > 0 ? undefined : this.#tree.slotsBelow(level, index, granted, start);
  }

  digests(level: number, parents: readonly number[], salt: number): Body[] {
    const { messageBytesMax } = this.#config;
    return batches(parents, nodeDigestsBytes, messageBytesMax).map((batch) => this.digestsOf(level, batch, salt));
  }

  digestsOf(level: number, parents: readonly number[], salt: number): Body {
    const nodes = parents.map((index) => ({ index, children: this.#tree.childDigests(level, index, salt) }));
    return { type: 'digests', level, nodes };
  }

  sums(level: number, indexes: readonly number[]): Body[] {
    return batches(indexes, nodeSumsBytes, this.#config.messageBytesMax).map((batch) => ({
      type: 'sums',
      level,
      nodes: batch.toSorted((a, b) => a - b).map((index) => ({ index, ...this.#tree.sumsAt(level, index) })),
    }));
  }

  fetch(elements: readonly PlacedElement[]): Body[] {
    return batches(elements, placedElementBytes, this.#config.messageBytesMax).map((batch) => ({
      type: 'fetch',
      elements: batch.toSorted((a, b) => a.place - b.place),
    }));
  }

  stillMissing(elements: readonly PlacedElement[]): Body | undefined {
    const left = elements.filter(({ place, element }) => this.#tree.slotAt(place, element) === undefined);
    return left.length > 0 ? { type: 'fetch', elements: left } : undefined;
  }

  items(buckets: readonly Bucket[]): Body[] {
    return batches(buckets, bucketBytes, this.#config.messageBytesMax).map((batch) => ({
      type: 'items',
      buckets: batch,
    }));
  }

  want(buckets: readonly Bucket[]): Body[] {
    const { messageBytesMax } = this.#config;
    const pieces = buckets.flatMap((bucket) => bucketPieces(bucket, bucketItemCountMax(messageBytesMax)));
    return batches(pieces, bucketBytes, messageBytesMax).map((batch) => ({ type: 'want', buckets: batch }));
  }

  stillWanted(buckets: readonly Bucket[], salt: number): Body | undefined {
    const left = buckets.flatMap((bucket) => {
      const slots = this.#tree.slotsBelow(bucket.level, bucket.index, this.#config.answerScanCountMax, 0);
      const held = new Set(slots.map((slot) => this.#tree.fingerprintOf(slot, salt)));
      const fingerprints = bucket.fingerprints.filter((fingerprint) => !held.has(fingerprint));
      return fingerprints.length > 0 ? [{ ...bucket, fingerprints }] : [];
    });
    return left.length > 0 ? { type: 'want', buckets: left } : undefined;
  }
}
