import { describe, expect, it } from 'vitest';
import { numberOf, numbersOf, pooled } from '../src/suite.ts';
import { suites } from '../src/suites/index.ts';

describe('pooled', () => {
  const jobs = [
    { seed: 1, n: 10, model: 'a' },
    { seed: 2, n: 20, model: 'a' },
    { seed: 3, n: 10, model: 'a' },
    { seed: 4, n: 10, model: 'b' },
  ];
  const outcomes = [{ x: [1, 2] }, { x: [3] }, { x: [4] }, { x: [] }];

  it('joins the outcomes of jobs with the same parameters', () => {
    const pools = pooled(jobs, outcomes, ['n', 'model']);
    expect(pools.map(({ job, numbers }) => [job.n, job.model, numbers('x')])).toEqual([
      [10, 'a', [1, 2, 4]],
      [20, 'a', [3]],
      [10, 'b', []],
    ]);
  });

  it('looks at no other parameter', () => {
    expect(pooled(jobs, outcomes, ['model']).map(({ numbers }) => numbers('x'))).toEqual([[1, 2, 3, 4], []]);
  });

  it('throws when an outcome lacks what is asked for', () => {
    expect(() => pooled(jobs, outcomes.slice(1), ['n'])[0]?.numbers('x')).toThrow('x is missing');
  });
});

it('parameters and lists that a suite forgot are reported by name', () => {
  expect(() => numberOf({ seed: 1, n: 'ten' }, 'n')).toThrow('n is missing');
  expect(() => numbersOf({ x: 1 }, 'x')).toThrow('x is missing');
});

it('suites have names that can be typed, each its own, and say what they measure', () => {
  expect(new Set(suites.map((suite) => suite.name)).size).toBe(suites.length);
  for (const { name, title, about } of suites) {
    expect(name).toMatch(/^[a-z][a-z-]+$/);
    expect(title).toMatch(/^[A-Z].+[^.]$/);
    expect(about).toMatch(/^[A-Z].+\.$/);
  }
});
