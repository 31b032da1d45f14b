import type { Claim } from '@hearsay/membership';
import { describe, expect, it } from 'vitest';
import { claim, Solo, WALL_MS } from './solo.ts';

const suspect = (name: string, accuser: string, partial: Partial<Claim> = {}) =>
  claim(name, { status: 'suspect', accuser, ...partial });
const GROUNDS = { helperCount: 3, nackCount: 2, hasTriedStream: true, localHealth: 1 };

describe('ClaimKeeper, events', () => {
  const ALIVE = claim('x', { generation: 2, incarnation: 2 });
  const before: Readonly<Record<string, readonly Claim[]>> = {
    nothing: [],
    alive: [ALIVE],
    suspect: [{ ...ALIVE, status: 'suspect', accuser: 'a' }],
    dead: [ALIVE, { ...ALIVE, status: 'dead', accuser: 'a' }],
    left: [ALIVE, { ...ALIVE, status: 'left' }],
  };

  it.each<[string, Partial<Claim>, readonly string[]]>([
    ['nothing', {}, ['member-joined']],
    ['nothing', { status: 'suspect', accuser: 'a' }, ['member-joined', 'member-suspected']],
    ['nothing', { status: 'dead' }, []],
    ['nothing', { status: 'left' }, []],
    ['alive', {}, []],
    ['alive', { incarnation: 1, status: 'dead' }, []],
    ['alive', { generation: 1, status: 'left' }, []],
    ['alive', { incarnation: 3 }, []],
    ['alive', { incarnation: 3, zone: 'east' }, ['member-updated']],
    ['alive', { incarnation: 3, address: '10.0.0.77:1' }, ['member-updated']],
    ['alive', { generation: 3, incarnation: 0 }, ['member-joined']],
    ['alive', { status: 'suspect', accuser: 'a' }, ['member-suspected']],
    [
      'alive',
      { incarnation: 3, status: 'suspect', accuser: 'a', zone: 'east' },
      ['member-updated', 'member-suspected'],
    ],
    ['alive', { status: 'dead', accuser: 'a' }, ['member-failed']],
    ['alive', { status: 'left' }, ['member-left']],
    ['suspect', {}, []],
    ['suspect', { incarnation: 3 }, ['member-recovered']],
    ['suspect', { status: 'suspect', accuser: 'a' }, []],
    ['suspect', { status: 'suspect', accuser: 'b' }, ['suspicion-confirmed']],
    ['suspect', { incarnation: 3, status: 'suspect', accuser: 'b' }, []],
    ['suspect', { status: 'dead', accuser: 'b' }, ['member-failed']],
    ['suspect', { status: 'left' }, ['member-left']],
    ['dead', {}, []],
    ['dead', { status: 'suspect', accuser: 'a' }, []],
    ['dead', { incarnation: 3 }, ['member-recovered']],
    ['dead', { incarnation: 3, status: 'dead', accuser: 'a' }, []],
    ['dead', { incarnation: 3, status: 'suspect', accuser: 'a' }, ['member-suspected']],
    ['dead', { generation: 3, incarnation: 0 }, ['member-joined']],
    ['dead', { status: 'left', accuser: 'a' }, ['member-left']],
    ['left', {}, []],
    ['left', { status: 'dead' }, []],
    ['left', { incarnation: 3, status: 'dead' }, []],
    ['left', { incarnation: 3 }, ['member-joined']],
    ['left', { generation: 3, incarnation: 0 }, ['member-joined']],
  ])('when %s is held and %o comes: %o', (held, change, told) => {
    const solo = new Solo({ peers: ['a', 'b', 'c', 'd'] });
    solo.learn('a', ...before[held]!);
    solo.out.clear();
    const said = { ...ALIVE, ...change };
    solo.learn(
      'b',
      change.status === 'dead' || change.status === 'left' ? { ...said, endedAtSeconds: 1_000_000 } : said,
    );
    expect(solo.told).toEqual(told);
  });

  it('tells of a conflict between two others, and keeps the smaller address', () => {
    const solo = new Solo({ peers: ['a'] });
    const [small, great] = ['10.0.0.1:1', '10.0.0.2:1'].map((address) => claim('x', { address }));
    solo.learn('a', great!);
    solo.out.clear();
    solo.learn('b', small!);
    expect(solo.out.events).toEqual([
      { type: 'name-conflict', held: great, other: small },
      { type: 'member-updated', claim: small },
    ]);
    solo.out.clear();
    solo.learn('b', great!);
    expect(solo.out.events).toEqual([{ type: 'name-conflict', held: small, other: great }]);
    expect(solo.table.get('x')).toBe(small);
  });

  it('tells what it refused, and from whom', () => {
    const solo = new Solo({ memberCountMax: 2, peers: ['a'] });
    solo.learn('a', claim('b'), claim('a', { generation: 10_000_000 }), claim('not a name'));
    expect(solo.out.events).toEqual(
      ['table-full', 'generation-ahead', 'malformed'].map((reason) => ({ type: 'claim-refused', reason, from: 'a' })),
    );
  });

  it('sends on what is news, and nothing else', () => {
    const solo = new Solo({ isStarted: false });
    solo.learn('a', claim('x'));
    expect(solo.core.newsCount).toBe(1);
    while (solo.core.piggyback('a', 1_000) !== undefined);
    solo.learn('a', claim('x'));
    expect(solo.core.newsCount).toBe(0);
  });

  it('learns from its owner as from a peer', () => {
    const solo = new Solo();
    solo.command({ type: 'learn', claims: [claim('x')], from: 'a' });
    expect(solo.told).toEqual(['member-joined']);
  });
});

