/**
 * Rumor mongering: push, blind, counter. [Demers §1.4]
 *
 *   susceptible --push, publish--> infective --transmit limit--> removed
 *
 * A node that learns a rumor tells its owner at once and forwards it at once, to as many random peers as reach all nodes
 * without a further round, nearly always. What is left of its pushes goes out in rounds that run only while something is
 * hot, and on packets that leave anyway (`piggyback`): at other times, so that one burst of loss does not take them all.
 *
 * Deviation: a rumor is given up after a fixed number of pushes, whether or not the peers knew it already (the paper's
 * blind counter), because feedback would cost an answer to each push and gossip rides on packets that have none.
 * Deviation: the counter counts pushes, not cycles, and its limit grows with the logarithm of the cluster size
 * [SWIM §4.1], because the paper's fixed k leaves the same share of nodes out at any size, which in a large cluster
 * is many nodes.
 * Deviation: a node contacts `fanout` peers in a round, not one, which shortens the spread and changes no residue; and
 * the first round of a rumor is at once, which makes a spread take a few network delays in place of a few rounds.
 */
import {
  assertNever,
  type Core,
  type Input,
  type NodeId,
  type Outbox,
  type Rng,
  type SizeOf,
  type WallClock,
} from '@hearsay/core';
import { BroadcastQueue, broadcastConfig } from '@hearsay/damping';
import type { PeerSet } from '@hearsay/membership';
import { forwardFanout, type RumorConfig } from './config.ts';
import type { RumorCommand, RumorEvent, RumorMessage, RumorTimer } from './messages.ts';
import { formatRumorId, type Rumor, type RumorId, type RumorProblem, rumorProblem } from './rumor.ts';
import type { RumorLog } from './rumor-log.ts';
import { RumorMemory } from './rumor-memory.ts';

/** What rumor spreading is built from. */
export interface RumorDependencies {
  readonly config: Readonly<RumorConfig>;
  /** Own name: what a peer says that we published is an echo, or a lie. */
  readonly self: NodeId;
  /** Who may be pushed to, without ourselves. Kept up to date by its owner. */
  readonly peers: PeerSet;
  readonly rng: Rng;
  /** Bytes that a rumor adds to a push: at least 1. */
  readonly sizeOf: SizeOf<Rumor>;
  /** Stamps what we publish, and says what is over. Default none: then nothing is logged, and nothing expires. */
  readonly wallClock?: WallClock | undefined;
}

/** Counts since the start, for metrics. */
export interface RumorCounts {
  /** Rumors learned or published. */
  readonly learned: number;
  /** Pushed rumors that we knew already, echoes of our own included. */
  readonly duplicate: number;
  /** Rumors pushed, each once per peer. [Demers §1.4, traffic] */
  readonly pushed: number;
  /** Rumors learned from the log of a peer, among `learned`. */
  readonly recovered: number;
  /** Rumors that were not legal. */
  readonly refused: number;
  /** Rumors that came when they were over, or may have been over. */
  readonly expired: number;
  /** Rumors that were not logged because they come from a clock too far ahead. */
  readonly early: number;
  /** Rumors that came after a newer one of the same topic and key, or were hot when one came. */
  readonly replaced: number;
  /** Hot rumors dropped at `hotCountMax` or `hotBytesMax`. */
  readonly dropped: number;
  /** Lives forgotten at `lifeCountMax`. */
  readonly forgottenLife: number;
  /** Gaps taken for seen at `intervalCountMax`. */
  readonly closedGap: number;
  /** Rumors that left the log at `logCountMax` or `logBytesMax`. */
  readonly logDropped: number;
}

/** A rumor on its way in. */
interface Heard {
  readonly rumor: Rumor;
  readonly from: NodeId | undefined;
  readonly via: 'spread' | 'log';
}

type RumorOutbox = Outbox<RumorMessage, RumorTimer, RumorEvent>;

/** Spreads rumors. Delivery of each at most once per node and life of that node; to almost every node, not all. */
export class RumorCore implements Core<RumorCommand, RumorMessage, RumorTimer, RumorEvent> {
  readonly #config: Readonly<RumorConfig>;
  readonly #peers: PeerSet;
  readonly #rng: Rng;
  readonly #sizeOf: SizeOf<Rumor>;
  /** The rumors for which we are infective. */
  readonly #hot: BroadcastQueue<Rumor>;
  /** The rumors for which we are infective or removed. */
  readonly #memory: RumorMemory;
  /** Holds while a `round` is scheduled: at most one is. While anything is hot, one is. */
  #isRoundPending = false;
  /** Holds while an `expire` is scheduled: at most one is. */
  #isExpirePending = false;
  /** Something was learned that has not been forwarded yet. */
  #isForwardDue = false;
  /** Holds while a `forward` is scheduled: at most one is. */
  #isForwardPending = false;
  /** When the next forwarding may begin. */
  #forwardReadyMs = -Infinity;
  #learnedCount = 0;
  #duplicateCount = 0;
  #pushedCount = 0;
  #refusedCount = 0;
  #recoveredCount = 0;
  #expiredCount = 0;
  #replacedCount = 0;

