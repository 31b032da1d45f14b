import { describe, expect, it } from 'vitest';
import { FailureReports, gossipEntryCount, quorumConfig, quorumOf, reportValidityMs } from '../src/index.ts';
import { claim, tableOf, WALL_MS } from './members.ts';
import { SoloQuorum } from './solo-quorum.ts';

const OTHERS = ['a', 'b', 'c', 'd'];
const config = quorumConfig();

/** Five voters, `self` among them, of whom `a` has been silent until it is suspect. */
function suspecting(): SoloQuorum {
  const solo = new SoloQuorum(tableOf('self', ...OTHERS));
  solo.runAnswered(26_000, 'b', 'c', 'd');
  return solo;
}

describe('the gossip section', () => {
  // [RedisCluster] wanted = max(3, floor(N / 10)), of at most N - 2 others.
  it.each([
    [2, 0],
    [3, 1],
    [5, 3],
    [30, 3],
    [39, 3],
    [40, 4],
    [256, 25],
    [1_000, 100],
  ])('of a cluster of %d has %d entries', (memberCount, entryCount) => {
    expect(gossipEntryCount(memberCount, config)).toBe(entryCount);
  });

  it('has so many in fact, none twice, and neither the receiver nor the sender', () => {
    const names = Array.from({ length: 59 }, (_, index) => `n-${index}`);
    const solo = new SoloQuorum(tableOf('self', ...names));
    // Longer than half a node timeout, when all are asked, and shorter than a whole one, when they are asked again.
    solo.run(14_000);
    const pings = solo.sent('ping').filter(({ via }) => via === 'packet');
    expect(pings).toHaveLength(names.length);
    const sizes = new Set<number>();
    for (const { to, message } of pings) {
      const told = message.entries.map(({ name }) => name);
      sizes.add(told.length);
      expect(new Set(told).size).toBe(told.length);
      expect(told.includes(to) || told.includes('self')).toBe(false);
    }
    // A draw in vain may leave one short, as in Redis.
    expect([...sizes].every((size) => size <= 6)).toBe(true);
    expect(sizes.has(6)).toBe(true);
  });

  it('has the suspect in addition, up to the bound', () => {
    const names = Array.from({ length: 40 }, (_, index) => `n-${index}`);
    const solo = new SoloQuorum(tableOf('self', ...names), { failingCountMax: 5 });
    solo.run(24_000);
    solo.out.clear();
    solo.hear('n-0', { type: 'ping', sequence: 3, path: 'packet', entries: [] });
    const [pong] = solo.sent('pong');
    const failing = pong!.message.entries.filter(({ opinion }) => opinion === 'pfail');
    expect(failing).toHaveLength(5);
  });
});

describe('the cadence of pings', () => {
  // [RedisCluster] one ping a second to the oldest of five, and to whoever has been silent for half the timeout.
  it('is at least 2 (N - 1) / T a second, and no more than one beside', () => {
    const names = Array.from({ length: 30 }, (_, index) => `n-${index}`);
    const solo = new SoloQuorum(tableOf('self', ...names));
    let pingCount = 0;
    const seen = new Set<string>();
    for (let tick = 0; tick < 600; tick++) {
      solo.out.sends.length = 0;
      solo.run(100);
      pingCount += solo.sent('ping').length;
      for (const { to } of solo.sent('ping')) seen.add(to);
      solo.answer(...names);
    }
    expect(seen.size).toBe(30);
    expect(pingCount).toBeGreaterThanOrEqual((60 * 2 * 30) / 15 - 30);
    expect(pingCount).toBeLessThanOrEqual((60 * 2 * 30) / 15 + 60);
  });

  it('asks the oldest of five once a second when all are fresh', () => {
    const solo = new SoloQuorum(tableOf('self', 'a', 'b'), { sampleCount: 2 });
    const asked: string[] = [];
    for (let second = 0; second < 6; second++) {
      solo.out.sends.length = 0;
      solo.run(1_000);
      asked.push(...solo.sent('ping').map(({ to }) => to));
      solo.answer('a', 'b');
    }
    expect(asked).toHaveLength(6);
    for (let index = 2; index < asked.length; index++) expect(asked[index]).toBe(asked[index - 2]);
  });

  it('takes the pong of another for its own, if nobody thinks ill of the member', () => {
    const solo = new SoloQuorum(tableOf('self', 'a', 'b', 'c'), { sampleIntervalMs: 1_000_000 });
    solo.runAnswered(1_000, 'a', 'b', 'c');
    let pingCount = 0;
    const pass = (seconds: number): void => {
      for (let second = 0; second < seconds; second++) {
        solo.opine('a', 'ok', 'b');
        solo.out.sends.length = 0;
        solo.run(1_000);
        pingCount += solo.sent('ping').filter(({ to }) => to === 'a').length;
        solo.answer('b', 'c');
      }
    };
    pass(20);
    expect(pingCount).toBe(0);
    solo.opine('a', 'pfail', 'c');
    pass(8);
    expect(pingCount).toBe(1);
  });
});

