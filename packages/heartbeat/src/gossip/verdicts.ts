/**
 * Who is alive, to us.
 *
 *   suspect --it answers our echo--> alive --silent for too long--> dead --a heartbeat, and it answers our echo--> alive
 *
 * A verdict is this node's own: it is noted in the table and told to the owner, and nobody else hears of it.
 *
 * Deviation: a member that has not answered yet is suspect here, and not down as in Cassandra: news may already go to it,
 * and nothing is held against it.
 */
import type { NodeId, Outbox, Rng } from '@hearsay/core';
import type { Evidence, Finding, MemberTable } from '@hearsay/membership';
import type { PhiConfig } from '../phi/config.ts';
import { convictionMs, isConvicted } from '../phi/phi.ts';
import type { Beat, Beats } from './beats.ts';
import { type HeartbeatConfig, UINT32_MAX } from './config.ts';
import type { HeartbeatEvent, HeartbeatMessage, HeartbeatTimer } from './messages.ts';

/** What the verdicts work on. */
export interface VerdictDeps {
  readonly config: Readonly<HeartbeatConfig>;
  readonly phi: Readonly<PhiConfig>;
  readonly table: MemberTable;
  readonly beats: Beats;
  readonly self: NodeId;
  readonly rng: Rng;
}

export type HeartbeatOutbox = Outbox<HeartbeatMessage, HeartbeatTimer, HeartbeatEvent>;

/** Asks, convicts and takes back. */
export class Verdicts {
  readonly #deps: VerdictDeps;
  /** Who was asked by which echo. At most one per member; an answered one is forgotten. */
  readonly #echoes = new Map<number, NodeId>();
  #sequence: number;

  constructor(deps: VerdictDeps) {
    this.#deps = deps;
    this.#sequence = deps.rng.uint32();
  }

  /** Begins to listen to a member, and asks whether it answers. Nothing changes for one that we listen to already. */
  watch(name: NodeId, nowMs: number, out: HeartbeatOutbox): Beat | undefined {
    const { table, beats, self, config } = this.#deps;
    const claim = table.get(name);
    if (claim === undefined || name === self || beats.heldOf(name) === undefined) return undefined;
    this.#forgetEcho(beats.get(name), claim.generation);
    const beat = beats.begin(claim, nowMs);
    if (beat === undefined) return undefined;
    // Also one that was dead in an earlier life: of the new one the owner was just told that it has joined.
    table.judge(name, config.requiresEcho ? 'suspect' : 'alive', nowMs);
    if (config.requiresEcho) this.#ask(name, beat, out);
    return beat;
  }

  /** A heartbeat of a member has come, by whatever way. */
  onAdvance(name: NodeId, beat: Beat, nowMs: number, out: HeartbeatOutbox): void {
    if (beat.isConfirmed) return;
    if (this.#deps.config.requiresEcho) this.#ask(name, beat, out);
    else this.#confirm(name, beat, nowMs, out);
  }

  /** The member itself has answered; an answer of anybody else is a forgery or a mistake. */
  onEchoReply(from: NodeId, sequence: number, nowMs: number, out: HeartbeatOutbox): void {
    const { table, beats } = this.#deps;
    const name = this.#echoes.get(sequence);
    if (name === undefined || (from !== name && from !== table.get(name)?.address)) return;
    this.#echoes.delete(sequence);
    const beat = beats.get(name);
    if (beat?.echo !== sequence) return;
    beat.echo = undefined;
    this.#confirm(name, beat, nowMs, out);
  }

  /** Looks at every member, and asks again who has never answered. */
  judge(nowMs: number, out: HeartbeatOutbox): void {
    for (const [name, beat] of this.#deps.beats.entries()) {
      if (beat.evidence !== undefined) continue;
      const finding = this.#findingAgainst(beat, nowMs);
      if (finding !== undefined) this.#convict(name, beat, finding, nowMs, out);
      else if (!beat.isConfirmed) this.#ask(name, beat, out);
    }
  }

  /** Forgets who is gone, and what was asked of it. */
  forgetGone(): void {
    const { beats } = this.#deps;
    beats.forgetGone();
    for (const [sequence, name] of this.#echoes) if (beats.get(name)?.echo !== sequence) this.#echoes.delete(sequence);
  }

  #findingAgainst({ window }: Beat, nowMs: number): Finding | undefined {
    const { config, phi: phiConfig } = this.#deps;
    const silentMs = window.silentMs(nowMs);
    if (config.rule === 'timeout') return silentMs > config.timeoutMs ? { rule: 'timeout', silentMs } : undefined;
    const phi = window.phi(nowMs);
    return isConvicted(phi, phiConfig) ? { rule: 'phi', phi, silentMs, meanMs: window.meanMs } : undefined;
  }

  #convict(name: NodeId, beat: Beat, finding: Finding, nowMs: number, out: HeartbeatOutbox): void {
    const { table, self, config, phi } = this.#deps;
    const claim = table.get(name);
    if (claim === undefined) return;
    const timeoutMs = config.rule === 'timeout' ? config.timeoutMs : convictionMs(beat.window.meanMs, phi);
    const accusations = [{ accuser: self, grounds: undefined, atMs: nowMs }];
    const evidence: Evidence = { accusations, sinceMs: nowMs, timeoutMs, localHealth: 0, finding };
    beat.evidence = evidence;
    beat.isConfirmed = false;
    table.judge(name, 'dead', nowMs);
    out.notify({ type: 'member-failed', claim: { ...claim, status: 'dead', accuser: self }, evidence });
  }

  #confirm(name: NodeId, beat: Beat, nowMs: number, out: HeartbeatOutbox): void {
    const { table } = this.#deps;
    beat.isConfirmed = true;
    beat.evidence = undefined;
    const before = table.judge(name, 'alive', nowMs);
    const claim = table.get(name);
    if (before === 'dead' && claim?.status === 'alive') out.notify({ type: 'member-recovered', claim });
  }

  /** The same question until it is answered, so that a late answer still counts. */
  #ask(name: NodeId, beat: Beat, out: HeartbeatOutbox): void {
    if (beat.echo === undefined) {
      this.#sequence = this.#sequence >= UINT32_MAX ? 1 : this.#sequence + 1;
      beat.echo = this.#sequence;
      this.#echoes.set(beat.echo, name);
    }
    out.send(name, { type: 'echo', sequence: beat.echo });
  }

  #forgetEcho(beat: Beat | undefined, generation: number): void {
    if (beat?.echo !== undefined && beat.generation !== generation) this.#echoes.delete(beat.echo);
  }
}
