/**
 * SWIM: a failure detector whose load per member does not grow with the cluster, and membership news that rides on its
 * packets. [SWIM §3, §4]
 *
 * Deviation: periods are not synchronised between members; each starts at a random moment, so that probes do not come
 * in bursts. The mean time to the first verdict is two periods instead of e/(e-1).
 * Deviation: claims are also gossiped in rounds of their own while there are any, as memberlist does, because
 * piggybacking alone waits for the next probe.
 */
import type { Core, Endpoint, Input, NodeId, Rng, SizeOf, WallClock } from '@hearsay/core';
import { assertNever, TooLargeError } from '@hearsay/core';
import { type Claim, type MemberTable, ProbeOrder, TAGS_BYTES_MAX, tagsBytes } from '@hearsay/membership';
import { ClaimKeeper, type SwimOutbox } from './claim-keeper.ts';
import type { SwimConfig } from './config.ts';
import type { SwimCommand, SwimEvent, SwimMessage, SwimTimer } from './messages.ts';
import { Prober } from './prober.ts';
import { Seeds } from './seeds.ts';

/** What the detector is made of. */
export interface SwimDeps {
  readonly config: Readonly<SwimConfig>;
  /** Shared with the owner, who reads it. Members that it holds already, from a snapshot, are probed like others. */
  readonly table: MemberTable;
  readonly rng: Rng;
  readonly wallClock: WallClock;
  /** Bytes that a claim adds to a packet. */
  readonly sizeOf: SizeOf<Claim>;
  /** This life of ours. `generation` must be above that of every earlier life. */
  readonly self: {
    readonly name: NodeId;
    readonly address: Endpoint;
    readonly generation: number;
    readonly tags: ReadonlyMap<string, string>;
  };
}

/** The failure detector. See the file's first lines. */
export class SwimCore implements Core<SwimCommand, SwimMessage, SwimTimer, SwimEvent> {
  readonly #config: Readonly<SwimConfig>;
  readonly #table: MemberTable;
  readonly #rng: Rng;
  readonly #claims: ClaimKeeper;
  readonly #prober: Prober;
  readonly #seeds: Seeds;
  /** Which row of periods is current: a leave ends one, a join after it begins another. */
  #run = 0;
  #isStarted = false;
  #isLeaving = false;

  /** Throws `TooLargeError` for tags above `TAGS_BYTES_MAX`. */
  constructor({ config, table, rng, wallClock, sizeOf, self }: SwimDeps) {
    checkTags(self.tags);
    const claim: Claim = { ...self, incarnation: 0, status: 'alive', accuser: '' };
    const order = new ProbeOrder(rng.fork('order'));
    this.#config = config;
    this.#table = table;
    this.#rng = rng;
    this.#claims = new ClaimKeeper({ config, table, order, rng: rng.fork('claims'), wallClock, sizeOf, self: claim });
    this.#prober = new Prober({ config, table, order, rng: rng.fork('prober'), claims: this.#claims });
    this.#seeds = new Seeds(config, rng.fork('seeds'));
    table.merge(claim, Number.POSITIVE_INFINITY, 0);
    for (const peer of table.peers.values()) order.add(peer);
  }

  /** What we say about ourselves now. */
  get self(): Claim {
    return this.#claims.self;
  }

  /** Whether claims wait to be sent on. */
  get hasNews(): boolean {
    return this.#claims.newsCount > 0;
  }

  step(input: Input<SwimCommand, SwimMessage, SwimTimer>, nowMs: number, out: SwimOutbox): void {
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
      default:
        assertNever(input);
    }
    if (this.#isLeaving && !this.#claims.isOwnNewsWaiting) this.#endLeave(out);
  }

  /** Claims for a packet that leaves for `to` anyway. [SWIM §4.1] */
  piggyback(_to: NodeId, budgetBytes: number): SwimMessage | undefined {
    return this.#claims.piggyback(budgetBytes);
  }

