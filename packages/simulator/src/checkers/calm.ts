/** Since when nothing has disturbed a node, or the network. Whoever plays faults tells; checkers of liveness ask. */
import type { NodeId } from '@hearsay/core';

export class Calm {
  #networkFaultCount = 0;
  #networkSinceMs = 0;
  readonly #faultCounts = new Map<NodeId, number>();
  readonly #sinceMs = new Map<NodeId, number>();

  /** A fault of some nodes begins or ends, or with `undefined` one of the network. */
  begin(names: readonly NodeId[] | undefined): void {
    if (names === undefined) this.#networkFaultCount += 1;
    for (const name of names ?? []) this.#faultCounts.set(name, (this.#faultCounts.get(name) ?? 0) + 1);
  }

  end(names: readonly NodeId[] | undefined, timeMs: number): void {
    if (names === undefined) {
      this.#networkFaultCount -= 1;
      this.#networkSinceMs = timeMs;
    }
    for (const name of names ?? []) {
      this.#faultCounts.set(name, (this.#faultCounts.get(name) ?? 1) - 1);
      this.#sinceMs.set(name, timeMs);
    }
  }

  /** Time from which on all of these and the network were undisturbed; `Infinity` while they are not. */
  sinceMs(names: readonly NodeId[]): number {
    if (this.#networkFaultCount > 0) return Number.POSITIVE_INFINITY;
    let sinceMs = this.#networkSinceMs;
    for (const name of names) {
      if ((this.#faultCounts.get(name) ?? 0) > 0) return Number.POSITIVE_INFINITY;
      sinceMs = Math.max(sinceMs, this.#sinceMs.get(name) ?? 0);
    }
    return sinceMs;
  }
}
