/** Members as the application sees them, and what it may ask of them. */
import type { NodeId } from '@hearsay/core';
import { type Claim, type Member, worseStatus } from '@hearsay/membership';
import type { Engine } from './engine.ts';
import { evidenceSnapshot } from './evidence.ts';
import type { NodeMembers, PingResult } from './node.ts';
import type { PendingPings } from './pending-pings.ts';
import type { RoundTrips } from './round-trips.ts';
import { type MemberSnapshot, memberSnapshot } from './snapshots.ts';

/** Reads the member table of an engine. */
export class MemberView implements NodeMembers {
  readonly #engine: Engine;
  readonly #roundTrips: RoundTrips;

  readonly #pings: PendingPings;

  constructor(engine: Engine, roundTrips: RoundTrips, pings: PendingPings) {
    this.#engine = engine;
    this.#roundTrips = roundTrips;
    this.#pings = pings;
  }

  list(): readonly MemberSnapshot[] {
    const members = [...this.#engine.stack.table.members()];
    return members.map((member) => this.#snapshot(member)).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  get(name: NodeId): MemberSnapshot | undefined {
    const member = this.#engine.stack.table.member(name);
    return member && this.#snapshot(member);
  }

  async ping(name: NodeId): Promise<PingResult | undefined> {
    const answer = this.#pings.begin();
    this.#engine.command({ type: 'ping', name, token: answer.token });
    return answer.result;
  }

  forceLeave(name: NodeId): boolean {
    const isKnown = this.#engine.stack.table.get(name) !== undefined;
    this.#engine.command({ type: 'force-leave', name });
    return isKnown;
  }

  /** The member that a claim is about, with what the claim says: it may have been reaped since. */
  snapshot(claim: Claim): MemberSnapshot {
    const { status = claim.status, sinceMs = this.#engine.nowMs() } = this.#engine.stack.table.member(claim.name) ?? {};
    return this.#snapshot({ claim, status: worseStatus(status, claim.status), sinceMs });
  }

  #snapshot({ claim, status, sinceMs }: Member): MemberSnapshot {
    const { name } = claim;
    const { stack } = this.#engine;
    const wallMsAt = (nowMs: number): number => this.#engine.wallMsAt(nowMs);
    const evidence = stack.evidenceOf(name);
    return memberSnapshot(
      { ...claim, status },
      {
        isSelf: name === stack.self.name,
        isDamped: stack.detector.flaps.isDamped(name),
        rttMs: this.#roundTrips.of(name),
        sinceWallMs: wallMsAt(sinceMs),
        tags: stack.table.tags.of(name),
        evidence: evidence && evidenceSnapshot(evidence, wallMsAt),
      },
    );
  }
}
