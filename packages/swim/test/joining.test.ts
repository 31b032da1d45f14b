import type { Claim } from '@hearsay/membership';
import { describe, expect, it } from 'vitest';
import { addressOf, claim, SELF, Solo } from './solo.ts';

const SEEDS = ['10.0.1.1:1', '10.0.1.2:1'];
const reply = (...claims: readonly Claim[]) => ({ type: 'join-reply', claims }) as const;

function joining(options: ConstructorParameters<typeof Solo>[0] = {}) {
  const solo = new Solo({ isStarted: false, ...options });
  solo.command({ type: 'join', seeds: SEEDS });
  return solo;
}

describe('Seeds', () => {
  it('are all asked at once, by stream, with what we say of ourselves', () => {
    const solo = joining();
    expect(solo.out.sends).toEqual(
      SEEDS.map((to) => ({ to, message: { type: 'join', claim: solo.core.self }, via: 'stream' })),
    );
    expect(solo.told).toEqual([]);
  });

  it('are asked again until one answers, at longer and longer intervals', () => {
    const solo = joining();
    const delaysMs: number[] = [];
    for (let attempt = 2; attempt < 12; attempt++) {
      const beforeMs = solo.nowMs;
      expect(solo.runUntil('seeds').map(({ to }) => to)).toEqual(SEEDS);
      expect(solo.events('join-retried')).toMatchObject([{ attempt, seeds: SEEDS }]);
      delaysMs.push(solo.nowMs - beforeMs);
    }
    const expectedMs = [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000, 30_000];
    for (const [index, delayMs] of delaysMs.entries()) {
      expect(delayMs / expectedMs[index]!).toBeGreaterThanOrEqual(0.7);
      expect(delayMs / expectedMs[index]!).toBeLessThanOrEqual(1.3);
    }
    expect(new Set(delaysMs.slice(-4)).size).toBe(4);
  });

  it('are ourselves among others: we do not ask ourselves', () => {
    const solo = new Solo();
    solo.command({ type: 'join', seeds: [SELF, SEEDS[0]!] });
    expect(solo.sent('join').map(({ to }) => to)).toEqual([SEEDS[0]]);
    const alone = new Solo();
    alone.command({ type: 'join', seeds: [SELF] });
    expect(alone.sent('join')).toEqual([]);
    expect(alone.pending('seeds')).toEqual([]);
  });

  it('tell the owner once that we have joined', () => {
    const solo = joining();
    solo.hear(SEEDS[0]!, reply(claim('a'), claim('b')));
    solo.hear(SEEDS[1]!, reply(claim('c')));
    expect(solo.told).toEqual(['member-joined', 'member-joined', 'joined', 'member-joined']);
    expect(solo.events('joined')).toEqual([{ type: 'joined', seed: SEEDS[0], memberCount: 3 }]);
  });

  it('are asked now and then for ever after, one at a time, unless a live member has their address', () => {
    const solo = joining();
    solo.hear(SEEDS[0]!, reply(claim('a', { address: SEEDS[0]! })));
    solo.out.clear();
    const asked: string[] = [];
    const delaysMs = new Set<number>();
    for (let reminder = 0; reminder < 40; reminder++) {
      const beforeMs = solo.nowMs;
      const sends = solo.runUntil('seeds');
      expect(sends.length).toBeLessThanOrEqual(1);
      asked.push(...sends.map(({ to }) => to));
      delaysMs.add(solo.nowMs - beforeMs);
      if (reminder > 0) expect(solo.nowMs - beforeMs).toBeGreaterThanOrEqual(21_000);
      expect(solo.told).toEqual([]);
    }
    expect(new Set(asked)).toEqual(new Set([SEEDS[1]]));
    expect(asked.length).toBeGreaterThan(8);
    // Nodes that started together do not ask together for ever.
    expect(delaysMs.size).toBeGreaterThan(30);
  });

  it('are all asked again when nobody is left', () => {
    const solo = joining();
    solo.hear(SEEDS[0]!, reply(claim('a')));
    solo.learn('a', claim('a', { status: 'left' }));
    expect(solo.runUntil('seeds').map(({ to }) => to)).toEqual(SEEDS);
    solo.hear(SEEDS[1]!, reply(claim('b')));
    expect(solo.events('joined')).toHaveLength(1);
  });

  it('of a later join replace the earlier ones', () => {
    const solo = joining();
    solo.command({ type: 'join', seeds: ['10.0.1.3:1'] });
    solo.out.clear();
    solo.run(100_000);
    expect(new Set(solo.sent('join').map(({ to }) => to))).toEqual(new Set(['10.0.1.3:1']));
    expect(solo.pending('seeds')).toHaveLength(1);
  });
});

