/**
 * The rumors that are spread from here, and how they leave: forwarded when they are learned, in rounds, and on packets
 * that leave anyway.
 *
 *   heat --> hot --policy--> spent | --bound--> dropped | --its time--> expired | cool
 */
import type { NodeId, Outbox, Rng, SizeOf, WallClock } from '@hearsay/core';
import {
  BroadcastQueue,
  broadcastConfig,
  isHot,
  noteFeedback,
  noteRound,
  noteSend,
  type SpreadConfig,
  type SpreadStanding,
  type SpreadState,
  standingOf,
  startSpread,
} from '@hearsay/damping';
import type { PeerSet } from '@hearsay/membership';
import { AwaitedAnswers } from './awaited-answers.ts';
import { forwardFanout, needsFeedback, policyOf, type RumorConfig } from './config.ts';
import { msLeftOf } from './lifetime.ts';
import type { RumorEvent, RumorMessage, RumorTimer, SpentReason } from './messages.ts';
import { formatRumorId, type Rumor, type RumorId } from './rumor.ts';
import { standingAt, standingBytes } from './standing.ts';

type RumorOutbox = Outbox<RumorMessage, RumorTimer, RumorEvent>;

type Exchange = Extract<RumorMessage, { readonly type: 'exchange' }>;

/** A rumor that is spread from here, and how far that has come. */
interface Hot {
  readonly rumor: Rumor;
  readonly state: SpreadState;
  readonly policy: SpreadConfig;
}

/** What a spreader is made of. */
export interface SpreaderDeps {
  readonly config: Readonly<RumorConfig>;
  readonly peers: PeerSet;
  readonly rng: Rng;
  readonly sizeOf: SizeOf<Rumor>;
  readonly wallClock: WallClock | undefined;
  /** Counts here what has ended, with the other ways. */
  readonly spent: Record<SpentReason, number>;
  /** Offers a rumor in place of pushing it. */
  readonly offer: (to: NodeId, rumor: Rumor, out: RumorOutbox) => void;
}

/** Of a message that begins a contact. */
const OPENING = Object.freeze({ answerTo: 0, isPull: false, verdicts: new Uint8Array(0) });

/** Infective with what is hot. Bounded by `hotCountMax` and `hotBytesMax`. */
export class Spreader {
  readonly #config: Readonly<RumorConfig>;
  readonly #peers: PeerSet;
  readonly #rng: Rng;
  readonly #sizeOf: SizeOf<Rumor>;
  readonly #wallClock: WallClock | undefined;
  readonly #spent: Record<SpentReason, number>;
  readonly #offer: SpreaderDeps['offer'];
  readonly #hot: BroadcastQueue<Hot>;
  readonly #policy: SpreadConfig;
  /** Of what has no answer. */
  readonly #blindPolicy: SpreadConfig;
  readonly #hasFeedback: boolean;
  /** Whether peers are asked for what they have. */
  readonly #isPull: boolean;
  readonly #awaited: AwaitedAnswers;
  /** Holds while a `round` is scheduled: at most one is. While anything is hot, one is. */
  #isRoundPending = false;
  /** Something was learned that has not been forwarded yet. */
  #isForwardDue = false;
  /** Holds while a `forward` is scheduled: at most one is. */
  #isForwardPending = false;
  /** When the next forwarding may begin. */
  #forwardReadyMs = -Infinity;
  #pushedCount = 0;

  constructor({ config, peers, rng, sizeOf, wallClock, offer, spent }: SpreaderDeps) {
    this.#config = config;
    this.#peers = peers;
    this.#rng = rng;
    this.#sizeOf = sizeOf;
    this.#wallClock = wallClock;
    this.#offer = offer;
    this.#spent = spent;
    this.#policy = policyOf(config);
    this.#blindPolicy = policyOf({ ...config, policy: 'transmit-limit' });
    this.#hasFeedback = needsFeedback(config);
    this.#isPull = config.contact !== 'push';
    this.#awaited = new AwaitedAnswers(config.awaitedCountMax);
    // The policy says when a rumor was transmitted for the last time.
    this.#hot = new BroadcastQueue(broadcastConfig({ itemCountMax: config.hotCountMax }), ({ state, policy }, size) => {
      noteSend(state, policy, size, this.#rng);
      return !isHot(state);
    });
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

  /** How we stand with a rumor that is hot. */
  standingOf(id: RumorId): SpreadStanding | undefined {
    const hot = this.#hot.get(formatRumorId(id));
    return hot && standingOf(hot.state);
  }

