import { describe, expect, it } from 'vitest';
import { addressOf, claim, tableOf, WALL_MS } from './members.ts';
import { SoloHeartbeat } from './solo-heartbeat.ts';

/** A core that has heard of `m` and had its answer, once a second for so many seconds. */
function beating(seconds: number, config = {}): SoloHeartbeat {
  const solo = new SoloHeartbeat(tableOf('self', 'm'), config);
  solo.command({ type: 'start' });
  solo.command({ type: 'watch', name: 'm' });
  if (solo.sent('echo').length > 0) solo.answer('m');
  for (let second = 1; second <= seconds; second++) {
    solo.runTo(second * 1_000);
    solo.beat('m', second);
  }
  return solo;
}

describe('a member', () => {
  it('is alive only once it has answered by itself', () => {
    const solo = new SoloHeartbeat(tableOf('self', 'm'));
    solo.command({ type: 'start' });
    solo.command({ type: 'watch', name: 'm' });
    solo.beat('m', 1);
    solo.runTo(3_000);
    solo.beat('m', 2);
    expect(solo.status('m')).toBe('suspect');
    const { sequence } = solo.sent('echo')[0]!.message;
    solo.hear('x', { type: 'echo-reply', sequence });
    solo.hear('m', { type: 'echo-reply', sequence: sequence + 1 });
    expect(solo.status('m')).toBe('suspect');
    solo.hear('m', { type: 'echo-reply', sequence });
    expect(solo.status('m')).toBe('alive');
    // It was never anything else to the owner.
    expect(solo.out.events).toEqual([]);
  });

  it('is asked in every round until it answers, by the same question', () => {
    const solo = new SoloHeartbeat(tableOf('self', 'm'));
    solo.command({ type: 'start' });
    solo.runTo(5_000);
    const sequences = solo.sent('echo').map(({ message }) => message.sequence);
    expect(sequences.length).toBeGreaterThanOrEqual(5);
    expect(new Set(sequences).size).toBe(1);
  });

  it('is convicted after 18.42 mean intervals of silence, with the evidence', () => {
    const solo = beating(60);
    const meanMs = (60 * 1_000 + 2_000 - 1_000) / 60;
    solo.run(18.3 * meanMs);
    expect(solo.status('m')).toBe('alive');
    solo.run(1_500);
    expect(solo.status('m')).toBe('dead');
    const [failed] = solo.told('member-failed');
    expect(failed?.claim).toMatchObject({ name: 'm', status: 'dead', accuser: 'self' });
    expect(failed?.evidence).toEqual(solo.core.evidenceOf('m'));
    expect(failed?.evidence.timeoutMs).toBeCloseTo(18.42 * meanMs, -2);
    expect(failed?.evidence.finding).toMatchObject({ rule: 'phi' });
    expect(solo.told('member-failed')).toHaveLength(1);
  });

  it('comes back by a heartbeat and its own answer, not by hearsay alone', () => {
    const solo = beating(10);
    solo.run(40_000);
    expect(solo.status('m')).toBe('dead');
    solo.out.clear();
    solo.run(5_000);
    expect(solo.sent('echo')).toEqual([]);
    for (const heartbeat of [11, 12, 13]) solo.beat('m', heartbeat);
    expect(solo.status('m')).toBe('dead');
    solo.answer('m');
    expect(solo.status('m')).toBe('alive');
    expect(solo.told('member-recovered').map(({ claim: { name } }) => name)).toEqual(['m']);
    expect(solo.core.evidenceOf('m')).toBeUndefined();
  });

  it('is judged anew in a new life, and is suspect until it answers', () => {
    const solo = beating(10);
    solo.run(40_000);
    solo.table.merge(claim('m', { generation: 2 }), WALL_MS, solo.nowMs);
    solo.command({ type: 'watch', name: 'm' });
    expect(solo.status('m')).toBe('suspect');
    expect(solo.core.heartbeatOf('m')).toEqual({ generation: 2, heartbeat: 0 });
    solo.answer('m');
    expect(solo.status('m')).toBe('alive');
    expect(solo.core.phiOf('m', solo.nowMs)).toBe(0);
  });

  it('is alive at once in a new life where no echo is required', () => {
    const solo = beating(10, { rule: 'timeout', timeoutMs: 7_000, requiresEcho: false });
    solo.run(8_001);
    expect(solo.status('m')).toBe('dead');
    solo.table.merge(claim('m', { generation: 2 }), WALL_MS, solo.nowMs);
    solo.command({ type: 'watch', name: 'm' });
    expect(solo.status('m')).toBe('alive');
  });

  it('is convicted after a fixed time under that rule, and needs no echo without one', () => {
    const solo = beating(10, { rule: 'timeout', timeoutMs: 7_000, requiresEcho: false });
    expect(solo.status('m')).toBe('alive');
    solo.run(7_000);
    expect(solo.status('m')).toBe('alive');
    solo.run(1_001);
    expect(solo.status('m')).toBe('dead');
    expect(solo.told('member-failed')[0]?.evidence).toMatchObject({ timeoutMs: 7_000, finding: { rule: 'timeout' } });
    solo.beat('m', 11);
    expect(solo.status('m')).toBe('alive');
    expect(solo.told('member-recovered')).toHaveLength(1);
    expect(solo.sent('echo')).toEqual([]);
  });

  it('that has left, or is in the table no longer, is neither asked nor judged', () => {
    const solo = beating(10);
    solo.table.merge(claim('m', { status: 'left', endedAtSeconds: 1 }), WALL_MS, solo.nowMs);
    solo.out.clear();
    solo.run(60_000);
    expect(solo.out.events).toEqual([]);
    expect(solo.sent('syn')).toEqual([]);
    expect(solo.core.heartbeatOf('m')).toBeUndefined();
  });
});