describe('Joining, asked by another', () => {
  it('says all that it knows, itself and the dead included, by stream', () => {
    const solo = new Solo({ peers: ['a'] });
    solo.learn('a', claim('b', { status: 'dead' }));
    solo.out.clear();
    solo.hear('10.0.1.120:7946', { type: 'join', claim: claim('x') });
    const [answer, ...others] = solo.sent('join-reply');
    expect(others).toEqual([]);
    expect([answer?.to, answer?.via]).toEqual(['10.0.1.120:7946', 'stream']);
    expect(answer?.message.claims.map(({ name, status }) => [name, status])).toEqual([
      ['self', 'alive'],
      ['a', 'alive'],
      ['b', 'dead'],
      ['x', 'alive'],
    ]);
    expect(solo.events('member-joined')).toMatchObject([{ claim: { name: 'x' } }]);
  });

  it('needs several messages for many members', () => {
    const solo = new Solo({ peers: ['a', 'b', 'c', 'd'], config: { joinReplyClaimCountMax: 2 } });
    solo.hear('10.0.1.120:7946', { type: 'join', claim: undefined });
    expect(solo.sent('join-reply').map(({ message }) => message.claims.length)).toEqual([2, 2, 1]);
  });

  it('says only that it is there to who has been known for a while', () => {
    const solo = new Solo({ isStarted: false, peers: ['a', 'b'] });
    solo.hear('a', { type: 'join', claim: claim('a') });
    expect(solo.sent('join-reply')[0]?.message.claims).toHaveLength(3);
    solo.out.clear();
    solo.run(30_001);
    solo.hear('a', { type: 'join', claim: claim('a') });
    expect(solo.sent('join-reply')[0]?.message.claims).toEqual([solo.core.self]);
    solo.out.clear();
    solo.hear('a', { type: 'join', claim: claim('a', { generation: 2 }) });
    expect(solo.sent('join-reply')[0]?.message.claims).toHaveLength(3);
  });

  it('tells a joiner that its earlier life is dead, so that it can outdo that', () => {
    const solo = new Solo({ peers: ['a'] });
    const dead = claim('x', { status: 'dead', incarnation: 3 });
    solo.learn('a', dead);
    solo.out.clear();
    solo.hear(addressOf('x'), { type: 'join', claim: claim('x') });
    expect(solo.status('x')).toBe('dead');
    expect(solo.sent('join-reply')[0]?.message.claims).toContainEqual(dead);
  });

  it('answers the joiner, and not the member that has its name', () => {
    const solo = new Solo();
    const holder = claim('x', { address: '10.0.0.1:1' });
    solo.learn('x', holder);
    solo.out.clear();
    solo.hear('x', { type: 'join', claim: claim('x', { address: '10.0.0.2:1' }) });
    expect(solo.events('name-conflict')).toHaveLength(1);
    const [answer] = solo.sent('join-reply');
    expect(answer?.to).toBe('10.0.0.2:1');
    expect(answer?.message.claims).toContainEqual(holder);
  });

  it('does not join itself: a seed may be its own address under another name', () => {
    for (const from of [SELF, 'self']) {
      const solo = joining();
      solo.out.clear();
      solo.hear(from, { type: 'join', claim: solo.core.self });
      expect(solo.out.sends).toEqual([]);
    }
  });
});

