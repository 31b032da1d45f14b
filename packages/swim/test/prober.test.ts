import { describe, expect, it } from 'vitest';
import { claim, Solo } from './solo.ts';

const PEERS = ['a', 'b', 'c', 'd', 'e'];

/** A core in the middle of its first probe. */
function probing(options: ConstructorParameters<typeof Solo>[0] = {}) {
  const solo = new Solo({ peers: PEERS, ...options });
  const { to, sequence } = solo.probe();
  return { solo, target: to, sequence };
}

/** The same after the probe timeout: helpers are asked. */
function indirect(options: ConstructorParameters<typeof Solo>[0] = {}) {
  const { solo, target, sequence } = probing(options);
  solo.runUntil('probe-timeout');
  return { solo, target, sequence, helpers: solo.sent('ping-req').map(({ to }) => to) };
}

const ack = (sequence: number, path: 'packet' | 'stream' = 'packet') => ({ type: 'ack', sequence, path }) as const;
const nack = (sequence: number) => ({ type: 'nack', sequence }) as const;

describe('Prober, directly', () => {
  it('pings one member by packet and waits for the probe timeout', () => {
    const { solo, target } = probing();
    expect(solo.sent('ping')).toEqual([
      { to: target, via: 'packet', message: { type: 'ping', sequence: expect.any(Number), target, path: 'packet' } },
    ]);
    expect(solo.pending('probe-timeout')[0]?.dueMs).toBe(solo.nowMs + 500);
    expect(solo.pending('period')[0]?.dueMs).toBe(solo.nowMs + 1_000);
  });

  it('ends with the ack, tells the round trip, and asks nobody else', () => {
    const { solo, target, sequence } = probing();
    solo.run(30);
    solo.hear(target, ack(sequence));
    expect(solo.events('probe-ended')).toEqual([
      { type: 'probe-ended', target, outcome: 'direct', rttMs: 30, helperCount: 0, nackCount: 0, localHealth: 0 },
    ]);
    solo.out.clear();
    solo.run(950);
    expect(solo.sent('ping-req')).toEqual([]);
    expect(solo.told).toEqual([]);
  });

  it('takes the ack from the address of the target as well: its name may not be known by its packets', () => {
    const { solo, target, sequence } = probing();
    solo.hear(solo.table.get(target)!.address, ack(sequence));
    expect(solo.told).toEqual(['probe-ended']);
  });

  it('takes no ack of another sequence, nor from anybody who was not asked', () => {
    const { solo, target, sequence } = probing();
    const other = PEERS.find((name) => name !== target)!;
    solo.hear(target, ack(sequence + 1));
    solo.hear(other, ack(sequence));
    solo.hear('10.9.9.9:1', ack(sequence));
    expect(solo.told).toEqual([]);
  });

  it('takes an ack once', () => {
    const { solo, target, sequence } = probing();
    solo.hear(target, ack(sequence));
    solo.hear(target, ack(sequence));
    expect(solo.told).toEqual(['probe-ended']);
  });

  it('takes a late ack until the end of the period', () => {
    const { solo, target, sequence } = indirect();
    solo.run(499);
    solo.hear(target, ack(sequence));
    expect(solo.events('probe-ended')).toMatchObject([{ outcome: 'direct', rttMs: 999 }]);
    solo.run(10);
    expect(solo.status(target)).toBe('alive');
  });

  it('takes no stream ack of a stream probe that was not sent yet', () => {
    const { solo, target, sequence } = probing({ config: { probesByStream: false } });
    solo.hear(target, ack(sequence, 'stream'));
    solo.run(1_000);
    expect(solo.status(target)).toBe('suspect');
  });

  it('probes nobody when there is nobody', () => {
    const solo = new Solo();
    expect(solo.runUntil('period')).toEqual([]);
    expect(solo.pending('period')).toHaveLength(1);
  });
});

