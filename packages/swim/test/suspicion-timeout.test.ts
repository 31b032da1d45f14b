import { describe, expect, it } from 'vitest';
import { LAN, LOCAL, suspicionBounds, suspicionTimeoutMs, swimConfig, WAN } from '../src/index.ts';

describe('suspicionBounds', () => {
  it.each([
    // n, then min and max in seconds: LAN, WAN, LOCAL. Computed with memberlist's source.
    [9, 4, 24, 30, 180, 3, 18],
    [10, 4, 24, 30, 180, 3, 18],
    [33, 6.072, 36.432, 45.54, 273.24, 4.554, 27.324],
    [65, 7.248, 43.488, 54.36, 326.16, 5.436, 32.616],
    [99, 7.98, 47.88, 59.85, 359.1, 5.985, 35.91],
    [100, 8, 48, 60, 360, 6, 36],
    [129, 8.44, 50.64, 63.3, 379.8, 6.33, 37.98],
    [1_000, 12, 72, 90, 540, 9, 54],
    [10_000, 16, 96, 120, 720, 12, 72],
  ])('of %i members, as memberlist computes them', (n, lanMin, lanMax, wanMin, wanMax, localMin, localMax) => {
    expect(suspicionBounds(n, LAN)).toMatchObject({ msMin: lanMin * 1_000, msMax: Math.round(lanMax * 1_000) });
    expect(suspicionBounds(n, WAN)).toMatchObject({ msMin: wanMin * 1_000, msMax: Math.round(wanMax * 1_000) });
    expect(suspicionBounds(n, LOCAL)).toMatchObject({
      msMin: Math.round(localMin * 1_000),
      msMax: Math.round(localMax * 1_000),
    });
  });

  it.each([
    [LAN, 2, 3, 4],
    [WAN, 4, 5, 6],
    [LOCAL, 1, 2, 3],
  ])(
    'wants two confirmations less than the multiplier, and none when too few are left to give them',
    (config, wanted, tooFew, enough) => {
      expect(suspicionBounds(enough, config).confirmationCountMax).toBe(wanted);
      const small = suspicionBounds(tooFew, config);
      expect(small.confirmationCountMax).toBe(0);
      expect(small.msMax).toBe(small.msMin);
    },
  );

  it.each([0, 1, 2])('is that of ten members for %i', (n) => {
    expect(suspicionBounds(n, LAN)).toEqual({ msMin: 4_000, msMax: 4_000, confirmationCountMax: 0 });
  });

  it('wants none when a suspicion that nobody confirms lasts no longer: plain SWIM', () => {
    const config = swimConfig({ suspicionMaxMultiplier: 1 });
    expect(suspicionBounds(100, config)).toEqual({ msMin: 8_000, msMax: 8_000, confirmationCountMax: 0 });
  });

  it('wants none with a multiplier below three, nor a part of one', () => {
    expect(suspicionBounds(50, swimConfig({ suspicionMultiplier: 1.5 })).confirmationCountMax).toBe(0);
    expect(suspicionBounds(50, swimConfig({ suspicionMultiplier: 4.9 })).confirmationCountMax).toBe(2);
  });
});

describe('suspicionTimeoutMs', () => {
  const bounds = { msMin: 2_000, msMax: 30_000, confirmationCountMax: 3 };

  it.each([
    [0, 0, 30_000],
    [1, 2_000, 14_000],
    [2, 3_000, 4_810],
    [3, 4_000, -2_000],
    [4, 5_000, -3_000],
    [5, 10_000, -8_000],
  ])(
    'after %i confirmations and %i ms leaves %i ms: memberlist, remainingSuspicionTime',
    (count, elapsedMs, remainingMs) => {
      expect(suspicionTimeoutMs(count, bounds) - elapsedMs).toBe(remainingMs);
    },
  );

  it.each([
    [2, 0, 500],
    [3, 0, 500],
    [4, 0, 500],
    [5, 0, 1_000],
    [6, 0, 1_000],
    [6, 1, 750],
    // memberlist's table says 604, with a tolerance; the formula gives 603.76, and fractions are cut off.
    [6, 2, 603],
    [6, 3, 500],
    [6, 4, 500],
  ])('of %i members after %i confirmations is %i ms: memberlist, Dogpile', (n, count, timeoutMs) => {
    const config = swimConfig({
      probePeriodMs: 100,
      probeTimeoutMs: 50,
      suspicionMultiplier: 5,
      suspicionMaxMultiplier: 2,
    });
    expect(suspicionTimeoutMs(count, suspicionBounds(n, config))).toBe(timeoutMs);
  });

  it('is the minimum from the start when nobody is to confirm', () => {
    expect(suspicionTimeoutMs(0, { msMin: 2_000, msMax: 2_000, confirmationCountMax: 0 })).toBe(2_000);
  });
});
