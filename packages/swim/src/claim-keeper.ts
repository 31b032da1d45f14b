/**
 * What this node believes of every member. [SWIM §4]
 *
 *   alive --no ack--> suspect --timeout--> dead        suspect, dead --refutation (higher incarnation)--> alive
 *
 * Claims come from our own probes, from gossip, from a join and from anti-entropy; all go through `learn`. Each claim
 * that is news here is sent on a limited number of times.
 */
import type { NodeId, WallClock } from '@hearsay/core';
import { assertNever } from '@hearsay/core';
import {
  type Claim,
  type Evidence,
  type Grounds,
  isPresent,
  isSameLife,
  type MemberTable,
  type ProbeOrder,
} from '@hearsay/membership';
import type { SwimConfig } from './config.ts';
import type { Flaps } from './flaps.ts';
import type { LocalHealth } from './local-health.ts';
import type { News } from './news.ts';
import { newsEvents } from './news-events.ts';
import type { SwimOutbox } from './outbox.ts';
import type { OwnClaim } from './own-claim.ts';
import { suspicionBounds } from './suspicion-timeout.ts';
import type { Suspicions } from './suspicions.ts';
import type { TagFetcher } from './tag-fetcher.ts';
import { wallSeconds } from './wall-seconds.ts';

/** The owner's say in what is believed. Pure: called in the middle of a step, and more than once for one claim. */
export interface SwimVeto {
  /** Why a claim about another member is not to be believed, or `undefined`. */
  claim?(claim: Claim): string | undefined;
  /** Why we do not join, or are not joined by, the cluster that these claims describe, or `undefined`. */
  join?(claims: readonly Claim[], from: NodeId): string | undefined;
}

/** What the keeper works on. */
export interface ClaimKeeperDeps {
  readonly config: Readonly<SwimConfig>;
  readonly table: MemberTable;
  readonly order: ProbeOrder;
  readonly wallClock: WallClock;
  readonly own: OwnClaim;
  readonly news: News;
  readonly suspicions: Suspicions;
  readonly health: LocalHealth;
  readonly flaps: Flaps;
  readonly tags: TagFetcher;
  readonly veto: SwimVeto;
}

/** Believes, suspects and forgets. */
export class ClaimKeeper {
  readonly #deps: ClaimKeeperDeps;

  constructor(deps: ClaimKeeperDeps) {
    this.#deps = deps;
  }

  /** Judges claims from `from`. Nothing in them can throw. */
  learn(claims: readonly Claim[], from: NodeId, nowMs: number, out: SwimOutbox): void {
    const { own } = this.#deps;
    for (const claim of claims) {
      if (own.isAbout(claim.name)) own.learn(claim, from, nowMs, out);
      else this.#believe(claim, from, nowMs, out);
    }
  }

  /** Our probe could not reach the member. Should it have refuted meanwhile, the accusation comes too late. */
  suspect(probed: Claim, grounds: Grounds, nowMs: number, out: SwimOutbox): void {
    const held = this.#deps.table.get(probed.name);
    if (held === undefined || !isPresent(held) || !isSameLife(held, probed)) return;
    const accuser = this.#deps.own.current.name;
    this.#believe({ ...held, status: 'suspect', accuser, grounds }, accuser, nowMs, out);
  }

  /** The time is up: dead, unless we stood still. Who has left hears no refutation, so that does not count either. */
  onSuspicionAlarm(name: NodeId, alarm: number, nowMs: number, out: SwimOutbox): void {
    const { suspicions, table, own, wallClock } = this.#deps;
    if (!own.isMember) return suspicions.startOver(name, alarm, nowMs, out);
    if (!suspicions.isOver(name, alarm, nowMs, out)) return;
    const held = table.get(name);
    if (held?.status !== 'suspect' || !suspicions.has(held)) return;
    const endedAtSeconds = wallSeconds(wallClock, nowMs);
    this.#believe({ ...held, status: 'dead', endedAtSeconds }, own.current.name, nowMs, out);
  }

  /** Declares another member left. If it lives it refutes, as it would refute its death. */
  forceLeave(name: NodeId, nowMs: number, out: SwimOutbox): void {
    const { table, own, wallClock } = this.#deps;
    const held = table.get(name);
    if (held === undefined || own.isAbout(name)) return;
    const accuser = own.current.name;
    const endedAtSeconds = wallSeconds(wallClock, nowMs);
    this.#believe({ ...held, status: 'left', accuser, grounds: undefined, endedAtSeconds }, accuser, nowMs, out);
  }

  /** Tells a node what we hold against it, so that it can refute. [Lifeguard §IV-C] */
  confront(to: NodeId, out: SwimOutbox): void {
    const accusation = this.#accusationOf(to);
    if (accusation !== undefined) out.send(to, { type: 'claims', claims: [accusation] });
  }

