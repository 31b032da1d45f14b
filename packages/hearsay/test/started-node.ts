/** Nodes on loopback for one test, stopped at its end. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createNode, type HearsayNode, type Metric, type NodeOptions } from '../src/index.ts';
import { EventWatch } from './event-watch.ts';

/** A node and what it tells. */
export interface StartedNode {
  readonly node: HearsayNode;
  readonly watch: EventWatch;
}

/** Gossip and repair in a hurry; the failure detector takes its time, because a busy machine is no failure. */
const QUICK: Partial<NodeOptions> = {
  bind: '127.0.0.1:0',
  preset: 'local',
  swim: { gossipIntervalMs: 20, seedRetryMsMin: 20 },
  rumor: { roundIntervalMs: 20 },
  membersAntiEntropy: { intervalMs: 100, sessionTimeoutMs: 90 },
  storeAntiEntropy: { intervalMs: 100, sessionTimeoutMs: 90 },
  stateSync: { intervalMs: 100 },
};

/** A failure detector in a hurry: a failure is found within a second. */
export const QUICK_PROBES: NodeOptions['swim'] = {
  gossipIntervalMs: 20,
  seedRetryMsMin: 20,
  probePeriodMs: 100,
  probeTimeoutMs: 50,
  suspicionMultiplier: 3,
};

export async function startNode(name: string, options: Partial<NodeOptions> = {}): Promise<StartedNode> {
  const node = await createNode({ ...QUICK, name, ...options });
  onTestFinished(() => node.stop());
  return { node, watch: new EventWatch(node) };
}

/** Nodes of these names, all joined by the first, who all know each other. */
export async function startCluster(
  names: readonly string[],
  options: Partial<NodeOptions> = {},
): Promise<StartedNode[]> {
  const started: StartedNode[] = [];
  for (const name of names) {
    const each = await startNode(name, options);
    const seed = started[0]?.node.address;
    started.push(each);
    if (seed !== undefined) await each.node.join([seed]);
  }
  for (const { watch, node } of started) {
    for (const name of names)
      if (name !== node.name) await watch.first('member-joined', ({ member }) => member.name === name);
  }
  return started;
}

/** A directory of the test's own. */
export async function temporaryDirectory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'hearsay-node-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** An endpoint of this machine where nobody listens: a node had it a moment ago. */
export async function vacantEndpoint(): Promise<string> {
  const node = await createNode({ name: 'gone', bind: '127.0.0.1:0' });
  await node.stop();
  return node.address;
}

/** The sample with these labels, and perhaps more. */
export function metricOf(metrics: readonly Metric[], name: string, labels: Metric['labels'] = {}): number | undefined {
  const isWanted = (each: Metric): boolean =>
    each.name === name && Object.entries(labels).every(([key, value]) => each.labels?.[key] === value);
  const found = metrics.find(isWanted);
  return found?.type === 'histogram' ? found.buckets.at(-1)?.count : found?.value;
}

export const text = (bytes: Uint8Array | undefined): string | undefined =>
  bytes === undefined ? undefined : Buffer.from(bytes).toString();
