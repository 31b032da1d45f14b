/**
 * The member table: the latest claim about every member, itself a replica that anti-entropy can reconcile.
 *
 * Every accepted claim raises what is stored, also one about a member already dead, so that an older claim can never
 * revive anybody.
 */
import type { NodeId, Replica, ReplicaObserver } from '@hearsay/core';
import { CanonicalWriter, Interner, NameMap } from '@hearsay/core';
import {
  type Claim,
  canonicalClaim,
  claimProblem,
  compareClaims,
  isPresent,
  isSameLife,
  type Status,
  worseStatus,
} from './claim.ts';
import type { MembershipConfig } from './config.ts';
import { PeerSet } from './peer-set.ts';
import { TagShelf } from './tag-shelf.ts';
import type { ZonedPeers } from './zoned-sample.ts';

/** A member as this node knows it. */
export interface Member {
  readonly claim: Claim;
  /** The worse of what is claimed and what this node has found out itself. */
  readonly status: Status;
  /** Monotonic ms at which the status, or the generation, last changed here. */
  readonly sinceMs: number;
}

/** What a detector has found out about a member, and keeps to itself. */
export type Verdict = 'alive' | 'suspect' | 'dead';

/** Why a claim was not believed. */
export type ClaimRefusal =
  | 'generation-ahead'
  | 'end-ahead'
  | 'incarnation-jump'
  /** About a member that we do not know, gone for longer than it is remembered. */
  | 'expired'
  | 'table-full'
  | 'malformed';

/** What became of a claim. */
export type MergeOutcome =
  | { readonly kind: 'accepted'; readonly previous: Claim | undefined }
  /** Nothing new. */
  | { readonly kind: 'stale'; readonly held: Claim }
  /** Two addresses in one life: two processes share the name. The held claim stays unless the other is greater. */
  | { readonly kind: 'conflict'; readonly held: Claim }
  | { readonly kind: 'refused'; readonly reason: ClaimRefusal };

/** Whose table it is. It is in the table, and in no peer set. */
export interface TableOwner {
  readonly name: NodeId;
  /** Empty when zones are not used. */
  readonly zone: string;
}

const MS_PER_SECOND = 1_000;
const STATUSES: readonly Status[] = ['alive', 'suspect', 'dead', 'left'];

/** Bounded by `memberCountMax`, ourselves aside. Counts and peer sets are kept in step, so no query scans the table. */
export class MemberTable implements Replica<Claim>, ZonedPeers {
  readonly #config: MembershipConfig;
  readonly #owner: TableOwner;
  readonly #claims: NameMap<Claim>;
  /** See `Member`. */
  readonly #sinceMs: NameMap<number>;
  /** Of members in the table; `alive` is not kept. */
  readonly #verdicts = new Map<NodeId, Verdict>();
  readonly #counts = new Map<Status, number>(STATUSES.map((status) => [status, 0]));
  readonly #writer = new CanonicalWriter();
  /** A handful: whoever holds the table adds its own, once. */
  readonly #observers: ReplicaObserver<Claim>[] = [];
  /** Members that can be contacted: alive or suspect, and not judged dead, without ourselves. */
  readonly peers: PeerSet;
  /** Those of them in our own zone; empty when we have none. */
  readonly nearPeers: PeerSet;
  /** Those of them in other zones; empty when we have none. */
  readonly farPeers: PeerSet;
  /** Members that failed and may come back: dead by claim or by verdict, not left, without ourselves. */
  readonly deadPeers: PeerSet;
  /** What the members tell about themselves. */
  readonly tags: TagShelf;

