import { describe, expect, it, vi } from 'vitest';
import { until } from './event-watch.ts';
import { QUICK_PROBES, startCluster, startNode, temporaryDirectory } from './started-node.ts';

describe('joining', () => {
  it('makes two nodes know each other', async () => {
    const { node: a, watch } = await startNode('a', { tags: { zone: 'x' } });
    const { node: b } = await startNode('b');
    expect(await b.join([a.address])).toEqual({ memberCount: 2 });
    expect(b.members.list().map(({ name, status, isSelf }) => [name, status, isSelf])).toEqual([
      ['a', 'alive', false],
      ['b', 'alive', true],
    ]);
    expect(b.members.get('a')).toMatchObject({
      address: a.address,
      generation: a.generation,
      incarnation: 0,
      tags: { zone: 'x' },
      accuser: undefined,
    });
    const { member } = await watch.first('member-joined');
    expect(member).toMatchObject({ name: 'b', address: b.address, status: 'alive' });
    expect(a.members.get('b')).toMatchObject({ name: 'b', address: b.address });
    expect(a.members.get('c')).toBeUndefined();
  });

  it('makes three nodes know each other through one, with equal digests', async () => {
    const [a, b, c] = await startCluster(['a', 'b', 'c']);
    const nodes = [a!, b!, c!];
    const digests = (): Set<string> => new Set(nodes.map(({ node }) => node.status().digests.members));
    await until(() => digests().size === 1, ...nodes.map(({ watch }) => watch));
    for (const { node } of nodes) {
      expect(node.members.list().map(({ name }) => name)).toEqual(['a', 'b', 'c']);
      expect(node.status().members).toMatchObject({ dead: 0, left: 0 });
    }
  });

  it('gives snapshots that nobody can change, with the date since when it is so', async () => {
    const [a] = await startCluster(['a', 'b']);
    const member = a!.node.members.get('b')!;
    expect(Object.isFrozen(member) && Object.isFrozen(member.tags)).toBe(true);
    expect(new Date(member.since).toISOString()).toBe(member.since);
  });

  it('is told to the one who joins, and as a new member to the others', async () => {
    const [a, b] = await startCluster(['a', 'b']);
    expect(b!.watch.all('joined')).toMatchObject([{ memberCount: 2 }]);
    expect(a!.watch.all('joined')).toEqual([]);
    expect(a!.watch.all('member-joined').map(({ member }) => member.name)).toEqual(['b']);
  });

  it('measures round trips by its probes', async () => {
    const [a] = await startCluster(['a', 'b'], { swim: QUICK_PROBES });
    // A probe is no event for the application, so there is nothing to await.
    await vi.waitFor(() => expect(a!.node.members.get('b')?.rttMs).toBeGreaterThan(0), { timeout: 4_000 });
    expect(a!.node.members.get('a')?.rttMs).toBeUndefined();
  });
});

describe('members', () => {
  it('are told of in the order of what happened to them', async () => {
    const [a, b] = await startCluster(['a', 'b']);
    b!.node.setTags({ role: 'db' });
    const { member } = await a!.watch.first('member-updated', (event) => event.member.tags?.role === 'db');
    expect(member.incarnation).toBeGreaterThan(0);
    expect(a!.node.members.get('b')?.tags).toEqual({ role: 'db' });
    await b!.node.leave();
    await a!.watch.first('member-left');
    const types = ['member-joined', 'member-updated', 'member-left'];
    const told = a!.watch.events.flatMap((event) =>
      'member' in event && event.member.name === 'b' ? [event.type] : [],
    );
    expect(told.filter((type) => types.includes(type))).toEqual(types);
  });

  it('that fall silent are suspected first, and then failed', async () => {
    const [a, b] = await startCluster(['a', 'b'], { swim: QUICK_PROBES });
    await b!.node.stop();
    const failed = await a!.watch.first('member-failed');
    expect(failed.member).toMatchObject({ name: 'b', status: 'dead', accuser: 'a' });
    const suspected = a!.watch.events.findIndex(({ type }) => type === 'member-suspected');
    expect(suspected).toBeGreaterThanOrEqual(0);
    expect(suspected).toBeLessThan(a!.watch.events.indexOf(failed));
    expect(a!.watch.all('member-left')).toEqual([]);
    expect(a!.node.status().members).toMatchObject({ alive: 1, dead: 1 });
  });

  it('that come back under their name are members again, in a new life', async () => {
    // Without a data directory, two lives in one second would be one.
    const dataDir = await temporaryDirectory();
    const [a] = await startCluster(['a', 'c'], { swim: QUICK_PROBES });
    const seeds = [a!.node.address];
    const { node: b } = await startNode('b', { dataDir, join: seeds, swim: QUICK_PROBES });
    await a!.watch.first('member-joined', ({ member }) => member.name === 'b');
    const { generation, address } = b;
    await b.stop();
    await a!.watch.first('member-failed', ({ member }) => member.name === 'b');
    const { node: reborn } = await startNode('b', { dataDir, bind: address, join: seeds, swim: QUICK_PROBES });
    await a!.watch.first('member-joined', ({ member }) => member.generation === reborn.generation);
    expect(reborn.generation).toBeGreaterThan(generation);
    expect(a!.node.members.get('b')?.status).toBe('alive');
  });
});

describe('leave', () => {
  it('resolves when the news has spread, and nobody takes it for a failure', async () => {
    const [a, b, c] = await startCluster(['a', 'b', 'c']);
    await c!.node.leave();
    expect(c!.watch.all('left')).toHaveLength(1);
    expect(c!.node.status().status).toBe('left');
    await c!.node.stop();
    for (const { watch, node } of [a!, b!]) {
      const { member } = await watch.first('member-left');
      expect(member).toMatchObject({ name: 'c', status: 'left', accuser: undefined });
      expect(watch.all('member-failed')).toEqual([]);
      expect(node.status().members).toMatchObject({ alive: 2, left: 1 });
    }
  });

  it('is one leave, however many wait for it', async () => {
    const [, b] = await startCluster(['a', 'b']);
    let isLeft = false;
    b!.node.subscribe(({ type }) => {
      isLeft ||= type === 'left';
    });
    const first = b!.node.leave();
    await b!.node.leave();
    expect(isLeft).toBe(true);
    await first;
    await b!.node.leave();
    expect(b!.watch.all('left')).toHaveLength(1);
  });

  it('resolves at once when there is nobody to tell', async () => {
    const { node } = await startNode('a');
    await node.leave();
    expect(node.status().status).toBe('left');
  });

  it('can be followed by a return', async () => {
    const [a, b] = await startCluster(['a', 'b']);
    await b!.node.leave();
    await a!.watch.first('member-left');
    expect(await b!.node.join([a!.node.address])).toEqual({ memberCount: 2 });
    await until(() => a!.node.members.get('b')?.status === 'alive', a!.watch);
    expect(b!.node.status().status).toBe('alive');
  });

  it('under way is waited for by a join', async () => {
    const [a, b] = await startCluster(['a', 'b']);
    const [, joined] = await Promise.all([b!.node.leave(), b!.node.join([a!.node.address])]);
    expect(joined).toEqual({ memberCount: 2 });
    expect(b!.node.status().status).toBe('alive');
    expect(b!.watch.events.map(({ type }) => type).filter((type) => type === 'left' || type === 'joined')).toEqual([
      'joined',
      'left',
      'joined',
    ]);
  });
});
