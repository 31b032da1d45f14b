/**
 * What this node believes of every member, and how it spreads what it learns. [SWIM §4]
 *
 *   alive --no ack--> suspect --timeout--> dead        suspect, dead --refutation (higher incarnation)--> alive
 *
 * Claims come from our own probes, from gossip, from a join and from anti-entropy; all go through `learn`. Each claim
 * that is news here is queued and sent on a limited number of times.
 */
import type { NodeId, Outbox, Rng, SizeOf, WallClock } from '@hearsay/core';
import { assertNever } from '@hearsay/core';
import { BroadcastQueue, broadcastConfig, type Priority } from '@hearsay/damping';
import { type Claim, lifeAfter, type MemberTable, type ProbeOrder, type Status } from '@hearsay/membership';
import { type SwimConfig, suspicionTimeoutMs } from './config.ts';
import type { SwimEvent, SwimMessage, SwimTimer } from './messages.ts';

/** What the parts of the detector write their wishes into. */
export type SwimOutbox = Outbox<SwimMessage, SwimTimer, SwimEvent>;

/** What the keeper works on. */
export interface ClaimKeeperDeps {
  readonly config: Readonly<SwimConfig>;
  readonly table: MemberTable;
  readonly order: ProbeOrder;
  readonly rng: Rng;
  readonly wallClock: WallClock;
  readonly sizeOf: SizeOf<Claim>;
  readonly self: Claim;
}

/** News that must not wait: a leave ends before the process does, and a refutation races a timeout. */
const URGENCY: Readonly<Record<Status, Priority>> = Object.freeze({
  alive: 'normal',
  suspect: 'high',
  dead: 'high',
  left: 'critical',
});

/** Believes, refutes, spreads and forgets claims. */
export class ClaimKeeper {
  readonly #config: Readonly<SwimConfig>;
  readonly #table: MemberTable;
  readonly #order: ProbeOrder;
  readonly #rng: Rng;
  readonly #wallClock: WallClock;
  readonly #sizeOf: SizeOf<Claim>;
  readonly #news: BroadcastQueue<Claim>;
  #self: Claim;
  /** Holds while a `gossip` timer is scheduled. */
  #isGossipPending = false;

  constructor(deps: ClaimKeeperDeps) {
    const { transmitMultiplier, newsCountMax } = deps.config;
    this.#config = deps.config;
    this.#table = deps.table;
    this.#order = deps.order;
    this.#rng = deps.rng;
    this.#wallClock = deps.wallClock;
    this.#sizeOf = deps.sizeOf;
    this.#self = deps.self;
    this.#news = new BroadcastQueue(broadcastConfig({ transmitMultiplier, itemCountMax: newsCountMax }));
  }

  /** What we say about ourselves now. */
  get self(): Claim {
    return this.#self;
  }

  get newsCount(): number {
    return this.#news.size;
  }

  /** Whether our own claim still waits to be sent on. */
  get isOwnNewsWaiting(): boolean {
    return this.#news.has(this.#self.name);
  }