  #onCommand(command: SwimCommand, nowMs: number, out: SwimOutbox): void {
    switch (command.type) {
      case 'start':
        return this.#onStart(out);
      case 'join':
        return this.#onJoinCommand(command.seeds, nowMs, out);
      case 'leave':
        return this.#onLeave(nowMs, out);
      case 'learn':
        return this.#claims.learn(command.claims, command.from, nowMs, out);
      case 'set-tags':
        checkTags(command.tags);
        return this.#claims.announce({ tags: command.tags, incarnation: this.self.incarnation + 1 }, nowMs, out);
      default:
        return assertNever(command);
    }
  }

  #onStart(out: SwimOutbox): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.#startPeriods(out);
    out.schedule({ type: 'reap' }, this.#config.reapIntervalMs);
  }

  #startPeriods(out: SwimOutbox): void {
    this.#run += 1;
    out.schedule({ type: 'period', run: this.#run }, this.#rng.fraction() * this.#config.probePeriodMs);
  }

  #onJoinCommand(seeds: readonly Endpoint[], nowMs: number, out: SwimOutbox): void {
    if (this.self.status === 'left') {
      this.#isLeaving = false;
      this.#claims.announce({ status: 'alive', incarnation: this.self.incarnation + 1 }, nowMs, out);
      this.#startPeriods(out);
    }
    this.#seeds.join(seeds, this.self, out);
  }

  #onLeave(nowMs: number, out: SwimOutbox): void {
    if (this.self.status === 'left') return;
    this.#run += 1;
    this.#prober.stop();
    this.#isLeaving = true;
    this.#claims.announce({ status: 'left' }, nowMs, out);
    if (this.#table.peers.size === 0) return this.#endLeave(out);
    out.schedule({ type: 'leave-deadline', incarnation: this.self.incarnation }, this.#config.leaveTimeoutMs);
  }

  #endLeave(out: SwimOutbox): void {
    this.#isLeaving = false;
    out.notify({ type: 'left' });
  }

  #onMessage(from: NodeId, message: SwimMessage, nowMs: number, out: SwimOutbox): void {
    switch (message.type) {
      case 'ping':
        return this.#prober.onPing(from, message, out);
      case 'ack':
        return this.#prober.onAck(from, message.sequence, nowMs, out);
      case 'ping-req':
        return this.#prober.onPingReq(from, message, out);
      case 'nack':
        return this.#prober.onNack(from, message.sequence);
      case 'claims':
        return this.#claims.learn(message.claims, from, nowMs, out);
      case 'join':
        return this.#onJoin(from, message.claim, nowMs, out);
      case 'join-reply':
        return this.#onJoinReply(from, message.claims, nowMs, out);
      default:
        return assertNever(message);
    }
  }

  /** The joiner gets all that we know, ourselves included, in as many messages as it takes. */
  #onJoin(from: NodeId, claim: Claim, nowMs: number, out: SwimOutbox): void {
    this.#claims.learn([claim], from, nowMs, out);
    const { joinReplyClaimCountMax } = this.#config;
    let claims: Claim[] = [];
    for (const member of this.#table.members()) {
      claims.push(member.claim);
      if (claims.length < joinReplyClaimCountMax) continue;
      out.send(from, { type: 'join-reply', claims }, 'stream');
      claims = [];
    }
    if (claims.length > 0) out.send(from, { type: 'join-reply', claims }, 'stream');
  }

  #onJoinReply(from: NodeId, claims: readonly Claim[], nowMs: number, out: SwimOutbox): void {
    this.#claims.learn(claims, from, nowMs, out);
    if (!this.#seeds.onAnswer()) return;
    out.notify({ type: 'joined', seed: from, memberCount: this.#table.peers.size + 1 });
  }

  #onTimer(timer: SwimTimer, nowMs: number, out: SwimOutbox): void {
    switch (timer.type) {
      case 'period':
        return this.#onPeriod(timer.run, nowMs, out);
      case 'probe-timeout':
        return this.#prober.onProbeTimeout(timer.sequence, out);
      case 'relay-timeout':
        return this.#prober.onRelayTimeout(timer.sequence, out);
      case 'suspicion':
        return this.#claims.onSuspicionTimer(timer, nowMs, out);
      case 'gossip':
        return this.#claims.onGossip(out);
      case 'seeds':
        if (this.self.status === 'left') return;
        return this.#seeds.onTimer(timer, this.#table.peers.size === 0, this.self, out);
      case 'leave-deadline':
        if (this.#isLeaving && timer.incarnation === this.self.incarnation) this.#endLeave(out);
        return;
      case 'reap':
        this.#claims.reap(nowMs);
        return out.schedule(timer, this.#config.reapIntervalMs);
      default:
        return assertNever(timer);
    }
  }

  #onPeriod(run: number, nowMs: number, out: SwimOutbox): void {
    if (run !== this.#run) return;
    out.schedule({ type: 'period', run }, this.#config.probePeriodMs);
    this.#prober.onPeriod(nowMs, out);
  }
}

function checkTags(tags: ReadonlyMap<string, string>): void {
  const sizeBytes = tagsBytes(tags);
  if (sizeBytes > TAGS_BYTES_MAX) throw new TooLargeError('tags', sizeBytes, TAGS_BYTES_MAX, 'TAGS_BYTES_MAX');
}
