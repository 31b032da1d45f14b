/**
 * Which rumors were seen, kept for the next life of the process: what it heard in this one is no news then. A line for each
 * life of an origin: `origin generation publishedAtMs first-last,first-last ...`.
 */
import { HLC_WALL_MS_MAX, isName } from '@hearsay/core';
import { UINT32_MAX } from './config.ts';
import type { RumorId } from './rumor.ts';

/** Where it is kept: text by name, as `StoreEngine` of `@hearsay/store` has it. */
export interface Notes {
  note(name: string): string | undefined;
  setNote(name: string, text: string): void;
}

/** The rumors seen of one life of an origin. */
export interface SeenLife {
  readonly origin: RumorId['origin'];
  readonly generation: number;
  /** When the newest of them was published. */
  readonly publishedAtMs: number;
  /** First and last numbers, rising. */
  readonly intervals: readonly (readonly [number, number])[];
}

export const SEEN_NOTE = 'rumors-seen';

export function formatSeen(lives: Iterable<SeenLife>): string {
  const lines: string[] = [];
  for (const { origin, generation, publishedAtMs, intervals } of lives) {
    const ranges = intervals.map(([first, last]) => `${first}-${last}`).join(',');
    lines.push(`${origin} ${generation} ${publishedAtMs} ${ranges}`);
  }
  return lines.join('\n');
}

/** Passes over lines that are none: a rumor that comes again is better than a node that does not start. */
export function* parseSeen(text: string): Generator<SeenLife, void, undefined> {
  for (const line of text.split('\n')) {
    const [origin = '', generation, publishedAtMs, ranges = ''] = line.split(' ');
    const intervals = ranges.split(',').map((range) => {
      const [first, last] = range.split('-');
      return [Number(first), Number(last)] as const;
    });
    const life = { origin, generation: Number(generation), publishedAtMs: Number(publishedAtMs), intervals };
    if (isLife(life)) yield life;
  }
}

function isLife({ origin, generation, publishedAtMs, intervals }: SeenLife): boolean {
  if (!isName(origin) || !isUpTo(generation, UINT32_MAX) || !isUpTo(publishedAtMs, HLC_WALL_MS_MAX)) return false;
  let before = -1;
  for (const [first, last] of intervals) {
    if (!isUpTo(first, UINT32_MAX) || !isUpTo(last, UINT32_MAX) || first > last || first <= before) return false;
    before = last;
  }
  return true;
}

function isUpTo(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= max;
}