describe('a veto', () => {
  const noStrangers = {
    join: (claims: readonly Claim[]) => (claims.some(({ name }) => name === 'x') ? 'no x' : undefined),
  };

  it('strikes the join of another: nothing is learned, nothing is said', () => {
    const solo = new Solo({ veto: noStrangers });
    solo.hear(addressOf('x'), { type: 'join', claim: claim('x') });
    expect(solo.out.events).toEqual([{ type: 'join-refused', reason: 'no x', from: addressOf('x') }]);
    expect(solo.out.sends).toEqual([]);
    expect(solo.table.get('x')).toBeUndefined();
  });

  it('of a claim strikes the join that brings it as well: whoever must not be a member is not told who is', () => {
    const solo = new Solo({ veto: { claim: ({ name }) => (name === 'x' ? 'no x' : undefined) }, peers: ['a'] });
    solo.hear(addressOf('x'), { type: 'join', claim: claim('x') });
    expect(solo.out.events).toEqual([{ type: 'claim-refused', reason: 'no x', from: addressOf('x') }]);
    expect(solo.out.sends).toEqual([]);
    solo.hear(addressOf('y'), { type: 'join', claim: claim('y') });
    expect(solo.sent('join-reply')).toHaveLength(1);
  });

  it('of our own name is asked of nobody: a rival that joins is told that it lost', () => {
    const solo = new Solo({ veto: { claim: () => 'nobody' } });
    const rival = { ...solo.core.self, address: '10.9.9.9:7946' };
    solo.hear(rival.address, { type: 'join', claim: rival });
    expect(solo.told).toContain('name-conflict');
    expect(solo.sent('join-reply').map(({ to }) => to)).toContain(rival.address);
  });

  it('strikes our own join: nothing is learned, and the other seeds may still answer', () => {
    const solo = joining({ veto: noStrangers });
    solo.hear(SEEDS[0]!, reply(claim('a'), claim('x')));
    expect(solo.told).toEqual(['join-refused']);
    expect(solo.table.get('a')).toBeUndefined();
    solo.hear(SEEDS[1]!, reply(claim('a')));
    expect(solo.told).toContain('joined');
  });

  it('strikes single claims, wherever they come from, but none about ourselves', () => {
    const solo = joining({ veto: { claim: ({ name }) => (name === 'a' ? undefined : 'only a') } });
    solo.hear(SEEDS[0]!, reply(claim('a'), claim('b')));
    expect(solo.out.events).toEqual([
      { type: 'member-joined', claim: claim('a') },
      { type: 'claim-refused', reason: 'only a', from: SEEDS[0] },
      { type: 'joined', seed: SEEDS[0], memberCount: 2 },
    ]);
    solo.learn('a', { ...solo.core.self, status: 'dead' });
    expect(solo.core.self.incarnation).toBe(1);
  });
});

describe('an observer', () => {
  it('asks without a claim, learns, and is not told of as a member', () => {
    const solo = joining({ isObserver: true });
    expect(solo.sent('join')[0]?.message.claim).toBeUndefined();
    solo.hear(SEEDS[0]!, reply(claim('a'), claim('b')));
    expect(solo.events('joined')).toMatchObject([{ memberCount: 2 }]);
    expect([...solo.table.keys()]).toEqual(['a', 'b']);
  });

  it('is answered all, and not learned', () => {
    const solo = new Solo({ peers: ['a'] });
    solo.hear('10.0.1.120:7946', { type: 'join', claim: undefined });
    expect(solo.sent('join-reply')[0]?.message.claims).toHaveLength(2);
    expect(solo.table.recordCount).toBe(2);
  });

  it('says nothing of its own accord: no probe, no gossip, nothing that rides on packets, no verdict', () => {
    const solo = new Solo({ isObserver: true, peers: ['a', 'b'] });
    solo.learn('a', claim('b', { status: 'suspect', accuser: 'a' }), claim('c'));
    solo.command({ type: 'set-tags', tags: new Map([['role', 'api']]) });
    solo.run(600_000);
    expect(solo.out.sends).toEqual([]);
    expect(solo.core.newsCount).toBe(0);
    expect(solo.pending('suspicion')).toEqual([]);
    expect(solo.core.piggyback('a', 1_000)).toBeUndefined();
    expect(solo.status('b')).toBe('suspect');
    expect(solo.table.get('self')).toBeUndefined();
  });

  it('believes the verdicts of the members, with their evidence', () => {
    const solo = new Solo({ isObserver: true, peers: ['a', 'b', 'c'] });
    solo.learn('a', claim('b', { status: 'suspect', accuser: 'a' }));
    solo.learn('a', claim('b', { status: 'suspect', accuser: 'c' }));
    solo.learn('a', claim('b', { status: 'dead', accuser: 'a' }));
    expect(solo.told).toEqual(['member-suspected', 'suspicion-confirmed', 'member-failed']);
    expect(solo.events('member-failed')[0]?.evidence.accusations.map(({ accuser }) => accuser)).toEqual(['a', 'c']);
  });

  it('answers who joins by it, and does not say that it is a member', () => {
    const solo = new Solo({ isObserver: true, peers: ['a'], isStarted: false });
    solo.hear(addressOf('x'), { type: 'join', claim: claim('x') });
    expect(solo.sent('join-reply')[0]?.message.claims.map(({ name }) => name)).toEqual(['a', 'x']);
    solo.out.clear();
    solo.run(40_000);
    solo.hear('x', { type: 'join', claim: claim('x') });
    expect(solo.sent('join-reply')[0]?.message.claims).toEqual([]);
  });

  it('leaves and comes back without a word', () => {
    const solo = new Solo({ isObserver: true, peers: ['a'] });
    solo.command({ type: 'leave' });
    expect(solo.told).toEqual(['left']);
    solo.command({ type: 'join', seeds: SEEDS });
    expect(solo.sent('join')[0]?.message.claim).toBeUndefined();
    expect(solo.core.newsCount).toBe(0);
  });
});
