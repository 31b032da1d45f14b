import { describe, expect, it } from 'vitest';
import type { FlapDamper, FlapKind } from '../src/index.ts';
import { CLUSTER_SIZE, dampAt, damper, MINUTE_MS } from './flapping.ts';

/** Notes failures of one member every `periodMs` until it is damped, or `flapCountMax` times. Returns what it took. */
function flapUntilDamped(each: FlapDamper, periodMs: number, flapCountMax = 1_000) {
  for (let flapCount = 1; flapCount <= flapCountMax; flapCount++) {
    const nowMs = (flapCount - 1) * periodMs;
    if (each.note('api-1', 'failed', nowMs, CLUSTER_SIZE) === 'damped') return { flapCount, nowMs };
  }
  return undefined;
}

/** A flap costs 500 points as in ringpop, or 1000 as in RFC 2439's usual scale, and coming back nothing. */
const RINGPOP = { failurePenalty: 500, recoveryPenalty: 0 };
const ROUTER = {
  halfLifeMs: 15 * MINUTE_MS,
  suppressLimit: 2_000,
  reuseLimit: 750,
  suppressMsMax: 60 * MINUTE_MS,
  failurePenalty: 1_000,
  recoveryPenalty: 0,
};

describe('FlapDamper, penalties over time', () => {
  it('adds up, fades by half in each half-life, and is forgotten below one point', () => {
    const each = damper();
    const flaps: readonly [FlapKind, number][] = [
      ['failed', 0], // 1000
      ['recovered', 10], // 1000 × 2^(-10/5) + 500 = 750
      ['suspected', 15], // 750 / 2 + 500 = 875
    ];
    for (const [kind, minute] of flaps) each.note('api-1', kind, minute * MINUTE_MS, CLUSTER_SIZE);
    const table = [
      [15, 875],
      [17.5, 618.718],
      [20, 437.5],
      [25, 218.75],
      [30, 109.375],
      [63, 1.128], // 875 × 2^(-48/5)
      [64, 0], // would be 0.98
    ] as const;
    for (const [minute, points] of table) {
      expect(Math.abs(each.penaltyOf('api-1', minute * MINUTE_MS) - points)).toBeLessThan(0.01);
    }
    expect(each.memberCount).toBe(1);
    each.note('api-2', 'failed', 64 * MINUTE_MS, CLUSTER_SIZE);
    expect(each.memberCount).toBe(1);
  });

  // Flaps every T: the penalty after n of them is p (1 - 2^(-nT/H)) / (1 - 2^(-T/H)).
  it.each([
    { figures: RINGPOP, of: 'ringpop', seconds: 10, flapCount: 12 },
    { figures: RINGPOP, of: 'ringpop', seconds: 30, flapCount: 16 },
    { figures: RINGPOP, of: 'ringpop', seconds: 60, flapCount: undefined }, // tends to 3863
    { figures: ROUTER, of: 'a router', seconds: 10, flapCount: 3 },
    { figures: ROUTER, of: 'a router', seconds: 600, flapCount: 3 },
    { figures: ROUTER, of: 'a router', seconds: 900, flapCount: undefined }, // tends to 2000 from below
  ])('with the figures of $of, a flap every $seconds s is damped at number $flapCount', (row) => {
    expect(flapUntilDamped(damper(row.figures), row.seconds * 1_000)?.flapCount).toBe(row.flapCount);
  });

  it.each([
    { figures: RINGPOP, of: 'ringpop', seconds: 10, reuseSeconds: 325 },
    { figures: ROUTER, of: 'a router', seconds: 10, reuseSeconds: 1_790 }, // 2977 points
    { figures: ROUTER, of: 'a router', seconds: 600, reuseSeconds: 1_291 }, // 2027 points
  ])('with the figures of $of, flaps every $seconds s are over $reuseSeconds s after the last', (row) => {
    const each = damper(row.figures);
    const { nowMs } = flapUntilDamped(each, row.seconds * 1_000)!;
    const waitMs = each.nextReuseMs(nowMs)! - nowMs;
    expect(Math.round(waitMs / 1_000)).toBe(row.reuseSeconds);
  });

  // The table of the README, computed with logarithms.
  it.each([
    { seconds: 10, flapCount: 4, reuseSeconds: 361 },
    { seconds: 30, flapCount: 4, reuseSeconds: 325 },
    { seconds: 60, flapCount: 5, reuseSeconds: 344 },
    { seconds: 90, flapCount: 6, reuseSeconds: 327 },
    { seconds: 120, flapCount: 8, reuseSeconds: 304 },
    { seconds: 150, flapCount: undefined, reuseSeconds: undefined },
  ])('by default, dead every $seconds s is damped at number $flapCount', ({ seconds, flapCount, reuseSeconds }) => {
    const each = damper();
    let nowMs = 0;
    let count = 0;
    while (count < 100 && each.dampedCount === 0) {
      count += 1;
      each.note('api-1', 'failed', nowMs, CLUSTER_SIZE);
      each.note('api-1', 'recovered', nowMs + seconds * 500, CLUSTER_SIZE);
      nowMs += seconds * 1_000;
    }
    const backMs = nowMs - seconds * 500;
    const reuseMs = each.nextReuseMs(backMs);
    expect(reuseMs === undefined ? undefined : count).toBe(flapCount);
    expect(reuseMs && Math.round((reuseMs - backMs) / 1_000)).toBe(reuseSeconds);
  });

  it('is 0 for who never flapped, and stops at the ceiling', () => {
    const each = damper();
    expect(each.penaltyOf('api-1', 0)).toBe(0);
    dampAt(each, 'api-1', 0, 50);
    expect(each.penaltyOf('api-1', 0)).toBe(10_000);
  });

  it('is the same in whatever order flaps of one time are noted, to the last bit', () => {
    // Penalties of different size, because a sum of doubles is rounded by the size of what is added first.
    const penalties = { failurePenalty: 4_000, suspicionPenalty: 300 };
    const differing = Array.from({ length: 2_000 }, (_, nowMs) => nowMs).filter((nowMs) => {
      const [a, b] = [['failed', 'suspected'] as const, ['suspected', 'failed'] as const].map((order) => {
        const each = damper(penalties);
        each.note('api-1', 'recovered', 0, CLUSTER_SIZE);
        for (const kind of order) each.note('api-1', kind, nowMs * 100, CLUSTER_SIZE);
        return each.penaltyOf('api-1', nowMs * 100);
      });
      return a !== b;
    });
    expect(differing).toEqual([]);
  });

  it('fades also when a member flaps more often than once in a step of time', () => {
    // A step takes 30.5 s. Steps counted from flap to flap would lose the time between, and nothing would ever fade.
    const halfLifeMs = 2_000_000_000;
    const each = damper({
      halfLifeMs,
      suppressMsMax: halfLifeMs,
      reuseLimit: 5_000,
      suppressLimit: 9_000,
      suspicionPenalty: 4_000,
      failurePenalty: 1,
    });
    each.note('api-1', 'suspected', 0, CLUSTER_SIZE);
    let expected = 4_000;
    for (let flap = 1; flap <= 3_000; flap++) {
      expected = expected * 2 ** (-1_017 / halfLifeMs) + 1;
      each.note('api-1', 'failed', flap * 1_017, CLUSTER_SIZE);
    }
    expect(expected).toBeLessThan(6_995);
    expect(Math.abs(each.penaltyOf('api-1', 3_000 * 1_017) - expected)).toBeLessThan(0.1);
  });
});

