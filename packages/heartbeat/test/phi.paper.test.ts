import { describe, expect, it } from 'vitest';
import { ArrivalWindow, convictionMs, isConvicted, phiConfig, phiOf } from '../src/index.ts';

const EXPONENTIAL = phiConfig();
const NORMAL = phiConfig({ form: 'normal', phiMax: 8 });

describe('phi accrual', () => {
  // [Cassandra] phi = 0.4343 × silence / mean; the default threshold is 8.
  it('convicts after 18.42 mean intervals in the exponential form', () => {
    expect(convictionMs(1_000, EXPONENTIAL)).toBeCloseTo(18_420.7, 1);
    for (const meanMs of [200, 1_000, 1_337]) {
      expect(isConvicted(phiOf(18.4 * meanMs, meanMs, 1, EXPONENTIAL), EXPONENTIAL)).toBe(false);
      expect(isConvicted(phiOf(18.44 * meanMs, meanMs, 1, EXPONENTIAL), EXPONENTIAL)).toBe(true);
    }
  });

  // [Phi] a threshold of 1 is wrong about one time in ten, of 2 in a hundred, of 3 in a thousand.
  it.each([
    [1, 0.1],
    [2, 0.01],
    [3, 0.001],
  ])('means at phi %d that the silence has a chance of %d', (phi, chance) => {
    const silentMs = -Math.log(chance) * 1_000;
    expect(phiOf(silentMs, 1_000, 1, EXPONENTIAL)).toBeCloseTo(phi, 3);
  });

  // Upper tails of the normal distribution.
  it.each([
    [0, 0.301],
    [1, 0.7995],
    [2, 1.643],
    [3, 2.8698],
    [-3, 0.0006],
  ])('is the upper tail in the normal form: %d deviations give %d', (score, phi) => {
    expect(phiOf(1_000 + score * 100, 1_000, 100, NORMAL)).toBeCloseTo(phi, 1);
  });

  it('convicts a regular member sooner than a jittery one in the normal form', () => {
    const convictedAtMs = (deviationMs: number): number => {
      let silentMs = 0;
      while (!isConvicted(phiOf(silentMs, 1_000, deviationMs, NORMAL), NORMAL)) silentMs += 10;
      return silentMs;
    };
    expect(convictedAtMs(100)).toBeLessThan(1_700);
    expect(convictedAtMs(500)).toBeGreaterThan(3_000);
  });

  it('accepts a pause on top of the mean', () => {
    const patient = phiConfig({ form: 'normal', acceptedPauseMs: 3_000 });
    expect(phiOf(4_300, 1_000, 100, patient)).toBe(phiOf(1_300, 1_000, 100, NORMAL));
  });

  it('has a number for any silence', () => {
    for (const config of [EXPONENTIAL, NORMAL]) {
      for (const silentMs of [0, 1, 1e6, 1e12, Number.MAX_VALUE]) {
        expect(phiOf(silentMs, 1_000, 100, config)).toBeGreaterThanOrEqual(0);
        expect(phiOf(silentMs, 1_000, 100, config)).toBeLessThanOrEqual(300);
      }
    }
  });
});

describe('ArrivalWindow', () => {
  it('takes the first interval to be the initial estimate', () => {
    const window = new ArrivalWindow(phiConfig(), 0);
    expect(window.meanMs).toBe(2_000);
    window.note(1_000);
    expect(window.meanMs).toBe(1_500);
    expect(window.silentMs(1_250)).toBe(250);
  });

  it('forgets the oldest interval when it is full', () => {
    const window = new ArrivalWindow(phiConfig({ sampleCountMax: 3, initialSampleCount: 3 }), 0);
    for (let count = 1; count <= 3; count++) window.note(count * 100);
    expect(window.sampleCount).toBe(3);
    expect(window.meanMs).toBe(100);
    window.note(700);
    expect(window.meanMs).toBe(200);
  });

  // [Cassandra] an outage is no sample, or the next one would look usual.
  it('does not remember an interval above the cap, and ends the silence by it', () => {
    const window = new ArrivalWindow(phiConfig(), 0);
    window.note(2_001);
    expect([window.sampleCount, window.meanMs, window.silentMs(2_001)]).toEqual([1, 2_000, 0]);
    window.note(4_001);
    expect(window.sampleCount).toBe(2);
  });

  it('knows the deviation, and none below the least', () => {
    const window = new ArrivalWindow(phiConfig({ form: 'normal', sampleCountMax: 2, deviationMsMin: 10 }), 0);
    window.note(1_000);
    window.note(3_000);
    expect(window.deviationMs).toBeCloseTo(500, 6);
    window.note(5_000);
    expect(window.deviationMs).toBe(10);
  });
});
