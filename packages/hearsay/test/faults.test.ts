import { describe, expect, it, vi } from 'vitest';
import type { HearsayNode } from '../src/index.ts';
import { metricOf, QUICK_PROBES, startCluster, startNode } from './started-node.ts';

const CONFIG_ERROR = expect.objectContaining({ code: 'ERR_CONFIG' });

describe('faults', () => {
  it('are refused on a node that was not created for them', async () => {
    const [, b] = await startCluster(['a', 'b']);
    expect(() => b!.node.faults.set({ block: ['a'] })).toThrow(/allowFaults/);
    expect(() => b!.node.faults.set({})).toThrow(CONFIG_ERROR);
    expect(() => b!.node.faults.clear()).toThrow(CONFIG_ERROR);
  });

  it('are refused for members that nobody knows, all of which are named', async () => {
    const { node } = await startNode('a', { allowFaults: true });
    expect(() => node.faults.set({ block: ['x', 'a', 'y'] })).toThrow(/no member is called x, y/);
    expect(() => node.faults.set({ block: ['x'] })).toThrow(CONFIG_ERROR);
  });

  it.each([{ lossPerMille: 1_001 }, { delayMs: -1 }, { jitterMs: Number.NaN }])(
    'are refused beyond their range: %j',
    async (plan) => {
      const { node } = await startNode('a', { allowFaults: true });
      expect(() => node.faults.set(plan)).toThrow(CONFIG_ERROR);
    },
  );

  it('cut two nodes off from each other, and heal: the suspect refutes', async () => {
    const swim = { ...QUICK_PROBES, suspicionMultiplier: 30 };
    const [a, b] = await startCluster(['a', 'b'], { allowFaults: true, swim });
    a!.node.faults.set({ block: ['b'] });
    await a!.watch.first('member-suspected');
    await b!.watch.first('member-suspected');
    expect(dropped(a!.node, 'fault-blocked')).toBeGreaterThan(0);
    a!.node.faults.clear();
    const { member } = await a!.watch.first('member-recovered');
    expect(member).toMatchObject({ name: 'b', status: 'alive' });
    expect(member.incarnation).toBeGreaterThan(0);
    expect((await b!.watch.first('refuted')).accuser).toBe('a');
    await b!.watch.first('member-recovered');
    expect(a!.watch.all('member-failed')).toEqual([]);
  });

  it('block streams as well as packets', async () => {
    const [a, b] = await startCluster(['a', 'b'], { allowFaults: true });
    const frameCount = (): number => metricOf(b!.node.metrics(), 'hearsay_received_total', { via: 'stream' }) ?? 0;
    b!.node.faults.set({ block: ['a'] });
    const before = frameCount();
    a!.node.rumors.publish('large', new Uint8Array(50_000));
    // The frame comes in and is dropped: no event tells of it, but the counter of the transport does.
    await vi.waitFor(() => expect(frameCount()).toBeGreaterThan(before), { timeout: 4_000 });
    expect(b!.watch.all('rumor')).toEqual([]);
    a!.node.store.set('large', new Uint8Array(50_000));
    b!.node.faults.clear();
    await b!.watch.first('store-changed');
    expect(b!.node.store.get('large')?.value).toHaveLength(50_000);
  });

  it('lose packets, and what is replicated arrives all the same', async () => {
    const [a, b] = await startCluster(['a', 'b'], { allowFaults: true });
    for (const { node } of [a!, b!]) node.faults.set({ lossPerMille: 200, jitterMs: 5 });
    a!.node.store.set('k', '1');
    await b!.watch.first('store-changed');
    const lostCount = (): number => dropped(a!.node, 'fault-lost') + dropped(b!.node, 'fault-lost');
    await vi.waitFor(() => expect(lostCount()).toBeGreaterThan(0), { timeout: 4_000 });
  });
});

function dropped(node: HearsayNode, reason: string): number {
  return metricOf(node.metrics(), 'hearsay_dropped_total', { reason }) ?? 0;
}
