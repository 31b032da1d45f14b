/**
 * The rumors that are spread from here, and how they leave: forwarded when they are learned, in rounds, and on packets
 * that leave anyway.
 *
 *   heat --> hot --limit--> spent | --bound--> dropped | --its time--> expired | cool
 */
import type { NodeId, Outbox, Rng, SizeOf, WallClock } from '@hearsay/core';
import { BroadcastQueue, broadcastConfig } from '@hearsay/damping';
import type { PeerSet } from '@hearsay/membership';
import { forwardFanout, type RumorConfig } from './config.ts';
import { msLeftOf } from './lifetime.ts';
import type { RumorEvent, RumorMessage, RumorTimer } from './messages.ts';
import { formatRumorId, type Rumor, type RumorId } from './rumor.ts';

type RumorOutbox = Outbox<RumorMessage, RumorTimer, RumorEvent>;

/** What a spreader is made of. */
export interface SpreaderDeps {
  readonly config: Readonly<RumorConfig>;
  readonly peers: PeerSet;
  readonly rng: Rng;
  readonly sizeOf: SizeOf<Rumor>;
  readonly wallClock: WallClock | undefined;
}

/** Infective with what is hot. Bounded by `hotCountMax` and `hotBytesMax`. */
export class Spreader {
  readonly #config: Readonly<RumorConfig>;
  readonly #peers: PeerSet;
  readonly #rng: Rng;
  readonly #sizeOf: SizeOf<Rumor>;
  readonly #wallClock: WallClock | undefined;
  readonly #hot: BroadcastQueue<Rumor>;
  /** Holds while a `round` is scheduled: at most one is. While anything is hot, one is. */
  #isRoundPending = false;
  /** Something was learned that has not been forwarded yet. */
  #isForwardDue = false;
  /** Holds while a `forward` is scheduled: at most one is. */
  #isForwardPending = false;
  /** When the next forwarding may begin. */
  #forwardReadyMs = -Infinity;
  #pushedCount = 0;

