/** What we say about ourselves, and how we answer what others say about us. [SWIM §4.2] */
import type { Endpoint, NodeId, WallClock } from '@hearsay/core';
import { ConfigError, TooLargeError } from '@hearsay/core';
import {
  type Claim,
  isPresent,
  lifeAfter,
  type MemberTable,
  type MergeOutcome,
  TAGS_BYTES_MAX,
  type Tags,
  tagsBytes,
  tagsDigest,
  tagsProblem,
} from '@hearsay/membership';
import type { LocalHealth } from './local-health.ts';
import type { News } from './news.ts';
import type { SwimOutbox } from './outbox.ts';
import { wallSeconds } from './wall-seconds.ts';

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

/** What the own claim works on. */
export interface OwnClaimDeps {
  readonly table: MemberTable;
  readonly wallClock: WallClock;
  readonly news: News;
  readonly health: LocalHealth;
}

/** Only we raise our incarnation. */
export class OwnClaim {
  readonly #deps: OwnClaimDeps;
  readonly isObserver: boolean;
  #current: Claim;
  #tags: Tags;

  /** Throws `TooLargeError` for tags above `TAGS_BYTES_MAX`, and `ConfigError` for tags that are no text. */
  constructor(deps: OwnClaimDeps, self: SwimSelf) {
    this.#deps = deps;
    this.isObserver = self.isObserver ?? false;
    this.#tags = checkedTags(self.tags);
    this.#current = firstClaim(self);
    if (!this.isObserver) this.#keep(0);
  }

  get current(): Claim {
    return this.#current;
  }

  /** Whether we are one of those who probe, decide and tell: no observer, and not gone. */
  get isMember(): boolean {
    return !this.isObserver && this.#current.status !== 'left';
  }

  /** Whether `name` is ours, as a member. */
  isAbout(name: NodeId): boolean {
    return !this.isObserver && name === this.#current.name;
  }

  /** Whether a message comes from ourselves: a seed may be our own address under another name. */
  isFrom(from: NodeId): boolean {
    return from === this.#current.name || from === this.#current.address;
  }

  /** Throws as the constructor does; nothing is changed then. */
  setTags(tags: Tags, nowMs: number, out: SwimOutbox): void {
    const checked = checkedTags(tags);
    const digest = tagsDigest(checked);
    if (digest === this.#current.tagsDigest) return;
    this.#tags = checked;
    this.#announce({ ...lifeAfter(this.#current), tagsDigest: digest }, nowMs, out);
  }

  leave(nowMs: number, out: SwimOutbox): void {
    this.#announce({ status: 'left', endedAtSeconds: wallSeconds(this.#deps.wallClock, nowMs) }, nowMs, out);
  }

  /** Comes back after a leave. */
  rejoin(nowMs: number, out: SwimOutbox): void {
    this.#announce({ ...lifeAfter(this.#current), status: 'alive', endedAtSeconds: 0 }, nowMs, out);
  }

  /**
   * A greater claim about ourselves is an accusation, or another process with our name. An older one means that its
   * sender has not heard of us for a while: it is told.
   */
  learn(claim: Claim, from: NodeId, nowMs: number, out: SwimOutbox): void {
    const { table, wallClock } = this.#deps;
    const own = this.#current;
    const outcome = table.merge(claim, wallClock.at(nowMs), nowMs);
    if (outcome.kind === 'refused') return out.notify({ type: 'claim-refused', reason: outcome.reason, from });
    if (isRival(own, claim)) {
      if (!isRepeated(claim, outcome)) this.#meetRival(claim, out);
      if (!keepsName(own, claim)) return;
    }
    if (outcome.kind !== 'stale') this.#refute(claim, from, nowMs, out);
    else if (claim.generation < own.generation || claim.incarnation < own.incarnation) this.#tell(from, out);
  }

  /** Who loses its name tells the winner once, who might not hear of it: nobody believes a loser's claim. */
  #meetRival(other: Claim, out: SwimOutbox): void {
    const held = this.#current;
    out.notify({ type: 'name-conflict', held, other });
    if (!keepsName(held, other)) out.send(other.address, { type: 'claims', claims: [held] });
  }

  /**
   * Raises our life above the claim's. That a probe of us has failed means that we were slow to answer.
   * [Lifeguard §IV-A] Who told us is told first: it may hold us dead, and then no gossip of ours would reach it.
   */
  #refute(accusation: Claim, from: NodeId, nowMs: number, out: SwimOutbox): void {
    this.#announce(lifeAfter(accusation), nowMs, out);
    this.#tell(from, out);
    if (this.#current.status === 'left') return;
    if (accusation.status === 'suspect' || accusation.status === 'dead') this.#deps.health.apply(1);
    out.notify({ type: 'refuted', claim: this.#current, accusation });
  }

  #tell(to: NodeId, out: SwimOutbox): void {
    if (!this.isFrom(to)) out.send(to, { type: 'claims', claims: [this.#current] });
  }

  /** Says something new about ourselves. `change` makes the claim greater. */
  #announce(change: Partial<Claim>, nowMs: number, out: SwimOutbox): void {
    this.#current = { ...this.#current, ...change, accuser: '', grounds: undefined };
    if (this.isObserver) return;
    this.#keep(nowMs);
    this.#deps.news.spread(this.#current, true, out);
  }

  /**
   * Our own word needs no check against the wall clock: we could otherwise not outdo a claim at its limit. Whatever a
   * claim about us has said of our tags, we have them.
   */
  #keep(nowMs: number): void {
    const { table } = this.#deps;
    table.merge(this.#current, Number.POSITIVE_INFINITY, nowMs);
    table.tags.put(this.#current.name, this.#tags);
  }
}

/** Whether the claim speaks of another live process with our name, that is no earlier life of ours. */
function isRival(own: Claim, claim: Claim): boolean {
  return claim.address !== own.address && claim.generation >= own.generation && isPresent(claim);
}

/** Whether the table held this rival's claim already. */
function isRepeated({ address }: Claim, outcome: Exclude<MergeOutcome, { kind: 'refused' }>): boolean {
  const held = outcome.kind === 'accepted' ? outcome.previous : outcome.held;
  return held?.address === address;
}

/**
 * Of two live processes with one name the later life keeps it, and of one generation the smaller address. The other
 * is told, and does not contest: each would raise its incarnation above the other's for ever.
 */
function keepsName(own: Claim, other: Claim): boolean {
  return own.generation === other.generation && own.address < other.address;
}

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

/** A copy: the owner may go on to change its own. */
function checkedTags(tags: Tags): Tags {
  const problem = tagsProblem(tags);
  if (problem !== undefined) throw new ConfigError('tags', [problem]);
  const sizeBytes = tagsBytes(tags);
  if (sizeBytes > TAGS_BYTES_MAX) throw new TooLargeError('tags', sizeBytes, TAGS_BYTES_MAX, 'TAGS_BYTES_MAX');
  return new Map(tags);
}
