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
import type { Core, Input, NodeId, Outbox, Rng, SizeOf } from '@hearsay/core';
import { BroadcastQueue, broadcastConfig } from '@hearsay/damping';
import type { PeerSet } from '@hearsay/membership';
import { forwardFanout, type RumorConfig } from './config.ts';
import type { RumorCommand, RumorEvent, RumorMessage, RumorTimer } from './messages.ts';
import { formatRumorId, type Rumor, type RumorId, rumorProblem } from './rumor.ts';
import { SeenRumors } from './seen-rumors.ts';

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
}

/** Counts since the start, for metrics. */
export interface RumorCounts {
  /** Rumors learned or published. */
  readonly learned: number;
  /** Pushed rumors that we knew already, echoes of our own included. */
  readonly duplicate: number;
  /** Rumors pushed, each once per peer. [Demers §1.4, traffic] */
  readonly pushed: number;
  /** Rumors that were not legal. */
  readonly refused: number;
  /** Hot rumors dropped at `hotCountMax` or `hotBytesMax`. */
  readonly dropped: number;
  /** Lives forgotten at `lifeCountMax`. */
  readonly forgottenLife: number;
}

type RumorOutbox = Outbox<RumorMessage, RumorTimer, RumorEvent>;

/** Spreads rumors. Delivery of each at most once per node and life of that node; to almost every node, not all. */
export class RumorCore implements Core<RumorCommand, RumorMessage, RumorTimer, RumorEvent> {
  readonly #config: Readonly<RumorConfig>;
  readonly #self: NodeId;
  readonly #peers: PeerSet;
  readonly #rng: Rng;
  readonly #sizeOf: SizeOf<Rumor>;
  /** The rumors for which we are infective. */
  readonly #hot: BroadcastQueue<Rumor>;
  /** The rumors for which we are infective or removed. */
  readonly #seen: SeenRumors;
  /** Holds while a `round` is scheduled: at most one is. While anything is hot, one is. */
  #isRoundPending = false;
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

  constructor(dependencies: RumorDependencies) {
    const { config, self, peers, rng, sizeOf } = dependencies;
    this.#config = config;
    this.#self = self;
    this.#peers = peers;
    this.#rng = rng;
    this.#sizeOf = sizeOf;
    const { transmitMultiplier, pushCountMin, hotCountMax } = config;
    this.#hot = new BroadcastQueue(
      broadcastConfig({ transmitMultiplier, transmitCountMin: pushCountMin, itemCountMax: hotCountMax }),
    );
    this.#seen = new SeenRumors(config);
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
    return {
      learned: this.#learnedCount,
      duplicate: this.#duplicateCount,
      pushed: this.#pushedCount,
      refused: this.#refusedCount,
      dropped: this.#hot.droppedCount,
      forgottenLife: this.#seen.forgottenLifeCount,
    };
  }

  /** Whether this rumor was learned or published here. */
  hasSeen(id: RumorId): boolean {
    return this.#seen.has(id) || this.#hot.has(formatRumorId(id));
  }

  step(input: Input<RumorCommand, RumorMessage, RumorTimer>, nowMs: number, out: RumorOutbox): void {
    switch (input.kind) {
      case 'command':
        this.#hear(input.command.rumor, undefined, out);
        break;
      case 'message':
        this.#onMessage(input.from, input.message, out);
        break;
      case 'timer':
        if (input.timer.type === 'round') this.#onRound(out);
        else this.#isForwardPending = false;
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

  #onMessage(from: NodeId, message: RumorMessage, out: RumorOutbox): void {
    if (message?.type !== 'push' || !Array.isArray(message.rumors)) return;
    for (const rumor of message.rumors) this.#hear(rumor, from, out);
  }

  /** A rumor comes to us: from a peer, or, without `from`, from our owner. */
  #hear(rumor: Rumor, from: NodeId | undefined, out: RumorOutbox): void {
    const reason = rumorProblem(rumor, this.#config);
    if (reason !== undefined) {
      this.#refusedCount += 1;
      out.notify({ type: 'rumor-refused', reason, from });
    } else if (this.#isEcho(rumor, from) || this.hasSeen(rumor.id)) {
      this.#duplicateCount += 1;
    } else {
      this.#learn(rumor, from, out);
    }
  }

  /**
   * What comes from a peer under our own name is old news. Not even its number is noted: a peer that invents numbers
   * for us would otherwise stop us from publishing under them.
   */
  #isEcho(rumor: Rumor, from: NodeId | undefined): boolean {
    return from !== undefined && rumor.id.origin === this.#self;
  }

  #learn(rumor: Rumor, from: NodeId | undefined, out: RumorOutbox): void {
    this.#seen.add(rumor.id);
    this.#learnedCount += 1;
    out.notify({ type: 'rumor-learned', rumor, from });
    this.#heat(rumor, out);
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