  /** With pull there are rounds always. */
  start(out: RumorOutbox): void {
    if (this.#isPull && !this.#isRoundPending) this.#scheduleFirstRound(out);
  }

  /** Becomes infective. `teller` is how the peer stands that told us, if it said. */
  heat(rumor: Rumor, teller: SpreadStanding | undefined, nowMs: number, out: RumorOutbox): void {
    const { id, priority } = rumor;
    const expiresAtMs = nowMs + msLeftOf(rumor, this.#wallClock, nowMs, this.#config);
    const sizeBytes = this.#sizeOf(rumor);
    const policy = sizeBytes > this.#budgetBytes ? this.#blindPolicy : this.#policy;
    const value = { rumor, policy, state: startSpread(policy, teller) };
    const dropped = this.#hot.offer({ key: formatRumorId(id), priority, sizeBytes, value, expiresAtMs });
    if (dropped !== undefined) out.notify({ type: 'rumor-dropped', rumor: dropped.rumor });
    while (this.#hot.sizeBytes > this.#config.hotBytesMax) {
      const next = this.#hot.drop();
      if (next === undefined) break;
      out.notify({ type: 'rumor-dropped', rumor: next.rumor });
    }
    this.#isForwardDue = this.#config.forwardFanoutMax > 0 && !this.#isPull;
    if (!this.#isRoundPending) this.#scheduleFirstRound(out);
  }

  /** No longer infective. Returns whether we were. */
  cool(id: RumorId): boolean {
    return this.#hot.invalidate(formatRumorId(id));
  }

  /** At the begin of every step: what is over is not spread any more. */
  expire(nowMs: number, out: RumorOutbox): void {
    for (const { rumor } of this.#hot.expire(nowMs)) out.notify({ type: 'rumor-expired', rumor });
  }

  /** At the end of every step: passes on what it brought, but not to `teller`, who knows it, and tells what is spent. */
  finish(teller: NodeId | undefined, nowMs: number, out: RumorOutbox): void {
    if (this.#isForwardDue) this.#forward(teller, nowMs, out);
    // Also what `piggyback` spent since the last step, since it has no outbox.
    for (const hot of this.#hot.drainSpent()) this.#tellSpent(hot, out);
  }

  onForwardTimer(): void {
    this.#isForwardPending = false;
  }

  onRound(out: RumorOutbox): void {
    this.#isRoundPending = false;
    const peers = this.#hot.size > 0 || this.#isPull ? this.#peers.sample(this.#rng, this.#config.fanout) : [];
    for (const peer of peers) this.#contact(peer, out);
    // Without peers the rumors wait, hot, for the first to join.
    if (peers.length > 0) this.#endRound(out);
    if (this.#hot.size > 0 || this.#isPull) this.#scheduleRound(this.#config.roundIntervalMs, out);
  }

  /** What a contact knew of the rumors that we told it. */
  onVerdicts(from: NodeId, { answerTo, verdicts }: Exchange, out: RumorOutbox): void {
    for (const [index, key] of this.#awaited.close(answerTo, from).entries()) {
      this.#noteStanding(key, standingAt(verdicts, index), out);
    }
  }

  /** A contact told us how it stands with a rumor that is hot here: in push-pull both sides learn from it. [Karp] */
  noteTeller(id: RumorId, teller: SpreadStanding, out: RumorOutbox): void {
    if (this.#isPull) this.#noteStanding(formatRumorId(id), teller, out);
  }

  /** What a peer gets that asked for what we have: nothing that it has told us of itself. */
  answer(to: NodeId, asked: Exchange, verdicts: Uint8Array, out: RumorOutbox): void {
    const known = new Set(asked.rumors.map(({ id }) => formatRumorId(id)));
    const all = asked.isPull ? this.#take() : [];
    const taken = all.filter(({ rumor }) => !known.has(formatRumorId(rumor.id)));
    // A contact for the policy, and no push.
    this.#pushedCount -= all.length - taken.length;
    if (taken.length === 0 && verdicts.length === 0) return;
    this.#exchange(to, taken, { answerTo: asked.token, isPull: false, verdicts }, out);
  }

  /** See `RumorCore.piggyback`. */
  piggyback(to: NodeId, budgetBytes: number): RumorMessage | undefined {
    // What rides is not answered, and nobody has asked for it.
    if (this.#hot.size === 0 || this.#hasFeedback || this.#isPull || !this.#peers.has(to)) return undefined;
    const taken = this.#hot.take(budgetBytes - this.#config.pushOverheadBytes, this.#clusterSize());
    this.#pushedCount += taken.length;
    return taken.length > 0 ? { type: 'push', rumors: taken.map(({ rumor }) => rumor) } : undefined;
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
    const taken = this.#take();
    if (this.#hasFeedback) this.#exchange(peer, taken, OPENING, out);
    else if (taken.length > 0) out.send(peer, { type: 'push', rumors: taken.map(({ rumor }) => rumor) });
    return taken.length + this.#offerLarge(peer, out) < hotCount;
  }

  /** One peer of a round. */
  #contact(peer: NodeId, out: RumorOutbox): void {
    if (!this.#isPull) {
      this.#pushTo(peer, out);
      return;
    }
    const isBoth = this.#config.contact === 'push-pull';
    this.#exchange(peer, isBoth ? this.#take() : [], { ...OPENING, isPull: true }, out);
    this.#offerLarge(peer, out);
  }

  #take(): Hot[] {
    const taken = this.#hot.take(this.#budgetBytes, this.#clusterSize());
    this.#pushedCount += taken.length;
    return taken;
  }

  #exchange(
    peer: NodeId,
    taken: readonly Hot[],
    rest: Pick<Exchange, 'answerTo' | 'isPull' | 'verdicts'>,
    out: RumorOutbox,
  ): void {
    if (taken.length === 0 && !rest.isPull && rest.answerTo === 0) return;
    const rumors = taken.map(({ rumor }) => rumor);
    const isAnswerWanted = (this.#hasFeedback && rumors.length > 0) || rest.isPull;
    const keys = this.#hasFeedback ? rumors.map(({ id }) => formatRumorId(id)) : [];
    const token = isAnswerWanted ? this.#awaited.open(peer, keys) : 0;
    const standings = standingBytes(taken.map(({ state }) => standingOf(state)));
    out.send(peer, { type: 'exchange', token, rumors, standings, ...rest });
  }

  #noteStanding(key: string, peer: SpreadStanding, out: RumorOutbox): void {
    const hot = this.#hot.get(key);
    if (hot === undefined) return;
    noteFeedback(hot.state, hot.policy, peer, this.#rng);
    this.#coolIfSpent(key, hot, out);
  }

  #endRound(out: RumorOutbox): void {
    if (this.#config.policy === 'transmit-limit') return;
    for (const hot of [...this.#hot.values()]) {
      noteRound(hot.state, hot.policy, this.#clusterSize(), this.#rng);
      this.#coolIfSpent(formatRumorId(hot.rumor.id), hot, out);
    }
  }

  #coolIfSpent(key: string, hot: Hot, out: RumorOutbox): void {
    if (!isHot(hot.state) && this.#hot.invalidate(key)) this.#tellSpent(hot, out);
  }

  #tellSpent({ rumor, state }: Hot, out: RumorOutbox): void {
    const reason = state.stopReason ?? 'fail-safe';
    this.#spent[reason] += 1;
    out.notify({ type: 'rumor-spent', rumor, reason });
  }

  /** One rumor that no packet can carry, if any is hot. Returns how many that were. */
  #offerLarge(peer: NodeId, out: RumorOutbox): number {
    const oversize = this.#hot.takeOversize(this.#budgetBytes, this.#clusterSize());
    if (oversize === undefined) return 0;
    this.#pushedCount += 1;
    this.#pushLarge(peer, oversize.rumor, out);
    return 1;
  }

  #pushLarge(peer: NodeId, rumor: Rumor, out: RumorOutbox): void {
    const isLogged = this.#wallClock !== undefined && rumor.publishedAtMs !== undefined;
    if (isLogged) this.#offer(peer, rumor, out);
    else out.send(peer, { type: 'push', rumors: [rumor] }, 'stream');
  }

  /** All who learned from one round of one peer would otherwise push at the same moment, to one another. */
  #scheduleFirstRound(out: RumorOutbox): void {
    this.#scheduleRound(this.#rng.fraction() * this.#config.roundIntervalMs, out);
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

  /** Of the rumors in one packet. */
  get #budgetBytes(): number {
    return this.#config.roundBytesMax - this.#config.pushOverheadBytes;
  }

  #clusterSize(): number {
    return this.#peers.size + 1;
  }
}
