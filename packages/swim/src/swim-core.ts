/**
 * SWIM: a failure detector whose load per member does not grow with the cluster, and membership news that rides on its
 * packets. [SWIM §3, §4] With the whole of [Lifeguard].
 *
 * Deviation: periods are not synchronised between members; each starts at a random moment, so that probes do not come
 * in bursts. The mean time to the first verdict is two periods instead of e/(e-1).
 * Deviation: claims are also gossiped in rounds of their own while there are any, as memberlist does, because
 * piggybacking alone waits for the next probe.
 */
import type { Core, Endpoint, Input, NodeId, Outbox, Rng, SizeOf, WallClock } from '@hearsay/core';
import { assertNever, ConfigError, TooLargeError } from '@hearsay/core';
import { type FlapConfig, flapConfig } from '@hearsay/damping';
import {
  type Claim,
  type MemberTable,
  ProbeOrder,
  TAGS_BYTES_MAX,
  type Tags,
  tagsBytes,
  tagsDigest,
  tagsProblem,
} from '@hearsay/membership';
import { AwakeClock } from './awake-clock.ts';
import { ClaimKeeper, type SwimVeto } from './claim-keeper.ts';
import type { SwimConfig } from './config.ts';
import type { Evidence } from './evidence.ts';
import { Flaps } from './flaps.ts';
import { Joining } from './joining.ts';
import { LocalHealth } from './local-health.ts';
import type { SwimCommand, SwimEvent, SwimMessage, SwimTimer } from './messages.ts';
import { News } from './news.ts';
import { DueOutbox, type SwimOutbox } from './outbox.ts';
import { OwnClaim } from './own-claim.ts';
import { Pings } from './pings.ts';
import { Prober } from './prober.ts';
import { Responder } from './responder.ts';
import { Sequence } from './sequence.ts';
import { Suspicions } from './suspicions.ts';
import { TagFetcher } from './tag-fetcher.ts';

/** What the detector is made of. */
export interface SwimDeps {
  readonly config: Readonly<SwimConfig>;
  /** When a member that comes and goes is left out as a helper. Default: `flapConfig()`. */
  readonly flaps?: Readonly<FlapConfig> | undefined;
  /** Shared with the owner, who reads it. Members that it holds already, from a snapshot, are probed like others. */
  readonly table: MemberTable;
  readonly rng: Rng;
  readonly wallClock: WallClock;
  /** Bytes that a claim adds to a packet. */
  readonly sizeOf: SizeOf<Claim>;
  /** This life of ours. `generation` must be above that of every earlier life. */
  readonly self: SwimSelf;
  /** Default: everything plausible is believed. */
  readonly veto?: SwimVeto | undefined;
}

/** Who we are. */
export interface SwimSelf {
  readonly name: NodeId;
  readonly address: Endpoint;
  readonly generation: number;
  readonly tags: Tags;
  /** Default empty: zones are not used. */
  readonly zone?: string | undefined;
  /**
   * An observer learns who the members are and is none: it neither probes nor is probed, and nobody sends it news. It
   * needs anti-entropy over the table to learn, and a name that no member has. Default false.
   */
  readonly isObserver?: boolean | undefined;
}

/** The failure detector. See the file's first lines. */
export class SwimCore implements Core<SwimCommand, SwimMessage, SwimTimer, SwimEvent> {
  readonly #config: Readonly<SwimConfig>;
  readonly #table: MemberTable;
  readonly #rng: Rng;
  readonly #wallClock: WallClock;
  readonly #awake: AwakeClock;
  readonly #health: LocalHealth;
  readonly #own: OwnClaim;
  readonly #news: News;
  readonly #flaps: Flaps;
  readonly #tags: TagFetcher;
  readonly #claims: ClaimKeeper;
  readonly #prober: Prober;
  readonly #responder: Responder;
  readonly #pings: Pings;
  readonly #joining: Joining;
  /** Which row of periods is current: a leave ends one, a join after it begins another. */
  #run = 0;
  #isStarted = false;
  #isLeaving = false;

