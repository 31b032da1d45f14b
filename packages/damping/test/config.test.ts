import { ConfigError } from '@hearsay/core';
import { describe, expect, it } from 'vitest';
import { BROADCAST_DEFAULTS, broadcastConfig, isPriority, PRIORITIES } from '../src/index.ts';

describe('broadcastConfig', () => {
  it('fills in the defaults and freezes', () => {
    const config = broadcastConfig({ transmitMultiplier: 2 });
    expect(config).toEqual({ ...BROADCAST_DEFAULTS, transmitMultiplier: 2 });
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('refuses shares that do not add up, because then no share means what it says', () => {
    expect(() => broadcastConfig({ bulkSharePerMille: 200 })).toThrow(/add up to 1100, not 1000/);
    expect(() => broadcastConfig({ bulkSharePerMille: 200, normalSharePerMille: 50 })).not.toThrow();
  });

  it('refuses a class without a share, because it would starve', () => {
    expect(() => broadcastConfig({ bulkSharePerMille: 0, normalSharePerMille: 250 })).toThrow(ConfigError);
  });

  it('refuses what is out of range', () => {
    expect(() => broadcastConfig({ transmitMultiplier: 0 })).toThrow(/transmitMultiplier/);
    expect(() => broadcastConfig({ itemCountMax: 0 })).toThrow(/itemCountMax/);
  });
});

describe('Priority', () => {
  it('knows its four classes, the most urgent first, and no others', () => {
    expect(PRIORITIES).toEqual(['critical', 'high', 'normal', 'bulk']);
    expect(PRIORITIES.every(isPriority)).toBe(true);
    expect(isPriority('urgent')).toBe(false);
    expect(isPriority(undefined)).toBe(false);
  });
});
