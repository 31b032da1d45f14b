import { type Claim, type Tags, tagsDigest } from '@hearsay/membership';
import { describe, expect, it } from 'vitest';
import { claim, Solo } from './solo.ts';

const TAGS: Tags = new Map([['role', 'api']]);
const OTHER: Tags = new Map([['role', 'db']]);
const tagged = (name: string, tags: Tags = TAGS, partial: Partial<Claim> = {}) =>
  claim(name, { tagsDigest: tagsDigest(tags), ...partial });

/** Whom it asks for what, with the next alarm. */
function asked(solo: Solo): readonly (readonly [string, readonly string[]])[] {
  solo.runUntil('tags');
  return solo.sent('tags-request').map(({ to, message }) => [to, message.names]);
}

describe('TagFetcher, asking', () => {
  it('asks who told it of the claim, within a round of gossip', () => {
    const solo = new Solo({ peers: ['a', 'b'] });
    solo.learn('a', tagged('x'), tagged('y'));
    expect(solo.pending('tags')[0]!.dueMs - solo.nowMs).toBeLessThan(200);
    expect(asked(solo)).toEqual([['a', ['x', 'y']]]);
  });

  it('tells the owner when they have come, and not before', () => {
    const solo = new Solo({ peers: ['a'] });
    solo.learn('a', tagged('x'));
    expect(solo.told).toEqual(['member-joined']);
    expect(solo.table.tags.of('x')).toBeUndefined();
    solo.out.clear();
    solo.hear('a', { type: 'tags', members: [{ name: 'x', tags: TAGS }] });
    expect(solo.out.events).toEqual([{ type: 'member-updated', claim: solo.table.get('x') }]);
    expect(solo.table.tags.of('x')).toEqual(TAGS);
    expect(asked(solo)).toEqual([]);
    expect(solo.pending('tags')).toEqual([]);
  });

  it('raises one event for a change of tags, when the new ones are there', () => {
    const solo = new Solo({ peers: ['a'] });
    solo.learn('a', tagged('x'));
    solo.hear('a', { type: 'tags', members: [{ name: 'x', tags: TAGS }] });
    solo.out.clear();
    solo.learn('a', tagged('x', OTHER, { incarnation: 1 }));
    expect(solo.told).toEqual([]);
    solo.hear('x', { type: 'tags', members: [{ name: 'x', tags: OTHER }] });
    expect(solo.told).toEqual(['member-updated']);
  });

  it('raises it at once when there are none any more', () => {
    const solo = new Solo({ peers: ['a'] });
    solo.learn('a', tagged('x'));
    solo.hear('a', { type: 'tags', members: [{ name: 'x', tags: TAGS }] });
    solo.out.clear();
    solo.learn('a', claim('x', { incarnation: 1 }));
    expect(solo.told).toEqual(['member-updated']);
    expect(solo.table.tags.of('x')?.size).toBe(0);
  });

  it('asks the member itself or anybody when the first did not answer, once per second', () => {
    const solo = new Solo({ peers: ['a', 'b', 'c'], isStarted: false });
    solo.learn('a', tagged('x'));
    asked(solo);
    const tries: string[] = [];
    for (let attempt = 0; attempt < 60; attempt++) {
      const beforeMs = solo.nowMs;
      tries.push(...asked(solo).map(([to]) => to));
      expect(solo.nowMs - beforeMs).toBeCloseTo(1_000, 6);
    }
    expect(tries).toHaveLength(60);
    expect(new Set(tries)).toEqual(new Set(['x', 'a', 'b', 'c']));
    const ofMember = tries.filter((to) => to === 'x').length;
    expect(ofMember).toBeGreaterThan(25);
    expect(ofMember).toBeLessThan(55);
  });

  it('takes none that nobody asked for, of another digest, or of nobody', () => {
    const solo = new Solo({ peers: ['a', 'b'] });
    solo.learn('a', tagged('x'));
    solo.out.clear();
    solo.hear('a', {
      type: 'tags',
      members: [
        { name: 'x', tags: OTHER },
        { name: 'a', tags: OTHER },
        { name: 'nobody', tags: TAGS },
        { name: 'self', tags: TAGS },
      ],
    });
    expect(solo.told).toEqual([]);
    expect(solo.table.tags.of('x')).toBeUndefined();
    expect(solo.table.tags.of('a')?.size).toBe(0);
  });

  it('does not start over for another claim with the same tags, and does for new ones', () => {
    const solo = new Solo({ peers: ['a', 'b'] });
    solo.learn('a', tagged('x'));
    asked(solo);
    solo.learn('stranger', tagged('x', TAGS, { status: 'suspect', accuser: 'b' }));
    expect(['x', 'a', 'b']).toContain(asked(solo)[0]?.[0]);
    solo.learn('b', tagged('x', OTHER, { incarnation: 1 }));
    expect(asked(solo)).toEqual([['b', ['x']]]);
  });

  it('asks for no more than tagsCountMax at one time, and for all in turn', () => {
    const solo = new Solo({ peers: ['a'], config: { tagsCountMax: 2 } });
    const names = ['v', 'w', 'x', 'y', 'z'];
    solo.learn('a', ...names.map((name) => tagged(name)));
    const turns = [asked(solo), asked(solo), asked(solo)].map((questions) => questions.flatMap(([, wanted]) => wanted));
    expect(turns.map(({ length }) => length)).toEqual([2, 2, 2]);
    expect(new Set(turns.flat())).toEqual(new Set(names));
  });

  it.each(['dead', 'left'] as const)('stops when the member is %s, and begins again when it is back', (status) => {
    const solo = new Solo({ peers: ['a'] });
    solo.learn('a', tagged('x'));
    solo.learn('a', tagged('x', TAGS, { status }));
    expect(asked(solo)).toEqual([]);
    expect(solo.pending('tags')).toEqual([]);
    solo.learn('a', tagged('x', TAGS, { incarnation: 1 }));
    expect(asked(solo)).toEqual([['a', ['x']]]);
  });

  it('asks for what a snapshot misses, from the start', () => {
    const solo = new Solo({ snapshot: [tagged('x')], isStarted: false });
    expect(solo.pending('tags')).toEqual([]);
    solo.command({ type: 'start' });
    expect(asked(solo)).toEqual([['x', ['x']]]);
  });

  it('has one row of alarms, also when it began before the start', () => {
    const solo = new Solo({ isStarted: false });
    solo.learn('a', tagged('x'));
    solo.command({ type: 'start' });
    expect(solo.pending('tags')).toHaveLength(1);
  });
});