describe('a pause of our own process', () => {
  it('convicts nobody, and nobody for a while after', () => {
    const solo = beating(60);
    solo.standStill(60_000);
    expect(solo.told('paused')).toHaveLength(1);
    expect(solo.status('m')).toBe('alive');
    solo.run(4_500);
    expect(solo.status('m')).toBe('alive');
    solo.run(1_500);
    expect(solo.status('m')).toBe('dead');
  });

  it('is not what we call a stop', () => {
    const solo = beating(60);
    solo.command({ type: 'stop' });
    solo.run(10_000);
    solo.command({ type: 'start' });
    solo.run(2_000);
    expect(solo.told('paused')).toEqual([]);
  });
});

describe('heartbeats', () => {
  it('are told apart by intervals from the second on: when we heard of the member says nothing', () => {
    const solo = new SoloHeartbeat(tableOf('self', 'm'));
    solo.command({ type: 'watch', name: 'm' });
    solo.run(1_500);
    solo.beat('m', 1);
    expect(solo.core.phiOf('m', solo.nowMs)).toBe(0);
    solo.run(2_000);
    // One interval, the initial estimate: phi is that of one mean.
    expect(solo.core.phiOf('m', solo.nowMs)).toBe(Number(Math.LOG10E.toFixed(3)));
  });

  it('only rise', () => {
    const solo = beating(10);
    solo.beat('m', 3);
    expect(solo.core.heartbeatOf('m')).toEqual({ generation: 1, heartbeat: 10 });
  });

  it('of another life are nothing to this one', () => {
    const solo = beating(10);
    solo.beat('m', 99, 2);
    expect(solo.core.heartbeatOf('m')?.heartbeat).toBe(10);
    // A later life is asked for.
    expect(solo.sent('ack').at(-1)?.message.requests).toEqual([{ name: 'm', generation: 2, heartbeat: 0 }]);
  });

  it('that jump are refused, unless time explains it', () => {
    const solo = beating(10, { heartbeatJumpMax: 5 });
    solo.beat('m', 17);
    expect([solo.core.heartbeatOf('m')?.heartbeat, solo.core.refusedCount]).toEqual([10, 1]);
    solo.run(2_000);
    solo.beat('m', 17);
    expect([solo.core.heartbeatOf('m')?.heartbeat, solo.core.refusedCount]).toEqual([17, 1]);
  });

  it('of ours that somebody else made up are outdone', () => {
    const solo = beating(3);
    const own = solo.core.heartbeat;
    solo.beat('self', own + 10);
    solo.run(1_000);
    expect(solo.core.heartbeat).toBe(own + 11);
    solo.beat('self', 0xffff_ffff);
    expect(solo.core.heartbeat).toBe(own + 11);
    expect(solo.core.refusedCount).toBe(1);
  });
});

