/** A whole cluster that starts at one moment: every node asks the same seed. */
import { expect, it, onTestFinished } from 'vitest';
import { createNode } from '../src/index.ts';
import { EventWatch } from './event-watch.ts';
import type { StartedNode } from './started-node.ts';

const NODE_COUNT = 50;
/** Far longer than it takes, even on a busy machine. */
const PATIENCE = { timeout: 60_000, interval: 20 };

async function lanNode(name: string): Promise<StartedNode> {
  const node = await createNode({ name, bind: '127.0.0.1:0', preset: 'lan' });
  onTestFinished(() => node.stop());
  return { node, watch: new EventWatch(node) };
}

it(`makes ${NODE_COUNT} nodes know each other that join one seed at once, without a loss or a false word`, async () => {
  const names = Array.from({ length: NODE_COUNT }, (_, index) => `node-${index}`);
  const started = await Promise.all(names.map(lanNode));
  const [seed, ...joiners] = started.map(({ node }) => node);
  await Promise.all(joiners.map((node) => node.join([seed!.address], { timeoutMs: PATIENCE.timeout })));

  const aliveCounts = (): Set<number> => new Set(started.map(({ node }) => node.status().members.alive));
  await expect.poll(aliveCounts, PATIENCE).toEqual(new Set([NODE_COUNT]));
  const digests = (): Set<string> => new Set(started.map(({ node }) => node.status().digests.members));
  await expect.poll(() => digests().size, PATIENCE).toBe(1);

  for (const { node, watch } of started) {
    const joined = watch.all('member-joined').map(({ member }) => member.name);
    expect(joined.toSorted(byText)).toEqual(names.filter((name) => name !== node.name).toSorted(byText));
    const told = new Set<string>(watch.events.map(({ type }) => type));
    expect(['member-failed', 'name-conflict', 'refused', 'transport-error'].filter((type) => told.has(type))).toEqual(
      [],
    );
    const dropped = node.metrics().filter(({ name }) => name === 'hearsay_dropped_total');
    expect(dropped.length).toBeGreaterThan(0);
    expect(dropped.filter((metric) => metric.type === 'counter' && metric.value > 0)).toEqual([]);
  }
});

function byText(a: string, b: string): number {
  return a < b ? -1 : 1;
}
