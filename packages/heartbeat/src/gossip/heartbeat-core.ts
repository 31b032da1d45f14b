/**
 * Heartbeat gossip: every member counts, tells others how far it and everybody else has counted, and the highest count
 * wins. Whose count stands still is dead. [GossipFD] The rounds, the exchange and the verdict by phi are Cassandra's;
 * with `exchange: 'push'` and `rule: 'timeout'` they are the paper's.
 *
 *   join --shadow round--> rounds: beat, tell some members, judge all --stop--> silent
 *
 * Deviation: a heartbeat is a number of its own and not a version of the member's state: state is reconciled by digests
 * that cost nothing while it does not change, and only the heartbeats are O(members) per round.
 * Deviation: digests are cut into messages that fit packets. Each digest is answered by itself, so nothing else changes.
 * Deviation: a syn that leaves nothing to say is not answered.
 */
import { assertNever, type Core, type Endpoint, type Input, type NodeId, type Rng } from '@hearsay/core';
import { type Claim, type Evidence, type FailureDetector, isPresent, type MemberTable } from '@hearsay/membership';
import type { PhiConfig } from '../phi/config.ts';
import { Beats, isHeartbeat } from './beats.ts';
import { type HeartbeatConfig, UINT32_MAX } from './config.ts';
import { answerOf, type Held } from './exchange.ts';
import type { Delta, Digest, HeartbeatCommand, HeartbeatEvent, HeartbeatMessage, HeartbeatTimer } from './messages.ts';
import { PauseGuard } from './pause-guard.ts';
import { roundTargets } from './round-targets.ts';
import { ShadowRound } from './shadow-round.ts';
import { type HeartbeatOutbox, Verdicts } from './verdicts.ts';

/** What the detector is made of. */
export interface HeartbeatDeps {
  readonly config: Readonly<HeartbeatConfig>;
  readonly phi: Readonly<PhiConfig>;
  /** Shared with the owner, who merges claims into it. Our verdicts are noted in it. */
  readonly table: MemberTable;
  readonly rng: Rng;
  /** We beat while the table has us as a member that is present; otherwise we only listen. */
  readonly self: { readonly name: NodeId; readonly address: Endpoint };
}