describe('the exchange', () => {
  it('offers the heartbeats of all, ours included, in messages of so many', () => {
    const names = ['a', 'b', 'c', 'd'];
    const solo = new SoloHeartbeat(tableOf('self', ...names), { digestCountMax: 2 });
    solo.command({ type: 'start' });
    solo.runTo(1_000);
    const syns = solo.sent('syn');
    expect(syns.map(({ message }) => message.digests.length)).toEqual([2, 2, 1]);
    expect(new Set(syns.map(({ to }) => to)).size).toBe(1);
    const offered = syns.flatMap(({ message }) => message.digests);
    expect(new Set(offered.map(({ name }) => name))).toEqual(new Set([...names, 'self']));
    expect(offered.find(({ name }) => name === 'self')?.heartbeat).toBe(1);
  });

  it('answers what it lacks and what the other lacks, and gives what is asked for', () => {
    const solo = beating(5);
    solo.hear('m', {
      type: 'syn',
      digests: [
        { name: 'm', generation: 1, heartbeat: 7 },
        { name: 'self', generation: 1, heartbeat: 1 },
        { name: 'new', generation: 4, heartbeat: 2 },
      ],
    });
    const { message, via } = solo.sent('ack').at(-1)!;
    expect(via).toBe('packet');
    expect(message.requests).toEqual([
      { name: 'm', generation: 1, heartbeat: 5 },
      { name: 'new', generation: 4, heartbeat: 0 },
    ]);
    expect(message.deltas).toEqual([{ name: 'self', generation: 1, heartbeat: solo.core.heartbeat, claim: undefined }]);
    solo.hear('m', { type: 'ack', requests: message.requests.slice(0, 1), deltas: [], isShadow: false });
    expect(solo.sent('deltas').at(-1)?.message.deltas).toMatchObject([{ name: 'm', heartbeat: 5, claim: undefined }]);
    solo.hear('m', {
      type: 'ack',
      requests: [{ name: 'm', generation: 1, heartbeat: 0 }],
      deltas: [],
      isShadow: false,
    });
    expect(solo.sent('deltas').at(-1)?.message.deltas[0]?.claim).toEqual(claim('m'));
  });

  it('tells a stranger nothing that it asks for', () => {
    const solo = beating(5);
    const requests = [{ name: 'm', generation: 1, heartbeat: 0 }];
    solo.hear('10.9.9.9:1', { type: 'ack', requests, deltas: [], isShadow: false });
    expect(solo.sent('deltas')).toEqual([]);
  });

  it('says nothing when there is nothing to say', () => {
    const solo = beating(5);
    solo.hear('m', { type: 'syn', digests: [{ name: 'm', generation: 1, heartbeat: 5 }] });
    expect(solo.sent('ack')).toEqual([]);
  });

  it('hands claims on, and believes none itself', () => {
    const solo = beating(5);
    const delta = { name: 'n', generation: 3, heartbeat: 8, claim: claim('n', { generation: 3 }) };
    solo.hear('m', { type: 'deltas', deltas: [delta, { ...delta, name: 'other' }] });
    expect(solo.told('claims-received')).toEqual([{ type: 'claims-received', claims: [delta.claim], from: 'm' }]);
    expect(solo.table.get('n')).toBeUndefined();
  });

  it('looks at so many items of a message, and counts the rest', () => {
    const solo = new SoloHeartbeat(tableOf('self', 'm'), { itemCountMax: 3 });
    solo.command({ type: 'start' });
    const digests = Array.from({ length: 10 }, (_, index) => ({ name: `x-${index}`, generation: 1, heartbeat: 1 }));
    solo.hear('m', { type: 'syn', digests });
    expect(solo.sent('ack')[0]?.message.requests).toHaveLength(3);
    expect(solo.core.droppedCount).toBe(7);
  });

  it('pushes all heartbeats to some members in the other mode', () => {
    const solo = beating(5, { exchange: 'push', pushFanout: 3, requiresEcho: false });
    solo.out.clear();
    solo.run(1_000);
    expect(solo.sent('syn')).toEqual([]);
    expect(solo.sent('deltas').map(({ to, message }) => [to, message.deltas.map(({ name }) => name)])).toEqual([
      ['m', ['self', 'm']],
    ]);
  });
});

