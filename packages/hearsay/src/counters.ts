/** What this node decided, counted: the source of its metrics. */
import type { StackEvent } from '@hearsay/stack';
import { type Bucket, Histogram } from './histogram.ts';

/** A number, or a histogram, with a name that Prometheus would accept. */
export type Metric = MetricHead &
  (
    | { readonly type: 'counter' | 'gauge'; readonly value: number }
    | { readonly type: 'histogram'; readonly sum: number; readonly buckets: readonly Bucket[] }
  );

interface MetricHead {
  readonly name: string;
  readonly help: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Bounds of the round trip histogram in seconds: a loopback is below the first, another continent below the last but two. */
const RTT_BOUNDS_SECONDS: readonly number[] = [
  0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5,
];
const MS_PER_SECOND = 1_000;

/** A counter per event type of the stack, and per outcome where the outcome is what matters. */
export class EventCounters {
  readonly #counts = new Map<string, number>();
  readonly #roundTrips = new Histogram(RTT_BOUNDS_SECONDS);

  count(event: StackEvent): void {
    if (event.type === 'probe-ended' && event.outcome === 'direct') this.#roundTrips.note(event.rttMs / MS_PER_SECOND);
    const key = event.type === 'probe-ended' ? `${event.type} ${event.outcome}` : event.type;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  /** The round trips of direct probes, and one sample per type of event seen so far. */
  metrics(): readonly Metric[] {
    const roundTrips: Metric = {
      name: 'hearsay_probe_rtt_seconds',
      help: 'Round trips of probes that were answered directly.',
      type: 'histogram',
      sum: this.#roundTrips.sum,
      buckets: this.#roundTrips.buckets(),
    };
    return [roundTrips, ...this.#eventMetrics()];
  }

  #eventMetrics(): readonly Metric[] {
    return [...this.#counts].map(([key, value]) => {
      const [type = key, outcome = ''] = key.split(' ');
      return {
        name: 'hearsay_events_total',
        help: 'Decisions and news of this node, by type.',
        type: 'counter',
        value,
        labels: { type, outcome },
      };
    });
  }
}