  /**
   * @param interner shared with other tables about members, of this node or of many. Default: one of its own.
   * @param twin begins with all that is claimed in this table, of another owner with the same interner, and shares with
   *   it what neither has changed yet. Verdicts are not taken over: they are its owner's alone. Default: empty.
   */
  constructor(config: MembershipConfig, owner: TableOwner, interner: Interner = new Interner(), twin?: MemberTable) {
    this.#config = config;
    this.#owner = owner;
    this.#claims = twin === undefined ? new NameMap(interner) : twin.#claims.copy();
    this.#sinceMs = twin === undefined ? new NameMap(interner) : twin.#sinceMs.copy();
    this.peers = twin?.peers.copy() ?? new PeerSet(interner);
    this.nearPeers = new PeerSet(interner);
    this.farPeers = new PeerSet(interner);
    this.deadPeers = twin?.deadPeers.copy() ?? new PeerSet(interner);
    this.tags = twin?.tags.copy() ?? new TagShelf();
    if (twin !== undefined) this.#adjust(twin);
  }

  get recordCount(): number {
    return this.#claims.size;
  }

  keys(): IterableIterator<NodeId> {
    return this.#claims.keys();
  }

  get(name: NodeId): Claim | undefined {
    return this.#claims.get(name);
  }

  keyOf(claim: Claim): NodeId {
    return claim.name;
  }

