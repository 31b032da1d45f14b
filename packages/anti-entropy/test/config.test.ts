import { ConfigError } from '@hearsay/core';
import { describe, expect, it } from 'vitest';
import { ANTI_ENTROPY_DEFAULTS, type AntiEntropyConfig, antiEntropyConfig } from '../src/index.ts';

const problemsOf = (partial: Partial<AntiEntropyConfig>): readonly string[] => {
  try {
    antiEntropyConfig(partial);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
};

describe('antiEntropyConfig', () => {
  it('fills in the defaults and freezes', () => {
    const config = antiEntropyConfig({ depth: 2 });
    expect(config).toEqual({ ...ANTI_ENTROPY_DEFAULTS, depth: 2 });
    expect(Object.isFrozen(config)).toBe(true);
    expect(antiEntropyConfig()).toEqual(ANTI_ENTROPY_DEFAULTS);
  });

  it.each<[keyof AntiEntropyConfig, number, number | undefined]>([
    ['intervalMs', 1, 2 ** 31 - 1],
    ['jitterPerMille', 0, 1_000],
    ['depth', 1, 5],
    ['listedCountMax', 1, 261],
    ['skippedLevelCountMin', 1, undefined],
    ['packetCountMax', 1, undefined],
    ['sessionNodeCountMax', 1, undefined],
    ['sessionRecordCountMax', 1, undefined],
    ['sessionBytesMax', 1, undefined],
    ['answerScanCountMax', 1, undefined],
    ['messageEntryCountMax', 275, undefined],
    ['sessionCountMax', 1, undefined],
    ['sessionTimeoutMs', 1, 2 ** 31 - 1],
    ['followUpCountMax', 0, undefined],
  ])('takes %s from %i to %i and nothing beyond', (option, min, max) => {
    expect(problemsOf({ [option]: min })).toEqual([]);
    expect(problemsOf({ [option]: min - 1 })).toHaveLength(1);
    if (max === undefined) return;
    expect(problemsOf({ [option]: max })).toEqual([]);
    expect(problemsOf({ [option]: max + 1 })).toHaveLength(1);
  });

  it('takes messages of 256 to 65000 bytes', () => {
    for (const messageBytesMax of [256, 65_000]) {
      expect(problemsOf({ messageBytesMax, messageEntryCountMax: 20_000 })).toEqual([]);
    }
    for (const messageBytesMax of [255, 65_001]) expect(problemsOf({ messageBytesMax })).toHaveLength(1);
  });

  it('refuses limits under which nodes would ignore what their peers say, or could not say it', () => {
    expect(problemsOf({ messageBytesMax: 20_000 })).toEqual([
      'messageEntryCountMax: a message of messageBytesMax would be ignored',
    ]);
    expect(problemsOf({ messageBytesMax: 256, listedCountMax: 51 })).toEqual([
      'listedCountMax: the fingerprints of one node would not fit into messageBytesMax',
    ]);
    expect(problemsOf({ messageBytesMax: 256, listedCountMax: 50 })).toEqual([]);
  });
});
