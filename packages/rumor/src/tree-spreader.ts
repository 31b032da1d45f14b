/**
 * Rumors that travel by a broadcast tree: each node gets them once, in place of once per push. [Plumtree]
 *
 *   rumor --eager--> neighbors on the tree ... --it had come already--> prune: only announcements from now on
 *         --announce--> the other neighbors ... --it did not come--> graft: on the tree again, and what is missing
 *
 * The tree is what is left of a flood when everybody has cut the links by which nothing new came. Announcements find what
 * is lost, and mend the tree where a node or a link has failed; what they miss the log has.
 *
 * Deviation: announcements are ranges of numbers, as origins number their rumors: a hundred rumors cost as much as one.
 * Deviation: a rumor that comes twice from who gave it first cuts no link, because datagrams come twice by themselves.
 */
import type { NodeId, Outbox, SizeOf, WallClock } from '@hearsay/core';
import type { PeerSet } from '@hearsay/membership';
import { BroadcastTrees } from './broadcast-trees.ts';
import type { RumorConfig } from './config.ts';
import { msLeftOf } from './lifetime.ts';
import type { RumorEvent, RumorMessage, RumorTimer, SpentReason } from './messages.ts';
import { MissingRumors } from './missing-rumors.ts';
import { formatRumorId, type Rumor, type RumorId } from './rumor.ts';
import type { RumorLog } from './rumor-log.ts';
import { GUEST_LINK_COUNT_MAX, HOPS_BYTES, HOPS_MAX } from './tree-config.ts';
import { type Branching, TreeLink } from './tree-link.ts';
import { TreeOverlay } from './tree-overlay.ts';
import { idsOf, isRange, RangeList, type RumorRange } from './tree-ranges.ts';

type RumorOutbox = Outbox<RumorMessage, RumorTimer, RumorEvent>;

/** What a tree spreader is made of. */
export interface TreeDeps {
  readonly config: Readonly<RumorConfig>;
  readonly self: NodeId;
  readonly peers: PeerSet;
  readonly sizeOf: SizeOf<Rumor>;
  readonly wallClock: WallClock | undefined;
  readonly log: RumorLog;
  readonly hasSeen: (id: RumorId) => boolean;
  /** Counts here what has ended, with the other ways. */
  readonly spent: Record<SpentReason, number>;
}

/** Counts since the start. */
export interface TreeCounts {
  /** Rumors sent along branches, each once per neighbor. */
  branched: number;
  /** Rumors that came by a branch and were known. */
  redundant: number;
  /** Rumors asked for because they were announced and did not come. */
  grafted: number;
  /** Links cut by us. */
  pruned: number;
  /** Links taken in place of a longer way. */
  shortened: number;
  /** Rumors not sent to a neighbor at `hotCountMax` or `hotBytesMax`. */
  dropped: number;
}

/** The eager and lazy push of one node. */
export class TreeSpreader {
  readonly counts: TreeCounts = { branched: 0, redundant: 0, grafted: 0, pruned: 0, shortened: 0, dropped: 0 };
  readonly #config: Readonly<RumorConfig>;
  readonly #self: NodeId;
  readonly #peers: PeerSet;
  readonly #sizeOf: SizeOf<Rumor>;
  readonly #wallClock: WallClock | undefined;
  readonly #log: RumorLog;
  readonly #hasSeen: (id: RumorId) => boolean;
  readonly #spent: Record<SpentReason, number>;
  readonly #overlay: TreeOverlay;
  readonly #trees: BroadcastTrees;
  readonly #missing: MissingRumors;
  readonly #links = new Map<NodeId, TreeLink>();
  /** What waits on any link. */
  readonly #branching = new Map<string, Branching>();
  /** When the next packets may leave. */
  #readyMs = -Infinity;
  /** Each holds while such a timer is scheduled: at most one is. */
  readonly #pending = { branch: false, announce: false, graft: false };

