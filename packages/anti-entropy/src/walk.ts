/**
 * The answers of one side: a pure function of the request, the tree and the replica. Both sides use it; it knows no
 * session but its salt and its budget.
 */
import type { Replica, Rng, SizeOf } from '@hearsay/core';
import { batches, bucketBytes, bucketItemCountMax, bucketPieces, bucketsOf, nodeDigestsBytes } from './batches.ts';
import type { Budget } from './budget.ts';
import { type AntiEntropyConfig, ARITY, MESSAGE_HEADER_BYTES, SKIPPED_TO_LEVEL } from './config.ts';
import { type MerkleTree, nodeCountAt, prefixOf } from './merkle-tree.ts';
import type { AntiEntropyMessage, Bucket, NodeDigests } from './messages.ts';

type Message<R> = AntiEntropyMessage<R>;
/** A message that asks for something. */
export type Request<R> = Extract<Message<R>, { readonly type: 'probe' | 'digests' | 'items' | 'want' }>;

/** Compares a peer's view with ours, level by level. */
export class Walk<R> {
  readonly #config: Readonly<AntiEntropyConfig>;
  readonly #tree: MerkleTree;
  readonly #replica: Replica<R>;
  readonly #sizeOf: SizeOf<R>;
  readonly #rng: Rng;

  constructor(deps: {
    config: Readonly<AntiEntropyConfig>;
    tree: MerkleTree;
    replica: Replica<R>;
    sizeOf: SizeOf<R>;
    rng: Rng;
  }) {
    this.#config = deps.config;
    this.#tree = deps.tree;
    this.#replica = deps.replica;
    this.#sizeOf = deps.sizeOf;
    this.#rng = deps.rng;
  }

