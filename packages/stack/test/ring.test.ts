import { formatTokenClaim, TokenRing, tokensOf } from '@hearsay/ring';
import { describe, expect, it } from 'vitest';
import type { StackMessage } from '../src/index.ts';
import { claim, GENERATION, LoneNode } from './lone-node.ts';
import { VirtualCluster } from './virtual-cluster.ts';

const KEYS = Array.from({ length: 200 }, (_, index) => `user:${index}`);

/** `origin` tells these values, or only that it has none. */
function told(origin: string, values: Readonly<Record<string, string>> = {}, version = 1): StackMessage {
  const entries = Object.entries(values).map(([key, value], index) => ({ key, version: version + index, value }));
  const last = entries.at(-1)?.version ?? 0;
  const delta = { origin, generation: GENERATION, version: last, floor: 0, after: 0, entries };
  return { protocol: 'state', message: { type: 'delta', deltas: [delta] } };
}

describe('the ring of a stack', () => {
  it('has whoever is there, with the tokens that it tells or those of its name', () => {
    const node = new LoneNode();
    node.meet('b', 'c');
    const names = (): string[] => node.stack.ring.reading.current.members.map(({ name }) => name);
    expect(names()).toEqual(['b', 'c', 'me']);
    node.hear('b', [told('c', { 'ring.tokens': 'normal 5' })]);
    const [b, c, me] = node.stack.ring.reading.current.members;
    expect([b?.tokens, c?.tokens, me?.tokens]).toEqual([tokensOf('b', 128), [5n], tokensOf('me', 128)]);
    const expected = new TokenRing(node.stack.ring.reading.current.members);
    for (const key of KEYS) expect(node.stack.ring.ownersOf(key)).toEqual(expected.ownersOf(key, 3));
  });

  it('keeps a suspect, lets go of the dead, and takes them back', () => {
    const node = new LoneNode();
    node.meet('b', 'c');
    node.hear('b', [told('b'), told('c')]);
    const names = (): string[] => node.stack.ring.reading.current.members.map(({ name }) => name);
    const hear = (partial: Parameters<typeof claim>[1]): void =>
      node.hear('b', [{ protocol: 'swim', message: { type: 'claims', claims: [claim('c', partial)] } }]);
    hear({ status: 'suspect', accuser: 'b' });
    expect(names()).toEqual(['b', 'c', 'me']);
    hear({ status: 'dead', accuser: 'b' });
    expect(names()).toEqual(['b', 'me']);
    hear({ incarnation: 1 });
    expect(names()).toEqual(['b', 'c', 'me']);
    hear({ incarnation: 1, status: 'left' });
    expect(names()).toEqual(['b', 'me']);
  });

  it('does not move keys with a member that comes and goes', () => {
    const node = new LoneNode({ flaps: { dampedSharePerMille: 1_000 } });
    node.meet('b', 'c');
    node.hear('b', [told('b'), told('c')]);
    for (let incarnation = 1; node.eventsOf('member-damped').length === 0; incarnation++) {
      expect(incarnation).toBeLessThan(50);
      const died = claim('c', { status: 'dead', accuser: 'b', incarnation: incarnation - 1 });
      node.hear('b', [{ protocol: 'swim', message: { type: 'claims', claims: [died, claim('c', { incarnation })] } }]);
    }
    expect(node.stack.table.get('c')?.status).toBe('alive');
    expect(node.stack.ring.reading.current.members.map(({ name }) => name)).toEqual(['b', 'me']);
    expect(node.eventsOf('member-damped')).toMatchObject([{ name: 'c' }]);
  });

  it('says how many tokens are its own when others could not know', () => {
    const value = (tokenCount: number): string | undefined => {
      const node = new LoneNode({ ring: { tokenCount } });
      node.command({ type: 'start' });
      return node.stack.state.get('me', 'ring.tokens');
    };
    expect([value(0), value(16), value(128)]).toEqual(['normal *0', 'normal *16', undefined]);
  });

  it('tells exactly what moved, once things have settled, and only to who watches', () => {
    const node = new LoneNode();
    node.meet('b');
    node.hear('b', [told('b')]);
    node.advance(5_000);
    expect(node.pendingProtocols()).not.toContain('ring');
    const before = node.stack.ring.reading.current;
    node.command({ type: 'ring-watch' });
    node.meet('c', 'd');
    node.hear('b', [told('c', { 'ring.slots': '3 0-99' }), told('d', { 'ring.tokens': 'joining *128' })]);
    node.clear();
    node.advance(999);
    expect(node.eventsOf('ring-changed')).toEqual([]);
    node.advance(1);
    const [changed, ...more] = node.eventsOf('ring-changed');
    expect(more).toEqual([]);
    expect(changed?.slots).toEqual([{ first: 0, last: 99, before: undefined, after: 'c' }]);
    expect(changed?.ranges.length).toBeGreaterThan(100);
    for (const { end, before: from, after } of changed?.ranges ?? []) {
      expect(from).toEqual(before.ownersOfToken(end, 3));
      expect(after).toEqual(node.stack.ring.reading.current.ownersOfToken(end, 3));
    }
    // `d` only joins: nothing has moved to it, and it is pending where it will own.
    expect(KEYS.some((key) => node.stack.ring.pendingOwnersOf(key, 1).includes('d'))).toBe(true);
    // What moves nothing is not told.
    node.command({ type: 'state-set', key: 'ring.schema', value: 'v1' });
    node.advance(10_000);
    expect(node.eventsOf('ring-changed')).toHaveLength(1);
  });

  it('moves to an epoch of its own when a greater name claims slots with the same', () => {
    const node = new LoneNode();
    node.meet('z', 'b');
    node.command({ type: 'state-set', key: 'ring.slots', value: '4 0-10' });
    node.hear('z', [told('b', { 'ring.slots': '4 5-20' })]);
    node.advance(1_000);
    expect(node.stack.state.get('me', 'ring.slots')).toBe('4 0-10'); // It is for `b` to move.
    node.hear('z', [told('z', { 'ring.slots': '4 8-9' })]);
    node.advance(1_000);
    expect(node.stack.state.get('me', 'ring.slots')).toBe('5 0-4');
    expect([4, 5, 8, 11].map((slot) => node.stack.ring.slots.ownerOf(slot))).toEqual(['me', 'b', 'b', 'b']);
  });

  it('leaves slots with who is dead, and takes them from who has left', () => {
    const node = new LoneNode();
    node.meet('b', 'c');
    node.hear('b', [told('b', { 'ring.slots': '1 0-9' }), told('c', { 'ring.slots': '2 10-19' })]);
    const ends = (['dead', 'left'] as const).map((status, index) =>
      claim(index === 0 ? 'b' : 'c', { status, accuser: 'x' }),
    );
    node.hear('b', [{ protocol: 'swim', message: { type: 'claims', claims: ends } }]);
    expect([0, 10].map((slot) => node.stack.ring.slots.ownerOf(slot))).toEqual(['b', undefined]);
  });

  it('sees agreement about a schema among those that are there', () => {
    const node = new LoneNode();
    node.meet('b', 'c');
    node.command({ type: 'state-set', key: 'ring.schema', value: 'v1' });
    node.hear('b', [told('b', { 'ring.schema': 'v1' }), told('c', { 'ring.schema': 'v0' })]);
    expect(node.stack.ring.schema).toEqual({
      versions: new Map([
        ['v1', ['b', 'me']],
        ['v0', ['c']],
      ]),
      isAgreed: false,
    });
    node.hear('b', [
      { protocol: 'swim', message: { type: 'claims', claims: [claim('c', { status: 'dead', accuser: 'b' })] } },
    ]);
    expect(node.stack.ring.schema.isAgreed).toBe(true);
  });
});