describe('Prober, indirectly', () => {
  it('asks helpers, and the target by stream', () => {
    const { solo, target, sequence, helpers } = indirect();
    const { address } = solo.table.get(target)!;
    expect(new Set(helpers).size).toBe(3);
    expect(helpers).not.toContain(target);
    for (const { message } of solo.sent('ping-req'))
      expect(message).toEqual({ type: 'ping-req', sequence, target, address });
    expect(solo.sent('ping')).toEqual([
      { to: target, via: 'stream', message: { type: 'ping', sequence, target, path: 'stream' } },
    ]);
  });

  it('ends with the ack of a helper', () => {
    const { solo, target, sequence, helpers } = indirect();
    solo.hear(helpers[1]!, ack(sequence));
    expect(solo.events('probe-ended')).toMatchObject([{ target, outcome: 'indirect', helperCount: 3 }]);
  });

  it('takes no ack of a member that was not asked to help', () => {
    const { solo, target, sequence, helpers } = indirect();
    const bystander = PEERS.find((name) => name !== target && !helpers.includes(name))!;
    solo.hear(bystander, ack(sequence));
    expect(solo.told).toEqual([]);
  });

  it('asks no suspect and no damped member, whose silence would count against ourselves', () => {
    const { solo, target } = probing({ flaps: { dampedSharePerMille: 1_000 } });
    const [suspect, flapper, ...others] = PEERS.filter((name) => name !== target);
    solo.learn(others[0]!, claim(suspect!, { status: 'suspect', accuser: others[0]! }));
    for (let incarnation = 0; incarnation < 8; incarnation++) {
      solo.learn(others[0]!, claim(flapper!, { status: 'dead', incarnation, accuser: others[0]! }));
      solo.learn(others[0]!, claim(flapper!, { incarnation: incarnation + 1 }));
    }
    expect(solo.core.flaps.isDamped(flapper!)).toBe(true);
    solo.runUntil('probe-timeout');
    expect(new Set(solo.sent('ping-req').map(({ to }) => to))).toEqual(new Set(others));
  });

  it('suspects at the end of the period, and says what was tried', () => {
    const { solo, target, sequence, helpers } = indirect();
    solo.hear(helpers[0]!, nack(sequence));
    solo.run(500);
    expect(solo.events('probe-ended')[0]).toEqual({
      type: 'probe-ended',
      target,
      outcome: 'failed',
      rttMs: 1_000,
      helperCount: 3,
      nackCount: 1,
      localHealth: 2,
    });
    expect(solo.status(target)).toBe('suspect');
    const grounds = { helperCount: 3, nackCount: 1, hasTriedStream: true, localHealth: 0 };
    expect(solo.table.get(target)).toMatchObject({ accuser: 'self', grounds });
    expect(solo.events('member-suspected')[0]?.evidence).toEqual({
      accusations: [{ accuser: 'self', grounds, atMs: solo.nowMs }],
      sinceMs: solo.nowMs,
      timeoutMs: 24_000,
      localHealth: 2,
    });
  });

  it('counts the nacks of helpers once each, and of nobody else', () => {
    const { solo, target, sequence, helpers } = indirect();
    const bystander = PEERS.find((name) => name !== target && !helpers.includes(name))!;
    for (const from of [helpers[0]!, helpers[0]!, bystander, target]) solo.hear(from, nack(sequence));
    solo.hear(helpers[1]!, nack(sequence + 1));
    solo.run(500);
    expect(solo.events('probe-ended')).toMatchObject([{ nackCount: 1, localHealth: 2 }]);
  });

  it('does not blame itself when all helpers were there', () => {
    const { solo, sequence, helpers } = indirect();
    for (const helper of helpers) solo.hear(helper, nack(sequence));
    solo.run(500);
    expect(solo.events('probe-ended')).toMatchObject([{ outcome: 'failed', nackCount: 3, localHealth: 0 }]);
  });

  it('accuses nobody who has refuted meanwhile, restarted, or gone', () => {
    for (const meanwhile of [{ incarnation: 1 }, { generation: 2 }, { status: 'left' as const }]) {
      const { solo, target } = indirect();
      solo.learn(target, claim(target, meanwhile));
      solo.run(500);
      expect(solo.status(target)).toBe(meanwhile.status ?? 'alive');
    }
  });

  it('confirms the suspicion of another with its own', () => {
    const { solo, target } = indirect();
    const other = PEERS.find((name) => name !== target)!;
    solo.learn(other, claim(target, { status: 'suspect', accuser: other }));
    solo.out.clear();
    solo.run(500);
    expect(solo.events('suspicion-confirmed')[0]?.evidence.accusations.map(({ accuser }) => accuser)).toEqual([
      other,
      'self',
    ]);
  });

  it('asks helpers of its own zone by preference, and one of another at least', () => {
    const solo = new Solo({ zone: 'east', config: { nearSharePerMille: 1_000 } });
    const zoned = (zone: string) => [1, 2, 3, 4, 5].map((index) => claim(`${zone}-${index}`, { zone }));
    solo.learn('gossip', ...zoned('east'), ...zoned('west'));
    expect(solo.core.self.zone).toBe('east');
    for (let period = 0; period < 10; period++) {
      const { to, sequence } = solo.probe();
      solo.runUntil('probe-timeout');
      const zones = solo.sent('ping-req').map((send) => send.to.slice(0, 4));
      expect(zones.sort((a, b) => (a < b ? -1 : 1))).toEqual(['east', 'east', 'west']);
      solo.hear(to, { type: 'ack', sequence, path: 'packet' });
    }
  });

  it('works without helpers and without streams', () => {
    const { solo, target } = indirect({ config: { indirectProbeCount: 0, probesByStream: false } });
    expect(solo.out.sends).toEqual([]);
    solo.run(500);
    expect(solo.table.get(target)?.grounds).toEqual({
      helperCount: 0,
      nackCount: 0,
      hasTriedStream: false,
      localHealth: 0,
    });
    expect(solo.core.localHealth).toBe(1);
  });
});