describe('ClaimKeeper, suspicions', () => {
  it('declares dead who has not refuted in time, with all the evidence', () => {
    const solo = new Solo({ isObserver: false, isStarted: false, peers: ['a', 'b', 'c', 'd'] });
    solo.run(100);
    solo.learn('b', suspect('a', 'b', { grounds: GROUNDS }));
    solo.run(50);
    solo.learn('b', suspect('a', 'c'));
    solo.out.clear();
    solo.run(600_000);
    const evidence = {
      accusations: [
        { accuser: 'b', grounds: GROUNDS, atMs: 100 },
        { accuser: 'c', grounds: undefined, atMs: 150 },
      ],
      sinceMs: 100,
      timeoutMs: 11_381,
      localHealth: 0,
    };
    const dead = { ...suspect('a', 'b', { grounds: GROUNDS }), status: 'dead', endedAtSeconds: WALL_MS / 1_000 + 11 };
    expect(solo.out.events).toEqual([{ type: 'member-failed', claim: dead, evidence }]);
    expect(solo.core.evidenceOf('a')).toEqual(evidence);
    expect(solo.table.get('a')).toEqual(dead);
  });

  it.each([
    [0, 24_000],
    [1, 11_381],
    [2, 4_000],
    [3, 4_000],
  ])('with %i confirmations lasts %i ms', (confirmationCount, timeoutMs) => {
    const solo = new Solo({ isStarted: false, peers: ['a', 'b', 'c', 'd', 'e'] });
    solo.learn('b', suspect('a', 'b'));
    for (const accuser of ['c', 'd', 'e'].slice(0, confirmationCount)) solo.learn('b', suspect('a', accuser));
    solo.run(timeoutMs - 1);
    expect(solo.status('a')).toBe('suspect');
    solo.run(1);
    expect(solo.status('a')).toBe('dead');
  });

  it('sends each confirmation on as long as it is wanted, and no accuser twice', () => {
    const solo = new Solo({ isStarted: false, peers: ['a', 'b', 'c', 'd', 'e'] });
    const isNews = (accuser: string): boolean => {
      while (solo.core.piggyback('b', 1_000) !== undefined);
      solo.learn('b', suspect('a', accuser));
      return solo.core.newsCount > 0;
    };
    expect(['b', 'b', 'c', 'c', 'd', 'e'].map(isNews)).toEqual([true, false, true, false, true, false]);
  });

  it.each<[string, Partial<Claim>]>([
    ['refutes', { incarnation: 1 }],
    ['restarts', { generation: 2 }],
    ['leaves', { status: 'left' }],
  ])('ends when the member %s, and no alarm is left that does anything', (_how, change) => {
    const solo = new Solo({ isStarted: false, peers: ['a', 'b', 'c'] });
    solo.learn('b', suspect('a', 'b'));
    solo.run(3_999);
    solo.learn('a', claim('a', change));
    expect(solo.core.evidenceOf('a')).toBeUndefined();
    const held = solo.table.get('a');
    solo.out.clear();
    solo.run(600_000);
    expect(solo.table.get('a')).toBe(held);
    expect(solo.told).toEqual([]);
    expect(solo.pending('suspicion')).toEqual([]);
  });

  it('of a later incarnation begins anew', () => {
    const solo = new Solo({ isStarted: false, peers: ['a', 'b', 'c'] });
    solo.learn('b', suspect('a', 'b'));
    solo.run(3_000);
    solo.learn('b', suspect('a', 'c', { incarnation: 1 }));
    expect(solo.core.evidenceOf('a')).toMatchObject({ sinceMs: 3_000, accusations: [{ accuser: 'c' }] });
    solo.run(23_999);
    expect(solo.status('a')).toBe('suspect');
    solo.run(1);
    expect(solo.status('a')).toBe('dead');
  });

  it('ends with the verdict of another, which needs no alarm of ours', () => {
    const solo = new Solo({ isStarted: false, peers: ['a', 'b', 'c'] });
    solo.learn('b', suspect('a', 'b'), claim('a', { status: 'dead', accuser: 'c' }));
    expect(solo.told).toEqual(['member-suspected', 'member-failed']);
    solo.run(2_000);
    expect(solo.pending('suspicion')).toEqual([]);
  });

  it('names the accuser of the verdict among the others, also when no more confirmations were wanted', () => {
    const solo = new Solo({ isStarted: false, peers: ['a', 'b', 'c', 'd', 'e', 'f'] });
    for (const accuser of ['b', 'c', 'd', 'e']) solo.learn('b', suspect('a', accuser));
    solo.learn('b', claim('a', { status: 'dead', accuser: 'f' }));
    const accusers = solo.events('member-failed')[0]?.evidence.accusations.map(({ accuser }) => accuser);
    expect(accusers).toEqual(['b', 'c', 'd', 'f']);
  });

  it('has one alarm pending per suspect, and none left behind', () => {
    const solo = new Solo({ isStarted: false, peers: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] });
    for (const name of ['a', 'b', 'c', 'd']) solo.learn('h', suspect(name, 'h'));
    solo.run(1_500);
    expect(solo.pending('suspicion')).toHaveLength(4);
    solo.run(600_000);
    expect(solo.pending('suspicion')).toEqual([]);
  });

  it('of a snapshot is decided too, once somebody suspects again', () => {
    const solo = new Solo({ snapshot: [suspect('x', 'b')], peers: ['b', 'c', 'd'], isStarted: false });
    expect(solo.core.evidenceOf('x')).toBeUndefined();
    solo.learn('c', suspect('x', 'c'));
    expect(solo.told).toEqual(['member-suspected']);
    solo.run(600_000);
    expect(solo.status('x')).toBe('dead');
  });

  it('of a snapshot is decided by our own probes alone', () => {
    const solo = new Solo({ snapshot: [suspect('x', 'b')] });
    solo.run(60_000);
    expect(solo.status('x')).toBe('dead');
  });

  it('tells no time before 1970 on a host whose clock was never set', () => {
    const solo = new Solo({ isStarted: false, generation: 0, snapshot: [] });
    solo.wallClock.set(-5_000, 0);
    solo.learn('b', claim('a', { generation: 0 }), suspect('a', 'b', { generation: 0 }));
    solo.run(600_000);
    expect(solo.table.get('a')).toMatchObject({ status: 'dead' });
  });
});

