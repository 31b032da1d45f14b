/** Publishing faster than a cluster takes it. */
import { describe, expect, it } from 'vitest';
import { until } from './event-watch.ts';
import { startCluster, startNode } from './started-node.ts';

/** Room for four, which are spread for as long as the test lasts, whatever leaves meanwhile. */
const SLOW = { rumor: { hotCountMax: 8, roundIntervalMs: 60_000, forwardFanoutMax: 0, pushCountMin: 1_000 } };
const numbered = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ topic: 'count', payload: `${index}` }));

describe('room', () => {
  it('is there until half of what may be spread is spread from here', async () => {
    const node = (await startCluster(['a', 'b'], SLOW))[0]!.node;
    const { rumors } = node;
    expect(await rumors.publishAll(numbered(9), { timeoutMs: 1 })).toBe(4);
    expect(await rumors.room({ timeoutMs: 1 })).toBe(false);
    const reason = new Error('enough');
    const abort = new AbortController();
    const given = rumors.room({ signal: abort.signal });
    abort.abort(reason);
    await expect(given).rejects.toBe(reason);
    await expect(rumors.room({ signal: abort.signal })).rejects.toBe(reason);
    const numbers = node.metrics().filter(({ name }) => name.startsWith('hearsay_publishers_'));
    expect(numbers.map(({ name, ...metric }) => [name, 'value' in metric && metric.value])).toEqual([
      ['hearsay_publishers_waiting', 0],
      ['hearsay_publishers_refused_total', 2],
    ]);
    const waiting = expect(rumors.room()).rejects.toMatchObject({ code: 'ERR_STOPPED' });
    await node.stop();
    await waiting;
    await expect(rumors.room()).rejects.toMatchObject({ code: 'ERR_STOPPED' });
  });

  it('comes back when spreading ends, to who waited first, and only for so many as there is room for', async () => {
    const node = (await startCluster(['a', 'b'], SLOW))[0]!.node;
    const { rumors } = node;
    for (const key of ['x', 'y', 'z']) rumors.publish('t', '', { key });
    const brief = rumors.publish('t', '', { ttlMs: 1 });
    const order: number[] = [];
    for (const number of [1, 2]) {
      void rumors.room().then(
        (hasRoom) => order.push(hasRoom ? number : -1),
        () => order.push(0),
      );
    }
    // One is over soon, and makes room for one: a newer one takes the place of an older one and makes none.
    while (order.length === 0) {
      rumors.publish('t', '', { key: 'x' });
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await brief.settled).toMatchObject({ outcome: 'expired' });
    expect(order).toEqual([1]);
    await node.stop();
    expect(order).toEqual([1, 0]);
  });

  it('is always there while there is nobody to tell', async () => {
    const { node } = await startNode('a', SLOW);
    expect(await node.rumors.publishAll(numbered(20), { timeoutMs: 1 })).toBe(20);
    expect(await node.rumors.room({ timeoutMs: 1 })).toBe(true);
  });

  it('is refused at once to more calls than may wait', async () => {
    const node = (await startCluster(['a', 'b'], SLOW))[0]!.node;
    await node.rumors.publishAll(numbered(5), { timeoutMs: 1 });
    const waiting = Promise.allSettled(Array.from({ length: 1_024 }, () => node.rumors.room()));
    expect(await node.rumors.room()).toBe(false);
    await node.stop();
    expect(new Set((await waiting).map(({ status }) => status))).toEqual(new Set(['rejected']));
  });
});

describe('publishAll', () => {
  it('brings all to everybody, once, through a queue that holds few of them', async () => {
    const nodes = await startCluster(['a', 'b', 'c'], { rumor: { roundIntervalMs: 20, hotCountMax: 64 } });
    const count = 400;
    expect(await nodes[0]!.node.rumors.publishAll(numbered(count))).toBe(count);
    const watches = nodes.map(({ watch }) => watch);
    await until(() => watches.every((watch) => watch.all('rumor').length >= count), ...watches);
    const dropped = nodes[0]!.node.metrics().find(({ name }) => name === 'hearsay_rumors_dropped_total');
    expect(dropped).toMatchObject({ value: 0 });
    for (const watch of watches) expect(new Set(watch.all('rumor').map(({ id }) => id)).size).toBe(count);
  });

  it('keeps what it has published when one is refused', async () => {
    const { node, watch } = await startNode('a');
    const rumors = [
      { topic: 'a', payload: '' },
      { topic: '', payload: '' },
      { topic: 'c', payload: '' },
    ];
    await expect(node.rumors.publishAll(rumors)).rejects.toMatchObject({ code: 'ERR_KEY' });
    await until(() => watch.all('rumor').length > 0, watch);
    expect(watch.all('rumor').map(({ topic }) => topic)).toEqual(['a']);
  });
});