describe('PFAIL', () => {
  it('comes after a node timeout without answer, and the ping is repeated at half of it, by stream and by packet in turn', () => {
    const solo = new SoloQuorum(tableOf('self', 'a'), { sampleIntervalMs: 1_000_000 });
    solo.runTo(200);
    const sentMs = solo.nowMs;
    expect(solo.sent('ping')).toHaveLength(1);
    solo.runTo(sentMs + 7_700);
    expect(solo.sent('ping').map(({ via }) => via)).toEqual(['packet', 'stream']);
    solo.runTo(sentMs + 14_700);
    expect(solo.status('a')).toBe('alive');
    solo.runTo(sentMs + 15_200);
    expect(solo.status('a')).toBe('suspect');
    expect(solo.sent('ping').map(({ via }) => via)).toEqual(['packet', 'stream', 'packet']);
    expect(solo.told('member-suspected')[0]?.evidence).toMatchObject({
      timeoutMs: 15_000,
      finding: { rule: 'quorum', reporterCount: 1, neededCount: 2 },
    });
  });

  // [RedisCluster] any data counts as life.
  it('does not come while anything arrives', () => {
    const solo = new SoloQuorum(tableOf('self', 'a'));
    for (let turn = 0; turn < 20; turn++) {
      solo.run(5_000);
      solo.command({ type: 'heard', name: 'a' });
    }
    expect(solo.status('a')).toBe('alive');
    solo.run(15_300);
    expect(solo.status('a')).toBe('suspect');
  });

  it('goes with a pong to the ping that is open, and by nothing else', () => {
    const solo = new SoloQuorum(tableOf('self', 'a'), { sampleIntervalMs: 1_000_000 });
    solo.run(16_000);
    expect(solo.status('a')).toBe('suspect');
    const { message } = solo.sent('ping')[0]!;
    const pong = { ...message, type: 'pong', entries: [] } as const;
    solo.hear('a', { type: 'ping', sequence: 1, path: 'packet', entries: [] });
    solo.hear('a', { ...pong, sequence: message.sequence + 1 });
    solo.hear('x', pong);
    expect(solo.status('a')).toBe('suspect');
    solo.hear('a', pong);
    expect(solo.status('a')).toBe('alive');
    expect(solo.told('member-recovered')).toHaveLength(1);
    expect(solo.told('pong-received')).toHaveLength(1);
  });
});

describe('FAIL', () => {
  // [RedisCluster] needed = size / 2 + 1, the judge included if it is a voter.
  it.each([
    [1, 1],
    [2, 2],
    [3, 2],
    [4, 3],
    [5, 3],
    [6, 4],
  ])('of %d voters takes %d', (voterCount, needed) => {
    expect(quorumOf(voterCount)).toBe(needed);
  });

  it('comes with the report that makes a majority, and is told to all', () => {
    const solo = suspecting();
    solo.out.clear();
    solo.opine('a', 'pfail', 'b');
    expect(solo.status('a')).toBe('suspect');
    expect(solo.told('suspicion-confirmed')).toHaveLength(1);
    solo.opine('a', 'pfail', 'b');
    expect(solo.status('a')).toBe('suspect');
    solo.opine('a', 'fail', 'c');
    expect(solo.status('a')).toBe('dead');
    const [failed] = solo.told('member-failed');
    expect(failed?.evidence.accusations.map(({ accuser }) => accuser)).toEqual(['self', 'b', 'c']);
    expect(failed?.evidence.finding).toMatchObject({ reporterCount: 3, neededCount: 3 });
    expect(new Set(solo.sent('fail').map(({ to }) => to))).toEqual(new Set(['b', 'c', 'd']));
    solo.runAnswered(1_100, 'b', 'c', 'd');
    expect(solo.sent('fail').length).toBeLessThanOrEqual(3);
  });

  it('does not come by reports alone: we must have missed the member ourselves', () => {
    const solo = new SoloQuorum(tableOf('self', ...OTHERS));
    solo.runAnswered(5_000, ...OTHERS);
    solo.opine('a', 'pfail', 'b', 'c', 'd');
    expect(solo.status('a')).toBe('alive');
  });

  it('counts voters only, and does not count the judge if it is none', () => {
    const voters = { count: 3, has: (name: string) => ['a', 'b', 'c'].includes(name) };
    const solo = new SoloQuorum(tableOf('self', ...OTHERS), {}, voters);
    solo.runAnswered(26_000, 'b', 'c', 'd');
    solo.opine('a', 'pfail', 'd', 'b');
    expect(solo.status('a')).toBe('suspect');
    solo.opine('a', 'pfail', 'c');
    expect(solo.status('a')).toBe('dead');
  });

  it('needs reports of the last two node timeouts that were not taken back', () => {
    const solo = suspecting();
    solo.opine('a', 'pfail', 'b');
    solo.opine('a', 'ok', 'b');
    solo.opine('a', 'pfail', 'c');
    expect(solo.status('a')).toBe('suspect');
    solo.runAnswered(30_100, 'b', 'c', 'd');
    solo.opine('a', 'pfail', 'b');
    expect(solo.status('a')).toBe('suspect');
    solo.opine('a', 'pfail', 'd');
    expect(solo.status('a')).toBe('dead');
  });

  it('is believed at once of a member, without a vote, in the life that it is about', () => {
    const solo = new SoloQuorum(tableOf('self', ...OTHERS));
    solo.runAnswered(1_000, ...OTHERS);
    solo.hear('10.0.0.9:1', { type: 'fail', name: 'a', generation: 1 });
    solo.hear('b', { type: 'fail', name: 'a', generation: 2 });
    solo.hear('a', { type: 'fail', name: 'a', generation: 1 });
    solo.hear('b', { type: 'fail', name: 'self', generation: 1 });
    expect(solo.told('member-failed')).toEqual([]);
    solo.hear('b', { type: 'fail', name: 'a', generation: 1 });
    expect(solo.told('member-failed').map(({ claim: { accuser } }) => accuser)).toEqual(['b']);
    expect(solo.status('a')).toBe('dead');
  });

  // [RedisCluster] a master that is reachable again is cleared after 2T without failover; others at once.
  it('of a voter is cleared by a pong after two node timeouts', () => {
    const solo = new SoloQuorum(tableOf('self', ...OTHERS));
    solo.runAnswered(1_000, ...OTHERS);
    solo.hear('b', { type: 'fail', name: 'a', generation: 1 });
    solo.runAnswered(29_900, ...OTHERS);
    expect(solo.status('a')).toBe('dead');
    solo.runAnswered(8_000, ...OTHERS);
    expect(solo.status('a')).toBe('alive');
    expect(solo.told('member-recovered')).toHaveLength(1);
    expect(solo.core.evidenceOf('a')).toBeUndefined();
  });

  it('of anybody else is cleared by the first pong', () => {
    const voters = { count: 3, has: (name: string) => ['b', 'c', 'self'].includes(name) };
    const solo = new SoloQuorum(tableOf('self', ...OTHERS), {}, voters);
    solo.runAnswered(1_000, ...OTHERS);
    solo.hear('b', { type: 'fail', name: 'a', generation: 1 });
    solo.runAnswered(8_000, ...OTHERS);
    expect(solo.status('a')).toBe('alive');
  });

  it('ends with the life that it was about', () => {
    const solo = suspecting();
    solo.opine('a', 'pfail', 'b', 'c');
    expect(solo.status('a')).toBe('dead');
    solo.table.merge(claim('a', { generation: 2 }), WALL_MS, solo.nowMs);
    solo.command({ type: 'watch', name: 'a' });
    expect(solo.status('a')).toBe('alive');
  });
});

