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

  /** We have left, and join nobody. */
  stop(): void {
    this.#seeds.stop();
  }

  /**
   * The joiner gets all that we know, ourselves included, in as many messages as it takes. A member that we have known
   * for a while only looks whether we are there. We do not join ourselves, and who has left knows too little.
   */
  onJoin(from: NodeId, claim: Claim | undefined, nowMs: number, out: SwimOutbox): void {
    const { table, claims, own } = this.#deps;
    if (own.isFrom(from) || own.current.status === 'left') return;
    if (claim === undefined) return this.#sendAll(from, out);
    // Who may be no member is told nothing: its address may be where nothing of ours is to go.
    if (this.#isVetoed([claim], from, out) || claims.isVetoed(claim, from, out)) return;
    const isSettled = this.#isSettled(claim, nowMs);
    claims.learn([claim], from, nowMs, out);
    // Of two with one name, `from` may name the other, and this one has to hear that it lost.
    const to = table.get(claim.name)?.address === claim.address ? from : claim.address;
    if (isSettled) out.send(to, { type: 'join-reply', claims: own.isObserver ? [] : [own.current] }, 'stream');
    else this.#sendAll(to, out);
  }

  /** A seed has answered. */
  onReply(from: NodeId, claims: readonly Claim[], nowMs: number, out: SwimOutbox): void {
    if (this.#isVetoed(claims, from, out)) return;
    const { claims: keeper, own, table } = this.#deps;
    keeper.learn(claims, from, nowMs, out);
    if (!this.#seeds.onAnswer()) return;
    out.notify({ type: 'joined', seed: from, memberCount: table.peers.size + (own.isObserver ? 0 : 1) });
  }

  /**
   * Whether we know this very claim for longer than a joiner waits before it asks again: an answer to it may have been
   * lost, and news of it may have been faster than its question.
   */
  #isSettled(claim: Claim, nowMs: number): boolean {
    const { table, config } = this.#deps;
    const member = table.member(claim.name);
    if (member === undefined || compareClaims(member.claim, claim) !== 0) return false;
    return nowMs - member.sinceMs > config.seedRetryMsMax;
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
