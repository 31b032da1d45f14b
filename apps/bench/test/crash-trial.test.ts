import { Rng } from '@hearsay/core';
import { describe, expect, it } from 'vitest';
import { mean, standardError } from '../src/statistics.ts';
import { periodsUntilSuspected } from '../src/suites/crash-trial.ts';
import { theoryPeriods } from '../src/suites/swim.ts';

describe('periodsUntilSuspected', () => {
  // Among three, a traversal is two turns. Four turns are whole traversals, so the next one has the victim in it; with
  // one turn more or less it could be two periods off, and in one trial of sixteen it would be.
  it.each([
    ['synchronised', 2],
    ['unsynchronised', 3],
  ])('is what the theory says for three members, %s, and never more than %i', (model, longest) => {
    const rng = new Rng(1);
    const trials = Array.from({ length: 300 }, (_, trial) =>
      periodsUntilSuspected(3, model === 'synchronised', rng.fork(`${trial}`)),
    );
    expect(Math.abs(mean(trials) - theoryPeriods(3, model).mean)).toBeLessThan(4 * standardError(trials));
    expect(Math.max(...trials)).toBeLessThanOrEqual(longest);
  });
});
