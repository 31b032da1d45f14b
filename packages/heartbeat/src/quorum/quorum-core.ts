/**
 * Detection by quorum, as on the bus of Redis Cluster: every member pings every other in its turn, tells some of what it
 * knows on each ping and pong, and a member has failed when a majority of the voters says so. [RedisCluster]
 *
 *   each tick      ping whoever has been silent for half a node timeout; suspect whoever has been for a whole one
 *   each second    ping, of a few random members, the one whose pong is oldest
 *
 * Deviation: there are no links between members. Where Redis drops a link that has been silent for half a timeout and
 * opens it anew, the ping is sent again, by stream and by packet in turn.
 * Deviation: a tick that comes late excuses everybody for that time. In Redis a node that was stopped for longer than the
 * timeout suspects all that it had asked.
 */
import { assertNever, type Core, type Input, type NodeId, type Rng, type Via } from '@hearsay/core';
import { type Evidence, type FailureDetector, isPresent, type MemberTable } from '@hearsay/membership';
import { pingAfterMs, type QuorumConfig, UINT32_MAX } from './config.ts';
import { failureSection, gossipSection } from './gossip-section.ts';
import type { GossipEntry, QuorumCommand, QuorumEvent, QuorumMessage, QuorumTimer } from './messages.ts';
import { type Peer, Peers } from './peers.ts';
import { type QuorumOutbox, Verdicts } from './verdicts.ts';
import { AllVoters, type Voters } from './voters.ts';

/** What the detector is made of. */
export interface QuorumDeps {
  readonly config: Readonly<QuorumConfig>;
  /** Shared with the owner, who merges claims into it. Our verdicts are noted in it. */
  readonly table: MemberTable;
  readonly rng: Rng;
  readonly self: NodeId;
  /** Default: every member of the table. */
  readonly voters?: Voters | undefined;
}

type Exchange = Extract<QuorumMessage, { readonly type: 'ping' | 'pong' }>;

/** The failure detector. See the file's first lines. */
export class QuorumCore implements Core<QuorumCommand, QuorumMessage, QuorumTimer, QuorumEvent>, FailureDetector {
  readonly #deps: QuorumDeps;
  readonly #rng: Rng;
  readonly #peers: Peers;
  readonly #verdicts: Verdicts;
  #run = 0;
  #isStarted = false;
  #sequence: number;
  #sampledMs = Number.NEGATIVE_INFINITY;
  #droppedCount = 0;

  constructor(deps: QuorumDeps) {
    const { config, table, rng, self, voters = new AllVoters(table) } = deps;
    this.#deps = deps;
    this.#rng = rng.fork('pings');
    this.#sequence = this.#rng.uint32();
    this.#peers = new Peers(table);
    this.#verdicts = new Verdicts({ config, table, peers: this.#peers, voters, self });
  }

  /** It has no measure of its own health: time lost is excused instead. */
  readonly localHealth: number = 0;

  /** Entries of messages beyond `entryCountMax`. */
  get droppedCount(): number {
    return this.#droppedCount;
  }

  evidenceOf(name: NodeId): Evidence | undefined {
    return this.#peers.get(name)?.evidence;
  }

  step(input: Input<QuorumCommand, QuorumMessage, QuorumTimer>, nowMs: number, out: QuorumOutbox): void {
    switch (input.kind) {
      case 'command':
        return this.#onCommand(input.command, nowMs, out);
      case 'message':
        return this.#onMessage(input.from, input.message, nowMs, out);
      case 'timer':
        return this.#onTick(input.timer, nowMs, out);
      default:
        return assertNever(input);
    }
  }

