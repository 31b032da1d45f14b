/** Round trips to the members, from the failure detector's own probes: the last of each, and how all are spread. */
import type { NodeId } from '@hearsay/core';
import type { StackEvent } from '@hearsay/stack';
import type { HistogramMetric } from './counters.ts';
import { Histogram } from './histogram.ts';

/** In seconds: a loopback is below the first, another continent below the last but two. */
const BOUNDS_SECONDS: readonly number[] = [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
const MS_PER_SECOND = 1_000;

/** One number per member that was ever probed and is still known. */
export class RoundTrips {
  readonly #rttMs = new Map<NodeId, number>();
  readonly #spread = new Histogram(BOUNDS_SECONDS);

  /** Takes what the event tells: the outcome of a probe. */
  note(event: StackEvent): void {
    if (event.type === 'probe-ended' && event.outcome === 'direct') {
      this.#rttMs.set(event.target, event.rttMs);
      this.#spread.note(event.rttMs / MS_PER_SECOND);
    }
    if (event.type === 'member-failed' || event.type === 'member-left') this.#rttMs.delete(event.claim.name);
  }

  /** Milliseconds, or undefined before the first direct answer. */
  of(name: NodeId): number | undefined {
    return this.#rttMs.get(name);
  }

  metric(): HistogramMetric {
    return {
      name: 'hearsay_probe_rtt_seconds',
      help: 'Round trips of probes that were answered directly.',
      type: 'histogram',
      sum: this.#spread.sum,
      buckets: this.#spread.buckets(),
    };
  }
}
