import { describe, expect, it } from 'vitest';
import type { NodeEvent } from '../src/index.ts';
import { startCluster, startNode } from './started-node.ts';

describe('events()', () => {
  it('ends with its signal, while the node and other readers go on', async () => {
    const { node } = await startNode('a');
    const controller = new AbortController();
    const heard: string[] = [];
    const reading = (async () => {
      for await (const event of node.events({ signal: controller.signal })) heard.push(event.type);
    })();
    const other = node.events();
    node.store.set('k', '1');
    expect((await other.next()).value?.type).toBe('store-changed');
    controller.abort();
    await reading;
    node.store.set('k', '2');
    expect((await other.next()).value?.type).toBe('store-changed');
    expect(heard).toEqual(['store-changed']);
  });

  it('begins with what happens after the call', async () => {
    const { node } = await startNode('a');
    node.store.set('k', '1');
    const reader = node.events();
    const { version } = node.store.set('k', '2');
    expect((await reader.next()).value).toMatchObject({ type: 'store-changed', version });
  });

  it('tells a slow reader how much it has missed', async () => {
    const { node } = await startNode('a');
    const reader = node.events();
    const writeCount = 1_100;
    for (let index = 0; index < writeCount; index++) node.store.set('k', `${index}`);
    const first = (await reader.next()).value;
    expect(first).toEqual({ type: 'overflow', missedCount: writeCount - 1_024 });
    const rest: NodeEvent[] = [];
    await node.stop();
    for await (const event of reader) rest.push(event);
    expect(rest).toHaveLength(1_024);
    expect(rest.at(-1)).toMatchObject({ version: node.store.get('k')?.version });
  });

  it('lets a listener call the node, stop it too', async () => {
    const [a, b] = await startCluster(['a', 'b']);
    const echo = b!.node.subscribe((event) => {
      if (event.type === 'rumor' && event.origin === 'a') b!.node.rumors.publish('echo', event.payload);
    });
    a!.node.rumors.publish('call', 'hello');
    await a!.watch.first('rumor', ({ topic }) => topic === 'echo');
    echo();
    b!.node.subscribe(({ type }) => {
      if (type === 'rumor') void b!.node.stop();
    });
    const reader = b!.node.events();
    a!.node.rumors.publish('call', 'stop');
    expect((await reader.next()).value?.type).toBe('rumor');
    for (let result = await reader.next(); result.done !== true; ) result = await reader.next();
    expect(() => b!.node.setTags({})).toThrow(expect.objectContaining({ code: 'ERR_STOPPED' }));
  });
});