  #onCommand(command: QuorumCommand, nowMs: number, out: QuorumOutbox): void {
    switch (command.type) {
      case 'start':
        return this.#start(nowMs, out);
      case 'stop':
        this.#isStarted = false;
        this.#run += 1;
        return;
      case 'heard':
        return this.#hear(command.name, nowMs);
      case 'watch':
        return this.#verdicts.watch(command.name, nowMs);
      default:
        return assertNever(command);
    }
  }

  #start(nowMs: number, out: QuorumOutbox): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.#run += 1;
    this.#schedule(this.#rng.fraction() * this.#deps.config.tickIntervalMs, nowMs, out);
  }

  #hear(name: NodeId, nowMs: number): void {
    const peer = this.#peers.get(name);
    if (peer !== undefined) peer.dataMs = Math.max(peer.dataMs, nowMs);
  }

  #onMessage(from: NodeId, message: QuorumMessage, nowMs: number, out: QuorumOutbox): void {
    this.#hear(from, nowMs);
    switch (message.type) {
      case 'ping':
        return this.#onPing(from, message, nowMs, out);
      case 'pong':
        return this.#onPong(from, message, nowMs, out);
      case 'fail':
        return this.#onFail(from, message.name, message.generation, nowMs, out);
      default:
        return assertNever(message);
    }
  }

  /**
   * A stranger is answered and not believed. It may be an observer, which no FAIL is sent to: it is told who fails, and
   * finds the majority by itself.
   */
  #onPing(from: NodeId, { sequence, path, entries }: Exchange, nowMs: number, out: QuorumOutbox): void {
    if (!this.#isMember) return;
    const isKnown = this.#deps.table.get(from) !== undefined;
    const told = isKnown ? this.#section(from, nowMs) : this.#failures(nowMs);
    out.send(from, { type: 'pong', sequence, path, entries: told }, path);
    this.#learn(from, entries, nowMs, out);
  }

  /** Matched by sequence and by sender: a pong of anybody else is a forgery or a mistake. */
  #onPong(from: NodeId, { sequence, entries }: Exchange, nowMs: number, out: QuorumOutbox): void {
    const peer = this.#peers.get(from);
    if (peer?.ping?.sequence === sequence) {
      const rttMs = nowMs - peer.ping.sentMs;
      peer.pongMs = nowMs;
      peer.ping = undefined;
      out.notify({ type: 'pong-received', target: from, rttMs });
      this.#verdicts.onPong(from, peer, nowMs, out);
    }
    this.#learn(from, entries, nowMs, out);
  }

  /** Believed without a vote, of a member and about a life that we know. */
  #onFail(from: NodeId, name: NodeId, generation: number, nowMs: number, out: QuorumOutbox): void {
    const peer = this.#peers.get(name);
    if (this.#deps.table.get(from) === undefined || peer?.generation !== generation || from === name) return;
    this.#verdicts.onFail(name, peer, from, nowMs, out);
  }

  #onTick(timer: QuorumTimer, nowMs: number, out: QuorumOutbox): void {
    if (timer.run !== this.#run) return;
    const { config, table } = this.#deps;
    this.#schedule(config.tickIntervalMs, nowMs, out);
    this.#excuse(nowMs - timer.dueMs, nowMs, out);
    this.#verdicts.forgetGone();
    for (const name of table.keys()) if (this.#isPresent(name)) this.#verdicts.watch(name, nowMs);
    if (nowMs - this.#sampledMs >= config.sampleIntervalMs) this.#onSecond(nowMs, out);
    for (const [name, peer] of this.#peers.entries()) this.#look(name, peer, nowMs, out);
  }

  #excuse(lateMs: number, nowMs: number, out: QuorumOutbox): void {
    if (lateMs <= this.#deps.config.lagToleranceMs) return;
    this.#peers.excuse(lateMs, nowMs);
    out.notify({ type: 'paused', lostMs: lateMs, localHealth: this.localHealth });
  }

  #onSecond(nowMs: number, out: QuorumOutbox): void {
    this.#sampledMs = nowMs;
    this.#pingOldest(nowMs, out);
    for (const [name, peer] of this.#peers.entries()) {
      if (peer.tellCount > 0) this.#verdicts.tellFail(name, peer, out);
    }
  }

  /** Of a few random members the one whose pong is oldest. Those that owe us one already are left out. */
  #pingOldest(nowMs: number, out: QuorumOutbox): void {
    const { config, table } = this.#deps;
    let oldest: { name: NodeId; peer: Peer } | undefined;
    for (const name of table.peers.sample(this.#rng, config.sampleCount)) {
      const peer = this.#peers.get(name);
      if (peer === undefined || peer.ping !== undefined) continue;
      if (oldest === undefined || peer.pongMs < oldest.peer.pongMs) oldest = { name, peer };
    }
    if (oldest !== undefined) this.#ping(oldest.name, oldest.peer, nowMs, out);
  }

  #look(name: NodeId, peer: Peer, nowMs: number, out: QuorumOutbox): void {
    const { config } = this.#deps;
    const { ping } = peer;
    if (ping === undefined) {
      if (nowMs - peer.pongMs > pingAfterMs(config)) this.#ping(name, peer, nowMs, out);
      return;
    }
    const silentMs = Math.min(nowMs - ping.sentMs, nowMs - peer.dataMs);
    // Also when other things arrive: a lost ping would stay open for ever, and only a pong clears what is held against it.
    if (nowMs - ping.lastSentMs > pingAfterMs(config)) {
      ping.lastSentMs = nowMs;
      // By turns: a firewall may stop packets, and a stream that has lost much waits minutes before it tries again.
      ping.via = ping.via === 'packet' ? 'stream' : 'packet';
      this.#sendPing(name, ping.sequence, ping.via, nowMs, out);
    }
    if (silentMs > config.nodeTimeoutMs) this.#verdicts.suspect(name, peer, silentMs, nowMs, out);
  }

  #ping(name: NodeId, peer: Peer, nowMs: number, out: QuorumOutbox): void {
    this.#sequence = this.#sequence >= UINT32_MAX ? 0 : this.#sequence + 1;
    peer.ping = { sequence: this.#sequence, sentMs: nowMs, lastSentMs: nowMs, via: 'packet' };
    this.#sendPing(name, this.#sequence, 'packet', nowMs, out);
  }

  #sendPing(to: NodeId, sequence: number, path: Via, nowMs: number, out: QuorumOutbox): void {
    out.send(to, { type: 'ping', sequence, path, entries: this.#section(to, nowMs) }, path);
  }

  #section(receiver: NodeId, nowMs: number): readonly GossipEntry[] {
    const { config, table } = this.#deps;
    return gossipSection(
      { config, table, peers: this.#peers, rng: this.#rng },
      receiver,
      this.#verdicts.failing,
      nowMs,
    );
  }

  /** Whom we hold suspect or failed, by judgement of ours or of all. */
  #failures(nowMs: number): readonly GossipEntry[] {
    const { config, table } = this.#deps;
    return failureSection({ config, peers: this.#peers }, [this.#verdicts.failing, table.deadPeers.values()], nowMs);
  }

  #learn(from: NodeId, entries: readonly GossipEntry[], nowMs: number, out: QuorumOutbox): void {
    if (this.#deps.table.get(from) === undefined) return;
    const { entryCountMax } = this.#deps.config;
    this.#droppedCount += Math.max(0, entries.length - entryCountMax);
    for (const entry of entries.slice(0, entryCountMax)) {
      const peer = this.#peers.get(entry.name);
      if (peer?.generation !== entry.generation) continue;
      this.#verdicts.onEntry(from, entry, peer, nowMs, out);
      this.#takePong(entry, peer, nowMs);
    }
  }

  /** Another's pong spares us a ping, as long as nobody thinks ill of the member and it owes us none. */
  #takePong({ name, opinion, pongAgeMs }: GossipEntry, peer: Peer, nowMs: number): void {
    if (opinion !== 'ok' || peer.ping !== undefined || peer.isPfail || peer.failMs !== undefined) return;
    if (!(pongAgeMs >= 0) || this.#verdicts.isReported(name, nowMs)) return;
    peer.pongMs = Math.max(peer.pongMs, nowMs - pongAgeMs);
  }

  #schedule(delayMs: number, nowMs: number, out: QuorumOutbox): void {
    out.schedule({ type: 'tick', run: this.#run, dueMs: nowMs + delayMs }, delayMs);
  }

  /** Whether we are a member, and not gone. An observer pings as well and has no vote. */
  get #isMember(): boolean {
    return this.#isPresent(this.#deps.self);
  }

  #isPresent(name: NodeId): boolean {
    const claim = this.#deps.table.get(name);
    return claim !== undefined && isPresent(claim);
  }
}
