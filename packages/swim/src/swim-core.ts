/**
 * SWIM: a failure detector whose load per member does not grow with the cluster, and membership news that rides on its
 * packets. [SWIM §3, §4] With the whole of [Lifeguard].
 *
 *   ourselves: alive --leave--> leaving --the news has spread, or leaveTimeoutMs--> left --join--> alive
 *
 * Deviation: periods are not synchronised between members; each starts at a random moment, so that probes do not come
 * in bursts. The mean time to the first verdict is two periods instead of e/(e-1).
 * Deviation: claims are also gossiped in rounds of their own while there are any, as memberlist does, because
 * piggybacking alone waits for the next probe.
 */
import type { Core, Endpoint, Input, NodeId, Outbox } from '@hearsay/core';
import { assertNever } from '@hearsay/core';
import type { Claim, Evidence, FailureDetector } from '@hearsay/membership';
import type { Flaps } from './flaps.ts';
import type { SwimCommand, SwimEvent, SwimMessage, SwimTimer } from './messages.ts';
import { DueOutbox, type SwimOutbox } from './outbox.ts';
import { createParts, type SwimDeps, type SwimParts } from './parts.ts';

/** The failure detector. See the file's first lines. */
export class SwimCore implements Core<SwimCommand, SwimMessage, SwimTimer, SwimEvent>, FailureDetector {
  readonly #parts: SwimParts;
  /** Which row of periods is current: a leave ends one, a join after it begins another. */
  #run = 0;
  #isStarted = false;
  #isLeaving = false;

  /** Throws `TooLargeError` for tags above `TAGS_BYTES_MAX`, and `ConfigError` for tags that are no text. */
  constructor(deps: SwimDeps) {
    this.#parts = createParts(deps);
  }

  /** What we say about ourselves now. */
  get self(): Claim {
    return this.#parts.own.current;
  }

  /** Claims that wait to be sent on. */
  get newsCount(): number {
    return this.#parts.news.count;
  }

  /** Claims dropped at `newsCountMax`. */
  get newsDroppedCount(): number {
    return this.#parts.news.droppedCount;
  }

  /** How far we distrust our own view: 0 is well. [Lifeguard §IV-A] */
  get localHealth(): number {
    return this.#parts.health.score;
  }

  /** Why a member is suspect or dead; `undefined` when nothing is held against it. */
  evidenceOf(name: NodeId): Evidence | undefined {
    return this.#parts.claims.evidenceOf(name);
  }

  /** Members that come and go, and are left out as helpers. */
  get flaps(): Pick<Flaps, 'isDamped' | 'penaltyOf' | 'dampedCount'> {
    return this.#parts.flaps;
  }

  step(
    input: Input<SwimCommand, SwimMessage, SwimTimer>,
    nowMs: number,
    owner: Outbox<SwimMessage, SwimTimer, SwimEvent>,
  ): void {
    const out = new DueOutbox(owner, nowMs);
    this.#parts.news.noteTime(nowMs);
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
    if (this.#isLeaving && !this.#parts.news.has(this.self.name)) this.#endLeave(out);
  }

  /** Claims for a packet that leaves for `to` anyway. [SWIM §4.1] */
  piggyback(_to: NodeId, budgetBytes: number): SwimMessage | undefined {
    return this.#parts.news.piggyback(budgetBytes);
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
        return this.#parts.claims.forceLeave(command.name, nowMs, out);
      case 'ping':
        return this.#parts.pings.begin(command.name, command.token, nowMs, out);
      case 'confront':
        return this.#parts.claims.confront(command.name, out);
      case 'learn':
        return this.#parts.claims.learn(command.claims, command.from, nowMs, out);
      case 'set-tags':
        return this.#parts.own.setTags(command.tags, nowMs, out);
      default:
        return assertNever(command);
    }
  }

  #onStart(out: SwimOutbox): void {
    if (this.#isStarted) return;
    const { config, tags } = this.#parts;
    this.#isStarted = true;
    this.#startPeriods(out);
    tags.start(out);
    out.schedule({ type: 'reap' }, config.reapIntervalMs);
  }

