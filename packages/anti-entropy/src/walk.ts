/**
 * The answers of one side: a pure function of the request, the tree and the replica. Both sides use it; it knows no
 * session but its salt and its budget.
 */
import type { Replica, Rng, SizeOf } from '@hearsay/core';
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
import {
  type AntiEntropyConfig,
  ARITY,
  LEAF_RECORD_COUNT_MAX,
  LEVEL_MAX,
  MESSAGE_HEADER_BYTES,
  SATURATED_COUNT_MAX,
  SATURATED_SHARE_PER_MILLE,
  SKIPPED_TO_LEVEL,
  SUMMED_SHARE_PER_MILLE_MAX,
  UNKNOWN_SHARE_PER_MILLE,
  UNSUMMED_COUNT_MAX,
} from './config.ts';
import { type MerkleTree, nodeCountAt, prefixOf } from './merkle-tree.ts';
import type { AntiEntropyBody, Bucket, NodeDigests, NodeSums, PlacedElement } from './messages.ts';
import { type Difference, differenceOf, subtractMod } from './sparse-sums.ts';

const PER_MILLE = 1_000;

type Body<R> = AntiEntropyBody<R>;
type Push<R> = Extract<Body<R>, { readonly type: 'push' }>;
/** What asks for something. */
export type Request<R> = Extract<Body<R>, { readonly type: 'probe' | 'digests' | 'sums' | 'items' | 'want' | 'fetch' }>;

const REQUEST_TYPES: ReadonlySet<string> = new Set<Request<unknown>['type']>([
  'probe',
  'digests',
  'sums',
  'items',
  'want',
  'fetch',
]);

export function isRequest<R, M extends Body<R>>(body: M): body is M & Request<R> {
  return REQUEST_TYPES.has(body.type);
}

/** One answer in the making. */
export interface Scope<R> {
  /** The session's id. */
  readonly salt: number;
  readonly isInitiator: boolean;
  readonly budget: Budget;
  /** Whether a record may go to the peer. */
  readonly mayPush: (record: R) => boolean;
}

/** A place, and our record there, if any. */
interface PlacedSlot {
  readonly place: number;
  readonly slot: number | undefined;
}

/** What is to be said about some nodes of one level. */
interface Opened {
  readonly parents: number[];
  readonly summed: number[];
  readonly buckets: Bucket[];
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

