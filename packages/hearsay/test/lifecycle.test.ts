import { describe, expect, it } from 'vitest';
import { createNode } from '../src/index.ts';
import { HandleWatch } from './handle-watch.ts';
import { startCluster, startNode } from './started-node.ts';

const STOPPED = expect.objectContaining({ name: 'StoppedError', code: 'ERR_STOPPED' });

describe('stop', () => {
  it('is idempotent, and resolves when the port is free again', async () => {
    const { node } = await startNode('a');
    await Promise.all([node.stop(), node.stop()]);
    await node.stop();
    const { node: next } = await startNode('b', { bind: node.address });
    expect(next.address).toBe(node.address);
  });

  it('leaves no socket and no timer open', async () => {
    const handles = new HandleWatch();
    const [a, b] = await startCluster(['a', 'b']);
    a!.node.rumors.publish('large', new Uint8Array(100_000));
    await b!.watch.first('rumor');
    expect(await handles.open()).toEqual(expect.arrayContaining(['UDPWRAP', 'TCPSERVERWRAP', 'TCPWRAP', 'Timeout']));
    await Promise.all([a!.node.stop(), b!.node.stop()]);
    expect(await handles.open()).toEqual([]);
  });

  it('says nothing to the others', async () => {
    const [a, b] = await startCluster(['a', 'b']);
    await b!.node.stop();
    expect(b!.node.status().status).toBe('alive');
    expect(a!.watch.all('member-left')).toEqual([]);
  });

  it('delivers what has happened, and ends every reader of events', async () => {
    const { node, watch } = await startNode('a');
    const reader = node.events();
    node.store.set('k', '1');
    await node.stop();
    expect(watch.all('store-changed')).toHaveLength(1);
    expect(await reader.next()).toMatchObject({ done: false, value: { type: 'store-changed' } });
    expect(await reader.next()).toEqual({ done: true, value: undefined });
    expect(await node.events().next()).toEqual({ done: true, value: undefined });
  });

  it('makes every later change throw StoppedError, and lets what is known be read', async () => {
    const [a, b] = await startCluster(['a', 'b'], { allowFaults: true });
    const { node } = b!;
    node.store.set('k', '1');
    const { members } = node.status();
    await node.stop();
    expect(() => node.store.set('k', '2')).toThrow(STOPPED);
    expect(() => node.store.delete('k')).toThrow(STOPPED);
    expect(() => node.rumors.publish('t', '')).toThrow(STOPPED);
    expect(() => node.setTags({})).toThrow(STOPPED);
    expect(() => node.faults.set({ block: ['a'] })).toThrow(STOPPED);
    expect(() => node.faults.clear()).toThrow(STOPPED);
    await expect(node.leave()).rejects.toEqual(STOPPED);
    await expect(node.join([a!.node.address])).rejects.toEqual(STOPPED);
    expect(node.members.list()).toHaveLength(2);
    expect(node.store.list()).toHaveLength(1);
    expect(node.status().members).toEqual(members);
    expect(node.metrics().length).toBeGreaterThan(0);
  });

  it('ends a join and a leave that are waited for', async () => {
    const [a, b] = await startCluster(['a', 'b'], { allowFaults: true });
    a!.node.faults.set({ delayMs: 60_000 });
    const joining = expect(b!.node.join([a!.node.address])).rejects.toEqual(STOPPED);
    await Promise.all([b!.node.stop(), joining]);
    a!.node.faults.clear();
    const leaving = expect(a!.node.leave()).rejects.toEqual(STOPPED);
    await Promise.all([a!.node.stop(), leaving]);
  });
});

describe('await using', () => {
  it('leaves the cluster and stops at the end of the block', async () => {
    const [a] = await startCluster(['a', 'c']);
    {
      await using b = await createNode({ name: 'b', bind: '127.0.0.1:0', preset: 'local' });
      await b.join([a!.node.address]);
    }
    await a!.watch.first('member-left', ({ member }) => member.name === 'b');
    expect(a!.watch.all('member-failed')).toEqual([]);
  });

  it('has nothing left to do for a node that has left, was stopped, or is being stopped', async () => {
    for (const end of ['leave', 'stop', 'both', 'none'] as const) {
      const [, b] = await startCluster(['a', 'b']);
      const { node } = b!;
      if (end === 'leave') await node.leave();
      if (end === 'stop') await node.stop();
      const ending = end === 'both' ? Promise.allSettled([node.leave(), node.stop()]) : undefined;
      await node[Symbol.asyncDispose]();
      await ending;
      expect(() => node.setTags({})).toThrow(STOPPED);
      await node[Symbol.asyncDispose]();
    }
  });
});