describe('a pause of our own process', () => {
  it('makes nobody suspect', () => {
    const solo = new SoloQuorum(tableOf('self', ...OTHERS));
    solo.runAnswered(5_000, ...OTHERS);
    solo.run(1_000);
    solo.standStill(60_000);
    expect(solo.told('paused')).toHaveLength(1);
    solo.run(300);
    expect(solo.told('member-suspected')).toEqual([]);
    solo.run(23_000);
    expect(solo.told('member-suspected')).toHaveLength(4);
  });
});

describe('what a peer may send', () => {
  it('is bounded', () => {
    const solo = new SoloQuorum(tableOf('self', 'a', 'b'), { entryCountMax: 2 });
    solo.run(1_000);
    const entry = { name: 'b', generation: 1, opinion: 'ok', pongAgeMs: 0 } as const;
    solo.hear('a', { type: 'ping', sequence: 1, path: 'packet', entries: [entry, entry, entry] });
    expect(solo.core.droppedCount).toBe(1);
  });

  it('of a stranger is answered and not believed, and it is told only who fails', () => {
    const solo = suspecting();
    solo.out.clear();
    solo.opine('a', 'pfail', '10.0.0.9:1', '10.0.0.8:1', '10.0.0.7:1');
    expect(solo.status('a')).toBe('suspect');
    const told = solo.sent('pong').map(({ message }) => message.entries.map(({ name, opinion }) => [name, opinion]));
    expect(told).toEqual([[['a', 'pfail']], [['a', 'pfail']], [['a', 'pfail']]]);
    for (const name of ['b', 'c']) solo.opine('a', 'fail', name);
    expect(solo.status('a')).toBe('dead');
    solo.out.clear();
    solo.opine('b', 'ok', '10.0.0.9:1');
    expect(solo.sent('pong')[0]?.message.entries).toMatchObject([{ name: 'a', opinion: 'fail' }]);
  });
});

describe('FailureReports', () => {
  it('keeps one report per reporter for two node timeouts', () => {
    const reports = new FailureReports(reportValidityMs(config));
    expect(reports.add('m', 'a', 0)).toBe(true);
    expect(reports.add('m', 'b', 10_000)).toBe(true);
    expect(reports.add('m', 'a', 20_000)).toBe(false);
    expect([...reports.of('m', 40_000).keys()]).toEqual(['b', 'a']);
    expect([...reports.of('m', 40_001).keys()]).toEqual(['a']);
    reports.remove('m', 'a');
    expect(reports.of('m', 40_001).size).toBe(0);
  });
});
