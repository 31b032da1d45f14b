/**
 * The answers of one side: a pure function of the request, the tree and the replica. Both sides use it; it knows no
 * session but its salt and its budget.
 */
import type { Replica, Rng, SizeOf } from '@hearsay/core';
import { batches } from './batches.ts';
import type { Budget } from './budget.ts';
import {
  type AntiEntropyConfig,
  ARITY,
  LEAF_RECORD_COUNT_MAX,
  LEVEL_MAX,
  MESSAGE_HEADER_BYTES,
  PER_MILLE,
  SATURATED_COUNT_MAX,
  SATURATED_SHARE_PER_MILLE,
  SKIPPED_TO_LEVEL,
  STREAM_MESSAGE_BYTES,
  SUMMED_SHARE_PER_MILLE_MAX,
  TURN_BYTES_MAX,
  TURN_RECORD_COUNT_MAX,
  UNKNOWN_SHARE_PER_MILLE,
  UNSUMMED_COUNT_MAX,
} from './config.ts';
import { ContentView, type Looking } from './content-view.ts';
import type { MerkleTree } from './merkle-tree.ts';
import type { AntiEntropyBody, Bucket, NodeDigests, NodeSums, PlacedElement, Strategy } from './messages.ts';
import { isSame } from './same-bytes.ts';
import type { Cell } from './sketch.ts';
import { SketchExchange } from './sketch-exchange.ts';
import { type Difference, differenceOf, subtractMod } from './sparse-sums.ts';
import { nodeCountAt, prefixOf } from './tree-shape.ts';

type Body<R> = AntiEntropyBody<R>;
type Push<R> = Extract<Body<R>, { readonly type: 'push' }>;
/** What asks for something. */
export type Request<R> = Extract<
  Body<R>,
  { readonly type: 'probe' | 'digests' | 'sums' | 'more' | 'items' | 'want' | 'fetch' }
>;

const REQUEST_TYPES: ReadonlySet<string> = new Set<Request<unknown>['type']>([
  'probe',
  'digests',
  'sums',
  'more',
  'items',
  'want',
  'fetch',
]);

export function isRequest<R, M extends Body<R>>(body: M): body is M & Request<R> {
  return REQUEST_TYPES.has(body.type);
}

/** One answer in the making. */
export interface Scope<R> extends Looking {
  readonly isInitiator: boolean;
  /** Whether a record may go to the peer. */
  readonly mayPush: (record: R) => boolean;
  /**
   * Takes over the keys of what is too much for one turn. Whether it does; else it is left out. `isLong` when all of it is
   * too much for packets.
   */
  readonly postpone: (keys: readonly string[], isLong: boolean) => boolean;
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
  readonly #view: ContentView;
  readonly #sketch: SketchExchange;
  readonly #strategy: Strategy;

  constructor(deps: {
    config: Readonly<AntiEntropyConfig>;
    tree: MerkleTree;
    replica: Replica<R>;
    sizeOf: SizeOf<R>;
    rng: Rng;
    strategy: Strategy;
  }) {
    this.#config = deps.config;
    this.#tree = deps.tree;
    this.#replica = deps.replica;
    this.#sizeOf = deps.sizeOf;
    this.#rng = deps.rng;
    this.#strategy = deps.strategy;
    this.#sketch = new SketchExchange({ config: deps.config, tree: deps.tree, strategy: deps.strategy });
    this.#view = new ContentView({ config: deps.config, tree: deps.tree, rng: deps.rng });
  }