describe('force-leave', () => {
  it.each(['alive', 'suspect', 'dead'] as const)(
    'takes a member off the lists that is %s, and says who did it',
    (status) => {
      const solo = new Solo({ isStarted: false, peers: ['b'] });
      solo.learn('b', claim('a'), claim('a', { status, accuser: 'b', grounds: GROUNDS }));
      solo.out.clear();
      solo.run(2_000);
      solo.command({ type: 'force-leave', name: 'a' });
      const left = claim('a', { status: 'left', accuser: 'self', endedAtSeconds: WALL_MS / 1_000 + 2 });
      expect(solo.out.events).toEqual([{ type: 'member-left', claim: left }]);
      expect(solo.core.piggyback('b', 1_000)).toMatchObject({ claims: [left] });
      expect(solo.core.evidenceOf('a')).toBeUndefined();
    },
  );

  it('does nothing about strangers, about who has left, and about ourselves', () => {
    const solo = new Solo();
    solo.learn('b', claim('a'), claim('a', { status: 'left' }));
    solo.out.clear();
    for (const name of ['a', 'self', 'nobody']) solo.command({ type: 'force-leave', name });
    expect(solo.told).toEqual([]);
    expect(solo.status('self')).toBe('alive');
  });

  it('is undone by a member that lives', () => {
    const solo = new Solo({ isStarted: false, peers: ['a'] });
    solo.command({ type: 'force-leave', name: 'a' });
    solo.learn('a', claim('a', { incarnation: 1 }));
    expect(solo.told).toEqual(['member-left', 'member-joined']);
  });
});

describe('reap', () => {
  it('forgets who is gone for longer than the retention, with all that was held against it', () => {
    const solo = new Solo({ isStarted: true });
    solo.learn(
      'b',
      claim('a'),
      claim('a', { status: 'dead', accuser: 'b' }),
      claim('c'),
      claim('c', { status: 'left' }),
    );
    solo.run(86_000_000);
    expect(solo.status('a')).toBe('dead');
    expect(solo.core.evidenceOf('a')).toBeDefined();
    solo.run(500_000);
    expect([solo.status('a'), solo.status('c')]).toEqual([undefined, undefined]);
    expect(solo.core.evidenceOf('a')).toBeUndefined();
    expect(solo.pending('reap')).toHaveLength(1);
  });
});
