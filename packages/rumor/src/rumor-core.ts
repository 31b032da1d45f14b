/**
 * Rumor mongering [Demers §1.4]: by default push, and until the transmit limit.
 *
 *   susceptible --push, publish--> infective --policy--> removed
 *
 * A node that learns a rumor tells its owner at once and forwards it at once, to as many random peers as reach all nodes
 * without a further round, nearly always. What is left of its pushes goes out in rounds that run only while something is
 * hot, and on packets that leave anyway (`piggyback`): at other times, so that one burst of loss does not take them all.
 * The policy says when it is enough: all of [Demers §1.4] and [Karp] are there, and the configuration names one.
 *
 * Deviation: by default a rumor is given up after a fixed number of pushes, whether or not the peers knew it already (the
 * paper's blind counter), because feedback costs an answer to each push, and gossip rides on packets that have none.
 * Deviation: that counter counts pushes, not cycles, and its limit grows with the logarithm of the cluster size
 * [SWIM §4.1], because the paper's fixed k leaves the same share of nodes out at any size, which in a large cluster
 * is many nodes.
 * Deviation: a node contacts `fanout` peers in a round, not one, which shortens the spread and changes no residue; and
 * the first round of a push is at once, which makes a spread take a few network delays in place of a few rounds.
 */
import { assertNever, type Core, type Input, type NodeId, type Outbox } from '@hearsay/core';
import { type SpreadStanding, SUSCEPTIBLE } from '@hearsay/damping';
import type { PeerSet } from '@hearsay/membership';
import { BodyFetcher } from './body-fetcher.ts';
import type { RumorConfig, SpreadWay } from './config.ts';
import { CoverageCounter } from './coverage.ts';
import { Delivery } from './delivery.ts';
import { LogClock } from './log-clock.ts';
import type { RumorCommand, RumorEvent, RumorMessage, RumorTimer } from './messages.ts';
import { type Rumor, type RumorId, type RumorProblem, rumorIdProblem, rumorProblem } from './rumor.ts';
import { noneSpent, type RumorCounts } from './rumor-counts.ts';
import type { RumorDependencies } from './rumor-dependencies.ts';
import type { RumorLog } from './rumor-log.ts';
import { type Novelty, RumorMemory } from './rumor-memory.ts';
import { SeenKeeper } from './seen-keeper.ts';
import { Spreader, type SpreaderDeps } from './spreader.ts';
import { isExchange, REMOVED, standingAt, standingBytes } from './standing.ts';
import { Tallies } from './tallies.ts';
import { TreeSpreader } from './tree-spreader.ts';

/** A rumor on its way in. */
interface Heard {
  readonly rumor: Rumor;
  readonly from: NodeId | undefined;
  readonly via: SpreadWay | 'log';
  /** That it has made, if it came by a tree. */
  readonly hops?: number;
  /** How `from` stands with it, if it said. */
  readonly teller?: SpreadStanding;
}

type Exchange = Extract<RumorMessage, { readonly type: 'exchange' }>;
type RumorOutbox = Outbox<RumorMessage, RumorTimer, RumorEvent>;

/** Spreads rumors. Delivery of each at most once per node and life of that node; to almost every node, not all. */
export class RumorCore implements Core<RumorCommand, RumorMessage, RumorTimer, RumorEvent> {
  readonly #config: Readonly<RumorConfig>;
  /** The rumors for which we are infective. */
  readonly #spreader: Spreader;
  /** The rumors that travel by a broadcast tree. */
  readonly #tree: TreeSpreader;
  /** The rumors for which we are infective or removed. */
  readonly #memory: RumorMemory;
  readonly #clock: LogClock;
  readonly #counter: CoverageCounter;
  readonly #fetcher: BodyFetcher;
  readonly #tallies: Tallies;
  readonly #peers: PeerSet;
  readonly #delivery: Delivery;
  readonly #keeper: SeenKeeper;
  readonly #spent = noneSpent();
  #learnedCount = 0;
  #duplicateCount = 0;
  #refusedCount = 0;
  #recoveredCount = 0;
  #expiredCount = 0;
  #replacedCount = 0;

