/**
 * Probing: one member per period, directly, then through helpers and by stream. [SWIM §3.1]
 *
 *   idle --period--> direct --probeTimeoutMs--> indirect, stream --end of the period--> suspected
 *                      '------------------ack-------------------'--> idle
 */
import type { NodeId, Rng } from '@hearsay/core';
import { type Claim, isPresent, type MemberTable, type ProbeOrder, zonedSample } from '@hearsay/membership';
import type { ClaimKeeper } from './claim-keeper.ts';
import type { SwimConfig } from './config.ts';
import type { Flaps } from './flaps.ts';
import { healthDelta, type LocalHealth, type ProbeOutcome } from './local-health.ts';
import type { SwimOutbox } from './outbox.ts';
import type { Sequence } from './sequence.ts';

/** The probe of the current period. */
interface Probe {
  readonly sequence: number;
  /** The member in the life in which it is probed. */
  readonly target: Claim;
  readonly startedMs: number;
  /** Asked to help; only their answers count. */
  helpers: readonly NodeId[];
  /** Those of them that could not reach the target either; a packet that comes twice counts once. */
  readonly nackers: Set<NodeId>;
  hasTriedStream: boolean;
  /** Saved, unless an ack by packet still comes. */
  hasStreamAck: boolean;
}

/** What the prober works on. */
export interface ProberDeps {
  readonly config: Readonly<SwimConfig>;
  readonly table: MemberTable;
  readonly order: ProbeOrder;
  readonly rng: Rng;
  readonly claims: ClaimKeeper;
  readonly health: LocalHealth;
  readonly flaps: Flaps;
  readonly sequence: Sequence;
}

/** Asks, and judges the answers. */
export class Prober {
  readonly #deps: ProberDeps;
  #probe: Probe | undefined;

  constructor(deps: ProberDeps) {
    this.#deps = deps;
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

  /** No ack in time: others may reach the target, or a stream may. */
  onProbeTimeout(sequence: number, out: SwimOutbox): void {
    const probe = this.#probe;
    if (probe?.sequence !== sequence) return;
    const { config, table, rng, flaps, claims } = this.#deps;
    const { name, address } = probe.target;
    // Of a suspect no answer can be expected, and what is missing counts against ourselves.
    const isExcluded = (id: NodeId): boolean => id === name || table.get(id)?.status !== 'alive' || flaps.isDamped(id);
    probe.helpers = zonedSample(table, rng, config.indirectProbeCount, config.nearSharePerMille, isExcluded);
    for (const helper of probe.helpers) out.send(helper, { type: 'ping-req', sequence, target: name, address });
    if (!config.probesByStream) return;
    probe.hasTriedStream = true;
    // First, so that the answer already holds the refutation.
    claims.confrontByStream(name, out);
    out.send(name, { type: 'ping', sequence, target: name, path: 'stream' }, 'stream');
  }

  /** Matched by sequence and by sender: an ack from anybody else is a forgery or a mistake. */
  onAck(from: NodeId, sequence: number, path: 'packet' | 'stream', nowMs: number, out: SwimOutbox): void {
    const probe = this.#probe;
    if (probe?.sequence !== sequence) return;
    const isDirect = this.#isFromTarget(from, probe);
    if (isDirect && path === 'stream') {
      probe.hasStreamAck = probe.hasTriedStream;
      return;
    }
    if (!isDirect && !probe.helpers.includes(from)) return;
    this.#end(probe, isDirect ? 'direct' : 'indirect', nowMs, out);
  }

  onNack(from: NodeId, sequence: number): void {
    if (this.#probe?.sequence === sequence && this.#probe.helpers.includes(from)) this.#probe.nackers.add(from);
  }

  #conclude(nowMs: number, out: SwimOutbox): void {
    const probe = this.#probe;
    if (probe === undefined) return;
    this.#end(probe, probe.hasStreamAck ? 'stream' : 'failed', nowMs, out);
  }

  #end(probe: Probe, outcome: ProbeOutcome, nowMs: number, out: SwimOutbox): void {
    const { health, claims } = this.#deps;
    const { target, startedMs, hasTriedStream } = probe;
    const helperCount = probe.helpers.length;
    const nackCount = probe.nackers.size;
    this.#probe = undefined;
    // Its word counts by the health with which it was probed, not by what this probe says about it.
    const grounds = { helperCount, nackCount, hasTriedStream, localHealth: health.score };
    health.apply(healthDelta(outcome, helperCount, nackCount));
    const localHealth = health.score;
    const rttMs = nowMs - startedMs;
    out.notify({ type: 'probe-ended', target: target.name, outcome, rttMs, helperCount, nackCount, localHealth });
    if (outcome === 'stream') out.notify({ type: 'one-way-udp', target: target.name });
    if (outcome === 'failed') claims.suspect(target, grounds, nowMs, out);
  }

  #begin(nowMs: number, out: SwimOutbox): void {
    const { order, table, sequence: sequences, claims, config, health } = this.#deps;
    const name = order.next();
    const target = name === undefined ? undefined : table.get(name);
    if (target === undefined || !isPresent(target)) return;
    const sequence = sequences.next();
    this.#probe = {
      sequence,
      target,
      startedMs: nowMs,
      helpers: [],
      nackers: new Set(),
      hasTriedStream: false,
      hasStreamAck: false,
    };
    out.send(target.name, { type: 'ping', sequence, target: target.name, path: 'packet' });
    claims.confront(target.name, out);
    out.schedule({ type: 'probe-timeout', sequence }, health.stretched(config.probeTimeoutMs));
  }

  /**
   * With probability dead / (alive + 1) a period also contacts a dead member: after a partition both sides hold each
   * other dead, and without this nobody would ever ask again. Source of the probability: Cassandra's gossip round.
   */
  #seekDead(out: SwimOutbox): void {
    const { table, rng, sequence, claims } = this.#deps;
    const { peers, deadPeers } = table;
    if (rng.below(peers.size + 1) >= deadPeers.size) return;
    const target = deadPeers.at(rng.below(deadPeers.size));
    if (target === undefined) return;
    out.send(target, { type: 'ping', sequence: sequence.next(), target, path: 'packet' });
    claims.confront(target, out);
  }

  /** The sender may be known by its name or only by its address. */
  #isFromTarget(from: NodeId, { target }: Probe): boolean {
    return from === target.name || from === target.address;
  }
}
