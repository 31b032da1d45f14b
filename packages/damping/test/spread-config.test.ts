import { describe, expect, it } from 'vitest';
import { ConnectionLimit, isSpreadPolicy, SPREAD_DEFAULTS, spreadConfig } from '../src/index.ts';
import { ceilLn, ceilLnLn } from '../src/logarithms.ts';

describe('spreadConfig', () => {
  it('is the transmit limit of memberlist by default, and frozen', () => {
    expect(spreadConfig()).toEqual(SPREAD_DEFAULTS);
    expect(SPREAD_DEFAULTS).toMatchObject({ policy: 'transmit-limit', transmitMultiplier: 4, transmitCountMin: 1 });
    expect(Object.isFrozen(spreadConfig())).toBe(true);
  });

  it('names every problem at once', () => {
    const partial = { policy: 'rumour' as 'blind-coin', countUnit: 'cycle' as 'round', isMinimized: true, k: 200 };
    expect(() => spreadConfig(partial)).toThrow(
      /policy: rumour is none.*countUnit: .*isMinimized: only for .*transmitCountMax: must be at least k/,
    );
    expect(() => spreadConfig({ k: 0, roundMultiplier: 1.5 })).toThrow(/k: 0 .*roundMultiplier: 1.5/);
    expect(() => spreadConfig({ huntCountMax: -1, connectionCountMax: 0 })).toThrow(/connectionCountMax.*huntCountMax/);
  });

  it('minimizes only where there are two counters to compare', () => {
    expect(spreadConfig({ policy: 'feedback-counter', isMinimized: true }).isMinimized).toBe(true);
    expect(() => spreadConfig({ policy: 'feedback-coin', isMinimized: true })).toThrow('isMinimized');
  });

  it('knows a policy from what is none', () => {
    expect([isSpreadPolicy('median-counter'), isSpreadPolicy('median'), isSpreadPolicy(3)]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe('rounded logarithms', () => {
  it.each([
    [1, 1],
    [2, 1],
    [3, 2],
    [7, 2],
    [8, 3],
    [1_000, 7],
    [1_096, 7],
    [1_097, 8],
    [1_000_000, 14],
    [1_318_815_734, 21],
    [1e15, 21],
  ])('⌈ln %i⌉ is %i', (n, expected) => {
    expect(ceilLn(n)).toBe(expected);
    if (n > 1 && n < 1e10) expect(Math.ceil(Math.log(n))).toBe(expected);
  });

  it.each([
    [1, 1],
    [2, 1],
    [15, 1],
    [16, 2],
    [1_618, 2],
    [1_619, 3],
    [528_491_311, 3],
    [528_491_312, 3],
  ])('⌈ln ln %i⌉ is %i, and never above 3', (n, expected) => {
    expect(ceilLnLn(n)).toBe(expected);
  });
});

describe('ConnectionLimit', () => {
  it('accepts so many contacts in a round, and counts those that it refuses', () => {
    const limit = new ConnectionLimit({ connectionCountMax: 2 });
    expect([limit.accept(), limit.accept(), limit.accept()]).toEqual([true, true, false]);
    limit.noteRound();
    expect(limit.accept()).toBe(true);
    expect(limit.refusedCount).toBe(1);
  });
});
