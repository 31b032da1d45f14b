import { describe, expect, it } from 'vitest';
import { AwakeClock } from '../src/awake-clock.ts';

describe('AwakeClock', () => {
  it.each([
    ['early', 1_000, 999, 0],
    ['on time', 1_000, 1_000, 0],
    ['late within the tolerance', 1_000, 1_200, 0],
    ['late by more', 1_000, 1_201, 201],
    ['late by seconds', 1_000, 21_000, 20_000],
  ])('a timer that fires %s: due at %i, fires at %i, lost %i', (_case, dueMs, nowMs, lostMs) => {
    const clock = new AwakeClock(200);
    expect(clock.note(dueMs, nowMs)).toBe(lostMs);
    expect(clock.at(nowMs)).toBe(nowMs - lostMs);
  });

  it('counts time once that several timers lost together', () => {
    const clock = new AwakeClock(200);
    expect(clock.note(1_000, 21_000)).toBe(20_000);
    expect(clock.note(5_000, 21_000)).toBe(0);
    expect(clock.note(20_000, 21_000)).toBe(0);
    expect(clock.at(21_000)).toBe(1_000);
  });

  it('counts what went on being lost while the first of them was handled', () => {
    const clock = new AwakeClock(200);
    clock.note(1_000, 21_000);
    expect(clock.note(5_000, 21_300)).toBe(300);
    expect(clock.at(21_300)).toBe(1_000);
  });

  it('adds up one pause after the other', () => {
    const clock = new AwakeClock(200);
    expect(clock.note(1_000, 2_000)).toBe(1_000);
    expect(clock.note(3_000, 3_500)).toBe(500);
    expect(clock.at(4_000)).toBe(2_500);
  });

  it('is off with a tolerance beyond all delays', () => {
    expect(new AwakeClock(2 ** 31 - 1).note(0, 1_000_000)).toBe(0);
  });
});
