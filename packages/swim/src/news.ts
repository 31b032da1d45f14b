/**
 * The news of the members, and who is told of it: rounds of gossip while there is any, and room in packets that leave
 * anyway. [SWIM §4.1]
 */
import type { NodeId, Rng, SizeOf } from '@hearsay/core';
import { BroadcastQueue, broadcastConfig, type Priority } from '@hearsay/damping';
import { type Claim, type MemberTable, PeerSet, type Status, zonedSample } from '@hearsay/membership';
import type { SwimConfig } from './config.ts';
import type { SwimMessage } from './messages.ts';
import type { SwimOutbox } from './outbox.ts';

/** A leave ends before the process does, and a refutation races a timeout. */
const URGENCY: Readonly<Record<Status, Priority>> = Object.freeze({
  alive: 'normal',
  suspect: 'high',
  dead: 'high',
  left: 'critical',
});

/** Claims on their way to everyone. */
export class News {
  readonly #config: Readonly<SwimConfig>;
  readonly #table: MemberTable;
  readonly #rng: Rng;
  readonly #sizeOf: SizeOf<Claim>;
  readonly #queue: BroadcastQueue<Claim>;
  /** Found dead lately: still told, in case they live. */
  readonly #recentDead = new PeerSet();
  /** When each was found dead, the earliest first. */
  readonly #deadSinceMs = new Map<NodeId, number>();
  /** Holds while a `gossip` timer is scheduled. */
  #isRoundPending = false;

  constructor(config: Readonly<SwimConfig>, table: MemberTable, rng: Rng, sizeOf: SizeOf<Claim>) {
    const { transmitMultiplier, newsCountMax } = config;
    this.#config = config;
    this.#table = table;
    this.#rng = rng;
    this.#sizeOf = sizeOf;
    this.#queue = new BroadcastQueue(broadcastConfig({ transmitMultiplier, itemCountMax: newsCountMax }));
  }

  /** Claims that wait to be sent on. */
  get count(): number {
    return this.#queue.size;
  }

  /** Claims dropped at `newsCountMax`. */
  get droppedCount(): number {
    return this.#queue.droppedCount;
  }

  /** Whether news of this member waits to be sent on. */
  has(name: NodeId): boolean {
    return this.#queue.has(name);
  }

  /** The time, before anything of that moment is sent on: a claim that has waited for long is served by its age, too. */
  noteTime(nowMs: number): void {
    this.#queue.expire(nowMs);
  }

  /** Sends a claim on, in place of older news of the same member. Our own goes first. */
  spread(claim: Claim, isOwn: boolean, out: SwimOutbox): void {
    const priority = isOwn ? 'critical' : URGENCY[claim.status];
    this.#queue.offer({ key: claim.name, priority, sizeBytes: this.#sizeOf(claim), value: claim });
    this.#schedule(this.#rng.fraction() * this.#config.gossipIntervalMs, out);
  }

  /** Notes who is dead as of now, and who is not. */
  noteStatus({ name, status }: Claim, nowMs: number): void {
    this.#deadSinceMs.delete(name);
    this.#recentDead.delete(name);
    if (status !== 'dead') return;
    this.#deadSinceMs.set(name, nowMs);
    this.#recentDead.add(name);
  }

  /** News for one packet. */
  piggyback(budgetBytes: number): SwimMessage | undefined {
    const claims = this.#queue.take(budgetBytes, this.#table.peers.size + 1);
    return claims.length > 0 ? { type: 'claims', claims } : undefined;
  }

  /** One round of gossip; the rounds go on while there is news. */
  onRound(nowMs: number, out: SwimOutbox): void {
    this.#isRoundPending = false;
    // Nobody asks what has been told often enough, and the queue would keep thousands of claims that are long outdated.
    this.#queue.drainSpent();
    this.#forgetLongDead(nowMs);
    if (this.#queue.size === 0) return;
    const targets = this.#targets();
    for (const peer of targets) this.#tell(peer, out);
    // Alone, there is nobody to tell; who comes is news, and begins the rounds again.
    if (targets.length > 0) this.#schedule(this.#config.gossipIntervalMs, out);
  }

  /** A claim that no message has room for goes alone. */
  #tell(peer: NodeId, out: SwimOutbox): void {
    const { gossipBytesMax } = this.#config;
    const message = this.piggyback(gossipBytesMax);
    if (message !== undefined) out.send(peer, message);
    const claim = this.#queue.takeOversize(gossipBytesMax, this.#table.peers.size + 1);
    if (claim !== undefined) out.send(peer, { type: 'claims', claims: [claim] });
  }

  /** Random members; one in so many of them is one of the recently dead, as if they were members still. */
  #targets(): readonly NodeId[] {
    const { gossipFanout, nearSharePerMille } = this.#config;
    const targets = zonedSample(this.#table, this.#rng, gossipFanout, nearSharePerMille);
    const deadCount = this.#recentDead.size;
    if (deadCount === 0) return targets;
    const isDeadTold = this.#rng.below(this.#table.peers.size + deadCount) < deadCount * gossipFanout;
    return isDeadTold ? [...targets.slice(1), ...this.#recentDead.sample(this.#rng, 1)] : targets;
  }

  #forgetLongDead(nowMs: number): void {
    for (const [name, sinceMs] of this.#deadSinceMs) {
      if (nowMs - sinceMs <= this.#config.gossipToDeadMs) return;
      this.#deadSinceMs.delete(name);
      this.#recentDead.delete(name);
    }
  }

  #schedule(delayMs: number, out: SwimOutbox): void {
    if (this.#isRoundPending) return;
    this.#isRoundPending = true;
    out.schedule({ type: 'gossip' }, delayMs);
  }
}
