/** Joins: ours with a seed, and others' with us. Both sides say all that they know, by stream. */
import type { Endpoint, NodeId, Rng } from '@hearsay/core';
import { type Claim, compareClaims, isPresent, type MemberTable } from '@hearsay/membership';
import type { ClaimKeeper, SwimVeto } from './claim-keeper.ts';
import type { SwimConfig } from './config.ts';
import type { SwimOutbox } from './outbox.ts';
import type { OwnClaim } from './own-claim.ts';
import { type Joiner, Seeds } from './seeds.ts';
import type { TagFetcher } from './tag-fetcher.ts';

/** What joins work on. */
export interface JoiningDeps {
  readonly config: Readonly<SwimConfig>;
  readonly table: MemberTable;
  readonly own: OwnClaim;
  readonly claims: ClaimKeeper;
  readonly tags: TagFetcher;
  readonly veto: SwimVeto;
  readonly rng: Rng;
}

/** Asks and answers. */
export class Joining {
  readonly #deps: JoiningDeps;
  readonly #seeds: Seeds;

  constructor(deps: JoiningDeps) {
    this.#deps = deps;
    this.#seeds = new Seeds(deps.config, deps.own.current.address, deps.rng);
  }

  /** Asks seeds, in place of earlier ones. */
  join(seeds: readonly Endpoint[], out: SwimOutbox): void {
    this.#seeds.join(seeds, this.#joiner(), out);
  }

  onAlarm(timer: { readonly attempt: number; readonly run: number }, out: SwimOutbox): void {
    this.#seeds.onAlarm(timer, this.#joiner(), out);
  }

  /**
   * The joiner gets all that we know, ourselves included, in as many messages as it takes. A member that we know as it
   * is only looks whether we are there: the rest is anti-entropy's.
   */
  onJoin(from: NodeId, claim: Claim | undefined, nowMs: number, out: SwimOutbox): void {
    const { table, claims, own } = this.#deps;
    if (claim !== undefined) {
      if (this.#isVetoed([claim], from, out)) return;
      const held = table.get(claim.name);
      const isKnown = held !== undefined && compareClaims(held, claim) === 0;
      claims.learn([claim], from, nowMs, out);
      if (isKnown) return out.send(from, { type: 'join-reply', claims: own.isObserver ? [] : [own.current] }, 'stream');
    }
    this.#sendAll(from, out);
  }

  /** A seed has answered. */
  onReply(from: NodeId, claims: readonly Claim[], nowMs: number, out: SwimOutbox): void {
    if (this.#isVetoed(claims, from, out)) return;
    this.#deps.claims.learn(claims, from, nowMs, out);
    if (!this.#seeds.onAnswer()) return;
    out.notify({ type: 'joined', seed: from, memberCount: this.#deps.table.peers.size + 1 });
  }

  #isVetoed(claims: readonly Claim[], from: NodeId, out: SwimOutbox): boolean {
    const reason = this.#deps.veto.join?.(claims, from);
    if (reason !== undefined) out.notify({ type: 'join-refused', reason, from });
    return reason !== undefined;
  }

  #sendAll(to: NodeId, out: SwimOutbox): void {
    const { config, table, tags } = this.#deps;
    let claims: Claim[] = [];
    for (const member of table.members()) {
      claims.push(member.claim);
      if (claims.length < config.joinReplyClaimCountMax) continue;
      out.send(to, { type: 'join-reply', claims }, 'stream');
      claims = [];
    }
    if (claims.length > 0) out.send(to, { type: 'join-reply', claims }, 'stream');
    tags.sendAll(to, out);
  }

  #joiner(): Joiner {
    const { own, table } = this.#deps;
    return {
      claim: own.isObserver ? undefined : own.current,
      isAlone: table.peers.size === 0,
      isMember: (endpoint) => hasMemberAt(table, endpoint),
    };
  }
}

function hasMemberAt(table: MemberTable, endpoint: Endpoint): boolean {
  for (const { claim } of table.members()) if (claim.address === endpoint && isPresent(claim)) return true;
  return false;
}
