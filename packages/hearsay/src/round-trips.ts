/** The last round trip to each member, from the failure detector's own probes. */
import type { NodeId } from '@hearsay/core';
import type { StackEvent } from '@hearsay/stack';

/** One number per member that was ever probed and is still known. */
export class RoundTrips {
  readonly #rttMs = new Map<NodeId, number>();

  /** Takes what the event tells: the outcome of a probe. */
  note(event: StackEvent): void {
    if (event.type === 'probe-ended' && event.outcome === 'direct') this.#rttMs.set(event.target, event.rttMs);
    if (event.type === 'member-failed' || event.type === 'member-left') this.#rttMs.delete(event.claim.name);
  }

  /** Milliseconds, or undefined before the first direct answer. */
  of(name: NodeId): number | undefined {
    return this.#rttMs.get(name);
  }
}
