/** What this node decided, counted: the source of its metrics. */
import type { StackEvent } from '@hearsay/stack';
import type { Bucket } from './histogram.ts';

/** A number, or a histogram, with a name that Prometheus would accept. */
export type Metric = NumberMetric | HistogramMetric;

interface MetricHead {
  readonly name: string;
  readonly help: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** One number. */
export interface NumberMetric extends MetricHead {
  readonly type: 'counter' | 'gauge';
  readonly value: number;
}

/** How values are spread. */
export interface HistogramMetric extends MetricHead {
  readonly type: 'histogram';
  readonly sum: number;
  /** Cumulative; the last one has them all. */
  readonly buckets: readonly Bucket[];
}

/** A counter per event type of the stack, and per outcome where the outcome is what matters. */
export class EventCounters {
  readonly #counts = new Map<string, number>();

  count(event: StackEvent): void {
    const key = event.type === 'probe-ended' ? `${event.type} ${event.outcome}` : event.type;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  /** One sample per type seen so far. */
  metrics(): readonly NumberMetric[] {
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
