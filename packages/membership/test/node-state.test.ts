import { deltaFor, type MapDelta } from '@hearsay/core';
import { describe, expect, it } from 'vitest';
import { NODE_STATE_DEFAULTS, NodeState, type NodeStateConfig, nodeStateConfig } from '../src/index.ts';

const WALL_MS = 1_000_000;

function stateOf(name: string, limits: Partial<NodeStateConfig> = {}, generation = 1): NodeState {
  return new NodeState({ config: nodeStateConfig(limits), self: { name, generation } });
}

/** Brings `to` up to date about `origin`. */
function tell(from: NodeState, to: NodeState, origin: string): ReturnType<NodeState['apply']> | undefined {
  const delta = deltaFor(from, origin, to.versionOf(origin));
  return delta && to.apply(delta, WALL_MS);
}

const delta = (parts: Partial<MapDelta> = {}): MapDelta => ({
  origin: 'a',
  generation: 1,
  version: 1,
  floor: 0,
  after: 0,
  entries: [{ key: 'k', version: 1, value: 'v' }],
  ...parts,
});

describe('node state', () => {
  it('tells what changed, and what was there before', () => {
    const a = stateOf('a');
    const b = stateOf('b');
    a.set('load', '0.7');
    a.set('zone', 'east');
    expect(tell(a, b, 'a')).toMatchObject({ kind: 'accepted', changes: [{ key: 'load' }, { key: 'zone' }] });
    a.set('load', '0.9');
    a.delete('zone');
    expect(tell(a, b, 'a')).toEqual({
      kind: 'accepted',
      changes: [
        { origin: 'a', key: 'zone', value: undefined, previous: 'east', version: 4 },
        { origin: 'a', key: 'load', value: '0.9', previous: '0.7', version: 3 },
      ],
    });
    expect(b.list('a')).toEqual([{ key: 'load', version: 3, value: '0.9' }]);
    expect(b.entry('a', 'zone')).toBeUndefined();
    expect(tell(a, b, 'a')).toBeUndefined();
  });

  it('does not count the same value as a write, nor the deletion of nothing', () => {
    const a = stateOf('a');
    expect(a.set('load', '1')).toEqual({ origin: 'a', key: 'load', value: '1', previous: undefined, version: 1 });
    expect(a.set('load', '1')).toBeUndefined();
    expect(a.delete('gone')).toBeUndefined();
    expect(a.versionOf('a')?.version).toBe(1);
  });

  it('begins empty in a new life, and its watchers see what is gone', () => {
    const b = stateOf('b');
    const old = stateOf('a', {}, 1);
    old.set('load', '1');
    old.set('zone', 'east');
    tell(old, b, 'a');
    const renewed = stateOf('a', {}, 2);
    renewed.set('zone', 'east');
    expect(tell(renewed, b, 'a')).toMatchObject({ changes: [{ key: 'load', value: undefined, previous: '1' }] });
    expect(tell(old, b, 'a')).toBeUndefined();
    expect(b.apply(delta({ generation: 1, version: 9 }), WALL_MS)).toEqual({ kind: 'stale' });
  });

  it('comes to nothing while nobody has written, and to the same where all have heard the same', () => {
    const [a, b] = [stateOf('a'), stateOf('b')];
    expect(a.rootDigest()).toBe(b.rootDigest());
    expect(deltaFor(a, 'a', b.versionOf('a'))).toBeUndefined();
    b.set('load', '1');
    tell(b, a, 'b');
    expect(a.rootDigest()).toBe(b.rootDigest());
    expect(a.showRoot(7)).toBe(b.showRoot(7));
    a.set('load', '1');
    expect(a.showRoot(7)).not.toBe(b.showRoot(7));
    expect(b.showRoot(7)).not.toBe(b.showRoot(8));
  });

  it('of a new life takes the place of the last one, also before anything was written', () => {
    const [first, b, c] = [stateOf('a'), stateOf('b'), stateOf('c')];
    first.set('load', '1');
    tell(first, b, 'a');
    tell(first, c, 'a');
    const second = stateOf('a', {}, 2);
    expect(second.rootDigest()).not.toBe(b.rootDigest());
    tell(second, b, 'a');
    expect(b.list('a')).toEqual([]);
    expect(b.rootDigest()).toBe(second.rootDigest());
    tell(b, c, 'a');
    expect(c.rootDigest()).toBe(second.rootDigest());
  });

  it('forgets a deletion of its own beyond the limit, and who missed it starts over', () => {
    const a = stateOf('a', { tombstoneCountMax: 1 });
    const [early, late] = [stateOf('b'), stateOf('c')];
    a.set('x', '1');
    a.set('y', '1');
    a.set('z', '1');
    tell(a, early, 'a');
    a.delete('x');
    tell(a, late, 'a');
    a.delete('y');
    expect(a.versionOf('a')).toEqual({ origin: 'a', generation: 1, version: 5, floor: 4 });
    expect(deltaFor(a, 'a', early.versionOf('a'))).toMatchObject({ after: 0 });
    expect(deltaFor(a, 'a', late.versionOf('a'))).toMatchObject({ after: 4 });
    expect(tell(a, early, 'a')).toMatchObject({ changes: [{ key: 'x' }, { key: 'y' }] });
    tell(a, late, 'a');
    for (const reader of [early, late]) expect(reader.list('a')).toEqual([{ key: 'z', version: 3, value: '1' }]);
    expect(early.rootDigest()).toBe(late.rootDigest());
    expect(early.totalBytes).toBe('z1y'.length);
  });

  it('comes as far as a delta reaches, beyond its last entry', () => {
    const b = stateOf('b');
    b.apply(delta({ version: 5 }), WALL_MS);
    expect(b.versionOf('a')).toEqual({ origin: 'a', generation: 1, version: 5, floor: 0 });
  });

  it('begins a new life when a former one has written more', () => {
    const a = stateOf('a');
    a.set('load', '1');
    expect(a.apply(delta({ version: 5, entries: [] }), WALL_MS)).toEqual({ kind: 'renewed' });
    expect(a.versionOf('a')).toMatchObject({ generation: 2, version: 1 });
    expect(a.get('a', 'load')).toBe('1');
    expect(a.apply(delta({ generation: 7, version: 0, entries: [] }), WALL_MS)).toEqual({ kind: 'renewed' });
    expect(a.versionOf('a')).toMatchObject({ generation: 8, version: 1 });
  });

  it('forgets who is forgotten, but never itself', () => {
    const [a, b] = [stateOf('a'), stateOf('b')];
    const root = b.rootDigest();
    a.set('load', '1');
    tell(a, b, 'a');
    expect(b.forget('a')).toMatchObject([{ origin: 'a', key: 'load', value: undefined, previous: '1' }]);
    expect([b.rootDigest(), b.totalBytes, b.originCount]).toEqual([root, 0, 1]);
    expect(b.forget('a')).toEqual([]);
    expect(b.forget('b')).toEqual([]);
    expect(b.versionOf('b')).toBeDefined();
  });
});