  /** Judges claims from `from`. Nothing in them can throw. */
  learn(claims: readonly Claim[], from: NodeId, nowMs: number, out: SwimOutbox): void {
    for (const claim of claims) {
      if (claim.name === this.#self.name) this.#learnOfSelf(claim, from, nowMs, out);
      else this.#believe(claim, from, nowMs, out);
    }
  }

  /** Our probes could not reach the member. */
  suspect(name: NodeId, nowMs: number, out: SwimOutbox): void {
    const held = this.#table.get(name);
    if (held?.status !== 'alive') return;
    this.#believe({ ...held, status: 'suspect', accuser: this.#self.name }, this.#self.name, nowMs, out);
  }

  /** The suspicion ran its course: dead, unless the member has refuted since. */
  onSuspicionTimer(timer: Extract<SwimTimer, { type: 'suspicion' }>, nowMs: number, out: SwimOutbox): void {
    const held = this.#table.get(timer.name);
    const isSameLife = held?.generation === timer.generation && held.incarnation === timer.incarnation;
    if (held?.status !== 'suspect' || !isSameLife) return;
    this.#believe({ ...held, status: 'dead' }, this.#self.name, nowMs, out);
  }

  /** Says something new about ourselves. `change` must make the claim greater. */
  announce(change: Partial<Claim>, nowMs: number, out: SwimOutbox): void {
    this.#self = { ...this.#self, ...change, accuser: '' };
    this.#table.merge(this.#self, this.#wallClock.at(nowMs), nowMs);
    this.#spread(this.#self, 'critical', out);
  }

  /** Tells a node what we hold against it, so that it can refute. [Lifeguard §IV-C] */
  confront(to: NodeId, out: SwimOutbox): void {
    const held = this.#table.get(to);
    if (held === undefined || held.status === 'alive') return;
    out.send(to, { type: 'claims', claims: [held] });
  }

  /** News for one packet to `to`. */
  piggyback(budgetBytes: number): SwimMessage | undefined {
    const claims = this.#news.take(budgetBytes, this.#clusterSize());
    return claims.length > 0 ? { type: 'claims', claims } : undefined;
  }

  /** One round of gossip; the rounds go on while there is news. */
  onGossip(out: SwimOutbox): void {
    this.#isGossipPending = false;
    if (this.#news.size === 0) return;
    for (const peer of this.#table.peers.sample(this.#rng, this.#config.gossipFanout)) {
      const message = this.piggyback(this.#config.gossipBytesMax);
      if (message !== undefined) out.send(peer, message);
    }
    this.#scheduleGossip(this.#config.gossipIntervalMs, out);
  }

  /** Forgets members that have been dead or left for longer than the retention. */
  reap(nowMs: number): void {
    for (const { claim, sinceMs } of this.#table.members()) {
      const isGone = claim.status === 'dead' || claim.status === 'left';
      const isOld = nowMs - sinceMs > this.#config.deadRetentionMs;
      if (isGone && isOld && claim.name !== this.#self.name) this.#table.remove(claim.name);
    }
  }

  // -- claims about others ----------------------------------------------------------------------------------------

  #believe(claim: Claim, from: NodeId, nowMs: number, out: SwimOutbox): void {
    const outcome = this.#table.merge(claim, this.#wallClock.at(nowMs), nowMs);
    switch (outcome.kind) {
      case 'accepted':
        return this.#onNews(claim, outcome.previous, out);
      case 'conflict':
        out.notify({ type: 'name-conflict', held: outcome.held, other: claim });
        if (this.#table.get(claim.name) === claim) this.#onNews(claim, outcome.held, out);
        return;
      case 'refused':
        return out.notify({ type: 'claim-refused', reason: outcome.reason, from });
      case 'stale':
        return;
      default:
        return assertNever(outcome);
    }
  }

  #onNews(claim: Claim, previous: Claim | undefined, out: SwimOutbox): void {
    if (isPresent(claim)) this.#order.add(claim.name);
    else this.#order.delete(claim.name);
    if (claim.status === 'suspect') this.#scheduleSuspicion(claim, out);
    this.#spread(claim, URGENCY[claim.status], out);
    for (const event of eventsOf(claim, previous)) out.notify(event);
  }

  #scheduleSuspicion({ name, generation, incarnation }: Claim, out: SwimOutbox): void {
    const delayMs = suspicionTimeoutMs(this.#clusterSize(), this.#config);
    out.schedule({ type: 'suspicion', name, generation, incarnation }, delayMs);
  }

  // -- claims about ourselves ---------------------------------------------------------------------------------------

  /**
   * A greater claim about ourselves is an accusation, or another process with our name. An older one means that its
   * sender has not heard of us for a while: it is told.
   */
  #learnOfSelf(claim: Claim, from: NodeId, nowMs: number, out: SwimOutbox): void {
    const own = this.#self;
    const outcome = this.#table.merge(claim, this.#wallClock.at(nowMs), nowMs);
    if (outcome.kind === 'refused') return out.notify({ type: 'claim-refused', reason: outcome.reason, from });
    if (outcome.kind === 'stale') {
      const isOlder = claim.generation < own.generation || claim.incarnation < own.incarnation;
      if (isOlder && from !== own.name) out.send(from, { type: 'claims', claims: [own] });
      return;
    }
    if (claim.address !== own.address && claim.generation >= own.generation) {
      out.notify({ type: 'name-conflict', held: own, other: claim });
    }
    if (own.status === 'left' && claim.generation === own.generation) return this.announce({}, nowMs, out);
    this.#refute(claim, nowMs, out);
  }

  /** Raises our life above the claim's. Only we may do so. [SWIM §4.2] */
  #refute(claim: Claim, nowMs: number, out: SwimOutbox): void {
    this.announce({ ...lifeAfter(claim), status: 'alive' }, nowMs, out);
    out.notify({ type: 'refuted', claim: this.#self, accuser: claim.accuser });
  }

  // -- spreading ------------------------------------------------------------------------------------------------------

  #spread(claim: Claim, priority: Priority, out: SwimOutbox): void {
    this.#news.offer({ key: claim.name, priority, sizeBytes: this.#sizeOf(claim), value: claim });
    this.#scheduleGossip(this.#rng.fraction() * this.#config.gossipIntervalMs, out);
  }

  #scheduleGossip(delayMs: number, out: SwimOutbox): void {
    if (this.#isGossipPending) return;
    this.#isGossipPending = true;
    out.schedule({ type: 'gossip' }, delayMs);
  }

  #clusterSize(): number {
    return this.#table.peers.size + 1;
  }
}

function isPresent({ status }: Claim): boolean {
  return status === 'alive' || status === 'suspect';
}

/** What a change of belief means to the owner. A member that we hear of only after its end is no news. */
function eventsOf(claim: Claim, previous: Claim | undefined): readonly SwimEvent[] {
  const wasPresent = previous !== undefined && isPresent(previous);
  if (!isPresent(claim)) return wasPresent || previous?.status === 'dead' ? goneEvents(claim, previous) : [];
  const events: SwimEvent[] = [];
  const isNewLife = previous === undefined || previous.status === 'left' || previous.generation < claim.generation;
  if (isNewLife) events.push({ type: 'member-joined', claim });
  else if (previous.status !== 'alive' && claim.status === 'alive') events.push({ type: 'member-recovered', claim });
  else if (isChanged(claim, previous)) events.push({ type: 'member-updated', claim });
  const isNewlySuspect = claim.status === 'suspect' && previous?.status !== 'suspect';
  if (isNewlySuspect) events.push({ type: 'member-suspected', claim, accuser: claim.accuser });
  return events;
}

function goneEvents(claim: Claim, previous: Claim | undefined): readonly SwimEvent[] {
  if (claim.status === 'left') return [{ type: 'member-left', claim }];
  return previous?.status === 'dead' ? [] : [{ type: 'member-failed', claim, accuser: claim.accuser }];
}

function isChanged(claim: Claim, previous: Claim): boolean {
  if (claim.address !== previous.address || claim.tags.size !== previous.tags.size) return true;
  return [...claim.tags].some(([key, value]) => previous.tags.get(key) !== value);
}
