/** All metrics of an agent: of the node, of the HTTP API and of the process, in Prometheus' text format. */
import type { Metric } from 'hearsay';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';

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
    const merged = Registry.merge([nodeRegistry(this.#sources.nodeMetrics()), this.#registry]);
    return { contentType: merged.contentType, text: await merged.metrics() };
  }
}

/** The node keeps its own counters; a registry of one scrape shows them. */
function nodeRegistry(metrics: readonly Metric[]): Registry {
  const registry = new Registry();
  for (const name of new Set(metrics.map((metric) => metric.name))) {
    const samples = metrics.filter((metric) => metric.name === name);
    const [first] = samples;
    if (first === undefined) continue;
    const labelNames = [...new Set(samples.flatMap((sample) => Object.keys(sample.labels ?? {})))];
    const options = { name, help: first.help, labelNames, registers: [registry] };
    if (first.type === 'counter') {
      const counter = new Counter(options);
      for (const { labels = {}, value } of samples) counter.inc({ ...labels }, value);
    } else {
      const gauge = new Gauge(options);
      for (const { labels = {}, value } of samples) gauge.set({ ...labels }, value);
    }
  }
  return registry;
}
