/** All metrics of an agent: of the node, of the HTTP API and of the process, in Prometheus' text format. */
import type { Metric } from 'hearsay';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { expositionText } from './exposition.ts';

/** What the agent itself contributes, read at each scrape. */
export interface MetricSources {
  readonly nodeMetrics: () => readonly Metric[];
  readonly eventStreamCount: () => number;
}

export class AgentMetrics {
  /** Of the process and of the API: these count on between scrapes. */
  readonly #registry = new Registry();
  readonly #requests: Counter<'method' | 'status'>;
  readonly #sources: MetricSources;

  constructor(sources: MetricSources) {
    this.#sources = sources;
    collectDefaultMetrics({ register: this.#registry });
    this.#requests = new Counter({
      name: 'hearsay_http_requests_total',
      help: 'HTTP requests answered.',
      labelNames: ['method', 'status'],
      registers: [this.#registry],
    });
    new Gauge({
      name: 'hearsay_http_event_streams',
      help: 'Open streams of /v1/events.',
      registers: [this.#registry],
      collect() {
        this.set(sources.eventStreamCount());
      },
    });
  }

  countRequest(method: string, status: number): void {
    this.#requests.inc({ method, status: String(status) });
  }

  async scrape(): Promise<{ readonly contentType: string; readonly text: string }> {
    const text = expositionText(this.#sources.nodeMetrics()) + (await this.#registry.metrics());
    return { contentType: this.#registry.contentType, text };
  }
}