  constructor({ config, self, peers, sizeOf, wallClock, log, hasSeen, spent }: TreeDeps) {
    this.#config = config;
    this.#self = self;
    this.#peers = peers;
    this.#sizeOf = sizeOf;
    this.#wallClock = wallClock;
    this.#log = log;
    this.#hasSeen = hasSeen;
    this.#spent = spent;
    this.#overlay = new TreeOverlay(self, peers, config.treeRingCount);
    this.#trees = new BroadcastTrees(config.treeCountMax);
    this.#missing = new MissingRumors(config);
  }

  /** Rumors that wait on a branch. */
  get hotCount(): number {
    return this.#branching.size;
  }

  /** Rumors announced that have not come. */
  get missingCount(): number {
    return this.#missing.size;
  }

  get missingIgnoredCount(): number {
    return this.#missing.ignoredCount;
  }

  get missingGivenUpCount(): number {
    return this.#missing.givenUpCount;
  }

  isHot(id: RumorId): boolean {
    return this.#branching.size > 0 && this.#branching.has(formatRumorId(id));
  }

  /**
   * Whether a rumor can travel so: it has to fit a packet, and who misses it must find it in the log of others. One that
   * is published where nobody else is waits for the first to join, which a tree does not.
   */
  canCarry(rumor: Rumor): boolean {
    if (this.#wallClock === undefined || rumor.publishedAtMs === undefined || this.#peers.size === 0) return false;
    return this.#sizeOf(rumor) + HOPS_BYTES <= this.#config.roundBytesMax - this.#config.pushOverheadBytes;
  }

  /** A rumor that is news: to the neighbors on its tree, and an announcement to the others. */
  heat(rumor: Rumor, from: NodeId | undefined, hops: number, nowMs: number, out: RumorOutbox): void {
    this.#keepNeighbors(out);
    const tree = this.#trees.of(rumor.id.origin);
    tree.parent = from;
    tree.hops = Math.min(hops, HOPS_MAX);
    if (from !== undefined) tree.lazy.delete(from);
    const others = [...this.#overlay.neighbors].filter((peer) => peer !== from);
    const listeners = others.filter((peer) => tree.lazy.has(peer));
    const branching = { rumor, hops: tree.hops, waitingCount: 0, listeners };
    for (const peer of others) if (!tree.lazy.has(peer)) this.#branch(peer, branching, nowMs, out);
    if (branching.waitingCount > 0) return;
    this.#announce(branching, out);
    this.#tellSpent(rumor, out);
  }

  /** It has come, by whatever way. */
  onLearned(id: RumorId): void {
    this.#missing.onLearned(id);
  }

  /** It came by a branch, and was known. Returns whether the branch is to be cut. [Plumtree §3] */
  onRedundant({ origin }: RumorId, from: NodeId): boolean {
    this.counts.redundant += 1;
    const tree = this.#trees.of(origin);
    if (tree.parent === from) return false;
    if (this.#overlay.neighbors.has(from)) tree.lazy.add(from);
    return true;
  }

  /** Tells who gave us rumors twice by which trees it need not give us any. */
  prune(peer: NodeId, origins: ReadonlySet<NodeId>, out: RumorOutbox): void {
    if (origins.size === 0 || !this.#peers.has(peer)) return;
    this.counts.pruned += origins.size;
    out.send(peer, { type: 'prune', origins: [...origins].slice(0, this.#config.announceRangeMax) });
  }

  onPrune(from: NodeId, origins: readonly NodeId[]): void {
    if (!Array.isArray(origins) || !this.#overlay.neighbors.has(from)) return;
    for (const origin of origins.slice(0, this.#config.announceRangeMax)) {
      this.#trees.known(origin)?.lazy.add(from);
    }
  }

  /** Only from members: a stranger could not be asked for what it announces. */
  onAnnounce(from: NodeId, ranges: readonly RumorRange[], nowMs: number, out: RumorOutbox): void {
    const legal = this.#legal(from, ranges);
    for (const id of idsOf(legal, this.#config.announceIdCountMax)) {
      if (this.#hasSeen(id)) this.#cancel(from, formatRumorId(id), out);
      else if (id.origin !== this.#self) this.#missing.announce(id, from, nowMs);
    }
    for (const range of legal) this.#shorten(from, range, out);
    this.#scheduleGraft(nowMs, out);
  }

  /** A neighbor wants to be on the tree again, and misses some rumors. [Plumtree §3] */
  onGraft(from: NodeId, ranges: readonly RumorRange[], nowMs: number, out: RumorOutbox): void {
    const legal = this.#legal(from, ranges);
    for (const { origin } of legal) this.#trees.known(origin)?.lazy.delete(from);
    for (const id of idsOf(legal, this.#config.announceIdCountMax)) {
      const key = formatRumorId(id);
      const rumor = this.#log.get(key);
      if (rumor === undefined || !this.canCarry(rumor)) continue;
      const hops = this.#trees.known(id.origin)?.hops ?? 0;
      this.#branch(
        from,
        this.#branching.get(key) ?? { rumor, hops, waitingCount: 0, listeners: [], isAgain: true },
        nowMs,
        out,
      );
    }
  }

  onTimer(type: 'branch' | 'announce' | 'graft', nowMs: number, out: RumorOutbox): void {
    this.#pending[type] = false;
    if (type === 'announce') for (const link of this.#links.values()) link.sendAnnouncements(out);
    if (type === 'graft') this.#graft(nowMs, out);
    // `branch`: what waits leaves at the end of every step in which it may.
  }

  /** No longer to be spread. Returns whether it was. */
  cool(id: RumorId): boolean {
    const key = formatRumorId(id);
    if (!this.#branching.delete(key)) return false;
    for (const link of this.#links.values()) link.cancel(key);
    return true;
  }

  /** At the begin of every step. */
  expire(nowMs: number, out: RumorOutbox): void {
    if (this.#branching.size === 0) return;
    for (const link of this.#links.values()) {
      for (const one of link.expire(nowMs)) this.#release(one, 'rumor-expired', out);
    }
  }

  /** At the end of every step. */
  finish(nowMs: number, out: RumorOutbox): void {
    if (this.#branching.size === 0) return;
    this.#keepNeighbors(out);
    if (nowMs >= this.#readyMs) {
      this.#readyMs = nowMs + this.#config.forwardIntervalMs;
      for (const [peer, link] of this.#links) {
        const sent = link.send(out);
        this.counts.branched += sent.length;
        for (const branching of sent) this.#release(branching, 'rumor-spent', out);
        if (link.size === 0 && !this.#overlay.neighbors.has(peer)) this.#links.delete(peer);
      }
    }
    if (this.#branching.size > 0) this.#schedule('branch', this.#readyMs - nowMs, out);
  }

  #branch(peer: NodeId, branching: Branching, nowMs: number, out: RumorOutbox): void {
    const { rumor } = branching;
    const link = this.#linkTo(peer);
    if (link === undefined) return;
    const sizeBytes = this.#sizeOf(rumor) + HOPS_BYTES;
    const expiresAtMs = nowMs + msLeftOf(rumor, this.#wallClock, nowMs, this.#config);
    this.#branching.set(formatRumorId(rumor.id), branching);
    for (const dropped of link.offer(branching, { sizeBytes, expiresAtMs, nowMs })) {
      this.counts.dropped += 1;
      this.#release(dropped, 'rumor-dropped', out);
    }
  }

  #announce(branching: Branching, out: RumorOutbox): void {
    if (branching.listeners.length === 0) return;
    for (const peer of branching.listeners) {
      if (this.#overlay.neighbors.has(peer)) this.#linkTo(peer)?.announce(branching);
    }
    this.#schedule('announce', this.#config.announceIntervalMs, out);
  }

  /** Of a neighbor, or of one of few others: of them only who has asked for something. */
  #linkTo(peer: NodeId): TreeLink | undefined {
    const known = this.#links.get(peer);
    if (known !== undefined) return known;
    const guestCount = this.#links.size - this.#overlay.neighbors.size;
    if (!this.#overlay.neighbors.has(peer) && guestCount >= GUEST_LINK_COUNT_MAX) return undefined;
    const link = new TreeLink(this.#config, peer);
    this.#links.set(peer, link);
    return link;
  }

  /** One branch less on which it waits. After the last it is over. */
  #release(branching: Branching, type: 'rumor-spent' | 'rumor-dropped' | 'rumor-expired', out: RumorOutbox): void {
    const { rumor } = branching;
    branching.waitingCount -= 1;
    if (branching.waitingCount > 0 || !this.#branching.delete(formatRumorId(rumor.id))) return;
    if (type !== 'rumor-expired') this.#announce(branching, out);
    if (branching.isAgain === true) return;
    if (type === 'rumor-spent') this.#tellSpent(rumor, out);
    else out.notify({ type, rumor });
  }

  #tellSpent(rumor: Rumor, out: RumorOutbox): void {
    this.#spent.tree += 1;
    out.notify({ type: 'rumor-spent', rumor, reason: 'tree' });
  }

  /** The peer has it by another way. */
  #cancel(peer: NodeId, key: string, out: RumorOutbox): void {
    const branching = this.#branching.get(key);
    if (branching === undefined || this.#links.get(peer)?.cancel(key) !== true) return;
    this.#release(branching, 'rumor-spent', out);
  }

  /** A way that is shorter by enough takes the place of the one by which rumors come. [Plumtree §3] */
  #shorten(from: NodeId, { origin, generation, hops, first }: RumorRange, out: RumorOutbox): void {
    const tree = this.#trees.known(origin);
    if (tree === undefined) return;
    const isKnown = this.#hasSeen({ origin, generation, sequence: first });
    if (!isKnown || tree.parent === undefined || tree.parent === from) return;
    if (tree.hops - (hops + 1) < this.#config.treeHopsMargin || !this.#overlay.neighbors.has(from)) return;
    this.counts.shortened += 1;
    this.prune(tree.parent, new Set([origin]), out);
    tree.lazy.add(tree.parent);
    tree.lazy.delete(from);
    tree.parent = from;
    tree.hops = hops + 1;
    out.send(from, { type: 'graft', ranges: [{ origin, generation, first, count: 0, hops: 0 }] });
  }

  #graft(nowMs: number, out: RumorOutbox): void {
    for (const [peer, ids] of this.#missing.due(nowMs)) {
      if (!this.#peers.has(peer)) continue;
      this.counts.grafted += ids.length;
      const ranges = new RangeList();
      for (const id of ids) {
        ranges.add(id);
        this.#trees.known(id.origin)?.lazy.delete(peer);
      }
      for (const list of ranges.drain(this.#config.announceRangeMax)) out.send(peer, { type: 'graft', ranges: list });
    }
    this.#scheduleGraft(nowMs, out);
  }

  #legal(from: NodeId, ranges: readonly RumorRange[]): RumorRange[] {
    if (!Array.isArray(ranges) || !this.#peers.has(from)) return [];
    return ranges.slice(0, this.#config.announceRangeMax).filter(isRange);
  }

  /** The links to who is no neighbor any more go, and what waits for who is gone. */
  #keepNeighbors(out: RumorOutbox): void {
    if (this.#overlay.isCurrent) return;
    const { neighbors } = this.#overlay;
    this.#trees.keep(neighbors);
    for (const [peer, link] of this.#links) {
      if (neighbors.has(peer) || (link.size > 0 && this.#peers.has(peer))) continue;
      this.#links.delete(peer);
      for (const branching of link.close()) this.#release(branching, 'rumor-spent', out);
    }
  }

  #scheduleGraft(nowMs: number, out: RumorOutbox): void {
    if (this.#missing.size > 0) this.#schedule('graft', this.#missing.dueMs - nowMs, out);
  }

  #schedule(type: 'branch' | 'announce' | 'graft', delayMs: number, out: RumorOutbox): void {
    if (this.#pending[type]) return;
    this.#pending[type] = true;
    out.schedule({ type }, Math.max(0, delayMs));
  }
}
