/** Who has told us of whom that it fails. A report counts for two node timeouts, unless it is taken back. [RedisCluster] */
import type { NodeId } from '@hearsay/core';

/** At most one report per pair of members; both ends are members when it is made. */
export class FailureReports {
  readonly #validityMs: number;
  /** By target, then by reporter: when. */
  readonly #reports = new Map<NodeId, Map<NodeId, number>>();

  constructor(validityMs: number) {
    this.#validityMs = validityMs;
  }

  /** Returns whether the reporter had none that counted. A repeated report counts from now. */
  add(target: NodeId, reporter: NodeId, nowMs: number): boolean {
    this.#expire(target, nowMs);
    const reports = this.#reports.get(target) ?? new Map<NodeId, number>();
    this.#reports.set(target, reports);
    const isNew = !reports.has(reporter);
    reports.delete(reporter);
    reports.set(reporter, nowMs);
    return isNew;
  }

  /** The reporter thinks well of the target again. */
  remove(target: NodeId, reporter: NodeId): void {
    this.#reports.get(target)?.delete(reporter);
  }

  /** Reporters whose word counts now, the oldest report first. */
  of(target: NodeId, nowMs: number): ReadonlyMap<NodeId, number> {
    this.#expire(target, nowMs);
    return this.#reports.get(target) ?? new Map();
  }

  /** Forgets what was said of a member. */
  forget(target: NodeId): void {
    this.#reports.delete(target);
  }

  #expire(target: NodeId, nowMs: number): void {
    const reports = this.#reports.get(target);
    if (reports === undefined) return;
    for (const [reporter, atMs] of reports) {
      if (nowMs - atMs <= this.#validityMs) break;
      reports.delete(reporter);
    }
    if (reports.size === 0) this.#reports.delete(target);
  }
}
