import { ConfigError } from '@hearsay/core';
import { describe, expect, it } from 'vitest';
import { FLAP_DEFAULTS, type FlapConfig, flapConfig, penaltyCeiling } from '../src/index.ts';

describe('flapConfig', () => {
  it('fills in the defaults and freezes', () => {
    const config = flapConfig({ halfLifeMs: 200_000 });
    expect(config).toEqual({ ...FLAP_DEFAULTS, halfLifeMs: 200_000 });
    expect(Object.isFrozen(config)).toBe(true);
  });

  it.each<[string, Partial<FlapConfig>, RegExp]>([
    ['limits without room between them', { reuseLimit: 5_000 }, /reuseLimit: not below suppressLimit/],
    ['a limit that no penalty can exceed', { suppressLimit: 10_000 }, /not below the ceiling of 10000/],
    ['a ceiling beyond exact arithmetic', { suppressMsMax: 6_300_000 }, /suppressMsMax: too many half-lives/],
    ['a ceiling beyond all numbers', { suppressMsMax: 2_000_000_000 }, /suppressMsMax: too many half-lives/],
    ['one restart that damps', { failurePenalty: 4_501 }, /failurePenalty: with recoveryPenalty above suppressLimit/],
    ['one suspicion that damps', { suspicionPenalty: 5_001 }, /suspicionPenalty: above suppressLimit/],
    ['half a millisecond', { halfLifeMs: 0.5 }, /halfLifeMs: 0.5 is not a whole number/],
    ['a failure that costs nothing', { failurePenalty: 0 }, /failurePenalty: 0 is not/],
    ['more than everybody', { dampedSharePerMille: 1_001 }, /dampedSharePerMille: 1001 is not/],
    ['no memory', { memberCountMax: 0 }, /memberCountMax: 0 is not/],
  ])('refuses %s', (_, partial, problem) => {
    expect(() => flapConfig(partial)).toThrow(ConfigError);
    expect(() => flapConfig(partial)).toThrow(problem);
  });

  it('allows each relation up to its edge', () => {
    expect(() => flapConfig({ reuseLimit: 4_999, suppressLimit: 5_000 })).not.toThrow();
    expect(() => flapConfig({ suppressLimit: 9_999 })).not.toThrow();
    expect(() => flapConfig({ failurePenalty: 4_500, suspicionPenalty: 5_000, recoveryPenalty: 0 })).not.toThrow();
    expect(() => flapConfig({ failurePenalty: 4_500, recoveryPenalty: 500 })).not.toThrow();
  });

  it('names all problems at once', () => {
    expect(() => flapConfig({ reuseLimit: 6_000, failurePenalty: 5_000 })).toThrow(/reuseLimit.*failurePenalty/);
  });
});

describe('penaltyCeiling', () => {
  it.each([
    [300_000, 2_500, 600_000, 10_000], // ringpop's own figure
    [900_000, 750, 3_600_000, 12_000], // four half-lives
    [300_000, 2_500, 450_000, 7_071], // one and a half
    [300_000, 2_500, 3_600_000, 10_240_000], // twelve
  ])('at half-life %d, reuse limit %d and %d ms is %d', (halfLifeMs, reuseLimit, suppressMsMax, ceiling) => {
    expect(penaltyCeiling({ ...FLAP_DEFAULTS, halfLifeMs, reuseLimit, suppressMsMax })).toBe(ceiling);
  });
});
