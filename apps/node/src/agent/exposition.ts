/** A node's metrics in Prometheus' text format, version 0.0.4. */
import type { Metric } from 'hearsay';

type Labels = Readonly<Record<string, string>>;

/** One block per name, with its help and type once. */
export function expositionText(metrics: readonly Metric[]): string {
  const blocks = new Map<string, string[]>();
  for (const metric of metrics) {
    const { name, help, type } = metric;
    const lines = blocks.get(name) ?? [`# HELP ${name} ${escaped(help)}`, `# TYPE ${name} ${type}`];
    lines.push(...sampleLines(metric));
    blocks.set(name, lines);
  }
  return [...blocks.values()].flatMap((lines) => [...lines, '']).join('\n');
}

function sampleLines(metric: Metric): string[] {
  const { name, labels = {} } = metric;
  if (metric.type !== 'histogram') return [sampleLine(name, labels, metric.value)];
  return [
    ...metric.buckets.map(({ upTo, count }) => sampleLine(`${name}_bucket`, { ...labels, le: boundText(upTo) }, count)),
    sampleLine(`${name}_sum`, labels, metric.sum),
    sampleLine(`${name}_count`, labels, metric.buckets.at(-1)?.count ?? 0),
  ];
}

function sampleLine(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escaped(text).replaceAll('"', '\\"')}"`);
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}`;
}

function boundText(upTo: number): string {
  return upTo === Number.POSITIVE_INFINITY ? '+Inf' : String(upTo);
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}