  /** Everything to be said to one request. */
  answer(request: Request<R>, scope: Scope<R>): Body<R>[] {
    scope.budget.beginAnswer();
    switch (request.type) {
      case 'probe':
        return this.#answerProbe(request, scope);
      case 'digests':
        return this.#answerDigests(request.level, request.nodes, scope);
      case 'sums':
        return this.#answerSums(request.level, request.nodes, scope);
      case 'items':
        return this.#answerItems(request.buckets, scope);
      case 'want':
        return this.#answerWant(request.buckets, scope);
      case 'fetch':
        return this.#answerFetch(request.elements, scope);
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
      case 'sums':
        return { ...body, nodes: body.nodes.map(({ index }) => ({ index, ...this.#tree.sumsAt(body.level, index) })) };
      case 'want':
        return this.#stillWanted(body.buckets, salt);
      case 'fetch':
        return this.#stillMissing(body.elements);
      default:
        // A list that was true once is only outdated: the peer pushes what we have meanwhile, at worst.
        return body;
    }
  }

  /** Whether a record may still be pushed in a session. */
  grant(record: R, budget: Budget): boolean {
    return budget.grantRecord(this.#sizeOf(record));
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
    const isDeep = Math.min(depth, probe.depth) >= SKIPPED_TO_LEVEL || count <= LEAF_RECORD_COUNT_MAX * ARITY;
    const level = isLarge && isDeep ? SKIPPED_TO_LEVEL : 1;
    // In random order: what the peer cannot look at any more is then another part each time.
    const parents = this.#rng.shuffle(Array.from({ length: nodeCountAt(level - 1) }, (_, index) => index));
    return this.#digests(level, parents, scope.salt);
  }

  #answerDigests(level: number, nodes: readonly NodeDigests[], scope: Scope<R>): Body<R>[] {
    const { budget, salt } = scope;
    const differing: number[] = [];
    const buckets: Bucket[] = [];
    // In random order for the same reason as `#chosen`.
    for (const { index, children } of this.#rng.shuffle([...nodes])) {
      if (!this.#mayLookAt(level, index * ARITY, budget)) {
        if (budget.scansLeft === 0) budget.exceed();
        else if (budget.grantNodes(level, 1) > 0) buckets.push(...this.#list(level - 1, index, scope));
        continue;
      }
      const ours = this.#tree.childDigests(level, index, salt);
      for (let nth = 0; nth < ARITY; nth++) if (ours[nth] !== children[nth]) differing.push(index * ARITY + nth);
    }
    const sharePerMille = (differing.length * PER_MILLE) / (nodes.length * ARITY);
    const chosen = this.#chosen(level, differing, budget);
    return [...this.#openAll(level, chosen, sharePerMille, scope), ...this.#items(buckets)];
  }

  #answerSums(level: number, nodes: readonly NodeSums[], scope: Scope<R>): Body<R>[] {
    const ours: number[] = [];
    const fetched: PlacedElement[] = [];
    const unclear: number[] = [];
    for (const node of this.#rng.shuffle([...nodes])) {
      const isAffordable = this.#mayLookAt(level, node.index, scope.budget);
      const difference = isAffordable ? differenceOf(this.#tree.sumsAt(level, node.index), node) : undefined;
      const found = difference && this.#found(level, node, difference, scope.budget);
      if (found === undefined) unclear.push(node.index);
      else if (found.slot !== undefined && !(scope.isInitiator && found.theirs !== 0)) ours.push(found.slot);
      // Of two versions one is enough: the initiator, who gets the other's, knows by its key which is ours.
      else fetched.push({ place: found.place, element: found.theirs });
    }
    return [
      ...this.#push(ours, scope),
      ...this.#fetch(fetched),
      ...this.#openAll(level, this.#chosen(level, unclear, scope.budget), UNKNOWN_SHARE_PER_MILLE, scope),
    ];
  }

  /** Whether a difference makes sense: what we hold at its place, and what the peer then has there, 0 for nothing. */
  #found(
    level: number,
    node: NodeSums,
    { place, excess }: Difference,
    budget: Budget,
  ): (PlacedSlot & { theirs: number }) | undefined {
    if (prefixOf(place, level) !== node.index) return undefined;
    const { depth } = this.#tree;
    if (!this.#mayLookAt(depth + 1, prefixOf(place, depth) * ARITY, budget)) return undefined;
    const slot = this.#tree.slotAt(place);
    const theirs = subtractMod(slot === undefined ? 0 : this.#tree.elementOf(slot), excess);
    const countExcess = this.#tree.countAt(level, node.index) - node.count;
    return countExcess === Number(slot !== undefined) - Number(theirs !== 0) ? { place, slot, theirs } : undefined;
  }

  /** What is to be said about nodes that differ: lists of small ones, sums where one difference is likely, digests. */
  #openAll(level: number, indexes: readonly number[], sharePerMille: number, scope: Scope<R>): Body<R>[] {
    const { budget, salt } = scope;
    const isSparse = sharePerMille <= SUMMED_SHARE_PER_MILLE_MAX;
    const listedCountMax =
      sharePerMille < SATURATED_SHARE_PER_MILLE ? this.#config.listedCountMax : SATURATED_COUNT_MAX;
    const { parents, summed, buckets }: Opened = { parents: [], summed: [], buckets: [] };
    for (const index of indexes) {
      const count = this.#tree.scanCountOf(level, index);
      if (isSparse && count > UNSUMMED_COUNT_MAX) summed.push(index);
      else if (count <= listedCountMax || level === LEVEL_MAX) {
        buckets.push(...this.#list(level, index, scope));
      } else if (this.#mayLookAt(level + 1, index * ARITY, budget)) parents.push(index);
      else buckets.push(...this.#list(level, index, scope));
    }
    return [...this.#digests(level + 1, parents, salt), ...this.#sums(level, summed), ...this.#items(buckets)];
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

  #answerFetch(elements: readonly PlacedElement[], scope: Scope<R>): Body<R>[] {
    const { depth } = this.#tree;
    const fetched: number[] = [];
    const changed: number[] = [];
    for (const { place, element } of elements) {
      const leaf = prefixOf(place, depth);
      const isAffordable = this.#mayLookAt(depth + 1, leaf * ARITY, scope.budget);
      const slot = isAffordable ? this.#tree.slotAt(place, element) : undefined;
      if (slot !== undefined) fetched.push(slot);
      else if (scope.budget.grantNodes(depth, 1) > 0) changed.push(leaf);
    }
    return [
      ...this.#push(fetched, scope),
      ...this.#openAll(depth, [...new Set(changed)], UNKNOWN_SHARE_PER_MILLE, scope),
    ];
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

  /** A node of the tree costs nothing to look at; one below its leaves, a look at the leaf. */
  #mayLookAt(level: number, index: number, budget: Budget): boolean {
    if (level <= this.#tree.depth) return true;
    const scanCount = this.#tree.scanCountOf(level, index);
    return scanCount <= budget.scansLeft && budget.grantScans(scanCount) === scanCount;
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
    const nodes = parents.map((index) => ({ index, children: this.#tree.childDigests(level, index, salt) }));
    return { type: 'digests', level, nodes };
  }

  #sums(level: number, indexes: readonly number[]): Body<R>[] {
    return batches(indexes, nodeSumsBytes, this.#config.messageBytesMax).map((batch) => ({
      type: 'sums',
      level,
      nodes: batch.toSorted((a, b) => a - b).map((index) => ({ index, ...this.#tree.sumsAt(level, index) })),
    }));
  }

  #fetch(elements: readonly PlacedElement[]): Body<R>[] {
    return batches(elements, placedElementBytes, this.#config.messageBytesMax).map((batch) => ({
      type: 'fetch',
      elements: batch.toSorted((a, b) => a.place - b.place),
    }));
  }

  #stillMissing(elements: readonly PlacedElement[]): Body<R> | undefined {
    const left = elements.filter(({ place, element }) => this.#tree.slotAt(place, element) === undefined);
    return left.length > 0 ? { type: 'fetch', elements: left } : undefined;
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