  constructor(dependencies: RumorDependencies) {
    const { config, self, peers, rng, sizeOf, wallClock, notes } = dependencies;
    this.#config = config;
    this.#memory = new RumorMemory({ config, self, sizeOf, wallClock });
    this.#clock = new LogClock(this.#memory);
    this.#keeper = new SeenKeeper(config, this.#memory.seen, notes);
    this.#delivery = new Delivery(config, this.#memory.seen.lives());
    const hasSeen = (id: RumorId): boolean => this.hasSeen(id);
    this.#fetcher = new BodyFetcher({ config, peers, memory: this.#memory, hasSeen });
    const offer: SpreaderDeps['offer'] = (to, rumor, out) => this.#fetcher.offer(to, rumor, out);
    this.#spreader = new Spreader({ config, peers, rng, sizeOf, wallClock, offer, spent: this.#spent });
    this.#tree = new TreeSpreader({
      config,
      self,
      peers,
      sizeOf,
      wallClock,
      log: this.#memory.log,
      hasSeen,
      spent: this.#spent,
    });
    this.#peers = peers;
    this.#tallies = new Tallies(config, self, peers);
    this.#counter = new CoverageCounter(config, peers, rng.fork('count'));
  }

  /** What anti-entropy reconciles: the rumors of the last `rumorRetentionMs`. It changes by `step` only. */
  get log(): RumorLog {
    return this.#memory.log;
  }

  /** Rumors that are being spread from here. */
  get hotCount(): number {
    return this.#spreader.hotCount + this.#tree.hotCount;
  }

  /** Rumors that ride on packets: those of them that are pushed. */
  get ridingCount(): number {
    return this.#spreader.hotCount;
  }

  /** Bytes of the rumors that are being pushed from here. */
  get hotBytes(): number {
    return this.#spreader.hotBytes;
  }

  counts(): RumorCounts {
    const { log, seen } = this.#memory;
    return {
      learned: this.#learnedCount,
      duplicate: this.#duplicateCount,
      pushed: this.#spreader.pushedCount,
      recovered: this.#recoveredCount,
      refused: this.#refusedCount,
      expired: this.#expiredCount,
      early: this.#memory.earlyCount,
      replaced: this.#replacedCount,
      spent: { ...this.#spent },
      ...this.#fetcher.counts,
      tallyLost: this.#tallies.lostCount,
      ...this.#tree.counts,
      dropped: this.#spreader.droppedCount + this.#tree.counts.dropped,
      missingIgnored: this.#tree.missingIgnoredCount,
      missingGivenUp: this.#tree.missingGivenUpCount,
      skipped: this.#delivery.skippedCount,
      forgottenLife: seen.forgottenLifeCount,
      closedGap: seen.closedGapCount,
      logDropped: log.droppedCount,
    };
  }

  /** Whether this rumor was learned or published here. */
  hasSeen(id: RumorId): boolean {
    return this.#memory.has(id) || this.#isHot(id);
  }

  /** Notes what was seen and is not noted yet: before the process ends. */
  settle(): void {
    this.#keeper.settle();
  }

  step(input: Input<RumorCommand, RumorMessage, RumorTimer>, nowMs: number, out: RumorOutbox): void {
    this.#spreader.expire(nowMs, out);
    this.#tree.expire(nowMs, out);
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
    this.#spreader.finish(input.kind === 'message' ? input.from : undefined, nowMs, out);
    this.#tree.finish(nowMs, out);
  }

  /**
   * A push of at most `budgetBytes` for a packet that leaves for `to` anyway. Only peers get one: a push to a node
   * that is dead or unknown would use up the transmit limit for nothing.
   */
  piggyback(to: NodeId, budgetBytes: number): RumorMessage | undefined {
    return this.#spreader.piggyback(to, budgetBytes);
  }

  #onCommand(command: RumorCommand, nowMs: number, out: RumorOutbox): void {
    switch (command.type) {
      case 'publish':
        return this.#publish(command.rumor, command.way ?? this.#config.way, nowMs, out);
      case 'start':
        return this.#spreader.start(out);
      case 'learn':
        for (const rumor of command.rumors) this.#hear({ rumor, from: command.from, via: 'log' }, nowMs, out);
        return;
      case 'count':
        return this.#counter.begin(command.id, command.token, command.sampleCount, out);
      default:
        return assertNever(command);
    }
  }

  #onMessage(from: NodeId, message: RumorMessage, nowMs: number, out: RumorOutbox): void {
    switch (message?.type) {
      case 'push':
        if (!Array.isArray(message.rumors)) return;
        for (const rumor of message.rumors) this.#hear({ rumor, from, via: 'push' }, nowMs, out);
        return;
      case 'exchange':
        return this.#onExchange(from, message, nowMs, out);
      case 'eager':
        return this.#onEager(from, message.rumors, message.hops, nowMs, out);
      case 'announce':
        return this.#tree.onAnnounce(from, message.ranges, nowMs, out);
      case 'graft':
        return this.#tree.onGraft(from, message.ranges, nowMs, out);
      case 'prune':
        return this.#tree.onPrune(from, message.origins);
      case 'offer':
        return this.#fetcher.onOffer(from, message, out);
      case 'fetch':
        return this.#fetcher.onFetch(from, message.ids, out);
      case 'tally':
        return this.#tallies.onTally(from, message.id, message.total, nowMs, out);
      case 'tallied':
        return this.#tallies.onTallied(from, message.id, message.total);
      case 'query':
        if (rumorIdProblem(message.id) !== undefined) return;
        return out.send(from, { type: 'seen', token: message.token, isSeen: this.hasSeen(message.id) });
      case 'seen':
        return this.#counter.onSeen(from, message.token, message.isSeen === true, out);
      default:
        // A peer may say anything.
        return;
    }
  }

  #onTimer(timer: RumorTimer, nowMs: number, out: RumorOutbox): void {
    switch (timer.type) {
      case 'round':
        return this.#spreader.onRound(out);
      case 'forward':
        return this.#spreader.onForwardTimer();
      case 'expire':
        return this.#clock.onExpire(nowMs, out);
      case 'offer':
        return this.#clock.onOffer(nowMs, out);
      case 'release':
        return this.#delivery.onRelease(nowMs, out);
      case 'count':
        return this.#counter.onTimeout(timer.token, out);
      case 'note':
        return this.settle();
      case 'tally':
        return this.#tallies.onTimer(timer.key, nowMs, out);
      case 'fetch':
        return this.#fetcher.onTimeout(timer.key, timer.attempt, out);
      case 'branch':
      case 'announce':
      case 'graft':
        return this.#tree.onTimer(timer.type, nowMs, out);
      default:
        return assertNever(timer);
    }
  }

  #publish(rumor: Rumor, way: SpreadWay, nowMs: number, out: RumorOutbox): void {
    const stamped = this.#memory.stamped(rumor, nowMs);
    this.#hear({ rumor: stamped, from: undefined, via: way }, nowMs, out);
  }

  /** Answered before it is heard: with how we stood, and what we had before. Only to peers. */
  #onExchange(from: NodeId, message: Exchange, nowMs: number, out: RumorOutbox): void {
    if (!isExchange(message)) return;
    this.#spreader.onVerdicts(from, message, out);
    const { rumors, standings } = message;
    if (message.token !== 0 && this.#peers.has(from)) {
      const verdicts = standingBytes(rumors.map(({ id }) => this.#standingOf(id)));
      this.#spreader.answer(from, message, verdicts, out);
    }
    for (const [index, rumor] of rumors.entries()) {
      const teller = standingAt(standings, index);
      this.#spreader.noteTeller(rumor.id, teller, out);
      this.#hear({ rumor, from, via: 'push', teller }, nowMs, out);
    }
  }

  #standingOf(id: RumorId): SpreadStanding {
    return this.#spreader.standingOf(id) ?? (this.hasSeen(id) || this.#memory.isOwn(id) ? REMOVED : SUSCEPTIBLE);
  }

  /** What came by a branch, and to who gave us what we knew that we have no use for it. */
  #onEager(from: NodeId, rumors: readonly Rumor[], hops: readonly number[], nowMs: number, out: RumorOutbox): void {
    if (!Array.isArray(rumors) || !Array.isArray(hops)) return;
    const redundant = new Set<NodeId>();
    for (const [index, rumor] of rumors.entries()) {
      const made = hops[index];
      const heard = { rumor, from, via: 'tree', hops: Number.isSafeInteger(made) ? Math.max(0, made) : 0 } as const;
      if (this.#hear(heard, nowMs, out) !== 'seen') continue;
      if (this.#tree.onRedundant(rumor.id, from)) redundant.add(rumor.id.origin);
    }
    this.#tree.prune(from, redundant, out);
  }

  /** A rumor comes to us: from a peer, or, without `from`, from our owner. Returns what it was to us, if it is legal. */
  #hear(heard: Heard, nowMs: number, out: RumorOutbox): Novelty | undefined {
    const { rumor, from } = heard;
    const problem = rumorProblem(rumor, this.#config);
    const reason = problem ?? (this.#fetcher.isWrong(rumor, from, out) ? 'digest' : undefined);
    if (reason !== undefined) {
      this.#refuse(reason, from, out);
      return undefined;
    }
    // What is still hot is known, though its life may be forgotten.
    const novelty = this.#isHot(rumor.id) ? 'seen' : this.#memory.noveltyOf(rumor, from, nowMs);
    this.#judge(novelty, heard, nowMs, out);
    return novelty;
  }

  #judge(novelty: Novelty, heard: Heard, nowMs: number, out: RumorOutbox): void {
    const { rumor } = heard;
    switch (novelty) {
      case 'new':
        return this.#learn(heard, nowMs, out);
      case 'seen':
        this.#duplicateCount += 1;
        // Seen, and yet not held: an earlier life of ours has published it, or it had to go.
        if (heard.via === 'log' && !this.#memory.isOver(rumor, nowMs)) this.#keep(rumor, 'log', nowMs, out);
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

  #isHot(id: RumorId): boolean {
    return this.#spreader.isHot(id) || this.#tree.isHot(id);
  }

  #learn({ rumor, from, via, hops = 0, teller }: Heard, nowMs: number, out: RumorOutbox): void {
    this.#fetcher.onLearned(rumor.id);
    this.#tree.onLearned(rumor.id);
    this.#tallies.onLearned(rumor, from, nowMs, out);
    this.#memory.note(rumor, nowMs);
    this.#keeper.onSeen(out);
    this.#learnedCount += 1;
    if (via === 'log') this.#recoveredCount += 1;
    this.#keep(rumor, via === 'log' ? 'log' : 'spread', nowMs, out);
    this.#delivery.deliver({ type: 'rumor-learned', rumor, from, via: via === 'log' ? 'log' : 'spread' }, nowMs, out);
    if (via === 'tree' && this.#tree.canCarry(rumor)) this.#tree.heat(rumor, from, hops, nowMs, out);
    else if (via !== 'log') this.#spreader.heat(rumor, teller, nowMs, out);
  }

  /** Into the log, and what it replaces out of the way. */
  #keep(rumor: Rumor, via: 'spread' | 'log', nowMs: number, out: RumorOutbox): void {
    const replaced = this.#memory.keep(rumor, nowMs, via);
    if (replaced !== undefined && (this.#spreader.cool(replaced.id) || this.#tree.cool(replaced.id))) {
      this.#replacedCount += 1;
      out.notify({ type: 'rumor-replaced', rumor: replaced, successor: rumor });
    }
    this.#clock.schedule(nowMs, out);
  }
}
