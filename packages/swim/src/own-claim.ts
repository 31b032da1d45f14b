/** What we say about ourselves, and how we answer what others say about us. [SWIM §4.2] */
import type { NodeId, WallClock } from '@hearsay/core';
import { type Claim, isPresent, lifeAfter, type MemberTable } from '@hearsay/membership';
import type { LocalHealth } from './local-health.ts';
import type { News } from './news.ts';
import type { SwimOutbox } from './outbox.ts';

/** What the own claim is made of. */
export interface OwnClaimDeps {
  readonly table: MemberTable;
  readonly wallClock: WallClock;
  readonly news: News;
  readonly health: LocalHealth;
  readonly claim: Claim;
  /** An observer has no claim in anybody's table, and nothing to refute. */
  readonly isObserver: boolean;
}

/** Only we raise our incarnation. */
export class OwnClaim {
  readonly #table: MemberTable;
  readonly #wallClock: WallClock;
  readonly #news: News;
  readonly #health: LocalHealth;
  readonly isObserver: boolean;
  #current: Claim;

  constructor({ table, wallClock, news, health, claim, isObserver }: OwnClaimDeps) {
    this.#table = table;
    this.#wallClock = wallClock;
    this.#news = news;
    this.#health = health;
    this.#current = claim;
    this.isObserver = isObserver;
    // At the start nothing is known of wall time yet, and our own generation needs no check.
    if (!isObserver) table.merge(claim, Number.POSITIVE_INFINITY, 0);
  }

  get current(): Claim {
    return this.#current;
  }

  /** Whether `name` is ours, as a member. */
  isAbout(name: NodeId): boolean {
    return !this.isObserver && name === this.#current.name;
  }

  /** Says something new about ourselves. `change` must make the claim greater. */
  announce(change: Partial<Claim>, nowMs: number, out: SwimOutbox): void {
    this.#current = { ...this.#current, ...change, accuser: '', grounds: undefined };
    if (this.isObserver) return;
    this.#table.merge(this.#current, this.#wallClock.at(nowMs), nowMs);
    this.#news.spread(this.#current, true, out);
  }

  /**
   * A greater claim about ourselves is an accusation, or another process with our name. An older one means that its
   * sender has not heard of us for a while: it is told.
   */
  learn(claim: Claim, from: NodeId, nowMs: number, out: SwimOutbox): void {
    const own = this.#current;
    const outcome = this.#table.merge(claim, this.#wallClock.at(nowMs), nowMs);
    if (outcome.kind === 'refused') return out.notify({ type: 'claim-refused', reason: outcome.reason, from });
    if (claim.address !== own.address && claim.generation >= own.generation && isPresent(claim)) {
      out.notify({ type: 'name-conflict', held: own, other: claim });
      if (!keepsName(own, claim)) return;
    }
    if (outcome.kind === 'stale') {
      const isOlder = claim.generation < own.generation || claim.incarnation < own.incarnation;
      if (isOlder && from !== own.name) out.send(from, { type: 'claims', claims: [own] });
      return;
    }
    this.#refute(claim, nowMs, out);
  }

  /** Raises our life above the claim's. That we had to means that we were slow to answer. [Lifeguard §IV-A] */
  #refute(accusation: Claim, nowMs: number, out: SwimOutbox): void {
    this.announce(lifeAfter(accusation), nowMs, out);
    if (this.#current.status === 'left') return;
    this.#health.apply(1);
    out.notify({ type: 'refuted', claim: this.#current, accusation });
  }
}

/**
 * Of two live processes with one name the later life keeps it, and of one generation the smaller address. The other
 * is told, and does not contest: each would raise its incarnation above the other's for ever.
 */
function keepsName(own: Claim, other: Claim): boolean {
  return own.generation === other.generation && own.address < other.address;
}