  constructor({ config, peers, rng, sizeOf, wallClock }: SpreaderDeps) {
    this.#config = config;
    this.#peers = peers;
    this.#rng = rng;
    this.#sizeOf = sizeOf;
    this.#wallClock = wallClock;
    const { transmitMultiplier, pushCountMin, hotCountMax } = config;
    this.#hot = new BroadcastQueue(
      broadcastConfig({ transmitMultiplier, transmitCountMin: pushCountMin, itemCountMax: hotCountMax }),
    );
  }

  get hotCount(): number {
    return this.#hot.size;
  }

  get hotBytes(): number {
    return this.#hot.sizeBytes;
  }

  /** Rumors pushed, each once per peer. */
  get pushedCount(): number {
    return this.#pushedCount;
  }

  /** Rumors dropped at a bound. */
  get droppedCount(): number {
    return this.#hot.droppedCount;
  }

  isHot(id: RumorId): boolean {
    return this.#hot.has(formatRumorId(id));
  }

  /** Becomes infective. */
  heat(rumor: Rumor, nowMs: number, out: RumorOutbox): void {
    const { id, priority } = rumor;
    const expiresAtMs = nowMs + msLeftOf(rumor, this.#wallClock, nowMs, this.#config);
    const sizeBytes = this.#sizeOf(rumor);
    const dropped = this.#hot.offer({ key: formatRumorId(id), priority, sizeBytes, value: rumor, expiresAtMs });
    if (dropped !== undefined) out.notify({ type: 'rumor-dropped', rumor: dropped });
    while (this.#hot.sizeBytes > this.#config.hotBytesMax) {
      const next = this.#hot.drop();
      if (next === undefined) break;
      out.notify({ type: 'rumor-dropped', rumor: next });
    }
    this.#isForwardDue = this.#config.forwardFanoutMax > 0;
    if (this.#isRoundPending) return;
    // All who learned from one round of one peer would otherwise push at the same moment, to one another.
    this.#scheduleRound(this.#rng.fraction() * this.#config.roundIntervalMs, out);
  }

  /** No longer infective. Returns whether we were. */
  cool(id: RumorId): boolean {
    return this.#hot.invalidate(formatRumorId(id));
  }

  /** At the begin of every step: what is over is not spread any more. */
  expire(nowMs: number, out: RumorOutbox): void {
    for (const rumor of this.#hot.expire(nowMs)) out.notify({ type: 'rumor-expired', rumor });
  }

  /** At the end of every step: passes on what it brought, but not to `teller`, who knows it, and tells what is spent. */
  finish(teller: NodeId | undefined, nowMs: number, out: RumorOutbox): void {
    if (this.#isForwardDue) this.#forward(teller, nowMs, out);
    // Also what `piggyback` spent since the last step, since it has no outbox.
    for (const rumor of this.#hot.drainSpent()) out.notify({ type: 'rumor-spent', rumor });
  }

  onForwardTimer(): void {
    this.#isForwardPending = false;
  }

  onRound(out: RumorOutbox): void {
    this.#isRoundPending = false;
    if (this.#hot.size > 0) {
      for (const peer of this.#peers.sample(this.#rng, this.#config.fanout)) this.#pushTo(peer, out);
    }
    // Without peers the rumors wait, hot, for the first to join.
    if (this.#hot.size > 0) this.#scheduleRound(this.#config.roundIntervalMs, out);
  }

  /** See `RumorCore.piggyback`. */
  piggyback(to: NodeId, budgetBytes: number): RumorMessage | undefined {
    if (this.#hot.size === 0 || !this.#peers.has(to)) return undefined;
    const rumors = this.#hot.take(budgetBytes - this.#config.pushOverheadBytes, this.#clusterSize());
    this.#pushedCount += rumors.length;
    return rumors.length > 0 ? { type: 'push', rumors } : undefined;
  }

  /**
   * What comes in quick succession is passed on together: packets get fuller then, not more.
   */
  #forward(teller: NodeId | undefined, nowMs: number, out: RumorOutbox): void {
    if (nowMs < this.#forwardReadyMs) return this.#scheduleForward(this.#forwardReadyMs - nowMs, out);
    this.#forwardReadyMs = nowMs + this.#config.forwardIntervalMs;
    const fanout = forwardFanout(this.#clusterSize(), this.#config);
    const peers = this.#peers.sample(this.#rng, fanout, (peer) => peer === teller);
    let isBacklog = this.#hot.size > 0;
    for (let count = 0; isBacklog && count < this.#config.forwardPacketMax; count++) {
      for (const peer of peers) isBacklog = this.#pushTo(peer, out);
    }
    // Without peers it waits for the rounds, and with more than these packets carry for the next turn.
    this.#isForwardDue = isBacklog && peers.length > 0;
    if (this.#isForwardDue) this.#scheduleForward(this.#config.forwardIntervalMs, out);
  }

  /**
   * One packet's worth, and one rumor that no packet can carry: offered by its id where there is a log to fetch it from,
   * or else pushed by stream. Returns whether the packet had no
   * room for all.
   */
  #pushTo(peer: NodeId, out: RumorOutbox): boolean {
    const hotCount = this.#hot.size;
    const budgetBytes = this.#config.roundBytesMax - this.#config.pushOverheadBytes;
    const rumors = this.#hot.take(budgetBytes, this.#clusterSize());
    if (rumors.length > 0) out.send(peer, { type: 'push', rumors });
    const oversize = this.#hot.takeOversize(budgetBytes, this.#clusterSize());
    if (oversize !== undefined) this.#pushLarge(peer, oversize, out);
    const pushedCount = rumors.length + (oversize === undefined ? 0 : 1);
    this.#pushedCount += pushedCount;
    return pushedCount < hotCount;
  }

  #pushLarge(peer: NodeId, rumor: Rumor, out: RumorOutbox): void {
    const isLogged = this.#wallClock !== undefined && rumor.publishedAtMs !== undefined;
    if (isLogged) out.send(peer, { type: 'offer', ids: [rumor.id] });
    else out.send(peer, { type: 'push', rumors: [rumor] }, 'stream');
  }

  #scheduleRound(delayMs: number, out: RumorOutbox): void {
    this.#isRoundPending = true;
    out.schedule({ type: 'round' }, delayMs);
  }

  #scheduleForward(delayMs: number, out: RumorOutbox): void {
    if (this.#isForwardPending) return;
    this.#isForwardPending = true;
    out.schedule({ type: 'forward' }, delayMs);
  }

  #clusterSize(): number {
    return this.#peers.size + 1;
  }
}
