import { Rng } from '@hearsay/core';
import { describe, expect, it } from 'vitest';
import { mean, standardError } from '../src/statistics.ts';
import { periodsUntilSuspected } from '../src/suites/crash-trial.ts';
import { theoryPeriods } from '../src/suites/swim.ts';

describe('periodsUntilSuspected', () => {
  // Among three, one turn more or less before the crash makes the most of a difference.
  it.each(['synchronised', 'unsynchronised'])('is what the theory says for three members, %s', (model) => {
    const rng = new Rng(1);
    const trials = Array.from({ length: 1_500 }, (_, trial) =>
      periodsUntilSuspected(3, model === 'synchronised', rng.fork(`${trial}`)),
    );
    expect(Math.abs(mean(trials) - theoryPeriods(3, model).mean)).toBeLessThan(4 * standardError(trials));
  });
});
