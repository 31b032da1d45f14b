import { ConfigError } from '@hearsay/core';
import { describe, expect, it } from 'vitest';
import { LAN, LOCAL, nackDelayMs, type SwimConfig, seedRetryDelayMs, swimConfig, WAN } from '../src/index.ts';

describe('swimConfig', () => {
  it('is the LAN preset by default, and takes all presets as they are', () => {
    expect(swimConfig()).toEqual(LAN);
    for (const preset of [LAN, WAN, LOCAL]) expect(swimConfig(preset)).toEqual(preset);
  });

  it.each<[string, Partial<SwimConfig>]>([
    ['probePeriodMs', { probePeriodMs: 999, probeTimeoutMs: 500 }],
    ['probePeriodMs', { probePeriodMs: 0 }],
    ['nackSharePerMille', { nackSharePerMille: 1_001 }],
    ['suspicionMultiplier', { suspicionMultiplier: 0.5 }],
    ['localHealthMax', { localHealthMax: 256 }],
    ['transmitMultiplier', { transmitMultiplier: 101 }],
    ['transmitMultiplier', { transmitMultiplier: 1.5 }],
    ['gossipFanout', { gossipFanout: 0 }],
    ['seedRetryMsMin', { seedRetryMsMin: 31_000 }],
    ['lagToleranceMs', { lagToleranceMs: 2 ** 31 }],
  ])('refuses a wrong %s', (option, partial) => {
    expect(() => swimConfig(partial)).toThrow(ConfigError);
    expect(() => swimConfig(partial)).toThrow(new RegExp(`${option}:`));
  });

  it('names all problems at once', () => {
    expect(() => swimConfig({ probePeriodMs: -1, gossipFanout: 0 })).toThrow(/probePeriodMs.*gossipFanout/);
  });
});

describe('nackDelayMs', () => {
  it.each([
    [LAN, 400],
    [WAN, 2_000],
    [LOCAL, 160],
  ])('is four fifths of the probe timeout', (config, delayMs) => {
    expect(nackDelayMs(config)).toBe(delayMs);
  });
});

describe('seedRetryDelayMs', () => {
  it.each([
    [1, 500],
    [2, 1_000],
    [3, 2_000],
    [6, 16_000],
    [7, 30_000],
    [8, 30_000],
    [10_000, 30_000],
  ])('of attempt %i is %i ms', (attempt, delayMs) => {
    expect(seedRetryDelayMs(attempt, LAN)).toBe(delayMs);
  });
});
