/** The open cases against members, and when each is decided. [SWIM §4.2, Lifeguard §IV-B] */
import type { NodeId } from '@hearsay/core';
import type { Accusation, Claim, Evidence, Life } from '@hearsay/membership';
import type { AwakeClock } from './awake-clock.ts';
import type { SwimOutbox } from './outbox.ts';
import { type SuspicionBounds, suspicionTimeoutMs } from './suspicion-timeout.ts';

interface Case {
  readonly life: Life;
  readonly bounds: SuspicionBounds;
  readonly accusations: Accusation[];
  readonly sinceMs: number;
  /** The same on the awake clock. */
  sinceAwakeMs: number;
  readonly localHealth: number;
  /** Which alarm counts: an earlier one was set for a longer time. Undefined while none is set. */
  alarm: number | undefined;
}

/** A timer may fire that much early: Node counts in whole milliseconds. */
const EARLY_MS = 1;

/** One case per member that is suspect or dead. */
export class Suspicions {
  readonly #awake: AwakeClock;
  /** An open case is looked at this often, because only what is due can notice that we stood still. */
  readonly #checkMs: number;
  readonly #cases = new Map<NodeId, Case>();
  #alarmCount = 0;

  constructor(awake: AwakeClock, checkMs: number) {
    this.#awake = awake;
    this.#checkMs = checkMs;
  }

  /** Begins a case, in place of one of an earlier life. `accusation` is a claim that says suspect or dead. */
  open(accusation: Claim, bounds: SuspicionBounds, localHealth: number, nowMs: number): void {
    const { name, generation, incarnation } = accusation;
    this.#cases.set(name, {
      life: { generation, incarnation },
      bounds,
      accusations: [accusationOf(accusation, nowMs)],
      sinceMs: nowMs,
      sinceAwakeMs: this.#awake.at(nowMs),
      localHealth,
      alarm: undefined,
    });
  }

  /** Whether there is a case against this life. */
  has({ name, generation, incarnation }: Claim): boolean {
    const life = this.#cases.get(name)?.life;
    return life?.generation === generation && life.incarnation === incarnation;
  }

  /**
   * Adds another accuser. Returns whether it counts: it is new, and not all that are wanted have confirmed already. The
   * accuser of a verdict is always noted, once: it is why the member is dead.
   */
  confirm(accusation: Claim, nowMs: number): boolean {
    const found = this.#cases.get(accusation.name);
    if (found === undefined || !this.has(accusation)) return false;
    const { accusations, bounds } = found;
    if (accusation.status === 'suspect' && accusations.length > bounds.confirmationCountMax) return false;
    if (accusations.some(({ accuser }) => accuser === accusation.accuser)) return false;
    accusations.push(accusationOf(accusation, nowMs));
    return true;
  }

  /** Sets the alarm for the end of the suspicion as it is now, or for the next look at it if that is earlier. */
  arm(name: NodeId, nowMs: number, out: SwimOutbox): void {
    const found = this.#cases.get(name);
    if (found === undefined) return;
    this.#alarmCount += 1;
    found.alarm = this.#alarmCount;
    const delayMs = Math.min(this.#checkMs, Math.max(0, this.#remainingMs(found, nowMs)));
    out.schedule({ type: 'suspicion', name, alarm: this.#alarmCount }, delayMs);
  }

  /** The member is dead, and nothing is left to decide. */
  disarm(name: NodeId): void {
    const found = this.#cases.get(name);
    if (found !== undefined) found.alarm = undefined;
  }

  /** Whether the suspicion has run its course. If not, the alarm is set again. */
  isOver(name: NodeId, alarm: number, nowMs: number, out: SwimOutbox): boolean {
    const found = this.#cases.get(name);
    if (found?.alarm !== alarm) return false;
    if (this.#remainingMs(found, nowMs) < EARLY_MS) return true;
    this.arm(name, nowMs, out);
    return false;
  }

  /** The time until now does not count. */
  startOver(name: NodeId, alarm: number, nowMs: number, out: SwimOutbox): void {
    const found = this.#cases.get(name);
    if (found?.alarm !== alarm) return;
    found.sinceAwakeMs = this.#awake.at(nowMs);
    this.arm(name, nowMs, out);
  }

  close(name: NodeId): void {
    this.#cases.delete(name);
  }

  /** A copy of what is known of the case, or `undefined` when there is none. */
  evidenceOf(name: NodeId): Evidence | undefined {
    const found = this.#cases.get(name);
    if (found === undefined) return undefined;
    const { accusations, sinceMs, localHealth } = found;
    return { accusations: [...accusations], sinceMs, timeoutMs: timeoutMs(found), localHealth };
  }

  /** A pause that we notice only after the case has begun lies before it, and is not to prolong it. */
  #remainingMs(found: Case, nowMs: number): number {
    const awakeMs = this.#awake.at(nowMs);
    found.sinceAwakeMs = Math.min(found.sinceAwakeMs, awakeMs);
    return timeoutMs(found) - (awakeMs - found.sinceAwakeMs);
  }
}

function timeoutMs({ accusations, bounds }: Case): number {
  return suspicionTimeoutMs(accusations.length - 1, bounds);
}

function accusationOf({ accuser, grounds }: Claim, atMs: number): Accusation {
  return { accuser, grounds, atMs };
}
