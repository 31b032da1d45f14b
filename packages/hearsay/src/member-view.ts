/** Members as the application sees them. */
import type { NodeId } from '@hearsay/core';
import type { Claim } from '@hearsay/membership';
import type { Engine } from './engine.ts';
import type { NodeMembers } from './node.ts';
import type { RoundTrips } from './round-trips.ts';
import { type MemberSnapshot, memberSnapshot } from './snapshots.ts';

/** Reads the member table of an engine. */
export class MemberView implements NodeMembers {
  readonly #engine: Engine;
  readonly #roundTrips: RoundTrips;

  constructor(engine: Engine, roundTrips: RoundTrips) {
    this.#engine = engine;
    this.#roundTrips = roundTrips;
  }

  list(): readonly MemberSnapshot[] {
    const members = [...this.#engine.stack.table.members()];
    return members
      .map(({ claim, sinceMs }) => this.#snapshot(claim, sinceMs))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  get(name: NodeId): MemberSnapshot | undefined {
    const member = this.#engine.stack.table.member(name);
    return member && this.#snapshot(member.claim, member.sinceMs);
  }

  /** The member that a claim is about, with what the claim says: it may have been reaped since. */
  snapshot(claim: Claim): MemberSnapshot {
    const { sinceMs = this.#engine.nowMs() } = this.#engine.stack.table.member(claim.name) ?? {};
    return this.#snapshot(claim, sinceMs);
  }

  #snapshot(claim: Claim, sinceMs: number): MemberSnapshot {
    return memberSnapshot(claim, {
      isSelf: claim.name === this.#engine.stack.self.name,
      rttMs: this.#roundTrips.of(claim.name),
      sinceWallMs: this.#engine.wallMsAt(sinceMs),
    });
  }
}