/** The failure detector. See the file's first lines. */
export class HeartbeatCore
  implements Core<HeartbeatCommand, HeartbeatMessage, HeartbeatTimer, HeartbeatEvent>, FailureDetector
{
  readonly #deps: HeartbeatDeps;
  readonly #rng: Rng;
  readonly #beats: Beats;
  readonly #verdicts: Verdicts;
  readonly #guard: PauseGuard;
  readonly #shadow: ShadowRound;
  /** Which row of rounds, and of shadow rounds, is current. */
  #run = 0;
  #isStarted = false;
  #heartbeat = 0;
  #refusedCount = 0;
  #droppedCount = 0;

  constructor(deps: HeartbeatDeps) {
    const { config, phi, table, rng, self } = deps;
    this.#deps = deps;
    this.#rng = rng.fork('rounds');
    this.#beats = new Beats(config, phi, table);
    this.#verdicts = new Verdicts({ config, phi, table, beats: this.#beats, self: self.name, rng: rng.fork('echoes') });
    this.#guard = new PauseGuard(config.pauseToleranceMs);
    this.#shadow = new ShadowRound(config);
  }

  /** Our own count. */
  get heartbeat(): number {
    return this.#heartbeat;
  }

  /** It has no measure of its own health: after a pause it waits instead. */
  readonly localHealth: number = 0;

  /** Heartbeats refused as implausible. */
  get refusedCount(): number {
    return this.#refusedCount;
  }

  /** Items of messages beyond `itemCountMax`. */
  get droppedCount(): number {
    return this.#droppedCount;
  }

  evidenceOf(name: NodeId): Evidence | undefined {
    return this.#beats.get(name)?.evidence;
  }

  /** How improbable a member's silence is; undefined when we do not listen to it. For operators and tests. */
  phiOf(name: NodeId, nowMs: number): number | undefined {
    return this.#beats.get(name)?.window.phi(nowMs);
  }

  /** How far we have heard a member count; undefined when we do not know it. */
  heartbeatOf(name: NodeId): Held | undefined {
    const held = this.#heldOf(name);
    return held && { generation: held.generation, heartbeat: held.heartbeat };
  }

  step(input: Input<HeartbeatCommand, HeartbeatMessage, HeartbeatTimer>, nowMs: number, out: HeartbeatOutbox): void {
    switch (input.kind) {
      case 'command':
        return this.#onCommand(input.command, nowMs, out);
      case 'message':
        return this.#onMessage(input.from, input.message, nowMs, out);
      case 'timer':
        return this.#onTimer(input.timer, nowMs, out);
      default:
        return assertNever(input);
    }
  }

  #onCommand(command: HeartbeatCommand, nowMs: number, out: HeartbeatOutbox): void {
    switch (command.type) {
      case 'start':
        return this.#start(out);
      case 'stop':
        this.#isStarted = false;
        this.#run += 1;
        return this.#shadow.stop();
      case 'join':
        return this.#join(command.seeds, nowMs, out);
      case 'watch':
        this.#verdicts.watch(command.name, nowMs, out);
        return;
      default:
        return assertNever(command);
    }
  }

  /** Nodes that were started together do not beat together. */
  #start(out: HeartbeatOutbox): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.#run += 1;
    this.#guard.reset();
    out.schedule({ type: 'round', run: this.#run }, this.#rng.fraction() * this.#deps.config.gossipIntervalMs);
  }

  #join(seeds: readonly Endpoint[], nowMs: number, out: HeartbeatOutbox): void {
    const { table, self, config } = this.#deps;
    this.#shadow.setSeeds(seeds, self.address);
    if (this.#shadow.seeds.length === 0 || table.peers.size > 0) {
      this.#shadow.stop();
      return out.notify({ type: 'shadow-ended', outcome: 'skipped' });
    }
    this.#shadow.begin(nowMs);
    this.#askSeeds(out);
    out.schedule({ type: 'shadow', run: this.#run }, config.shadowRetryMs);
  }

  #onMessage(from: NodeId, message: HeartbeatMessage, nowMs: number, out: HeartbeatOutbox): void {
    switch (message.type) {
      case 'syn':
        return this.#onSyn(from, message.digests, out);
      case 'ack':
        return this.#onAck(from, message, nowMs, out);
      case 'deltas':
        return this.#learn(message.deltas, from, nowMs, out);
      case 'echo':
        if (this.#own !== undefined) out.send(from, { type: 'echo-reply', sequence: message.sequence });
        return;
      case 'echo-reply':
        return this.#verdicts.onEchoReply(from, message.sequence, nowMs, out);
      default:
        return assertNever(message);
    }
  }

  /** In our shadow round we know nothing, and only say so to whoever is in its own. */
  #onSyn(from: NodeId, digests: readonly Digest[], out: HeartbeatOutbox): void {
    const isShadow = this.#shadow.isRunning;
    if (digests.length === 0) {
      if (isShadow) out.send(from, { type: 'ack', requests: [], deltas: [], isShadow }, 'stream');
      else this.#tellAll(from, out);
      return;
    }
    if (isShadow) return;
    const requests: Digest[] = [];
    const deltas: Delta[] = [];
    for (const theirs of this.#bounded(digests)) {
      const ours = this.#heldOf(theirs.name);
      const answer = answerOf(theirs, ours);
      if (answer.kind === 'ask') requests.push(answer.request);
      if (answer.kind === 'tell') deltas.push(...this.#deltaOf(theirs.name, answer.isWhole));
    }
    if (requests.length + deltas.length > 0) out.send(from, { type: 'ack', requests, deltas, isShadow });
  }

  /** What is asked for is told to members and to seeds only: an answer can be larger than the question. */
  #onAck(
    from: NodeId,
    { requests, deltas, isShadow }: Extract<HeartbeatMessage, { type: 'ack' }>,
    nowMs: number,
    out: HeartbeatOutbox,
  ): void {
    this.#learn(deltas, from, nowMs, out);
    const outcome = this.#shadow.onAnswer(from, isShadow);
    if (outcome !== undefined) out.notify({ type: 'shadow-ended', outcome });
    if (requests.length === 0 || !this.#isKnown(from)) return;
    const asked = this.#bounded(requests).flatMap(({ name, generation, heartbeat }) => {
      const ours = this.#heldOf(name);
      return this.#deltaOf(name, heartbeat === 0 || generation !== ours?.generation);
    });
    if (asked.length > 0) out.send(from, { type: 'deltas', deltas: asked });
  }

  #onTimer(timer: HeartbeatTimer, nowMs: number, out: HeartbeatOutbox): void {
    if (timer.run !== this.#run) return;
    if (timer.type === 'round') this.#onRound(nowMs, out);
    else this.#onShadowTimer(timer.run, nowMs, out);
  }

  #onShadowTimer(run: number, nowMs: number, out: HeartbeatOutbox): void {
    if (!this.#shadow.isRunning) return;
    const outcome = this.#shadow.onTimer(nowMs);
    if (outcome !== undefined) return out.notify({ type: 'shadow-ended', outcome });
    this.#askSeeds(out);
    out.schedule({ type: 'shadow', run }, this.#deps.config.shadowRetryMs);
  }

  /** A fixed delay after the last, as in Cassandra: a round that is late does not make the next one early. */
  #onRound(nowMs: number, out: HeartbeatOutbox): void {
    const { config, table } = this.#deps;
    out.schedule({ type: 'round', run: this.#run }, config.gossipIntervalMs);
    const lostMs = this.#guard.note(nowMs);
    if (lostMs > 0) out.notify({ type: 'paused', lostMs, localHealth: this.localHealth });
    if (this.#shadow.isRunning) return;
    if (this.#own !== undefined) this.#heartbeat += 1;
    this.#verdicts.forgetGone();
    for (const name of table.keys()) this.#verdicts.watch(name, nowMs, out);
    if (config.exchange === 'push') this.#push(out);
    else this.#offer(out);
    if (!this.#guard.isHeld(nowMs)) this.#verdicts.judge(nowMs, out);
  }

  #offer(out: HeartbeatOutbox): void {
    const { table, config } = this.#deps;
    const targets = roundTargets(table, this.#shadow.seeds, this.#rng);
    if (targets.length === 0) return;
    const messages = chunks([...this.#digests()], config.digestCountMax);
    for (const to of targets) for (const digests of messages) out.send(to, { type: 'syn', digests });
  }

  #push(out: HeartbeatOutbox): void {
    const { table, config } = this.#deps;
    const targets = table.peers.sample(this.#rng, config.pushFanout);
    const deltas = [...this.#digests()].map((digest): Delta => ({ ...digest, claim: undefined }));
    for (const part of chunks(deltas, config.digestCountMax)) {
      for (const to of targets) out.send(to, { type: 'deltas', deltas: part });
    }
  }

  *#digests(): Generator<Digest> {
    for (const name of this.#deps.table.keys()) {
      const held = this.#heldOf(name);
      if (held !== undefined) yield { name, generation: held.generation, heartbeat: held.heartbeat };
    }
  }

  #askSeeds(out: HeartbeatOutbox): void {
    for (const seed of this.#shadow.seeds) out.send(seed, { type: 'syn', digests: [] }, 'stream');
  }

  #tellAll(to: NodeId, out: HeartbeatOutbox): void {
    const deltas = [...this.#deps.table.keys()].flatMap((name) => this.#deltaOf(name, true));
    const parts = deltas.length === 0 ? [[]] : chunks(deltas, this.#deps.config.claimCountMax);
    for (const part of parts) out.send(to, { type: 'ack', requests: [], deltas: part, isShadow: false }, 'stream');
  }

  #learn(deltas: readonly Delta[], from: NodeId, nowMs: number, out: HeartbeatOutbox): void {
    const claims: Claim[] = [];
    const unknown: Digest[] = [];
    for (const delta of this.#bounded(deltas)) {
      if (delta.claim?.name === delta.name) claims.push(delta.claim);
      const ours = this.#heldOf(delta.name);
      if (delta.name === this.#deps.self.name) this.#outdo(delta);
      else if (ours?.generation === delta.generation) this.#note(delta, nowMs, out);
      else if (delta.claim === undefined && !((ours?.generation ?? 0) > delta.generation)) {
        unknown.push({ name: delta.name, generation: delta.generation, heartbeat: 0 });
      }
    }
    if (claims.length > 0) out.notify({ type: 'claims-received', claims, from });
    if (unknown.length > 0) out.send(from, { type: 'ack', requests: unknown, deltas: [], isShadow: false });
  }

  #note({ name, heartbeat }: Delta, nowMs: number, out: HeartbeatOutbox): void {
    const beat = this.#verdicts.watch(name, nowMs, out) ?? this.#beats.get(name);
    if (beat === undefined) return;
    const outcome = this.#beats.note(beat, heartbeat, nowMs);
    if (outcome === 'refused') this.#refusedCount += 1;
    if (outcome === 'advanced') this.#verdicts.onAdvance(name, beat, nowMs, out);
  }

  /** Somebody says that we have counted further than we have: we do, or nobody would hear our next beats. */
  #outdo({ generation, heartbeat }: Delta): void {
    if (generation !== this.#own?.generation || heartbeat <= this.#heartbeat) return;
    const isJump = !isHeartbeat(heartbeat) || heartbeat - this.#heartbeat > this.#deps.config.heartbeatJumpMax;
    if (isJump) this.#refusedCount += 1;
    else this.#heartbeat = heartbeat;
  }

  /** Empty when we do not know the member. */
  #deltaOf(name: NodeId, isWhole: boolean): Delta[] {
    const held = this.#heldOf(name);
    if (held === undefined) return [];
    const claim = isWhole ? this.#deps.table.get(name) : undefined;
    return [{ name, generation: held.generation, heartbeat: held.heartbeat, claim }];
  }

  #heldOf(name: NodeId): Held | undefined {
    if (name !== this.#deps.self.name) return this.#beats.heldOf(name);
    const own = this.#own;
    return own && { generation: own.generation, heartbeat: Math.min(this.#heartbeat, UINT32_MAX) };
  }

  /** Our own claim, while we are a member. */
  get #own(): Claim | undefined {
    const claim = this.#deps.table.get(this.#deps.self.name);
    return claim !== undefined && isPresent(claim) ? claim : undefined;
  }

  #isKnown(from: NodeId): boolean {
    return this.#deps.table.get(from) !== undefined || this.#shadow.seeds.includes(from);
  }

  #bounded<V>(items: readonly V[]): readonly V[] {
    const { itemCountMax } = this.#deps.config;
    if (items.length <= itemCountMax) return items;
    this.#droppedCount += items.length - itemCountMax;
    return items.slice(0, itemCountMax);
  }
}

function chunks<V>(items: readonly V[], countMax: number): V[][] {
  const parts: V[][] = [];
  for (let start = 0; start < items.length; start += countMax) parts.push(items.slice(start, start + countMax));
  return parts;
}