  canonicalBytes(claim: Claim): Uint8Array {
    return canonicalClaim(claim, this.#writer);
  }

  observe(observer: ReplicaObserver<Claim>): void {
    this.#observers.push(observer);
  }

  member(name: NodeId): Member | undefined {
    const claim = this.#claims.get(name);
    return claim && this.#memberOf(claim);
  }

  *members(): IterableIterator<Member> {
    for (const claim of this.#claims.values()) yield this.#memberOf(claim);
  }

  /** Members of one status, ourselves included. */
  countOf(status: Status): number {
    return this.#counts.get(status) ?? 0;
  }

  /** Joins one claim. Hostile until checked: nothing in it can throw. */
  merge(claim: Claim, wallMs: number, nowMs: number): MergeOutcome {
    const held = this.get(claim.name);
    const reason = this.#refusal(claim, held, wallMs);
    if (reason !== undefined) return { kind: 'refused', reason };
    if (held === undefined) {
      this.#put(claim, undefined, nowMs);
      return { kind: 'accepted', previous: undefined };
    }
    const order = compareClaims(claim, held);
    if (isSameLife(claim, held) && claim.address !== held.address) {
      if (order > 0) this.#put(claim, held, nowMs);
      return { kind: 'conflict', held };
    }
    if (order <= 0) return { kind: 'stale', held };
    this.#put(claim, held, nowMs);
    return { kind: 'accepted', previous: held };
  }

  /**
   * Notes what our own detector has found out about a member. It counts here like a claim, and is not one: it is in no
   * digest and nobody else hears of it. It stands until the next one, also over a new life of the member. Returns the
   * member's status before, or `undefined` when there is no such member.
   */
  judge(name: NodeId, verdict: Verdict, nowMs: number): Status | undefined {
    const claim = this.#claims.get(name);
    if (claim === undefined) return undefined;
    const before = this.#statusOf(claim);
    if (verdict === 'alive') this.#verdicts.delete(name);
    else this.#verdicts.set(name, verdict);
    const status = this.#statusOf(claim);
    if (status === before) return before;
    this.#sinceMs.set(name, nowMs);
    this.#count(before, -1);
    this.#count(status, 1);
    if (name !== this.#owner.name) this.#place(claim, status);
    return before;
  }

  /** Forgets who has been gone for `deadRetentionMs`, and returns their names. Looks at every member. */
  reap(wallMs: number): NodeId[] {
    const expired: NodeId[] = [];
    for (const claim of this.#claims.values()) {
      if (claim.name !== this.#owner.name && this.#isExpired(claim, wallMs)) expired.push(claim.name);
    }
    for (const name of expired) this.#remove(name);
    return expired;
  }

  #remove(name: NodeId): void {
    const held = this.get(name);
    if (held === undefined) return;
    this.#count(this.#statusOf(held), -1);
    this.#claims.delete(name);
    this.#sinceMs.delete(name);
    this.#verdicts.delete(name);
    for (const set of [this.peers, this.nearPeers, this.farPeers, this.deadPeers]) set.delete(name);
    this.tags.forget(name);
    for (const observer of this.#observers) observer(name, undefined);
  }

  #refusal(claim: Claim, held: Claim | undefined, wallMs: number): ClaimRefusal | undefined {
    if (claimProblem(claim) !== undefined) return 'malformed';
    const aheadSecondsMax = (wallMs + this.#config.generationAheadMsMax) / MS_PER_SECOND;
    if (claim.generation > aheadSecondsMax) return 'generation-ahead';
    if (claim.endedAtSeconds > aheadSecondsMax) return 'end-ahead';
    if (held === undefined) {
      // Who forgets first would otherwise learn it again from who forgets later, and so on for ever.
      if (this.#isExpired(claim, wallMs)) return 'expired';
      return this.#hasRoomFor(claim.name) ? undefined : 'table-full';
    }
    const isJump = claim.incarnation - held.incarnation > this.#config.incarnationJumpMax;
    return isJump && held.generation === claim.generation ? 'incarnation-jump' : undefined;
  }

  /** A node that is not in its own table could not refute, so there is always room for ourselves. */
  #hasRoomFor(name: NodeId): boolean {
    return name === this.#owner.name || this.#claims.size < this.#config.memberCountMax;
  }

  /** A life cannot have ended before it began, whatever a claim says. */
  #isExpired(claim: Claim, wallMs: number): boolean {
    if (isPresent(claim)) return false;
    const endSeconds = Math.max(claim.endedAtSeconds, claim.generation);
    return wallMs - endSeconds * MS_PER_SECOND > this.#config.deadRetentionMs;
  }

  #put(claim: Claim, held: Claim | undefined, nowMs: number): void {
    const before = held && this.#statusOf(held);
    const status = this.#statusOf(claim);
    const isSameStatus = before === status && held?.generation === claim.generation;
    this.#claims.set(claim.name, claim);
    if (!isSameStatus) this.#sinceMs.set(claim.name, nowMs);
    if (before !== undefined) this.#count(before, -1);
    this.#count(status, 1);
    this.tags.expect(claim.name, claim.tagsDigest);
    if (!isPresent(claim)) this.tags.excuse(claim.name);
    if (claim.name !== this.#owner.name) this.#place(claim, status);
    for (const observer of this.#observers) observer(claim.name, claim);
  }

  /** What depends on whose table it is. */
  #adjust(twin: MemberTable): void {
    for (const [status, count] of twin.#counts) this.#counts.set(status, count);
    for (const name of twin.#verdicts.keys()) {
      const claim = this.get(name);
      if (claim === undefined) continue;
      this.#count(twin.#statusOf(claim), -1);
      this.#count(claim.status, 1);
    }
    const { name: own, zone } = this.#owner;
    for (const set of [this.peers, this.deadPeers]) set.delete(own);
    const placed = zone === '' ? [...twin.#verdicts.keys(), twin.#owner.name] : [...this.keys()];
    for (const name of placed) {
      const claim = this.get(name);
      if (claim !== undefined && name !== own) this.#place(claim, claim.status);
    }
  }

  #memberOf(claim: Claim): Member {
    return { claim, status: this.#statusOf(claim), sinceMs: this.#sinceMs.get(claim.name) ?? 0 };
  }

  #statusOf({ name, status }: Claim): Status {
    return worseStatus(status, this.#verdicts.get(name) ?? 'alive');
  }

  #place({ name, zone: itsZone }: Claim, status: Status): void {
    const { zone } = this.#owner;
    const present = isPresent({ status });
    place(this.peers, name, present);
    place(this.nearPeers, name, present && zone !== '' && zone === itsZone);
    place(this.farPeers, name, present && zone !== '' && zone !== itsZone);
    place(this.deadPeers, name, status === 'dead');
  }

  #count(status: Status, change: number): void {
    this.#counts.set(status, this.countOf(status) + change);
  }
}

function place(set: PeerSet, name: NodeId, belongs: boolean): void {
  if (belongs) set.add(name);
  else set.delete(name);
}
