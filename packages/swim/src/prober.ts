/**
 * Probing: one member per period, directly, then through helpers. [SWIM §3.1]
 *
 *   idle --period--> direct --probeTimeoutMs--> indirect --end of the period--> suspected
 *                      '---------------ack-------------'--> idle
 */
import type { Endpoint, NodeId, Rng } from '@hearsay/core';
import { BoundedMap } from '@hearsay/core';
import type { MemberTable, ProbeOrder } from '@hearsay/membership';
import type { ClaimKeeper, SwimOutbox } from './claim-keeper.ts';
import { nackDelayMs, type SwimConfig } from './config.ts';
import type { SwimMessage } from './messages.ts';

/** The probe of the current period. */
interface Probe {
  readonly sequence: number;
  readonly target: NodeId;
  readonly startedMs: number;
  /** Asked to help; only their answers count. */
  helpers: readonly NodeId[];
  nackCount: number;
}

/** A probe that we carry out for another. */
interface Relay {
  readonly origin: NodeId;
  /** The sequence by which the origin knows it. */
  readonly sequence: number;
  readonly target: NodeId;
  readonly address: Endpoint;
}

/** What the prober works on. */
export interface ProberDeps {
  readonly config: Readonly<SwimConfig>;
  readonly table: MemberTable;
  readonly order: ProbeOrder;
  readonly rng: Rng;
  readonly claims: ClaimKeeper;
}

/** Asks, answers, and asks on behalf of others. */
export class Prober {
  readonly #config: Readonly<SwimConfig>;
  readonly #table: MemberTable;
  readonly #order: ProbeOrder;
  readonly #rng: Rng;
  readonly #claims: ClaimKeeper;
  readonly #relays: BoundedMap<number, Relay>;
  #sequence: number;
  #probe: Probe | undefined;

  constructor(deps: ProberDeps) {
    this.#config = deps.config;
    this.#table = deps.table;
    this.#order = deps.order;
    this.#rng = deps.rng;
    this.#claims = deps.claims;
    this.#relays = new BoundedMap(deps.config.relayCountMax);
    this.#sequence = deps.rng.uint32();
  }

  /** The period is over: judge its probe and begin the next. */
  onPeriod(nowMs: number, out: SwimOutbox): void {
    this.#conclude(nowMs, out);
    this.#begin(nowMs, out);
    this.#seekDead(out);
  }

  /** Forgets the current probe: nobody is accused on its account. */
  stop(): void {
    this.#probe = undefined;
  }

  /** No ack in time: others may reach the target. */
  onProbeTimeout(sequence: number, out: SwimOutbox): void {
    const probe = this.#probe;
    const address = probe && this.#table.get(probe.target)?.address;
    if (probe?.sequence !== sequence || address === undefined) return;
    probe.helpers = this.#table.peers.sample(this.#rng, this.#config.indirectProbeCount, [probe.target]);
    for (const helper of probe.helpers) {
      out.send(helper, { type: 'ping-req', sequence, target: probe.target, address });
    }
  }

  /** Answers only for ourselves: whoever took over an old address must not keep its last owner alive. */
  onPing(from: NodeId, message: Extract<SwimMessage, { type: 'ping' }>, out: SwimOutbox): void {
    if (message.target !== this.#claims.self.name) return;
    out.send(from, { type: 'ack', sequence: message.sequence });
    this.#claims.confront(from, out);
  }

  onPingReq(from: NodeId, message: Extract<SwimMessage, { type: 'ping-req' }>, out: SwimOutbox): void {
    const { sequence: asked, target, address } = message;
    const sequence = this.#nextSequence();
    this.#relays.set(sequence, { origin: from, sequence: asked, target, address });
    const to = this.#table.get(target) === undefined ? address : target;
    out.send(to, { type: 'ping', sequence, target });
    out.schedule({ type: 'relay-timeout', sequence }, nackDelayMs(this.#config));
  }

  /** A helper says that it is alive and the target does not answer it. */
  onRelayTimeout(sequence: number, out: SwimOutbox): void {
    const relay = this.#relays.get(sequence);
    if (relay !== undefined) out.send(relay.origin, { type: 'nack', sequence: relay.sequence });
  }

  /** Matched by sequence and by sender: an ack from anybody else is a forgery or a mistake. */
  onAck(from: NodeId, sequence: number, nowMs: number, out: SwimOutbox): void {
    this.#onRelayedAck(from, sequence, out);
    const probe = this.#probe;
    if (probe?.sequence !== sequence) return;
    const isDirect = this.#isFrom(from, probe.target);
    if (!isDirect && !probe.helpers.includes(from)) return;
    this.#probe = undefined;
    const { target, nackCount } = probe;
    const rttMs = nowMs - probe.startedMs;
    out.notify({ type: 'probe-ended', target, outcome: isDirect ? 'direct' : 'indirect', rttMs, nackCount });
  }

  onNack(from: NodeId, sequence: number): void {
    if (this.#probe?.sequence === sequence && this.#probe.helpers.includes(from)) this.#probe.nackCount += 1;
  }

  #onRelayedAck(from: NodeId, sequence: number, out: SwimOutbox): void {
    const relay = this.#relays.get(sequence);
    if (relay === undefined || !(this.#isFrom(from, relay.target) || from === relay.address)) return;
    this.#relays.delete(sequence);
    out.send(relay.origin, { type: 'ack', sequence: relay.sequence });
  }

  #conclude(nowMs: number, out: SwimOutbox): void {
    const probe = this.#probe;
    this.#probe = undefined;
    if (probe === undefined) return;
    const { target, nackCount } = probe;
    out.notify({ type: 'probe-ended', target, outcome: 'failed', rttMs: nowMs - probe.startedMs, nackCount });
    this.#claims.suspect(target, nowMs, out);
  }

  #begin(nowMs: number, out: SwimOutbox): void {
    const target = this.#order.next();
    if (target === undefined) return;
    const sequence = this.#nextSequence();
    this.#probe = { sequence, target, startedMs: nowMs, helpers: [], nackCount: 0 };
    out.send(target, { type: 'ping', sequence, target });
    this.#claims.confront(target, out);
    out.schedule({ type: 'probe-timeout', sequence }, this.#config.probeTimeoutMs);
  }

  /**
   * With probability dead / (alive + 1) a period also contacts a dead member: after a partition both sides hold each
   * other dead, and without this nobody would ever ask again. Source of the probability: Cassandra's gossip round.
   */
  #seekDead(out: SwimOutbox): void {
    const { peers, deadPeers } = this.#table;
    if (this.#rng.below(peers.size + 1) >= deadPeers.size) return;
    const target = deadPeers.at(this.#rng.below(deadPeers.size));
    if (target === undefined) return;
    out.send(target, { type: 'ping', sequence: this.#nextSequence(), target });
    this.#claims.confront(target, out);
  }

  /** The sender may be known by its name or only by its address. */
  #isFrom(from: NodeId, name: NodeId): boolean {
    return from === name || from === this.#table.get(name)?.address;
  }

  #nextSequence(): number {
    this.#sequence = (this.#sequence + 1) >>> 0;
    return this.#sequence;
  }
}
