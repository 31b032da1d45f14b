import { describe, expect, it } from 'vitest';
import { numbersOf } from '../src/suite.ts';
import { ring } from '../src/suites/ring.ts';

const job = { seed: 1, memberCount: 8, tokenCount: 128 };
const outcome = ring.run(job);

describe('the suite ring', () => {
  it('gives the same shares for a seed, and others for another', () => {
    expect(numbersOf(ring.run(job), 'fullest')).toEqual(numbersOf(outcome, 'fullest'));
    expect(numbersOf(ring.run({ ...job, seed: 2 }), 'fullest')).not.toEqual(numbersOf(outcome, 'fullest'));
  });

  it('moves to a joiner about what is due to it, and nothing to others', () => {
    expect(numbersOf(outcome, 'strays')).toEqual([0, 0, 0, 0, 0]);
    for (const moved of numbersOf(outcome, 'moved')) expect(moved).toBeCloseTo(1, 0);
  });

  it('holds the fullest member to its limit, and notices one that is above, and a key that strays', () => {
    const isOk = (changed: object): boolean =>
      ring.summarize([job], [{ ...outcome, ...changed }]).checks.every(({ ok }) => ok);
    expect(isOk({})).toBe(true);
    expect(isOk({ fullest: [1.1, 1.5] })).toBe(false);
    expect(isOk({ strays: [0, 1] })).toBe(false);
  });

  it('has a row for each size, in order', () => {
    const jobs = ring.jobs({ seed: 1, isQuick: true });
    const { rows, plots } = ring.summarize(
      jobs,
      jobs.map(() => outcome),
    );
    expect(rows.map((row) => row.ring)).toEqual(['8 × 16', '8 × 128', '64 × 16', '64 × 128']);
    expect(plots).toHaveLength(1);
  });
});
