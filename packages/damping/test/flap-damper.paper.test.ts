/** Each test restates one sentence of a paper and cites it. Nothing else belongs in this file. */
import { describe, expect, it } from 'vitest';
import { type FlapConfig, FlapDamper, flapConfig, penaltyCeiling } from '../src/index.ts';

const MINUTE_MS = 60_000;
const CLUSTER_SIZE = 1_000;

/**
 * The sample configuration of §4.7, where one withdrawal is 1.000: cut 1.25, reuse 0.5, T-hold 15 minutes, decay-ok 5
 * minutes. A withdrawal is a failure here, and an advertisement a recovery.
 */
const SAMPLE: Partial<FlapConfig> = {
  failurePenalty: 1_000,
  recoveryPenalty: 0,
  suppressLimit: 1_250,
  reuseLimit: 500,
  suppressMsMax: 15 * MINUTE_MS,
  halfLifeMs: 5 * MINUTE_MS,
};

const sample = (partial: Partial<FlapConfig> = {}) => new FlapDamper(flapConfig({ ...SAMPLE, ...partial }));

/** Withdraws a route at each of these minutes, and advertises it half a minute later. Returns when that damped it. */
function flap(damper: FlapDamper, ...minutes: readonly number[]): number[] {
  return minutes.filter((minute) => {
    const result = damper.note('route', 'failed', minute * MINUTE_MS, CLUSTER_SIZE);
    damper.note('route', 'recovered', (minute + 0.5) * MINUTE_MS, CLUSTER_SIZE);
    return result === 'damped';
  });
}

/** Minutes from the last flap until the route is used again. */
function suppressionMinutes(damper: FlapDamper, lastMinute: number): number {
  return damper.nextReuseMs(lastMinute * MINUTE_MS)! / MINUTE_MS - lastMinute;
}

const everyMinutes = (period: number, count: number) => Array.from({ length: count }, (_, index) => index * period);

describe('[RFC2439 §4.2] configuration parameters', () => {
  it('cutoff threshold: the value above which a route is suppressed', () => {
    const damper = sample({ suppressLimit: 2_000 });
    expect(flap(damper, 0)).toEqual([]);
    // Two withdrawals at once are 2.0, which is not above 2.0; a third is.
    expect(damper.note('route', 'failed', 0, CLUSTER_SIZE)).toBeUndefined();
    expect(damper.note('route', 'failed', 0, CLUSTER_SIZE)).toBe('damped');
  });

  it('reuse threshold: the value below which a suppressed route is used again', () => {
    const damper = sample();
    expect(flap(damper, 0, 0)).toEqual([0]);
    // 2.0 fades to 0.5 in two half-lives.
    expect(damper.reusable(10 * MINUTE_MS - 1)).toEqual([]);
    expect(damper.reusable(10 * MINUTE_MS)).toEqual(['route']);
  });

  it('maximum hold time: the longest that a route can be suppressed, however unstable it was before', () => {
    for (const count of [10, 100, 1_000]) {
      const damper = sample();
      const minutes = everyMinutes(1 / 60, count);
      flap(damper, ...minutes);
      const lastMinute = minutes.at(-1)!;
      expect(suppressionMinutes(damper, lastMinute)).toBeLessThanOrEqual(15);
      expect(suppressionMinutes(damper, lastMinute)).toBeGreaterThan(14.5);
    }
  });

  it('decay half-life: the time in which the figure of merit is reduced by half', () => {
    const damper = sample();
    flap(damper, 0);
    expect([0, 5, 10, 15].map((minute) => damper.penaltyOf('route', minute * MINUTE_MS))).toEqual([
      1_000, 500, 250, 125,
    ]);
  });

  it('decay memory limit: the memory of instability is given up after a time', () => {
    const damper = sample();
    flap(damper, 0);
    const hourMs = 60 * MINUTE_MS;
    damper.note('other', 'failed', hourMs, CLUSTER_SIZE);
    expect(damper.penaltyOf('route', hourMs)).toBe(0);
    expect(damper.memberCount).toBe(1);
  });
});

describe('[RFC2439 §4.3] guidelines for setting parameters', () => {
  it.each([
    [1_250, 1],
    [1_250, 2.5],
    [1_250, 5],
    [1_500, 4],
    [1_500, 5],
  ])('cut %d: flapping at the half-life or faster, every %d min, is suppressed after two or three', (cut, period) => {
    const [damped] = flap(sample({ suppressLimit: cut }), ...everyMinutes(period, 3));
    expect([period, 2 * period]).toContain(damped);
  });

  it('and used again after about 1.5 to 2.5 half-lives of stability', () => {
    for (const period of [1, 2, 4]) {
      const damper = sample();
      flap(damper, ...everyMinutes(period, 3));
      const halfLives = suppressionMinutes(damper, 2 * period) / 5;
      expect(halfLives).toBeGreaterThan(1.5);
      expect(halfLives).toBeLessThan(2.5);
    }
  });
});

describe('[RFC2439 §4.5] processing configuration parameters', () => {
  it('the ceiling is what decays to the reuse threshold in the maximum hold time', () => {
    expect(penaltyCeiling(flapConfig(SAMPLE))).toBe(4_000);
    const damper = sample();
    flap(damper, ...Array<number>(20).fill(0));
    expect(damper.penaltyOf('route', 0)).toBe(4_000);
    expect(damper.penaltyOf('route', 15 * MINUTE_MS)).toBe(500);
  });
});

describe('[RFC2439 §4.8] processing routing protocol activity', () => {
  it('§4.8.1 a route without history is used', () => {
    expect(sample().isDamped('route')).toBe(false);
  });

  it('§4.8.2 the first withdrawal sets the figure of merit to one', () => {
    const damper = sample();
    damper.note('route', 'failed', 7 * MINUTE_MS, CLUSTER_SIZE);
    expect(damper.penaltyOf('route', 7 * MINUTE_MS)).toBe(1_000);
  });

  it('§4.8.2 a later one decays it for the time since, and adds one', () => {
    const damper = sample();
    flap(damper, 0, 5, 10);
    expect(damper.penaltyOf('route', 10 * MINUTE_MS)).toBe((1_000 / 2 + 1_000) / 2 + 1_000);
  });

  it('§4.8.3 an advertisement adds nothing, and its route is used if it is not suppressed', () => {
    const damper = sample();
    flap(damper, 0);
    expect(damper.note('route', 'recovered', 0, CLUSTER_SIZE)).toBeUndefined();
    expect(damper.penaltyOf('route', 0)).toBe(1_000);
    expect(damper.isDamped('route')).toBe(false);
  });

  it('§4.8.3 a suppressed route that has decayed to the reuse threshold is used when it is advertised', () => {
    const damper = sample();
    flap(damper, 0, 0);
    damper.note('route', 'recovered', 9 * MINUTE_MS, CLUSTER_SIZE);
    expect(damper.isDamped('route')).toBe(true);
    damper.note('route', 'recovered', 10 * MINUTE_MS, CLUSTER_SIZE);
    expect(damper.isDamped('route')).toBe(false);
  });

  it('§4.8.7 at a reuse event, routes that have decayed are used and the others wait on', () => {
    const damper = sample();
    flap(damper, 0, 0);
    for (const _ of [1, 2, 3]) damper.note('worse', 'failed', 0, CLUSTER_SIZE);
    expect(damper.reusable(10 * MINUTE_MS)).toEqual(['route']);
    expect(damper.isDamped('worse')).toBe(true);
    expect(damper.nextReuseMs(10 * MINUTE_MS)).toBeGreaterThan(10 * MINUTE_MS);
  });
});