  /**
   * The same to one whose packets do not reach us, or ours do not reach it. Our own word goes with it: a refutation
   * that only travels in packets is lost every time, and who was suspected once would be dead for good although it
   * answers every probe.
   */
  confrontByStream(to: NodeId, out: SwimOutbox): void {
    const { own } = this.#deps;
    const accusation = this.#accusationOf(to);
    const claims = [...(accusation === undefined ? [] : [accusation]), ...(own.isObserver ? [] : [own.current])];
    if (claims.length > 0) out.send(to, { type: 'claims', claims }, 'stream');
  }

  /** Whether the owner forbids to believe a claim; it is told if so. Nobody has a say in what we are. */
  isVetoed(claim: Claim, from: NodeId, out: SwimOutbox): boolean {
    const { veto, own } = this.#deps;
    const reason = own.isAbout(claim.name) ? undefined : veto.claim?.(claim);
    if (reason !== undefined) out.notify({ type: 'claim-refused', reason, from });
    return reason !== undefined;
  }

  /** What is held against a member, or `undefined`. */
  evidenceOf(name: NodeId): Evidence | undefined {
    return this.#deps.suspicions.evidenceOf(name);
  }

  /** Forgets members that have been gone for longer than the retention. */
  reap(nowMs: number): void {
    const { table, wallClock, suspicions, flaps } = this.#deps;
    for (const name of table.reap(wallClock.at(nowMs))) {
      suspicions.close(name);
      flaps.forget(name);
    }
  }

  /** What a node has to be confronted with, or `undefined`. */
  #accusationOf(name: NodeId): Claim | undefined {
    const { table, config } = this.#deps;
    const held = table.get(name);
    if (held === undefined || held.status === 'alive') return undefined;
    return held.status === 'suspect' && !config.confrontsSuspects ? undefined : held;
  }

  #believe(claim: Claim, from: NodeId, nowMs: number, out: SwimOutbox): void {
    if (this.isVetoed(claim, from, out)) return;
    const { table, wallClock } = this.#deps;
    const outcome = table.merge(claim, wallClock.at(nowMs), nowMs);
    switch (outcome.kind) {
      case 'accepted':
        return this.#onNews(claim, outcome.previous, from, nowMs, out);
      case 'conflict':
        out.notify({ type: 'name-conflict', held: outcome.held, other: claim });
        if (table.get(claim.name) === claim) this.#onNews(claim, outcome.held, from, nowMs, out);
        return;
      case 'refused':
        return out.notify({ type: 'claim-refused', reason: outcome.reason, from });
      case 'stale':
        return this.#onOldNews(claim, outcome.held, nowMs, out);
      default:
        return assertNever(outcome);
    }
  }

  #onNews(claim: Claim, previous: Claim | undefined, from: NodeId, nowMs: number, out: SwimOutbox): void {
    const { order, news, suspicions, tags, flaps, own } = this.#deps;
    if (isPresent(claim)) order.add(claim.name);
    else order.delete(claim.name);
    news.noteStatus(claim, nowMs);
    this.#keepCase(claim, nowMs, out);
    if (!own.isObserver) news.spread(claim, false, out);
    tags.onClaim(claim, from, out);
    for (const event of newsEvents(claim, previous, suspicions.evidenceOf(claim.name))) out.notify(event);
    flaps.onChange(claim, previous, nowMs, out);
  }

  /** A suspicion begins a case, a death ends one or is all that we hear of it, and life closes it. */
  #keepCase(claim: Claim, nowMs: number, out: SwimOutbox): void {
    const { suspicions, own } = this.#deps;
    if (claim.status === 'alive' || claim.status === 'left') return suspicions.close(claim.name);
    if (!suspicions.has(claim)) this.#openCase(claim, nowMs);
    else suspicions.confirm(claim, nowMs);
    if (claim.status === 'dead') return suspicions.disarm(claim.name);
    // An observer believes what the members find; it never decides.
    if (!own.isObserver) suspicions.arm(claim.name, nowMs, out);
  }

  #openCase(claim: Claim, nowMs: number): void {
    const { suspicions, table, config, health } = this.#deps;
    suspicions.open(claim, suspicionBounds(table.peers.size + 1, config), health.score, nowMs);
  }

  /**
   * The same suspicion from somebody else confirms it, and is sent on. [Lifeguard §IV-B] A suspect that the table held
   * before we began has no case yet, and would stay suspect for ever.
   */
  #onOldNews(claim: Claim, held: Claim, nowMs: number, out: SwimOutbox): void {
    if (claim.status !== 'suspect' || held.status !== 'suspect' || !isSameLife(claim, held)) return;
    const { suspicions, news, own } = this.#deps;
    const isFirst = !suspicions.has(held);
    if (isFirst) this.#openCase(claim, nowMs);
    else if (!suspicions.confirm(claim, nowMs)) return;
    if (!own.isObserver) {
      suspicions.arm(claim.name, nowMs, out);
      news.spread(claim, false, out);
    }
    const evidence = suspicions.evidenceOf(claim.name);
    const type = isFirst ? 'member-suspected' : 'suspicion-confirmed';
    if (evidence !== undefined) out.notify({ type, claim, evidence });
  }
}