describe('limits of node state', () => {
  it('throws for what it cannot write, and stays as it was', () => {
    const a = stateOf('a', { keyBytesMax: 4, valueBytesMax: 6, originBytesMax: 12, entryCountMax: 2 });
    expect(() => a.set('', 'v')).toThrow('ERR_KEY');
    expect(() => a.set('ééé', 'v')).toThrow('6 bytes');
    expect(() => a.set('\ud800', 'v')).toThrow('ERR_KEY');
    expect(() => a.set('k', '\ud800')).toThrow('well-formed');
    expect(() => a.set('k', '1234567')).toThrow('valueBytesMax (6)');
    a.set('k', '123456');
    expect(() => a.set('l', '12345')).toThrow('originBytesMax');
    a.set('l', '1234');
    a.set('l', '123');
    expect(() => a.set('m', '')).toThrow('entryCountMax');
    a.delete('k');
    a.set('m', '');
    expect(a.versionOf('a')?.version).toBe(5);
  });

  it('takes a value of 64 KiB, in characters of any width', () => {
    const a = stateOf('a');
    const b = stateOf('b');
    a.set('wide', '€'.repeat(Math.floor(NODE_STATE_DEFAULTS.valueBytesMax / 3)));
    a.set('narrow', 'x'.repeat(NODE_STATE_DEFAULTS.valueBytesMax));
    expect(() => a.set('narrow', 'x'.repeat(NODE_STATE_DEFAULTS.valueBytesMax + 1))).toThrow('ERR_TOO_LARGE');
    expect(tell(a, b, 'a')).toMatchObject({ kind: 'accepted' });
  });

  it.each([
    ['malformed', delta({ floor: 2 })],
    ['malformed', delta({ entries: [{ key: 'k', version: 2, value: 'v' }] })],
    ['malformed', delta({ version: 2, entries: [1, 2].map((version) => ({ key: 'k', version, value: 'v' })) })],
    ['malformed', delta({ after: 1, entries: [{ key: 'k', version: 1, value: 'v' }] })],
    ['malformed', delta({ generation: 0 })],
    ['malformed', delta({ entries: [{ key: 'k', version: 1, value: 'x'.repeat(9) }] })],
    ['generation-ahead', delta({ generation: 1_000 + 86_400 + 1 })],
    ['gap', delta({ version: 6, after: 4, entries: [] })],
    ['gap', delta({ version: 6, after: 1, floor: 4, entries: [] })],
    ['gap', delta({ generation: 2, after: 1, entries: [] })],
    ['full', delta({ origin: 'd' })],
    ['full', delta({ version: 9, entries: ['k', 'l', 'm'].map((key, at) => ({ key, version: 4 + at, value: '1' })) })],
    [
      'full',
      delta({ version: 9, entries: ['k', 'l'].map((key, at) => ({ key, version: 4 + at, value: '12345678' })) }),
    ],
  ])('refuses and counts: %s', (reason, refused) => {
    const limits = { valueBytesMax: 8, keyBytesMax: 2, entryCountMax: 2, originBytesMax: 12, tombstoneCountMax: 1 };
    const b = stateOf('b', { ...limits, originCountMax: 2 });
    b.apply(delta({ version: 3 }), WALL_MS);
    b.apply(delta({ origin: 'c' }), WALL_MS);
    const root = b.rootDigest();
    expect(b.apply(refused, WALL_MS)).toEqual({ kind: 'refused', reason });
    expect(b.refusedCounts).toEqual(new Map([[reason, 1]]));
    expect(b.rootDigest()).toBe(root);
    expect(b.list('a')).toHaveLength(1);
  });

  it('refuses what exceeds all members together', () => {
    const b = stateOf('b', { totalBytesMax: 4 });
    b.apply(delta(), WALL_MS);
    b.apply(delta({ origin: 'c' }), WALL_MS);
    expect(b.totalBytes).toBe(4);
    expect(b.apply(delta({ origin: 'd' }), WALL_MS)).toEqual({ kind: 'refused', reason: 'full' });
    // What replaces as much is no growth.
    const swapped = delta({ version: 2, after: 1, entries: [{ key: 'k', version: 2, value: 'w' }] });
    expect(b.apply(swapped, WALL_MS)).toMatchObject({ kind: 'accepted' });
  });

  it('has a configuration whose largest value can be set', () => {
    expect(() => nodeStateConfig({ originBytesMax: 100 })).toThrow('the largest value could not be set');
    expect(() => nodeStateConfig({ entryCountMax: 0 })).toThrow('entryCountMax');
  });
});
