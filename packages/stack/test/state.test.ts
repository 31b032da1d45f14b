import { describe, expect, it } from 'vitest';
import type { StackMessage } from '../src/index.ts';
import { claim, GENERATION, LoneNode } from './lone-node.ts';
import { VirtualCluster } from './virtual-cluster.ts';

const DAY_MS = 86_400_000;

const told = (origin: string, value: string, version = 1): StackMessage => ({
  protocol: 'state',
  message: {
    type: 'delta',
    deltas: [
      { origin, generation: GENERATION, version, floor: 0, after: 0, entries: [{ key: 'load', version, value }] },
    ],
  },
});

describe('node state in the stack', () => {
  it('is written by a command, and the owner is told once', () => {
    const node = new LoneNode();
    node.command({ type: 'state-set', key: 'load', value: '0.7' });
    node.command({ type: 'state-set', key: 'load', value: '0.7' });
    node.command({ type: 'state-delete', key: 'load' });
    node.command({ type: 'state-delete', key: 'load' });
    expect(node.events).toEqual([
      {
        type: 'state-changed',
        origin: 'me',
        key: 'load',
        value: '0.7',
        previous: undefined,
        version: 1,
        from: undefined,
      },
      {
        type: 'state-changed',
        origin: 'me',
        key: 'load',
        value: undefined,
        previous: '0.7',
        version: 2,
        from: undefined,
      },
    ]);
    expect(() => node.command({ type: 'state-set', key: '', value: '' })).toThrow('ERR_KEY');
  });

  it('takes what peers tell of members, of nobody else, and tells by whom it came', () => {
    const node = new LoneNode();
    node.meet('b', 'c');
    const before = node.stack.digests;
    node.hear('b', [told('c', '1'), told('stranger', '1')]);
    expect(node.events).toMatchObject([{ type: 'state-changed', origin: 'c', value: '1', from: 'b' }]);
    expect(node.stack.state.originCount).toBe(2);
    expect(node.stack.digests).toMatchObject({ members: before.members, store: before.store });
    expect(node.stack.digests.state).not.toBe(before.state);
  });

  it('refuses what cannot be, and tells the owner', () => {
    const node = new LoneNode();
    node.meet('b');
    node.hear('b', [told('b', 'x'.repeat(65_537))]);
    expect(node.events).toEqual([{ type: 'state-refused', origin: 'b', reason: 'malformed', from: 'b' }]);
  });

  it('asks whose root of it differs, answers members, and no strangers', () => {
    const node = new LoneNode();
    node.meet('b');
    node.command({ type: 'state-set', key: 'load', value: '1' });
    const { digests } = node.stack;
    node.hear('b', [{ protocol: 'roots', message: { type: 'roots', salt: 3, members: 0, store: 0, state: 0 } }]);
    expect(node.letters().map(({ wrapped }) => `${wrapped.protocol} ${wrapped.message.type}`)).toContain(
      'state digest',
    );
    node.clear();
    // A peer of an older version shows none.
    node.hear('b', [{ protocol: 'roots', message: { type: 'roots', salt: 3, members: 0, store: 0 } }]);
    expect(node.letters().filter(({ wrapped }) => wrapped.protocol === 'state')).toEqual([]);
    const digest: StackMessage = { protocol: 'state', message: { type: 'digest', isWhole: true, positions: [] } };
    node.clear();
    node.hear('stranger', [digest]);
    expect(node.sends).toEqual([]);
    node.hear('b', [digest]);
    expect(node.letters().map(({ wrapped }) => wrapped.message.type)).toContain('delta');
    expect(node.stack.digests).toEqual(digests);
  });

  it('is forgotten with the member', () => {
    const node = new LoneNode({ membership: { deadRetentionMs: 60_000 } });
    node.command({ type: 'start' });
    node.meet('b', 'c');
    node.hear('b', [told('c', '1'), told('b', '2')]);
    node.hear('b', [
      { protocol: 'swim', message: { type: 'claims', claims: [claim('c', { status: 'left', endedAtSeconds: 1 })] } },
    ]);
    expect(node.stack.state.get('c', 'load')).toBe('1');
    node.clear();
    node.advance(DAY_MS / 24);
    expect(node.stack.table.get('c')).toBeUndefined();
    expect(node.stack.state.get('c', 'load')).toBeUndefined();
    expect(node.eventsOf('state-changed')).toContainEqual(
      expect.objectContaining({ origin: 'c', key: 'load', value: undefined, previous: '1' }),
    );
  });

  it('comes to all members, to those that join later too, and costs nothing then', () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const cluster = new VirtualCluster({ seed: 7, names });
    for (const { command, name } of cluster.nodes) command({ type: 'state-set', key: 'load', value: name });
    cluster.start();
    const isEqual = (): boolean => new Set(cluster.nodes.map(({ stack }) => stack.digests.state)).size === 1;
    expect(cluster.advanceUntil(() => cluster.isConverged() && isEqual(), 10_000)).toBe(true);
    for (const { stack } of cluster.nodes) expect(names.map((name) => stack.state.get(name, 'load'))).toEqual(names);
    cluster.nodes[2]!.command({ type: 'state-set', key: 'load', value: 'news' });
    expect(cluster.advanceUntil(isEqual, 10_000)).toBe(true);
    const heard = cluster.nodes.map(({ events }) => events.filter((event) => event.type === 'state-changed').length);
    expect(heard).toEqual([6, 6, 6, 6, 6]);
  });
});
