/** What this node decided, counted: the source of its metrics. */
import type { StackEvent } from '@hearsay/stack';

/** A number with a name that Prometheus would accept. */
export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  readonly value: number;
  readonly labels?: Readonly<Record<string, string>>;
}

/** A counter per event type of the stack, and per outcome where the outcome is what matters. */
export class EventCounters {
  readonly #counts = new Map<string, number>();

  count(event: StackEvent): void {
    const key = event.type === 'probe-ended' ? `${event.type} ${event.outcome}` : event.type;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  /** One sample per type seen so far. */
  metrics(): readonly Metric[] {
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