describe('the shadow round', () => {
  const SEEDS = [addressOf('s'), addressOf('t')];
  function joining(seeds = SEEDS): SoloHeartbeat {
    const solo = new SoloHeartbeat(tableOf('self'));
    solo.command({ type: 'start' });
    solo.command({ type: 'join', seeds });
    return solo;
  }

  it('asks every seed by stream before anything is said, and again', () => {
    const solo = joining();
    expect(solo.out.sends).toEqual(SEEDS.map((to) => ({ to, message: { type: 'syn', digests: [] }, via: 'stream' })));
    solo.runTo(4_999);
    expect(solo.out.sends).toHaveLength(2);
    expect(solo.core.heartbeat).toBe(0);
    solo.runTo(5_000);
    expect(solo.out.sends).toHaveLength(4);
  });

  it('ends by the first answer, whose claims are handed on', () => {
    const solo = joining();
    const delta = { name: 's', generation: 1, heartbeat: 4, claim: claim('s') };
    solo.hear(addressOf('s'), { type: 'ack', requests: [], deltas: [delta], isShadow: false });
    expect(solo.out.events).toMatchObject([
      { type: 'claims-received', claims: [delta.claim] },
      { type: 'shadow-ended', outcome: 'answered' },
    ]);
    solo.runTo(10_000);
    expect(solo.core.heartbeat).toBeGreaterThan(5);
  });

  it('ends when every seed is in its own', () => {
    const solo = joining();
    const answer = { type: 'ack', requests: [], deltas: [], isShadow: true } as const;
    solo.hear(SEEDS[0]!, answer);
    solo.hear(SEEDS[0]!, answer);
    expect(solo.told('shadow-ended')).toEqual([]);
    solo.hear(SEEDS[1]!, answer);
    expect(solo.told('shadow-ended')).toMatchObject([{ outcome: 'all-shadow' }]);
  });

  it('begins again with another join: who was in its own may not be any more', () => {
    const solo = joining();
    const answer = { type: 'ack', requests: [], deltas: [], isShadow: true } as const;
    solo.hear(SEEDS[0]!, answer);
    solo.command({ type: 'join', seeds: SEEDS });
    solo.hear(SEEDS[1]!, answer);
    expect(solo.told('shadow-ended')).toEqual([]);
  });

  it.each([
    ['a seed goes on after 30 s', [...SEEDS, addressOf('self')], 30_000, 'timed-out'],
    ['another fails after 60 s', SEEDS, 60_000, 'failed'],
  ])('without an answer %s', (_case, seeds, endMs, outcome) => {
    const solo = joining(seeds);
    solo.runTo(endMs - 1);
    expect(solo.told('shadow-ended')).toEqual([]);
    solo.runTo(endMs);
    expect(solo.told('shadow-ended')).toMatchObject([{ outcome }]);
  });

  it('is skipped by the only seed, and where members are known', () => {
    expect(joining([addressOf('self')]).told('shadow-ended')).toMatchObject([{ outcome: 'skipped' }]);
    const solo = new SoloHeartbeat(tableOf('self', 'm'));
    solo.command({ type: 'join', seeds: SEEDS });
    expect(solo.told('shadow-ended')).toMatchObject([{ outcome: 'skipped' }]);
  });

  it('of another is answered with all that we have, or with the word that we are in ours', () => {
    const shadow = joining();
    shadow.hear('10.0.0.1:1', { type: 'syn', digests: [] });
    expect(shadow.sent('ack')).toMatchObject([{ via: 'stream', message: { isShadow: true, deltas: [] } }]);
    shadow.hear('10.0.0.1:1', { type: 'syn', digests: [{ name: 'x', generation: 1, heartbeat: 1 }] });
    expect(shadow.sent('ack')).toHaveLength(1);
    const solo = beating(5, { claimCountMax: 1 });
    solo.hear('10.0.0.1:1', { type: 'syn', digests: [] });
    expect(solo.sent('ack').map(({ message }) => message.deltas.map((delta) => delta.claim?.name))).toEqual([
      ['self'],
      ['m'],
    ]);
  });
});

it('listens without being a member, and beats no more after a stop', () => {
  const observer = new SoloHeartbeat(tableOf('m', 'n'));
  observer.command({ type: 'start' });
  observer.runTo(2_500);
  expect(observer.core.heartbeat).toBe(0);
  expect(observer.sent('syn').flatMap(({ message }) => message.digests.map(({ name }) => name))).not.toContain('self');
  observer.hear('m', { type: 'echo', sequence: 1 });
  expect(observer.sent('echo-reply')).toEqual([]);
  const solo = beating(5);
  solo.command({ type: 'stop' });
  solo.out.clear();
  solo.run(60_000);
  expect(solo.out.sends).toEqual([]);
  expect(solo.out.events).toEqual([]);
  solo.hear('m', { type: 'echo', sequence: 9 });
  expect(solo.sent('echo-reply')).toMatchObject([{ to: 'm', message: { sequence: 9 } }]);
});