/** All nodes that are there compute the same owners; checked for keys enough to see any difference in the ring. */
function ownersAt(cluster: VirtualCluster): Set<string> {
  return new Set(cluster.nodes.map(({ stack }) => KEYS.map((key) => stack.ring.ownersOf(key).join()).join(' ')));
}

describe('the rings of a cluster', () => {
  it.each([0, 200])('are one once state has come to all, with %i of 1000 packets lost', (lossPerMille) => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const cluster = new VirtualCluster({ seed: 3, names, options: { ring: { tokenCount: 16 } } });
    cluster.lossPerMille = lossPerMille;
    cluster.start();
    cluster.nodes[1]!.command({
      type: 'state-set',
      key: 'ring.tokens',
      value: formatTokenClaim({ status: 'normal', tokens: [1n, -5n] }),
    });
    const isEqual = (): boolean => new Set(cluster.nodes.map(({ stack }) => stack.digests.state)).size === 1;
    expect(cluster.advanceUntil(() => cluster.isConverged() && isEqual(), 30_000)).toBe(true);
    expect(ownersAt(cluster).size).toBe(1);
    const members = cluster.nodes[0]!.stack.ring.reading.current.members;
    expect(members.map(({ name, tokens }) => [name, tokens.length])).toEqual(
      names.map((name) => [name, name === 'b' ? 2 : 16]),
    );
  });
});
