/** Arguments of commands, from text. Each throws what commander reports as bad usage. */
import { DURATION_MS_MAX } from '@hearsay/core';
import { InvalidArgumentError } from 'commander';

/** What a duration is once it is parsed. */
export type Milliseconds = number;

const MS_BY_UNIT: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

export function parsedDuration(text: string): number {
  const [, digits, unit = ''] = /^(\d+)([a-z]+)$/.exec(text) ?? [];
  const durationMs = Number(digits) * (MS_BY_UNIT.get(unit) ?? Number.NaN);
  if (durationMs >= 1 && durationMs <= DURATION_MS_MAX) return durationMs;
  throw new InvalidArgumentError('Use a whole number with ms, s, m, h or d, up to 24d.');
}

export function parsedCount(text: string): number {
  const count = /^\d+$/.test(text) ? Number(text) : 0;
  if (count < 1) throw new InvalidArgumentError('Use a whole number of at least 1.');
  return count;
}
