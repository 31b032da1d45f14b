/**
 * The member table: the latest claim about every member, itself a replica that anti-entropy can reconcile.
 *
 * Every accepted claim raises what is stored, also one about a member already dead, so that an older claim can never
 * revive anybody.
 */
import type { NodeId, Replica, ReplicaObserver } from '@hearsay/core';
import { CanonicalWriter } from '@hearsay/core';
import { type Claim, canonicalClaim, claimProblem, compareClaims, type Status } from './claim.ts';
import type { MembershipConfig } from './config.ts';
import { PeerSet } from './peer-set.ts';

/** A member as this node knows it. */
export interface Member {
  readonly claim: Claim;
  /** Monotonic ms at which the status, or the life, last changed here. */
  readonly sinceMs: number;
}

/** Why a claim was not believed. */
export type ClaimRefusal = 'generation-ahead' | 'incarnation-jump' | 'table-full' | 'malformed';

/** What became of a claim. */
export type MergeOutcome =
  | { readonly kind: 'accepted'; readonly previous: Claim | undefined }
  /** Nothing new. */
  | { readonly kind: 'stale'; readonly held: Claim }
  /** Two addresses in one life: two processes share the name. The held claim stays unless the other is greater. */
  | { readonly kind: 'conflict'; readonly held: Claim }
  | { readonly kind: 'refused'; readonly reason: ClaimRefusal };

const MS_PER_SECOND = 1_000;
const STATUSES: readonly Status[] = ['alive', 'suspect', 'dead', 'left'];

/** Bounded by `memberCountMax`. Counts and peer sets are kept in step, so no query scans the table. */
export class MemberTable implements Replica<Claim> {
  readonly #config: MembershipConfig;
  readonly #self: NodeId;
  readonly #members = new Map<NodeId, Member>();
  readonly #counts = new Map<Status, number>(STATUSES.map((status) => [status, 0]));
  readonly #writer = new CanonicalWriter();
  #observer: ReplicaObserver<Claim> = () => undefined;
  /** Members that can be contacted: alive or suspect, without ourselves. */
  readonly peers: PeerSet = new PeerSet();
  /** Members that failed and may come back: dead, not left, without ourselves. */
  readonly deadPeers: PeerSet = new PeerSet();

  /** @param self our own name, which is in the table and in no peer set. */
  constructor(config: MembershipConfig, self: NodeId) {
    this.#config = config;
    this.#self = self;
  }

  get recordCount(): number {
    return this.#members.size;
  }

  keys(): IterableIterator<NodeId> {
    return this.#members.keys();
  }

  get(name: NodeId): Claim | undefined {
    return this.#members.get(name)?.claim;
  }

  keyOf(claim: Claim): NodeId {
    return claim.name;
  }

  canonicalBytes(claim: Claim): Uint8Array {
    return canonicalClaim(claim, this.#writer);
  }

  observe(observer: ReplicaObserver<Claim>): void {
    this.#observer = observer;
  }

  member(name: NodeId): Member | undefined {
    return this.#members.get(name);
  }

  members(): IterableIterator<Member> {
    return this.#members.values();
  }

  /** Members of one status, ourselves included. */
  countOf(status: Status): number {
    return this.#counts.get(status) ?? 0;
  }

  /** Joins one claim. Hostile until checked: nothing in it can throw. */
  merge(claim: Claim, wallMs: number, nowMs: number): MergeOutcome {
    const held = this.#members.get(claim.name)?.claim;
    const reason = this.#refusal(claim, held, wallMs);
    if (reason !== undefined) return { kind: 'refused', reason };
    if (held === undefined) {
      this.#put(claim, undefined, nowMs);
      return { kind: 'accepted', previous: undefined };
    }
    const order = compareClaims(claim, held);
    if (isConflict(claim, held)) {
      if (order > 0) this.#put(claim, held, nowMs);
      return { kind: 'conflict', held };
    }
    if (order <= 0) return { kind: 'stale', held };
    this.#put(claim, held, nowMs);
    return { kind: 'accepted', previous: held };
  }

  /** Forgets a member. */
  remove(name: NodeId): void {
    const held = this.#members.get(name)?.claim;
    if (held === undefined) return;
    this.#members.delete(name);
    this.#count(held.status, -1);
    this.peers.delete(name);
    this.deadPeers.delete(name);
    this.#observer(name, undefined);
  }

  #refusal(claim: Claim, held: Claim | undefined, wallMs: number): ClaimRefusal | undefined {
    if (claimProblem(claim) !== undefined) return 'malformed';
    if (claim.generation * MS_PER_SECOND > wallMs + this.#config.generationAheadMsMax) return 'generation-ahead';
    if (held === undefined) return this.#members.size >= this.#config.memberCountMax ? 'table-full' : undefined;
    const isSameLife = held.generation === claim.generation;
    const isJump = isSameLife && claim.incarnation - held.incarnation > this.#config.incarnationJumpMax;
    return isJump ? 'incarnation-jump' : undefined;
  }

  #put(claim: Claim, held: Claim | undefined, nowMs: number): void {
    const isSameStatus = held?.status === claim.status && held.generation === claim.generation;
    const sinceMs = isSameStatus ? (this.#members.get(claim.name)?.sinceMs ?? nowMs) : nowMs;
    this.#members.set(claim.name, { claim, sinceMs });
    if (held !== undefined) this.#count(held.status, -1);
    this.#count(claim.status, 1);
    if (claim.name !== this.#self) this.#place(claim);
    this.#observer(claim.name, claim);
  }

  #place({ name, status }: Claim): void {
    if (status === 'alive' || status === 'suspect') this.peers.add(name);
    else this.peers.delete(name);
    if (status === 'dead') this.deadPeers.add(name);
    else this.deadPeers.delete(name);
  }

  #count(status: Status, change: number): void {
    this.#counts.set(status, this.countOf(status) + change);
  }
}

/** Two addresses at one point of one life: only two processes can say so. */
function isConflict(claim: Claim, held: Claim): boolean {
  const isSameLife = claim.generation === held.generation && claim.incarnation === held.incarnation;
  return isSameLife && claim.address !== held.address;
}