  /** The whole of our content in one small message. */
  probe(session: number): Message<R> {
    const { depth, count } = this.#tree;
    return { type: 'probe', session, depth, count, sum: this.#tree.rootSum() };
  }

  /** Whether a message carries one record that alone exceeds `messageBytesMax`. Nothing else does. */
  isOversize(message: Message<R>): boolean {
    if (message.type !== 'push' || message.records.length > 1) return false;
    const [record] = message.records;
    return record !== undefined && MESSAGE_HEADER_BYTES + this.#sizeOf(record) > this.#config.messageBytesMax;
  }

  /** Everything to be said to one request. */
  answer(request: Request<R>, budget: Budget): Message<R>[] {
    budget.beginAnswer();
    switch (request.type) {
      case 'probe':
        return this.#answerProbe(request, budget);
      case 'digests':
        return this.#answerDigests(request.session, request.level, request.nodes, budget);
      case 'items':
        return this.#answerItems(request.session, request.buckets, budget);
      case 'want':
        return this.#answerWant(request.session, request.buckets, budget);
    }
  }

  #answerProbe(probe: Extract<Message<R>, { type: 'probe' }>, budget: Budget): Message<R>[] {
    const { session } = probe;
    const { count, depth } = this.#tree;
    if (count === probe.count && isSame(probe.sum, this.#tree.rootSum())) return [{ type: 'equal', session }];
    if (count <= this.#config.listedCountMax) return this.#items(session, this.#list(0, 0, session, budget));
    const isLarge = Math.abs(count - probe.count) >= this.#config.skippedLevelCountMin;
    const level = isLarge && Math.min(depth, probe.depth) >= SKIPPED_TO_LEVEL ? SKIPPED_TO_LEVEL : 1;
    const parents = Array.from({ length: nodeCountAt(level - 1) }, (_, index) => index);
    return this.#digests(session, level, parents);
  }

  #answerDigests(session: number, level: number, nodes: readonly NodeDigests[], budget: Budget): Message<R>[] {
    const { depth } = this.#tree;
    if (level > depth) return this.#answerTooDeep(session, level, nodes, budget);
    const differing: number[] = [];
    for (const { index, children } of nodes) {
      children.forEach((digest, nth) => {
        const child = index * ARITY + nth;
        if (this.#tree.digestAt(level, child, session) !== digest) differing.push(child);
      });
    }
    const parents: number[] = [];
    const buckets: Bucket[] = [];
    for (const index of this.#chosen(level, differing, budget)) {
      const isListed = level === depth || this.#tree.countAt(level, index) <= this.#config.listedCountMax;
      if (isListed) buckets.push(...this.#list(level, index, session, budget));
      else parents.push(index);
    }
    return [...this.#digests(session, level + 1, parents), ...this.#items(session, buckets)];
  }

  /** The peer's tree is deeper than ours: we have nothing to compare its digests with, so we list their parents. */
  #answerTooDeep(session: number, level: number, nodes: readonly NodeDigests[], budget: Budget): Message<R>[] {
    const indexes = nodes.map((node) => node.index);
    const parents = this.#chosen(level, indexes, budget);
    const buckets = parents.flatMap((index) => this.#list(level - 1, index, session, budget));
    return this.#items(session, buckets);
  }

  #answerItems(session: number, buckets: readonly Bucket[], budget: Budget): Message<R>[] {
    const start = this.#rng.uint32();
    const lacking: number[] = [];
    const wanted: Bucket[] = [];
    for (const { level, index, fingerprints } of this.#rng.shuffle([...buckets])) {
      const slots = this.#slotsBelow(level, index, start, budget);
      // We do not know what we hold there, so we neither want nor push anything.
      if (slots === undefined) continue;
      const unknown = new Set(fingerprints);
      const theirs = new Set(fingerprints);
      for (const slot of slots) {
        const fingerprint = this.#tree.fingerprintOf(slot, session);
        if (theirs.has(fingerprint)) unknown.delete(fingerprint);
        else lacking.push(slot);
      }
      if (unknown.size > 0) wanted.push({ level, index, fingerprints: [...unknown] });
    }
    return [...this.#push(session, lacking, budget), ...this.#want(session, wanted)];
  }

  #answerWant(session: number, buckets: readonly Bucket[], budget: Budget): Message<R>[] {
    const start = this.#rng.uint32();
    const wanted: number[] = [];
    for (const { level, index, fingerprints } of buckets) {
      const theirs = new Set(fingerprints);
      for (const slot of this.#slotsBelow(level, index, start, budget) ?? []) {
        if (theirs.has(this.#tree.fingerprintOf(slot, session))) wanted.push(slot);
      }
    }
    return this.#push(session, wanted, budget);
  }

  // -- parts of answers -----------------------------------------------------------------------------------------

  /**
   * In random order, also when none is left out: later the scans may run out, and in a fixed order the same part would
   * be left out each time. Records that an owner refuses never become equal and would starve all that come after them.
   */
  #chosen(level: number, indexes: readonly number[], budget: Budget): readonly number[] {
    return this.#rng.sample(indexes, budget.grantNodes(level, indexes.length));
  }

  /**
   * Our records below a node, as one bucket or, if they are too many for a message, as those of its children. Nothing
   * when we may not look: an empty bucket would claim that we hold nothing, and the peer would push all that it holds.
   */
  #list(level: number, index: number, session: number, budget: Budget): Bucket[] {
    const slots = this.#slotsBelow(level, index, this.#rng.uint32(), budget);
    if (slots === undefined) return [];
    const items = slots.map((slot) => ({
      position: this.#tree.positionOf(slot),
      fingerprint: this.#tree.fingerprintOf(slot, session),
    }));
    return bucketsOf(level, index, items, bucketItemCountMax(this.#config.messageBytesMax), prefixOf);
  }

  /** Our records below a node, as many as we may still look at; `undefined` when there are some and no look is left. */
  #slotsBelow(level: number, index: number, start: number, budget: Budget): number[] | undefined {
    const scanCount = this.#tree.scanCountOf(level, index);
    const granted = budget.grantScans(scanCount);
    return granted === 0 && scanCount > 0 ? undefined : this.#tree.slotsBelow(level, index, granted, start);
  }

  #digests(session: number, level: number, parents: readonly number[]): Message<R>[] {
    const nodes = parents.map((index) => ({
      index,
      children: Array.from({ length: ARITY }, (_, nth) => this.#tree.digestAt(level, index * ARITY + nth, session)),
    }));
    return batches(nodes, nodeDigestsBytes, this.#config.messageBytesMax).map((batch) => ({
      type: 'digests',
      session,
      level,
      nodes: batch,
    }));
  }

  #items(session: number, buckets: readonly Bucket[]): Message<R>[] {
    return batches(buckets, bucketBytes, this.#config.messageBytesMax).map((batch) => ({
      type: 'items',
      session,
      buckets: batch,
    }));
  }

  #want(session: number, buckets: readonly Bucket[]): Message<R>[] {
    const { messageBytesMax } = this.#config;
    const pieces = buckets.flatMap((bucket) => bucketPieces(bucket, bucketItemCountMax(messageBytesMax)));
    return batches(pieces, bucketBytes, messageBytesMax).map((batch) => ({ type: 'want', session, buckets: batch }));
  }

  #push(session: number, slots: number[], budget: Budget): Message<R>[] {
    const records: R[] = [];
    for (const slot of this.#rng.shuffle(slots)) {
      const record = this.#replica.get(this.#tree.keyOf(slot));
      if (record === undefined) continue;
      if (!budget.grantRecord(this.#sizeOf(record))) break;
      records.push(record);
    }
    return batches(records, this.#sizeOf, this.#config.messageBytesMax).map((batch) => ({
      type: 'push',
      session,
      records: batch,
    }));
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