describe('TagFetcher, answering', () => {
  it('tells the tags that it has, its own among them', () => {
    const solo = new Solo({ tags: TAGS, peers: ['a', 'b'] });
    solo.learn('b', tagged('x', OTHER), tagged('y'));
    solo.hear('b', { type: 'tags', members: [{ name: 'x', tags: OTHER }] });
    solo.out.clear();
    solo.hear('a', { type: 'tags-request', names: ['self', 'x', 'y', 'a', 'nobody'] });
    const members = [
      { name: 'self', tags: TAGS },
      { name: 'x', tags: OTHER },
    ];
    expect(solo.out.sends).toEqual([{ to: 'a', message: { type: 'tags', members }, via: 'packet' }]);
  });

  it('says nothing when it has none, and looks at no more names than it would ask for', () => {
    const solo = new Solo({ tags: TAGS, config: { tagsCountMax: 2 } });
    solo.hear('a', { type: 'tags-request', names: ['nobody'] });
    solo.hear('a', { type: 'tags-request', names: ['x', 'y', 'self'] });
    expect(solo.out.sends).toEqual([]);
  });

  it('tells a joiner all tags of who is there, in as many streams as it takes', () => {
    const solo = new Solo({ tags: TAGS, config: { tagsCountMax: 2 } });
    const names = ['w', 'x', 'y', 'z'];
    solo.learn('a', ...[...names, 'gone'].map((name) => tagged(name)));
    solo.hear('a', { type: 'tags', members: [...names, 'gone'].map((name) => ({ name, tags: TAGS })) });
    solo.learn('a', tagged('gone', TAGS, { status: 'dead' }));
    solo.out.clear();
    solo.hear('10.0.1.1:1', { type: 'join', claim: claim('joiner') });
    const told = solo.sent('tags');
    expect(told.map(({ to, via, message }) => [to, via, message.members.length])).toEqual([
      ['10.0.1.1:1', 'stream', 2],
      ['10.0.1.1:1', 'stream', 2],
      ['10.0.1.1:1', 'stream', 1],
    ]);
    expect(new Set(told.flatMap(({ message }) => message.members.map(({ name }) => name)))).toEqual(
      new Set(['self', ...names]),
    );
  });
});