describe('FlapDamper, who is damped', () => {
  it('says so once, when the penalty rises above the limit', () => {
    const each = damper({ recoveryPenalty: 0 });
    const results = Array.from({ length: 7 }, () => each.note('api-1', 'failed', 0, CLUSTER_SIZE));
    // 5000 is the limit and not above it.
    expect(results).toEqual([undefined, undefined, undefined, undefined, undefined, 'damped', undefined]);
    expect(each.isDamped('api-1')).toBe(true);
    expect(each.isDamped('api-2')).toBe(false);
  });

  it('lets back when the penalty has faded to the reuse limit, and not a millisecond earlier', () => {
    const each = damper();
    dampAt(each, 'api-1', 0, 6);
    const reuseMs = each.nextReuseMs(0)!;
    expect(Math.abs(reuseMs - 300_000 * Math.log2(6_000 / 2_500))).toBeLessThan(5);
    expect(each.reusable(reuseMs - 1)).toEqual([]);
    expect(each.isDamped('api-1')).toBe(true);
    expect(each.reusable(reuseMs)).toEqual(['api-1']);
    expect(each.isDamped('api-1')).toBe(false);
    expect(each.reusable(reuseMs)).toEqual([]);
    expect(each.nextReuseMs(reuseMs)).toBeUndefined();
  });

  it('lets back in time also when flaps come between milliseconds', () => {
    const each = damper();
    // 4.6 ms is just after the beginning of a step.
    dampAt(each, 'api-1', 4.6, 20);
    expect(each.nextReuseMs(4.6)).toBe(4.6 + 600_000);
  });

  it('stays damped between the limits, and is damped again only above the upper one', () => {
    const each = damper({ recoveryPenalty: 0 });
    dampAt(each, 'api-1', 0, 6);
    expect(each.penaltyOf('api-1', 240_000)).toBeLessThan(5_000);
    expect(each.reusable(240_000)).toEqual([]);
    const reuseMs = each.nextReuseMs(0)!;
    expect(each.reusable(reuseMs)).toEqual(['api-1']);
    // 2500 + 2000: above the lower limit, but not above the upper one.
    expect(dampAt(each, 'api-1', reuseMs, 2)).toBe(false);
    expect(dampAt(each, 'api-1', reuseMs, 1)).toBe(true);
  });

  it('waits anew after each flap', () => {
    const each = damper();
    dampAt(each, 'api-1', 0, 6);
    const firstMs = each.nextReuseMs(0)!;
    each.note('api-1', 'suspected', firstMs - 1, CLUSTER_SIZE);
    expect(each.reusable(firstMs)).toEqual([]);
    expect(each.nextReuseMs(firstMs)).toBeGreaterThan(firstMs + 60_000);
  });

  it('takes no notice of a flap that costs nothing', () => {
    const each = damper({ recoveryPenalty: 0 });
    dampAt(each, 'api-1', 0, 6);
    const reuseMs = each.nextReuseMs(0);
    expect(each.note('api-1', 'recovered', 100_000, CLUSTER_SIZE)).toBeUndefined();
    expect(each.note('api-2', 'recovered', 100_000, CLUSTER_SIZE)).toBeUndefined();
    expect(each.nextReuseMs(0)).toBe(reuseMs);
    expect(each.memberCount).toBe(1);
  });

  it('is let back even when the owner looks too late and it has flapped since', () => {
    const each = damper();
    dampAt(each, 'api-1', 0, 6);
    const lateMs = each.nextReuseMs(0)! + 1;
    expect(each.note('api-1', 'suspected', lateMs, CLUSTER_SIZE)).toBeUndefined();
    expect(each.isDamped('api-1')).toBe(false);
    expect(each.nextReuseMs(lateMs)).toBe(lateMs);
    expect(each.reusable(lateMs)).toEqual(['api-1']);
  });

  it('says nothing of a member that was let back and damped again before the owner looked', () => {
    const each = damper();
    dampAt(each, 'api-1', 0, 6);
    const lateMs = each.nextReuseMs(0)! + 1;
    expect(dampAt(each, 'api-1', lateMs, 6)).toBe(false);
    expect(each.isDamped('api-1')).toBe(true);
    expect(each.reusable(lateMs)).toEqual([]);
  });

  it('asks for no look in the past', () => {
    const each = damper();
    dampAt(each, 'api-1', 0, 6);
    expect(each.nextReuseMs(9_000_000)).toBe(9_000_000);
  });

  it('lists the damped ones, the first to be let back first', () => {
    const each = damper();
    dampAt(each, 'high', 0, 8);
    dampAt(each, 'low', 1_000, 6);
    const [low, high] = each.damped();
    expect(low).toMatchObject({ name: 'low', sinceMs: 1_000, reuseMs: each.nextReuseMs(1_000) });
    expect(high).toMatchObject({ name: 'high', sinceMs: 0 });
    expect(high!.reuseMs).toBeGreaterThan(low!.reuseMs);
    expect(each.damped()).toHaveLength(each.dampedCount);
  });
});
