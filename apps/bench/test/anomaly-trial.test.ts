import { describe, expect, it } from 'vitest';
import { healthyTrial, intervalTrial, type Trial, thresholdTrial } from '../src/suites/anomaly-trial.ts';
import { VARIANTS } from '../src/suites/lifeguard-variants.ts';

const TROUBLE: Omit<Trial, 'config'> = {
  seed: 3,
  nodeCount: 16,
  anomaly: 'threads',
  anomalousCount: 4,
  blockedMs: 40_000,
  normalMs: 64,
};
const { config: swim } = VARIANTS.SWIM;
const { config: lagAware } = VARIANTS['lag-aware'];

describe('a trial', () => {
  it('is a pure function of its seed', () => {
    const [first, second] = [1, 2].map(() => thresholdTrial({ ...TROUBLE, config: swim }));
    expect(second).toEqual(first);
    expect(thresholdTrial({ ...TROUBLE, seed: 4, config: swim }).verdicts.first).not.toEqual(first?.verdicts.first);
  });

  it('ends when all in trouble have been found by all, each after its suspicion of 6 s', () => {
    const { verdicts } = thresholdTrial({ ...TROUBLE, config: swim });
    expect(verdicts.all).toHaveLength(4);
    for (const ms of verdicts.first) expect(ms).toBeGreaterThan(6_020);
    expect(Math.max(...verdicts.all)).toBeLessThan(20_000);
  });

  it.each([
    // One suspicion per block, whose refutation is not read in time; it reaches nobody else.
    { anomaly: 'threads', normalMs: 64, least: 5, atWellLeast: 0, atWellMost: 10 },
    // One per period, and all of them are sent when the block ends.
    { anomaly: 'queue', normalMs: 1, least: 100, atWellLeast: 50, atWellMost: 1_000 },
    // Only what was under way when the process stopped: with 1 ms awake, every probe.
    { anomaly: 'pause', normalMs: 1, least: 5, atWellLeast: 0, atWellMost: 10 },
  ] as const)('makes false positives by SWIM: $anomaly', ({ anomaly, normalMs, least, atWellLeast, atWellMost }) => {
    const { verdicts } = intervalTrial({ ...TROUBLE, blockedMs: 16_384, anomaly, normalMs, config: swim });
    expect(verdicts.falseCount).toBeGreaterThan(least);
    expect(verdicts.falseAtWellCount).toBeGreaterThanOrEqual(atWellLeast);
    expect(verdicts.falseAtWellCount).toBeLessThan(atWellMost);
  });

  it('makes some even with Lifeguard, where there is no time to read what waits', () => {
    const { config } = VARIANTS.Lifeguard;
    const falseCountOf = (normalMs: number): number =>
      intervalTrial({ ...TROUBLE, blockedMs: 16_384, normalMs, config }).verdicts.falseCount;
    expect(falseCountOf(1)).toBeGreaterThan(5);
    expect(falseCountOf(64)).toBe(0);
  });

  it('makes none where a process is awake for long enough to end its probes', () => {
    const { verdicts } = intervalTrial({ ...TROUBLE, blockedMs: 16_384, anomaly: 'pause', config: swim });
    expect(verdicts.falseCount).toBe(0);
  });

  it.each(['threads', 'pause'] as const)('makes none when members notice that they stood still: %s', (anomaly) => {
    const { verdicts } = intervalTrial({ ...TROUBLE, blockedMs: 16_384, normalMs: 1, anomaly, config: lagAware });
    expect(verdicts.falseCount).toBe(0);
  });

  it('has no false positives without trouble, and two messages per member and second', () => {
    const { verdicts, messageCount, sentBytes } = healthyTrial({ seed: 1, config: lagAware, nodeCount: 16 }, 20_000);
    expect(verdicts).toMatchObject({ falseCount: 0, first: [] });
    // A probe and its ack, per period; one more or less has begun at the ends.
    expect(Math.abs(messageCount - 16 * 2 * 20)).toBeLessThan(16);
    expect(sentBytes / messageCount).toBeGreaterThan(20);
  });
});
