import { describe, expect, it } from 'vitest';
import { broadcastPhase, detectionPhase, joinPhase, lossPhase } from '../hearsay/phases.mjs';
import { median } from '../hearsay/usage.mjs';
import { ScriptedCluster } from './scripted-cluster.mjs';

describe('joinPhase', () => {
  it('ends when everybody knows everybody', async () => {
    const cluster = new ScriptedCluster(5, { onJoin: () => cluster.introduceAll() });
    const { mostMs, allMs, missingPairs } = await joinPhase(cluster);
    expect(missingPairs).toBe(0);
    expect(mostMs).toBeLessThanOrEqual(allMs);
  });

  it('gives up after its limit, and says how many pairs are missing', async () => {
    const cluster = new ScriptedCluster(20, {
      onJoin: () => {
        cluster.introduceAll();
        cluster.views.record('dead', 0, 1);
      },
    });
    // 379 of 380 pairs are 99.7 %: that was reached, and so was everything, for a moment.
    expect(await joinPhase(cluster)).toMatchObject({ allMs: expect.any(Number), missingPairs: 1 });
    const few = new ScriptedCluster(20, { onJoin: () => few.views.record('joined', 0, 1) });
    expect(await joinPhase(few)).toEqual({ mostMs: null, allMs: null, missingPairs: 379 });
  });
});

describe('lossPhase', () => {
  it('counts false alarms while packets are lost, and stops losing them', async () => {
    const cluster = new ScriptedCluster(4, {
      onLose: () => {
        cluster.introduceAll();
        // After the phase has begun to listen.
        queueMicrotask(() => {
          cluster.views.record('suspected', 0, 1);
          cluster.views.record('suspected', 2, 1);
          cluster.views.record('dead', 2, 1);
        });
      },
    });
    const result = await lossPhase(cluster);
    expect(result).toMatchObject({ lossPerMille: 200, suspicions: 2, falseDeadViews: 1 });
    expect(cluster.losses).toEqual([200, 0]);
    expect(result.perNodeSecond.udpPackets * result.seconds).toBeCloseTo(1, 1);
    expect(result.perNodeSecond.tcpMessages).toBe(0);
  });
});

describe('broadcastPhase', () => {
  it('tells how far each message got, and what was missed', async () => {
    const numbers = [];
    const cluster = new ScriptedCluster(4, {
      onPublish: (origin, payload) => {
        expect(payload).toHaveLength(100);
        const number = new DataView(payload.buffer).getUint32(0);
        numbers.push(number);
        const reached = cluster.views.running.filter((index) => index !== origin).slice(0, number === 0 ? 3 : 1);
        for (const viewer of [origin, ...reached]) cluster.views.record('received', viewer, number);
      },
    });
    const { messages, halfMs, mostMs, allMs, missed } = await broadcastPhase(cluster);
    expect(numbers).toEqual([0, 1, 2]);
    expect({ messages, missed }).toEqual({ messages: 3, missed: 4 });
    expect(halfMs).toBeLessThanOrEqual(mostMs);
    expect(mostMs).toBe(allMs);
  });

  it('has no time for what no message reached', async () => {
    expect(await broadcastPhase(new ScriptedCluster(4))).toMatchObject({ halfMs: null, allMs: null, missed: 12 });
  });
});

describe('detectionPhase', () => {
  it('ends when everybody who knew the killed node calls it dead', async () => {
    const cluster = new ScriptedCluster(5, {
      onStop: ([victim]) => {
        const { running } = cluster.views;
        cluster.views.record('suspected', running[0], victim);
        for (const viewer of running) cluster.views.record('dead', viewer, victim);
      },
    });
    cluster.introduceAll();
    const { kills, firstSuspectMs, firstDeadMs, allKnowMs, ...rest } = await detectionPhase(cluster);
    expect(kills).toBe(1);
    expect(rest).toEqual({ missingViews: 0, falseDeadViews: 0 });
    expect(firstSuspectMs).toBeLessThanOrEqual(firstDeadMs);
    expect(firstDeadMs).toBeLessThanOrEqual(allKnowMs);
  });

  it('waits only for those who knew it', async () => {
    const cluster = new ScriptedCluster(3, {
      onStop: ([victim]) => {
        for (const viewer of cluster.views.running) cluster.views.record('dead', viewer, victim);
      },
    });
    cluster.views.record('joined', 0, 2);
    cluster.rng.sample = () => [2];
    expect(await detectionPhase(cluster)).toMatchObject({ allKnowMs: expect.any(Number), missingViews: 0 });
  });

  it('does not count who hears of the killed node only afterwards', async () => {
    const cluster = new ScriptedCluster(3, {
      onStop: ([victim]) => {
        const [viewer] = cluster.views.running;
        cluster.views.record('joined', viewer, victim);
        cluster.views.record('dead', viewer, victim);
      },
    });
    expect(await detectionPhase(cluster)).toMatchObject({ firstDeadMs: null, allKnowMs: null, falseDeadViews: 0 });
  });

  it('gives up after its limit, and counts who does not know and who is wrong', async () => {
    const cluster = new ScriptedCluster(5, {
      onStop: ([victim]) => {
        const [viewer, other] = cluster.views.running;
        cluster.views.record('dead', viewer, victim);
        cluster.views.record('dead', viewer, other);
      },
    });
    cluster.introduceAll();
    expect(await detectionPhase(cluster)).toEqual({
      kills: 1,
      firstSuspectMs: null,
      firstDeadMs: expect.any(Number),
      allKnowMs: null,
      missingViews: 3,
      falseDeadViews: 1,
    });
  });
});

describe('median', () => {
  it.each([
    [[], null],
    [[3], 3],
    [[9, 1, 2], 2],
    [[4, 1, 2, 3], 2.5],
    [[1 / 3], 0.333],
  ])('of %j is %j', (values, expected) => {
    expect(median(values)).toBe(expected);
  });
});