describe('Prober, by stream', () => {
  it('lets a member live that answers by stream only, warns, and does not count itself well for it', () => {
    const { solo, target, sequence } = indirect();
    const healthBefore = 3;
    // Three accusations that we had to refute.
    for (let incarnation = 0; incarnation < healthBefore; incarnation++) {
      solo.learn('a', { ...solo.core.self, status: 'suspect', accuser: 'a' });
    }
    expect(solo.core.localHealth).toBe(healthBefore);
    solo.hear(target, ack(sequence, 'stream'));
    expect(solo.events('probe-ended')).toEqual([]);
    solo.out.clear();
    solo.run(500);
    expect(solo.events('probe-ended')).toMatchObject([{ outcome: 'stream', localHealth: healthBefore }]);
    expect(solo.events('one-way-udp')).toEqual([{ type: 'one-way-udp', target }]);
    expect(solo.status(target)).toBe('alive');
  });

  it('warns of nothing when a packet still comes', () => {
    const { solo, target, sequence, helpers } = indirect();
    solo.hear(target, ack(sequence, 'stream'));
    solo.hear(helpers[0]!, ack(sequence));
    solo.run(500);
    expect(solo.told).toEqual(['probe-ended']);
    expect(solo.events('probe-ended')).toMatchObject([{ outcome: 'indirect' }]);
  });

  it('accuses a suspect by stream before it asks, and gives its own word', () => {
    const { solo, target } = probing();
    const suspect = claim(target, { status: 'suspect', accuser: 'x' });
    solo.learn('x', suspect);
    solo.out.clear();
    solo.runUntil('probe-timeout');
    expect(solo.out.sends.filter(({ via }) => via === 'stream').map(({ message }) => message)).toMatchObject([
      { type: 'claims', claims: [suspect, solo.core.self] },
      { type: 'ping', target },
    ]);
  });

  it('tries no stream when it is told not to', () => {
    const { solo } = indirect({ config: { probesByStream: false } });
    expect(solo.sent('ping')).toEqual([]);
  });
});

describe('Prober, in turns', () => {
  it('begins at a random moment of the first period', () => {
    const firstMs = Array.from({ length: 50 }, (_, seed) => new Solo({ seed }).pending('period')[0]!.dueMs);
    expect(Math.min(...firstMs)).toBeLessThan(150);
    expect(Math.max(...firstMs)).toBeGreaterThan(850);
    expect(Math.max(...firstMs)).toBeLessThan(1_000);
  });

  it('begins once', () => {
    const solo = new Solo();
    solo.command({ type: 'start' });
    expect(solo.pending('period')).toHaveLength(1);
    expect(solo.pending('reap')).toHaveLength(1);
  });

  it('probes more slowly and waits longer the worse it is, and recovers with every answer', () => {
    const { solo } = indirect();
    const beganMs = solo.pending('period')[0]!.dueMs;
    // Three helpers stay silent: health 3, so the next probe waits four times as long in a period of four.
    const { to, sequence } = solo.probe();
    expect(solo.nowMs).toBe(beganMs);
    expect(solo.pending('probe-timeout')[0]!.dueMs - solo.nowMs).toBe(2_000);
    expect(solo.pending('period')[0]!.dueMs - solo.nowMs).toBe(4_000);
    solo.hear(to, { type: 'ack', sequence, path: 'packet' });
    expect(solo.core.localHealth).toBe(2);
    solo.probe();
    expect(solo.pending('period')[0]!.dueMs - solo.nowMs).toBe(3_000);
  });

  it('asks a dead member now and then, and tells it that it is held dead', () => {
    const solo = new Solo({ peers: ['a', 'b', 'c'] });
    const dead = claim('b', { status: 'dead', accuser: 'a' });
    solo.learn('a', dead);
    let askedCount = 0;
    const periodCount = 900;
    for (let period = 0; period < periodCount; period++) {
      const sends = solo.runUntil('period');
      const asked = solo.sent('ping').filter(({ to }) => to === 'b');
      askedCount += asked.length;
      if (asked.length > 0)
        expect(sends).toContainEqual({ to: 'b', message: { type: 'claims', claims: [dead] }, via: 'packet' });
      const { to, message } = solo.sent('ping')[0]!;
      solo.hear(to, { type: 'ack', sequence: message.sequence, path: 'packet' });
    }
    // One dead, two alive and ourselves: one period in three.
    expect(askedCount / periodCount).toBeGreaterThan(0.28);
    expect(askedCount / periodCount).toBeLessThan(0.39);
  });

  it('contacts one dead member per period at most, however many there are', () => {
    const solo = new Solo();
    const names = Array.from({ length: 20 }, (_, index) => `dead-${index}`);
    solo.learn('a', ...names.map((name) => claim(name, { status: 'dead' })));
    for (let period = 0; period < 10; period++) {
      solo.runUntil('period');
      expect(solo.sent('ping')).toHaveLength(1);
    }
  });
});
