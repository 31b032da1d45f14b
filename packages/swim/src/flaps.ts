/**
 * Members that come and go: each failure, return and refuted suspicion costs points that fade with time, and who has
 * too many is left out as a helper until they have faded. [RFC2439] It stays a member and is probed like others.
 */
import type { NodeId } from '@hearsay/core';
import { type FlapConfig, FlapDamper, type FlapKind } from '@hearsay/damping';
import { type Claim, isPresent, type MemberTable } from '@hearsay/membership';
import type { SwimOutbox } from './outbox.ts';

/** Watches what is believed of the members. */
export class Flaps {
  readonly #table: MemberTable;
  readonly #damper: FlapDamper;
  #isAlarmPending = false;

  constructor(config: Readonly<FlapConfig>, table: MemberTable) {
    this.#table = table;
    this.#damper = new FlapDamper(config);
  }

  get dampedCount(): number {
    return this.#damper.dampedCount;
  }

  isDamped(name: NodeId): boolean {
    return this.#damper.isDamped(name);
  }

  penaltyOf(name: NodeId, nowMs: number): number {
    return this.#damper.penaltyOf(name, nowMs);
  }

  onChange(claim: Claim, previous: Claim | undefined, nowMs: number, out: SwimOutbox): void {
    const kind = flapOf(claim, previous);
    if (kind === undefined) return;
    const { name } = claim;
    const isDamped = this.#damper.note(name, kind, nowMs, this.#table.peers.size + 1) === 'damped';
    if (isDamped) out.notify({ type: 'member-damped', name, penalty: this.#damper.penaltyOf(name, nowMs) });
    this.#schedule(nowMs, out);
  }

  /** Time to let some back. */
  onAlarm(nowMs: number, out: SwimOutbox): void {
    this.#isAlarmPending = false;
    for (const name of this.#damper.reusable(nowMs)) {
      out.notify({ type: 'member-reused', name, penalty: this.#damper.penaltyOf(name, nowMs) });
    }
    this.#schedule(nowMs, out);
  }

  forget(name: NodeId): void {
    this.#damper.forget(name);
  }

  #schedule(nowMs: number, out: SwimOutbox): void {
    const atMs = this.#damper.nextReuseMs(nowMs);
    if (atMs === undefined || this.#isAlarmPending) return;
    this.#isAlarmPending = true;
    out.schedule({ type: 'flap-reuse' }, atMs - nowMs);
  }
}

/** What a change costs, if anything. To leave and to come back is no fault. */
function flapOf(claim: Claim, previous: Claim | undefined): FlapKind | undefined {
  if (previous === undefined || previous.status === 'left') return undefined;
  if (claim.status === 'dead') return isPresent(previous) ? 'failed' : undefined;
  if (claim.status !== 'alive') return undefined;
  // Back so fast that nobody had noticed the end of its earlier life.
  if (previous.status === 'dead' || previous.generation < claim.generation) return 'recovered';
  return previous.status === 'suspect' ? 'suspected' : undefined;
}
