import { describe, expect, it } from 'vitest';
import { COUNT, type ConfigError, checkedConfig, DURATION } from '../src/index.ts';

interface Sample {
  readonly periodMs: number;
  readonly timeoutMs: number;
  readonly peerCount: number;
  readonly label: string;
}
const DEFAULTS: Sample = Object.freeze({ periodMs: 1_000, timeoutMs: 300, peerCount: 3, label: '' });

const sample = (partial: object) =>
  checkedConfig('Sample', DEFAULTS, partial, { periodMs: DURATION, timeoutMs: DURATION, peerCount: COUNT }, [
    (config) => (config.timeoutMs < config.periodMs ? undefined : 'timeoutMs: must be below periodMs'),
  ]);

const problemsOf = (partial: object): readonly string[] => {
  try {
    sample(partial);
  } catch (error) {
    return (error as ConfigError).problems;
  }
  return [];
};

describe('checkedConfig', () => {
  it('fills in defaults, leaves the caller’s object alone and freezes the result', () => {
    const partial = { periodMs: 2_000 };
    const config = sample(partial);
    expect(config).toEqual({ ...DEFAULTS, periodMs: 2_000 });
    expect(Object.isFrozen(config)).toBe(true);
    expect(partial).toEqual({ periodMs: 2_000 });
  });

  it('treats undefined as absent', () => {
    expect(sample({ periodMs: undefined })).toEqual(DEFAULTS);
  });

  it('reports every problem at once', () => {
    expect(problemsOf({ periodMs: 0, peerCount: 1.5, label: 7, surprise: 1 })).toEqual([
      'surprise: unknown option',
      'label: expected a string',
      'periodMs: 0 is not a number of 1 to 2147483647',
      'peerCount: 1.5 is not a whole number of 1 to 9007199254740991',
    ]);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, -1, 2 ** 31])('refuses a period of %d', (periodMs) => {
    expect(problemsOf({ periodMs })).toHaveLength(1);
  });

  it('checks rules between options once the options themselves are right', () => {
    expect(problemsOf({ timeoutMs: 1_000 })).toEqual(['timeoutMs: must be below periodMs']);
  });

  it('does not take an option from the prototype for a known one', () => {
    expect(problemsOf({ toString: 1 })).toEqual(['toString: unknown option']);
  });
});
