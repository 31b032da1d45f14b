import { describe, expect, it } from 'vitest';
import { metricOf, startNode, vacantEndpoint } from './started-node.ts';

describe('join', () => {
  it('rejects when no seed answers in time, names them, and goes on trying', async () => {
    const seed = await vacantEndpoint();
    const { node, watch } = await startNode('a');
    const error = await node.join([seed], { timeoutMs: 60 }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'JoinError', code: 'ERR_JOIN' });
    expect(String(error)).toContain(seed);
    const { attempt, seeds } = await watch.first('join-retried');
    expect([attempt, seeds]).toEqual([2, [seed]]);
    await startNode('b', { bind: seed });
    expect(await watch.first('joined')).toMatchObject({ memberCount: 2 });
    expect(node.members.get('b')?.status).toBe('alive');
  });

  it('is content with one seed of several', async () => {
    const { node: a } = await startNode('a');
    const { node: b } = await startNode('b');
    expect(await b.join([await vacantEndpoint(), a.address])).toEqual({ memberCount: 2 });
  });

  it('can begin with the node, which is up before a seed has answered', async () => {
    const seed = await vacantEndpoint();
    const { watch } = await startNode('a', { join: [seed] });
    await watch.first('join-retried');
    await startNode('b', { bind: seed });
    await watch.first('joined');
  });

  it('rejects with the reason of its signal, and goes on trying too', async () => {
    const seed = await vacantEndpoint();
    const { node, watch } = await startNode('a');
    const controller = new AbortController();
    const reason = new Error('enough');
    const joining = expect(node.join([seed], { signal: controller.signal })).rejects.toBe(reason);
    controller.abort(reason);
    await joining;
    await watch.first('join-retried');
  });

  it('contacts nobody when its signal was aborted before', async () => {
    const { node: a } = await startNode('a');
    const { node: b } = await startNode('b');
    const dialledCount = (): number | undefined => metricOf(b.metrics(), 'hearsay_connections', { direction: 'out' });
    const reason = new Error('too late');
    await expect(b.join([a.address], { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(dialledCount()).toBe(0);
    const joining = b.join([a.address]);
    expect(dialledCount()).toBe(1);
    await joining;
  });

  it.each([
    [[], /no address given/],
    [['nowhere'], /"nowhere" is not HOST:PORT/],
    [['10.0.0.1:0', '10.0.0.1'], /port 0 cannot be contacted; "10\.0\.0\.1" is not HOST:PORT/],
  ])('refuses %j', async (addresses, message) => {
    const { node } = await startNode('a');
    const joining = node.join(addresses);
    await expect(joining).rejects.toMatchObject({ code: 'ERR_CONFIG' });
    await expect(joining).rejects.toThrow(message);
  });

  it('finds nobody in another cluster, which counts what it refused', async () => {
    const { node: a } = await startNode('a', { cluster: 'blue' });
    const { node: b } = await startNode('b', { cluster: 'green' });
    expect([a.cluster, b.status().cluster]).toEqual(['blue', 'green']);
    await expect(b.join([a.address], { timeoutMs: 200 })).rejects.toMatchObject({ code: 'ERR_JOIN' });
    expect(a.members.list()).toHaveLength(1);
    const refused = a.metrics().filter(({ name }) => name === 'hearsay_undecodable_total');
    expect(refused).toMatchObject([{ labels: { reason: 'label' }, value: expect.any(Number) }]);
    expect(refused[0]?.type === 'counter' && refused[0].value).toBeGreaterThan(0);
  });
});