  constructor(dependencies: RumorDependencies) {
    const { config, self, peers, rng, sizeOf, wallClock } = dependencies;
    this.#config = config;
    this.#peers = peers;
    this.#rng = rng;
    this.#sizeOf = sizeOf;
    this.#memory = new RumorMemory({ config, self, sizeOf, wallClock });
    const { transmitMultiplier, pushCountMin, hotCountMax } = config;
    this.#hot = new BroadcastQueue(
      broadcastConfig({ transmitMultiplier, transmitCountMin: pushCountMin, itemCountMax: hotCountMax }),
    );
  }

  /** What anti-entropy reconciles: the rumors of the last `rumorRetentionMs`. It changes by `step` only. */
  get log(): RumorLog {
    return this.#memory.log;
  }

  /** Rumors that are being spread from here. */
  get hotCount(): number {
    return this.#hot.size;
  }

  /** Bytes of the rumors that are being spread from here. */
  get hotBytes(): number {
    return this.#hot.sizeBytes;
  }

  counts(): RumorCounts {
    const { log, seen } = this.#memory;
    return {
      learned: this.#learnedCount,
      duplicate: this.#duplicateCount,
      pushed: this.#pushedCount,
      recovered: this.#recoveredCount,
      refused: this.#refusedCount,
      expired: this.#expiredCount,
      early: this.#memory.earlyCount,
      replaced: this.#replacedCount,
      dropped: this.#hot.droppedCount,
      forgottenLife: seen.forgottenLifeCount,
      closedGap: seen.closedGapCount,
      logDropped: log.droppedCount,
    };
  }

  /** Whether this rumor was learned or published here. */
  hasSeen(id: RumorId): boolean {
    return this.#memory.has(id) || this.#hot.has(formatRumorId(id));
  }

  step(input: Input<RumorCommand, RumorMessage, RumorTimer>, nowMs: number, out: RumorOutbox): void {
    switch (input.kind) {
      case 'command':
        this.#onCommand(input.command, nowMs, out);
        break;
      case 'message':
        this.#onMessage(input.from, input.message, nowMs, out);
        break;
      case 'timer':
        this.#onTimer(input.timer, nowMs, out);
        break;
    }
    if (this.#isForwardDue) this.#forward(input.kind === 'message' ? input.from : undefined, nowMs, out);
    this.#reportSpent(out);
  }

  /**
   * A push of at most `budgetBytes` for a packet that leaves for `to` anyway. Only peers get one: a push to a node
   * that is dead or unknown would use up the transmit limit for nothing.
   */
  piggyback(to: NodeId, budgetBytes: number): RumorMessage | undefined {
    if (this.#hot.size === 0 || !this.#peers.has(to)) return undefined;
    const rumors = this.#hot.take(budgetBytes - this.#config.pushOverheadBytes, this.#clusterSize());
    this.#pushedCount += rumors.length;
    return rumors.length > 0 ? { type: 'push', rumors } : undefined;
  }

  #onCommand(command: RumorCommand, nowMs: number, out: RumorOutbox): void {
    switch (command.type) {
      case 'publish':
        return this.#hear(
          { rumor: this.#memory.stamped(command.rumor, nowMs), from: undefined, via: 'spread' },
          nowMs,
          out,
        );
      case 'learn':
        for (const rumor of command.rumors) this.#hear({ rumor, from: command.from, via: 'log' }, nowMs, out);
        return;
      default:
        return assertNever(command);
    }
  }

  #onMessage(from: NodeId, message: RumorMessage, nowMs: number, out: RumorOutbox): void {
    if (message?.type !== 'push' || !Array.isArray(message.rumors)) return;
    for (const rumor of message.rumors) this.#hear({ rumor, from, via: 'spread' }, nowMs, out);
  }

  #onTimer(timer: RumorTimer, nowMs: number, out: RumorOutbox): void {
    switch (timer.type) {
      case 'round':
        return this.#onRound(out);
      case 'forward':
        this.#isForwardPending = false;
        return;
      case 'expire':
        return this.#onExpire(nowMs, out);
      default:
        return assertNever(timer.type);
    }
  }

  /** A rumor comes to us: from a peer, or, without `from`, from our owner. */
  #hear(heard: Heard, nowMs: number, out: RumorOutbox): void {
    const { rumor, from } = heard;
    const reason = rumorProblem(rumor, this.#config);
    if (reason !== undefined) return this.#refuse(reason, from, out);
    // What is still hot is known, though its life may be forgotten.
    const novelty = this.#hot.has(formatRumorId(rumor.id)) ? 'seen' : this.#memory.noveltyOf(rumor, from, nowMs);
    switch (novelty) {
      case 'new':
        return this.#learn(heard, nowMs, out);
      case 'seen':
        this.#duplicateCount += 1;
        // Seen, and yet not held: an earlier life of ours has published it, or it had to go.
        if (heard.via === 'log' && !this.#memory.isOver(rumor, nowMs)) this.#keep(rumor, nowMs, out);
        return;
      case 'over':
        this.#expiredCount += 1;
        return;
      case 'replaced':
        this.#memory.note(rumor, nowMs);
        this.#replacedCount += 1;
        return;
      default:
        return assertNever(novelty);
    }
  }

  #refuse(reason: RumorProblem, from: NodeId | undefined, out: RumorOutbox): void {
    this.#refusedCount += 1;
    out.notify({ type: 'rumor-refused', reason, from });
  }

  #learn({ rumor, from, via }: Heard, nowMs: number, out: RumorOutbox): void {
    this.#memory.note(rumor, nowMs);
    this.#learnedCount += 1;
    if (via === 'log') this.#recoveredCount += 1;
    this.#keep(rumor, nowMs, out);
    out.notify({ type: 'rumor-learned', rumor, from, via });
    if (via === 'spread') this.#heat(rumor, out);
  }

  /** Into the log, and what it replaces out of the way. */
  #keep(rumor: Rumor, nowMs: number, out: RumorOutbox): void {
    const replaced = this.#memory.keep(rumor, nowMs);
    if (replaced !== undefined && this.#hot.invalidate(formatRumorId(replaced.id))) {
      this.#replacedCount += 1;
      out.notify({ type: 'rumor-replaced', rumor: replaced, successor: rumor });
    }
    this.#scheduleExpire(nowMs, out);
  }

  #onExpire(nowMs: number, out: RumorOutbox): void {
    this.#isExpirePending = false;
    this.#memory.expire(nowMs);
    this.#scheduleExpire(nowMs, out);
  }

  #scheduleExpire(nowMs: number, out: RumorOutbox): void {
    if (this.#isExpirePending || !this.#memory.isPerishable) return;
    this.#isExpirePending = true;
    out.schedule({ type: 'expire' }, this.#memory.msToExpire(nowMs));
  }

  /** Becomes infective. */
  #heat(rumor: Rumor, out: RumorOutbox): void {
    const { id, priority } = rumor;
    const sizeBytes = this.#sizeOf(rumor);
    const dropped = this.#hot.offer({ key: formatRumorId(id), priority, sizeBytes, value: rumor });
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

  /**
   * Passes on what was just learned, but not to `teller`, who knows it. What comes in quick succession is passed on
   * together: packets get fuller then, not more.
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

  #onRound(out: RumorOutbox): void {
    this.#isRoundPending = false;
    if (this.#hot.size > 0) {
      for (const peer of this.#peers.sample(this.#rng, this.#config.fanout)) this.#pushTo(peer, out);
    }
    // Without peers the rumors wait, hot, for the first to join.
    if (this.#hot.size > 0) this.#scheduleRound(this.#config.roundIntervalMs, out);
  }

  /** One packet's worth, and one rumor that no packet can carry. Returns whether the packet had no room for all. */
  #pushTo(peer: NodeId, out: RumorOutbox): boolean {
    const hotCount = this.#hot.size;
    const budgetBytes = this.#config.roundBytesMax - this.#config.pushOverheadBytes;
    const rumors = this.#hot.take(budgetBytes, this.#clusterSize());
    if (rumors.length > 0) out.send(peer, { type: 'push', rumors });
    const oversize = this.#hot.takeOversize(budgetBytes, this.#clusterSize());
    if (oversize !== undefined) out.send(peer, { type: 'push', rumors: [oversize] }, 'stream');
    const pushedCount = rumors.length + (oversize === undefined ? 0 : 1);
    this.#pushedCount += pushedCount;
    return pushedCount < hotCount;
  }

  /** What `piggyback` spent since the last step is told here, since it has no outbox. */
  #reportSpent(out: RumorOutbox): void {
    for (const rumor of this.#hot.drainSpent()) out.notify({ type: 'rumor-spent', rumor });
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