  /** The whole of our content in one small message. */
  probe(estimate = 0): Body<R> {
    const { depth, count } = this.#tree;
    return { type: 'probe', depth, count, sum: this.#tree.rootSum(), ...(estimate > 0 ? { estimate } : {}) };
  }

  /** Whether a message exceeds `messageBytesMax`: with a record that alone does, or with as many as go by stream. */
  isOversize(message: Body<R>): boolean {
    if (message.type !== 'push') return false;
    const bytes = message.records.reduce((sum, record) => sum + this.#sizeOf(record), MESSAGE_HEADER_BYTES);
    return bytes > this.#config.messageBytesMax;
  }

  /** The way down the tree, begun by the initiator. */
  begin(salt: number): Body<R>[] {
    return this.#view.digests(1, [0], salt);
  }

  /** What the cells of a peer tell us to say. `undefined` when they tell nothing, and never will. */
  answerCells(cells: readonly Cell[], knownCount: number, scope: Scope<R>): Body<R>[] | undefined {
    const reading = this.#sketch.read(cells, knownCount);
    switch (reading.kind) {
      case 'decoded':
        return [...this.#push([...reading.slots], scope), ...this.#view.fetch(reading.missing)];
      case 'more':
        return [reading.request];
      case 'useless':
        return undefined;
    }
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
      case 'more':
        return this.#sketch.cells(request.from, request.count);
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
        return this.probe(body.estimate);
      case 'digests':
        return this.#view.digestsOf(
          body.level,
          body.nodes.map(({ index }) => index),
          salt,
        );
      case 'sums':
        return { ...body, nodes: body.nodes.map(({ index }) => ({ index, ...this.#tree.sumsAt(body.level, index) })) };
      case 'want':
        return this.#view.stillWanted(body.buckets, salt);
      case 'fetch':
        return this.#view.stillMissing(body.elements);
      default:
        // A list that was true once is only outdated: the peer pushes what we have meanwhile, at worst.
        return body;
    }
  }

  /** Whether a record may still be pushed in a session. */
  grant(record: R, budget: Budget): boolean {
    return budget.grantRecord(this.#sizeOf(record));
  }

  /** The messages that carry these records; large ones, where they are many. */
  pushes(records: readonly R[], areMany = false): Push<R>[] {
    const { messageBytesMax, packetCountMax } = this.#config;
    const bytes = records.reduce((sum, record) => sum + this.#sizeOf(record), 0);
    const isLong = areMany || bytes > messageBytesMax * packetCountMax;
    const bytesMax = isLong ? Math.max(messageBytesMax, STREAM_MESSAGE_BYTES) : messageBytesMax;
    return batches(records, this.#sizeOf, bytesMax).map((batch) => ({ type: 'push', records: batch }));
  }

  #answerProbe(probe: Extract<Body<R>, { type: 'probe' }>, scope: Scope<R>): Body<R>[] {
    const { count, depth } = this.#tree;
    if (count === probe.count && isSame(probe.sum, this.#tree.rootSum())) return [{ type: 'equal' }];
    if (count <= this.#config.listedCountMax || this.#strategy === 'full')
      return this.#view.items(this.#view.list(0, 0, scope));
    const cells = this.#sketch.first(Math.max(probe.estimate ?? 0, Math.abs(count - probe.count)));
    if (cells.length > 0) return cells;
    const isLarge = Math.abs(count - probe.count) >= this.#config.skippedLevelCountMin;
    const isDeep = Math.min(depth, probe.depth) >= SKIPPED_TO_LEVEL || count <= LEAF_RECORD_COUNT_MAX * ARITY;
    const level = isLarge && isDeep ? SKIPPED_TO_LEVEL : 1;
    // In random order: what the peer cannot look at any more is then another part each time.
    const parents = this.#rng.shuffle(Array.from({ length: nodeCountAt(level - 1) }, (_, index) => index));
    return this.#view.digests(level, parents, scope.salt);
  }

  #answerDigests(level: number, nodes: readonly NodeDigests[], scope: Scope<R>): Body<R>[] {
    const { budget, salt } = scope;
    const differing: number[] = [];
    const buckets: Bucket[] = [];
    // In random order for the same reason as `#chosen`.
    for (const { index, children } of this.#rng.shuffle([...nodes])) {
      if (!this.#view.mayLookAt(level, index * ARITY, budget)) {
        if (budget.scansLeft === 0) budget.exceed();
        else if (budget.grantNodes(level, 1) > 0) buckets.push(...this.#view.list(level - 1, index, scope));
        continue;
      }
      const ours = this.#tree.childDigests(level, index, salt);
      for (let nth = 0; nth < ARITY; nth++) if (ours[nth] !== children[nth]) differing.push(index * ARITY + nth);
    }
    const sharePerMille = (differing.length * PER_MILLE) / (nodes.length * ARITY);
    const chosen = this.#view.chosen(level, differing, budget);
    return [...this.#openAll(level, chosen, sharePerMille, scope), ...this.#view.items(buckets)];
  }

  #answerSums(level: number, nodes: readonly NodeSums[], scope: Scope<R>): Body<R>[] {
    const ours: number[] = [];
    const fetched: PlacedElement[] = [];
    const unclear: number[] = [];
    for (const node of this.#rng.shuffle([...nodes])) {
      const isAffordable = this.#view.mayLookAt(level, node.index, scope.budget);
      const difference = isAffordable ? differenceOf(this.#tree.sumsAt(level, node.index), node) : undefined;
      const found = difference && this.#found(level, node, difference, scope.budget);
      if (found === undefined) unclear.push(node.index);
      else if (found.slot !== undefined && !(scope.isInitiator && found.theirs !== 0)) ours.push(found.slot);
      // Of two versions one is enough: the initiator, who gets the other's, knows by its key which is ours.
      else fetched.push({ place: found.place, element: found.theirs });
    }
    return [
      ...this.#push(ours, scope),
      ...this.#view.fetch(fetched),
      ...this.#openAll(level, this.#view.chosen(level, unclear, scope.budget), UNKNOWN_SHARE_PER_MILLE, scope),
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
    // Below the leaves, the sums came of a look at the same leaf.
    const isPaid = level > depth;
    if (!isPaid && !this.#view.mayLookAt(depth + 1, prefixOf(place, depth) * ARITY, budget)) return undefined;
    const [slot, another] = this.#tree.slotsAt(place);
    // Of two at one place the sums do not tell which.
    if (another !== undefined) return undefined;
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
        buckets.push(...this.#view.list(level, index, scope));
      } else if (this.#view.mayLookAt(level + 1, index * ARITY, budget)) parents.push(index);
      else buckets.push(...this.#view.list(level, index, scope));
    }
    return [
      ...this.#view.digests(level + 1, parents, salt),
      ...this.#view.sums(level, summed),
      ...this.#view.items(buckets),
    ];
  }

  #answerItems(buckets: readonly Bucket[], scope: Scope<R>): Body<R>[] {
    const start = this.#rng.uint32();
    const lacking: number[] = [];
    const wanted: Bucket[] = [];
    for (const { level, index, fingerprints } of this.#rng.shuffle([...buckets])) {
      const slots = this.#view.slotsBelow(level, index, start, scope.budget);
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
    return [...this.#push(lacking, scope), ...this.#view.want(wanted)];
  }

  /** What is wanted and no longer there has been replaced: the peer gets the list of the place where it was. */
  #answerWant(buckets: readonly Bucket[], scope: Scope<R>): Body<R>[] {
    const start = this.#rng.uint32();
    const wanted: number[] = [];
    const changed: Bucket[] = [];
    for (const { level, index, fingerprints } of buckets) {
      const theirs = new Set(fingerprints);
      for (const slot of this.#view.slotsBelow(level, index, start, scope.budget) ?? []) {
        if (theirs.delete(this.#tree.fingerprintOf(slot, scope.salt))) wanted.push(slot);
      }
      if (theirs.size > 0 && scope.budget.grantNodes(level, 1) > 0)
        changed.push(...this.#view.list(level, index, scope));
    }
    return [...this.#push(wanted, scope), ...this.#view.items(changed)];
  }

  #answerFetch(elements: readonly PlacedElement[], scope: Scope<R>): Body<R>[] {
    const { depth } = this.#tree;
    const fetched: number[] = [];
    const changed: number[] = [];
    for (const { place, element } of elements) {
      const leaf = prefixOf(place, depth);
      const isAffordable = this.#view.mayLookAt(depth + 1, leaf * ARITY, scope.budget);
      const slot = isAffordable ? this.#tree.slotAt(place, element) : undefined;
      if (slot !== undefined) fetched.push(slot);
      else if (scope.budget.grantNodes(depth, 1) > 0) changed.push(leaf);
    }
    return [
      ...this.#push(fetched, scope),
      ...this.#openAll(depth, [...new Set(changed)], UNKNOWN_SHARE_PER_MILLE, scope),
    ];
  }

  /** As much as one turn may take; what is left is postponed. */
  pushSlice(keys: readonly string[], { budget, mayPush, postpone }: Scope<R>, isLong: boolean): Push<R>[] {
    const records: R[] = [];
    let bytes = 0;
    let next = 0;
    while (next < keys.length && records.length < TURN_RECORD_COUNT_MAX && bytes < TURN_BYTES_MAX) {
      const record = this.#replica.get(keys[next++] ?? '');
      if (record === undefined || !mayPush(record)) continue;
      const sizeBytes = this.#sizeOf(record);
      if (!budget.grantRecord(sizeBytes)) return this.pushes(records, isLong);
      bytes += sizeBytes;
      records.push(record);
    }
    if (next === keys.length) return this.pushes(records, isLong);
    const { messageBytesMax, packetCountMax } = this.#config;
    const areMany = isLong || (bytes * keys.length) / next > messageBytesMax * packetCountMax;
    if (!postpone(keys.slice(next), areMany)) budget.exceed();
    return this.pushes(records, areMany);
  }

  #push(slots: number[], scope: Scope<R>): Body<R>[] {
    const keys = this.#rng.shuffle(slots).map((slot) => this.#tree.keyOf(slot));
    return this.pushSlice(keys, scope, false);
  }
}
