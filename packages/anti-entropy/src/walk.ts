/**
 * The answers of one side: a pure function of the request, the tree and the replica. Both sides use it; it knows no
 * session but its salt and its budget.
 */
import type { Replica, Rng, SizeOf } from '@hearsay/core';
import { batches, bucketBytes, bucketItemCountMax, bucketPieces, bucketsOf, nodeDigestsBytes } from './batches.ts';
import type { Budget } from './budget.ts';
import { type AntiEntropyConfig, ARITY, MESSAGE_HEADER_BYTES, SKIPPED_TO_LEVEL } from './config.ts';
import { type MerkleTree, nodeCountAt, prefixOf } from './merkle-tree.ts';
import type { AntiEntropyBody, Bucket, NodeDigests } from './messages.ts';

type Body<R> = AntiEntropyBody<R>;
type Push<R> = Extract<Body<R>, { readonly type: 'push' }>;
/** What asks for something. */
export type Request<R> = Extract<Body<R>, { readonly type: 'probe' | 'digests' | 'items' | 'want' }>;

export function isRequest<R, M extends Body<R>>(body: M): body is M & Request<R> {
  return body.type === 'probe' || body.type === 'digests' || body.type === 'items' || body.type === 'want';
}

/** One answer in the making. */
interface Scope<R> {
  readonly salt: number;
  readonly budget: Budget;
  /** Whether a record may go to the peer. */
  readonly mayPush: (record: R) => boolean;
}

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
  probe(): Body<R> {
    const { depth, count } = this.#tree;
    return { type: 'probe', depth, count, sum: this.#tree.rootSum() };
  }

  /** Whether a message carries one record that alone exceeds `messageBytesMax`. Nothing else does. */
  isOversize(message: Body<R>): boolean {
    if (message.type !== 'push' || message.records.length > 1) return false;
    const [record] = message.records;
    return record !== undefined && MESSAGE_HEADER_BYTES + this.#sizeOf(record) > this.#config.messageBytesMax;
  }

  /** Everything to be said to one request. `salt` is the session's id. */
  answer(request: Request<R>, salt: number, budget: Budget, mayPush: (record: R) => boolean): Body<R>[] {
    budget.beginAnswer();
    const scope: Scope<R> = { salt, budget, mayPush };
    switch (request.type) {
      case 'probe':
        return this.#answerProbe(request, scope);
      case 'digests':
        return this.#answerDigests(request.level, request.nodes, scope);
      case 'items':
        return this.#answerItems(request.buckets, scope);
      case 'want':
        return this.#answerWant(request.buckets, scope);
    }
  }

  /** The same request again, of what we hold now; `undefined` when there is nothing left to ask for. */
  renewed(body: Body<R>, salt: number): Body<R> | undefined {
    switch (body.type) {
      case 'probe':
        return this.probe();
      case 'digests':
        return this.#digestsOf(
          body.level,
          body.nodes.map(({ index }) => index),
          salt,
        );
      case 'want':
        return this.#stillWanted(body.buckets, salt);
      default:
        // A list that was true once is only outdated: the peer pushes what we have meanwhile, at worst.
        return body;
    }
  }

  /** The messages that carry these records. */
  pushes(records: readonly R[]): Push<R>[] {
    return batches(records, this.#sizeOf, this.#config.messageBytesMax).map((batch) => ({
      type: 'push',
      records: batch,
    }));
  }

  #answerProbe(probe: Extract<Body<R>, { type: 'probe' }>, scope: Scope<R>): Body<R>[] {
    const { count, depth } = this.#tree;
    if (count === probe.count && isSame(probe.sum, this.#tree.rootSum())) return [{ type: 'equal' }];
    if (count <= this.#config.listedCountMax) return this.#items(this.#list(0, 0, scope));
    const isLarge = Math.abs(count - probe.count) >= this.#config.skippedLevelCountMin;
    const level = isLarge && Math.min(depth, probe.depth) >= SKIPPED_TO_LEVEL ? SKIPPED_TO_LEVEL : 1;
    const parents = Array.from({ length: nodeCountAt(level - 1) }, (_, index) => index);
    return this.#digests(level, parents, scope.salt);
  }

  #answerDigests(level: number, nodes: readonly NodeDigests[], scope: Scope<R>): Body<R>[] {
    const { depth } = this.#tree;
    if (level > depth) return this.#answerTooDeep(level, nodes, scope);
    const differing: number[] = [];
    for (const { index, children } of nodes) {
      children.forEach((digest, nth) => {
        const child = index * ARITY + nth;
        if (this.#tree.digestAt(level, child, scope.salt) !== digest) differing.push(child);
      });
    }
    const parents: number[] = [];
    const buckets: Bucket[] = [];
    for (const index of this.#chosen(level, differing, scope.budget)) {
      const isListed = level === depth || this.#tree.countAt(level, index) <= this.#config.listedCountMax;
      if (isListed) buckets.push(...this.#list(level, index, scope));
      else parents.push(index);
    }
    return [...this.#digests(level + 1, parents, scope.salt), ...this.#items(buckets)];
  }

  /** The peer's tree is deeper than ours: we have nothing to compare its digests with, so we list their parents. */
  #answerTooDeep(level: number, nodes: readonly NodeDigests[], scope: Scope<R>): Body<R>[] {
    const indexes = nodes.map((node) => node.index);
    const parents = this.#chosen(level, indexes, scope.budget);
    return this.#items(parents.flatMap((index) => this.#list(level - 1, index, scope)));
  }

  #answerItems(buckets: readonly Bucket[], scope: Scope<R>): Body<R>[] {
    const start = this.#rng.uint32();
    const lacking: number[] = [];
    const wanted: Bucket[] = [];
    for (const { level, index, fingerprints } of this.#rng.shuffle([...buckets])) {
      const slots = this.#slotsBelow(level, index, start, scope.budget);
      // We do not know what we hold there, so we neither want nor push anything.
      if (slots === undefined) continue;
      const unknown = new Set(fingerprints);
      const theirs = new Set(fingerprints);
      for (const slot of slots) {
        const fingerprint = this.#tree.fingerprintOf(slot, scope.salt);
        if (theirs.has(fingerprint)) unknown.delete(fingerprint);
        else lacking.push(slot);
      }
      if (unknown.size > 0) wanted.push({ level, index, fingerprints: [...unknown] });
    }
    return [...this.#push(lacking, scope), ...this.#want(wanted)];
  }

  /** What is wanted and no longer there has been replaced: the peer gets the list of the place where it was. */
  #answerWant(buckets: readonly Bucket[], scope: Scope<R>): Body<R>[] {
    const start = this.#rng.uint32();
    const wanted: number[] = [];
    const changed: Bucket[] = [];
    for (const { level, index, fingerprints } of buckets) {
      const theirs = new Set(fingerprints);
      for (const slot of this.#slotsBelow(level, index, start, scope.budget) ?? []) {
        if (theirs.delete(this.#tree.fingerprintOf(slot, scope.salt))) wanted.push(slot);
      }
      if (theirs.size > 0 && scope.budget.grantNodes(level, 1) > 0) changed.push(...this.#list(level, index, scope));
    }
    return [...this.#push(wanted, scope), ...this.#items(changed)];
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
  #list(level: number, index: number, { salt, budget }: Scope<R>): Bucket[] {
    const slots = this.#slotsBelow(level, index, this.#rng.uint32(), budget);
    if (slots === undefined) return [];
    const items = slots.map((slot) => ({
      position: this.#tree.positionOf(slot),
      fingerprint: this.#tree.fingerprintOf(slot, salt),
    }));
    return bucketsOf(level, index, items, bucketItemCountMax(this.#config.messageBytesMax), prefixOf);
  }

  /** Our records below a node, as many as we may still look at; `undefined` when there are some and no look is left. */
  #slotsBelow(level: number, index: number, start: number, budget: Budget): number[] | undefined {
    const scanCount = this.#tree.scanCountOf(level, index);
    const granted = budget.grantScans(scanCount);
    return granted === 0 && scanCount > 0 ? undefined : this.#tree.slotsBelow(level, index, granted, start);
  }

  #digests(level: number, parents: readonly number[], salt: number): Body<R>[] {
    const { messageBytesMax } = this.#config;
    return batches(parents, nodeDigestsBytes, messageBytesMax).map((batch) => this.#digestsOf(level, batch, salt));
  }

  #digestsOf(level: number, parents: readonly number[], salt: number): Body<R> {
    const nodes = parents.map((index) => ({
      index,
      children: Array.from({ length: ARITY }, (_, nth) => this.#tree.digestAt(level, index * ARITY + nth, salt)),
    }));
    return { type: 'digests', level, nodes };
  }

  #items(buckets: readonly Bucket[]): Body<R>[] {
    return batches(buckets, bucketBytes, this.#config.messageBytesMax).map((batch) => ({
      type: 'items',
      buckets: batch,
    }));
  }

  #want(buckets: readonly Bucket[]): Body<R>[] {
    const { messageBytesMax } = this.#config;
    const pieces = buckets.flatMap((bucket) => bucketPieces(bucket, bucketItemCountMax(messageBytesMax)));
    return batches(pieces, bucketBytes, messageBytesMax).map((batch) => ({ type: 'want', buckets: batch }));
  }

  #stillWanted(buckets: readonly Bucket[], salt: number): Body<R> | undefined {
    const left = buckets.flatMap((bucket) => {
      const slots = this.#tree.slotsBelow(bucket.level, bucket.index, this.#config.answerScanCountMax, 0);
      const held = new Set(slots.map((slot) => this.#tree.fingerprintOf(slot, salt)));
      const fingerprints = bucket.fingerprints.filter((fingerprint) => !held.has(fingerprint));
      return fingerprints.length > 0 ? [{ ...bucket, fingerprints }] : [];
    });
    return left.length > 0 ? { type: 'want', buckets: left } : undefined;
  }

  #push(slots: number[], { budget, mayPush }: Scope<R>): Body<R>[] {
    const records: R[] = [];
    for (const slot of this.#rng.shuffle(slots)) {
      const record = this.#replica.get(this.#tree.keyOf(slot));
      if (record === undefined || !mayPush(record)) continue;
      if (!budget.grantRecord(this.#sizeOf(record))) break;
      records.push(record);
    }
    return this.pushes(records);
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