  #startPeriods(out: SwimOutbox): void {
    const { config, own, rng } = this.#parts;
    if (!config.probesMembers || !this.#isStarted || !own.isMember) return;
    this.#run += 1;
    out.schedule({ type: 'period', run: this.#run }, rng.fraction() * config.probePeriodMs);
  }

  #onJoinCommand(seeds: readonly Endpoint[], nowMs: number, out: SwimOutbox): void {
    const { own, joining } = this.#parts;
    if (this.self.status === 'left') {
      if (this.#isLeaving) this.#endLeave(out);
      own.rejoin(nowMs, out);
      this.#startPeriods(out);
    }
    joining.join(seeds, out);
  }

  #onLeave(nowMs: number, out: SwimOutbox): void {
    const { config, own, prober, joining, table } = this.#parts;
    if (this.self.status === 'left') return;
    this.#run += 1;
    this.#isLeaving = true;
    prober.stop();
    joining.stop();
    own.leave(nowMs, out);
    if (own.isObserver || table.peers.size === 0) return this.#endLeave(out);
    out.schedule({ type: 'leave-deadline', run: this.#run }, config.leaveTimeoutMs);
  }

  #endLeave(out: SwimOutbox): void {
    this.#isLeaving = false;
    out.notify({ type: 'left' });
  }

  #onMessage(from: NodeId, message: SwimMessage, nowMs: number, out: SwimOutbox): void {
    switch (message.type) {
      case 'ping':
        return this.#parts.responder.onPing(from, message, out);
      case 'ack':
        return this.#onAck(from, message, nowMs, out);
      case 'ping-req':
        return this.#parts.responder.onPingReq(from, message, out);
      case 'nack':
        return this.#parts.prober.onNack(from, message.sequence);
      case 'claims':
        return this.#parts.claims.learn(message.claims, from, nowMs, out);
      case 'join':
        return this.#parts.joining.onJoin(from, message.claim, nowMs, out);
      case 'join-reply':
        return this.#parts.joining.onReply(from, message.claims, nowMs, out);
      case 'tags-request':
        return this.#parts.tags.onRequest(from, message.names, out);
      case 'tags':
        return this.#parts.tags.onTags(message.members, out);
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
    this.#parts.responder.onAck(from, sequence, out);
    this.#parts.prober.onAck(from, sequence, path, nowMs, out);
    this.#parts.pings.onAck(from, sequence, path, nowMs, out);
  }

  /** While we stood still, answers and refutations came that we have not read yet: nobody is accused for that time. */
  #noteLag(dueMs: number, nowMs: number, out: SwimOutbox): void {
    const lostMs = this.#parts.awake.note(dueMs, nowMs);
    if (lostMs === 0) return;
    this.#parts.prober.stop();
    this.#parts.health.apply(Math.ceil(lostMs / this.#parts.config.probeTimeoutMs));
    out.notify({ type: 'paused', lostMs, localHealth: this.localHealth });
  }

  #onTimer(timer: SwimTimer, nowMs: number, out: SwimOutbox): void {
    switch (timer.type) {
      case 'period':
        return this.#onPeriod(timer.run, nowMs, out);
      case 'probe-timeout':
        return this.#parts.prober.onProbeTimeout(timer.sequence, out);
      case 'relay-timeout':
        return this.#parts.responder.onRelayTimeout(timer.sequence, out);
      case 'ping-timeout':
        return this.#parts.pings.onTimeout(timer.sequence, timer.isLast, nowMs, out);
      case 'suspicion':
        return this.#parts.claims.onSuspicionAlarm(timer.name, timer.alarm, nowMs, out);
      case 'gossip':
        return this.#parts.news.onRound(nowMs, out);
      case 'tags':
        return this.#parts.tags.onAlarm(out);
      case 'seeds':
        return this.#parts.joining.onAlarm(timer, out);
      case 'leave-deadline':
        if (this.#isLeaving && timer.run === this.#run) this.#endLeave(out);
        return;
      case 'flap-reuse':
        return this.#parts.flaps.onAlarm(nowMs, out);
      case 'reap':
        this.#parts.claims.reap(nowMs);
        return out.schedule({ type: 'reap' }, this.#parts.config.reapIntervalMs);
      default:
        return assertNever(timer);
    }
  }

  #onPeriod(run: number, nowMs: number, out: SwimOutbox): void {
    if (run !== this.#run) return;
    this.#parts.prober.onPeriod(nowMs, out);
    out.schedule({ type: 'period', run }, this.#parts.health.stretched(this.#parts.config.probePeriodMs));
  }
}