  /** Throws `TooLargeError` for tags above `TAGS_BYTES_MAX`, and `ConfigError` for tags that are no text. */
  constructor({ config, flaps = flapConfig(), table, rng, wallClock, sizeOf, self, veto = {} }: SwimDeps) {
    checkTags(self.tags);
    const order = new ProbeOrder(rng.fork('order'));
    const sequence = new Sequence(rng.fork('sequence'));
    const health = new LocalHealth(config.localHealthMax);
    const awake = new AwakeClock(config.lagToleranceMs);
    const news = new News(config, table, rng.fork('news'), sizeOf);
    const own = new OwnClaim({
      table,
      wallClock,
      news,
      health,
      claim: firstClaim(self),
      isObserver: self.isObserver ?? false,
    });
    this.#config = config;
    this.#table = table;
    this.#rng = rng;
    this.#wallClock = wallClock;
    this.#awake = awake;
    this.#health = health;
    this.#own = own;
    this.#news = news;
    this.#flaps = new Flaps(flaps, table);
    this.#tags = new TagFetcher(config, table, rng.fork('tags'));
    this.#claims = new ClaimKeeper({
      config,
      table,
      order,
      wallClock,
      own,
      news,
      suspicions: new Suspicions(awake),
      health,
      flaps: this.#flaps,
      tags: this.#tags,
      veto,
    });
    const shared = { config, table, own, claims: this.#claims, sequence };
    this.#prober = new Prober({ ...shared, order, health, flaps: this.#flaps, rng: rng.fork('prober') });
    this.#responder = new Responder(shared);
    this.#pings = new Pings(config, table, sequence);
    this.#joining = new Joining({ ...shared, tags: this.#tags, veto, rng: rng.fork('seeds') });
    if (!own.isObserver) table.tags.put(self.name, self.tags);
    for (const peer of table.peers.values()) order.add(peer);
  }

  /** What we say about ourselves now. */
  get self(): Claim {
    return this.#own.current;
  }

  /** Claims that wait to be sent on. */
  get newsCount(): number {
    return this.#news.count;
  }

  /** Claims dropped at `newsCountMax`. */
  get newsDroppedCount(): number {
    return this.#news.droppedCount;
  }

  /** How far we distrust our own view: 0 is well. [Lifeguard §IV-A] */
  get localHealth(): number {
    return this.#health.score;
  }

  /** Why a member is suspect or dead; `undefined` when nothing is held against it. */
  evidenceOf(name: NodeId): Evidence | undefined {
    return this.#claims.evidenceOf(name);
  }

  /** Members that come and go, and are left out as helpers. */
  get flaps(): Pick<Flaps, 'isDamped' | 'penaltyOf' | 'dampedCount'> {
    return this.#flaps;
  }

  step(
    input: Input<SwimCommand, SwimMessage, SwimTimer>,
    nowMs: number,
    owner: Outbox<SwimMessage, SwimTimer, SwimEvent>,
  ): void {
    const out = new DueOutbox(owner, nowMs);
    switch (input.kind) {
      case 'command':
        this.#onCommand(input.command, nowMs, out);
        break;
      case 'message':
        this.#onMessage(input.from, input.message, nowMs, out);
        break;
      case 'timer':
        this.#noteLag(input.timer.dueMs, nowMs, out);
        this.#onTimer(input.timer, nowMs, out);
        break;
      default:
        assertNever(input);
    }
    if (this.#isLeaving && !this.#news.has(this.self.name)) this.#endLeave(out);
  }

  /** Claims for a packet that leaves for `to` anyway. [SWIM §4.1] */
  piggyback(_to: NodeId, budgetBytes: number): SwimMessage | undefined {
    return this.#news.piggyback(budgetBytes);
  }

  #onCommand(command: SwimCommand, nowMs: number, out: SwimOutbox): void {
    switch (command.type) {
      case 'start':
        return this.#onStart(out);
      case 'join':
        return this.#onJoinCommand(command.seeds, nowMs, out);
      case 'leave':
        return this.#onLeave(nowMs, out);
      case 'force-leave':
        return this.#claims.forceLeave(command.name, nowMs, out);
      case 'ping':
        return this.#pings.begin(command.name, command.token, nowMs, out);
      case 'learn':
        return this.#claims.learn(command.claims, command.from, nowMs, out);
      case 'set-tags':
        return this.#setTags(command.tags, nowMs, out);
      default:
        return assertNever(command);
    }
  }

  #onStart(out: SwimOutbox): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.#startPeriods(out);
    this.#tags.onAlarm(out);
    out.schedule({ type: 'reap' }, this.#config.reapIntervalMs);
  }

  #startPeriods(out: SwimOutbox): void {
    this.#run += 1;
    if (this.#own.isObserver) return;
    out.schedule({ type: 'period', run: this.#run }, this.#rng.fraction() * this.#config.probePeriodMs);
  }

  #onJoinCommand(seeds: readonly Endpoint[], nowMs: number, out: SwimOutbox): void {
    if (this.self.status === 'left') {
      this.#isLeaving = false;
      const incarnation = this.self.incarnation + 1;
      this.#own.announce({ status: 'alive', incarnation, endedAtSeconds: 0 }, nowMs, out);
      this.#startPeriods(out);
    }
    this.#joining.join(seeds, out);
  }

  #onLeave(nowMs: number, out: SwimOutbox): void {
    if (this.self.status === 'left') return;
    this.#run += 1;
    this.#prober.stop();
    this.#isLeaving = true;
    const endedAtSeconds = Math.floor(this.#wallClock.at(nowMs) / MS_PER_SECOND);
    this.#own.announce({ status: 'left', endedAtSeconds }, nowMs, out);
    if (this.#own.isObserver || this.#table.peers.size === 0) return this.#endLeave(out);
    out.schedule({ type: 'leave-deadline', incarnation: this.self.incarnation }, this.#config.leaveTimeoutMs);
  }

  #endLeave(out: SwimOutbox): void {
    this.#isLeaving = false;
    out.notify({ type: 'left' });
  }

  #setTags(tags: Tags, nowMs: number, out: SwimOutbox): void {
    checkTags(tags);
    const digest = tagsDigest(tags);
    if (digest === this.self.tagsDigest) return;
    this.#own.announce({ tagsDigest: digest, incarnation: this.self.incarnation + 1 }, nowMs, out);
    this.#table.tags.put(this.self.name, tags);
  }

  #onMessage(from: NodeId, message: SwimMessage, nowMs: number, out: SwimOutbox): void {
    switch (message.type) {
      case 'ping':
        return this.#responder.onPing(from, message, out);
      case 'ack':
        return this.#onAck(from, message, nowMs, out);
      case 'ping-req':
        return this.#responder.onPingReq(from, message, out);
      case 'nack':
        return this.#prober.onNack(from, message.sequence);
      case 'claims':
        return this.#claims.learn(message.claims, from, nowMs, out);
      case 'join':
        return this.#joining.onJoin(from, message.claim, nowMs, out);
      case 'join-reply':
        return this.#joining.onReply(from, message.claims, nowMs, out);
      case 'tags-request':
        return this.#tags.onRequest(from, message.names, out);
      case 'tags':
        return this.#tags.onTags(message.members, out);
      default:
        return assertNever(message);
    }
  }

  /** Each of the three knows its own questions by their sequence. */
  #onAck(
    from: NodeId,
    { sequence, path }: Extract<SwimMessage, { type: 'ack' }>,
    nowMs: number,
    out: SwimOutbox,
  ): void {
    this.#responder.onAck(from, sequence, out);
    this.#prober.onAck(from, sequence, path, nowMs, out);
    this.#pings.onAck(from, sequence, path, nowMs, out);
  }

  /** While we stood still, answers and refutations came that we have not read yet: nobody is accused for that time. */
  #noteLag(dueMs: number, nowMs: number, out: SwimOutbox): void {
    const lostMs = this.#awake.note(dueMs, nowMs);
    if (lostMs === 0) return;
    this.#prober.stop();
    this.#health.apply(Math.ceil(lostMs / this.#config.probeTimeoutMs));
    out.notify({ type: 'paused', lostMs, localHealth: this.localHealth });
  }

  #onTimer(timer: SwimTimer, nowMs: number, out: SwimOutbox): void {
    switch (timer.type) {
      case 'period':
        return this.#onPeriod(timer.run, nowMs, out);
      case 'probe-timeout':
        return this.#prober.onProbeTimeout(timer.sequence, out);
      case 'relay-timeout':
        return this.#responder.onRelayTimeout(timer.sequence, out);
      case 'ping-timeout':
        return this.#pings.onTimeout(timer.sequence, timer.isLast, nowMs, out);
      case 'suspicion':
        return this.#claims.onSuspicionAlarm(timer.name, timer.alarm, nowMs, out);
      case 'gossip':
        return this.#news.onRound(nowMs, out);
      case 'tags':
        return this.#tags.onAlarm(out);
      case 'seeds':
        return this.self.status === 'left' ? undefined : this.#joining.onAlarm(timer, out);
      case 'leave-deadline':
        if (this.#isLeaving && timer.incarnation === this.self.incarnation) this.#endLeave(out);
        return;
      case 'flap-reuse':
        return this.#flaps.onAlarm(nowMs, out);
      case 'reap':
        this.#claims.reap(nowMs);
        return out.schedule({ type: 'reap' }, this.#config.reapIntervalMs);
      default:
        return assertNever(timer);
    }
  }

  #onPeriod(run: number, nowMs: number, out: SwimOutbox): void {
    if (run !== this.#run) return;
    this.#prober.onPeriod(nowMs, out);
    out.schedule({ type: 'period', run }, this.#health.stretched(this.#config.probePeriodMs));
  }
}

const MS_PER_SECOND = 1_000;

function firstClaim({ name, address, generation, zone = '', tags }: SwimSelf): Claim {
  return {
    name,
    address,
    generation,
    incarnation: 0,
    status: 'alive',
    zone,
    tagsDigest: tagsDigest(tags),
    accuser: '',
    grounds: undefined,
    endedAtSeconds: 0,
  };
}

function checkTags(tags: Tags): void {
  const problem = tagsProblem(tags);
  if (problem !== undefined) throw new ConfigError('tags', [problem]);
  const sizeBytes = tagsBytes(tags);
  if (sizeBytes > TAGS_BYTES_MAX) throw new TooLargeError('tags', sizeBytes, TAGS_BYTES_MAX, 'TAGS_BYTES_MAX');
}
