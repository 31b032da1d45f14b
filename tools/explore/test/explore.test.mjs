import { describe, expect, it } from 'vitest';
import { readCorpus } from '../src/corpus.mjs';
import { Coverage } from '../src/coverage.mjs';
import { parseOptions } from '../src/options.mjs';

describe('options', () => {
  it('have defaults', () => {
    expect(parseOptions([])).toMatchObject({
      seedCount: 1_000,
      firstSeed: 1,
      nodeCount: 32,
      minutes: 2,
      isShrinking: true,
    });
  });

  it('are taken', () => {
    const args = ['--seeds', '5', '--from', '7', '--nodes', '8', '--minutes', '0.5', '--workers', '2', '--no-shrink'];
    expect(parseOptions(args)).toEqual({
      seedCount: 5,
      firstSeed: 7,
      nodeCount: 8,
      minutes: 0.5,
      workerCount: 2,
      isShrinking: false,
    });
  });

  it.each([
    [['--seeds', 'x'], '--seeds'],
    [['--from', '4294967295'], '--from'],
    [['--nodes', '3'], '--nodes'],
    [['--minutes', '0'], '--minutes'],
    [['--workers', '0'], '--workers'],
    [['--what'], '--what'],
  ])('%j is refused', (args, problem) => expect(parseOptions(args)).toContain(problem));

  it('ask for help', () => expect(parseOptions(['--help'])).toBe(''));
});

describe('coverage', () => {
  it('adds up, and knows what was never checked', () => {
    const coverage = new Coverage();
    coverage.add({
      lines: [],
      checkedCounts: [
        ['a', 2],
        ['b', 0],
      ],
      handledCount: 10,
      convergedMs: 1_000,
    });
    coverage.add({
      lines: ['FAIL'],
      checkedCounts: [
        ['a', 1],
        ['b', 0],
      ],
      handledCount: 5,
      convergedMs: Number.NaN,
    });
    expect(coverage.violationCount).toBe(1);
    expect(coverage.idleCheckers()).toEqual(['b']);
    expect([...coverage.lines()]).toEqual([
      '             3 × a',
      '             0 × b',
      '15 events · converged after 1.0 s (median), 1.0 s (99 of 100), 1.0 s (worst)',
    ]);
  });
});

describe('the corpus', () => {
  it('says of each case what broke and what mended it', () => {
    for (const { name, checker, what, fix, plan } of readCorpus()) {
      expect([name, checker, what, fix].every((text) => text.length > 0)).toBe(true);
      expect(plan.acts.length).toBeGreaterThan(0);
    }
  });
});
