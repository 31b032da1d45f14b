import { describe, expect, it } from 'vitest';
import { numberOf, numbersOf, type Outcome } from '../src/suite.ts';
import { pushesPerNode, theoryResidue, theoryRounds } from '../src/suites/push-theory.ts';
import { spread } from '../src/suites/spread.ts';
import { columnsOfPlot } from './plot-columns.ts';

const SIZES = [8, 100, 1_000];
const jobs = SIZES.map((nodeCount, index) => ({ seed: index + 1, nodeCount, fanout: 3, runCount: 2 }));
const outcomes = jobs.map((job) => spread.run(job));

/** The findings of the tiny run with one outcome changed. */
function findingsWith(index: number, changes: Outcome) {
  return spread.summarize(
    jobs,
    outcomes.map((outcome, at) => (at === index ? { ...outcome, ...changes } : outcome)),
  );
}

function failedOf(findings: ReturnType<typeof findingsWith>): readonly string[] {
  return findings.checks.filter((check) => !check.ok).map((check) => check.name);
}

describe('the theory', () => {
  // [Pittel] log2 n + ln n rounds with one target per round.
  it.each([
    [100, 1, 11.249],
    [10_000, 1, 22.498],
    [10_000, 3, 9.714],
    [1, 1, 0],
  ])('says for %i nodes and fanout %i: %d rounds', (nodeCount, fanout, rounds) => {
    expect(theoryRounds(nodeCount, fanout)).toBeCloseTo(rounds, 3);
  });

  it.each([
    [5, 8],
    [10, 8],
    [99, 8],
    [100, 12],
    [100_000, 24],
  ])('knows the limit of the core: among %i nodes each pushes %i times', (nodeCount, pushes) => {
    expect(pushesPerNode(nodeCount)).toBe(pushes);
  });

  // [Demers §1.4] s = e^-m for m pushes per node.
  it('says which share is left out', () => {
    expect(theoryResidue(100_000, 1) / Math.exp(-24)).toBeCloseTo(1, 3);
    expect(theoryResidue(10, 1)).toBeCloseTo((8 / 9) ** (8 * 9), 15);
    // Distinct targets: a fanout of everybody leaves nobody out.
    expect(theoryResidue(10, 9)).toBe(0);
  });
});

describe('jobs', () => {
  it('are the same for the same seed, each with a seed of its own', () => {
    const all = spread.jobs({ seed: 5, isQuick: false });
    expect(spread.jobs({ seed: 5, isQuick: false })).toEqual(all);
    expect(new Set(all.map((job) => job.seed)).size).toBe(all.length);
    const others = spread.jobs({ seed: 6, isQuick: false });
    expect(others.map((job) => ({ ...job, seed: 0 }))).toEqual(all.map((job) => ({ ...job, seed: 0 })));
    expect(all.filter((job, index) => job.seed === others[index]?.seed)).toEqual([]);
  });

  it('begin with the largest, and split what is large', () => {
    for (const isQuick of [true, false]) {
      const sizes = spread.jobs({ seed: 1, isQuick }).map((job) => numberOf(job, 'nodeCount'));
      expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
    }
    const runs = spread.jobs({ seed: 1, isQuick: false }).filter((job) => job.nodeCount === 1_000 && job.fanout === 1);
    expect(runs.map((job) => job.runCount)).toEqual([20, 20, 20]);
  });
});

describe('a run', () => {
  it('is a pure function of its seed', () => {
    const [job = { seed: 0 }] = jobs;
    expect(spread.run(job)).toEqual(outcomes[0]);
    expect(spread.run({ ...job, seed: 99 })).not.toEqual(outcomes[0]);
  });

  it('counts the rounds only of runs that reached all', () => {
    // With 8 pushes each among 99 nodes, three runs in a hundred leave somebody out.
    const outcome = spread.run({ seed: 1, nodeCount: 99, fanout: 3, runCount: 80 });
    const incomplete = numbersOf(outcome, 'leftOut').filter((count) => count > 0);
    expect(incomplete).not.toEqual([]);
    expect(numbersOf(outcome, 'rounds')).toHaveLength(80 - incomplete.length);
    const share = 1 - numbersOf(outcome, 'modelRounds').length / 1_600;
    expect(share).toBeGreaterThan(0.015);
    expect(share).toBeLessThan(0.045);
  });

  it('passes its checks, and has every column that it plots', () => {
    const findings = spread.summarize(jobs, outcomes);
    expect(failedOf(findings)).toEqual([]);
    expect(findings.checks.map((check) => check.name)).toEqual([
      'rounds, fanout 3, n 8',
      'rounds, fanout 3, n 100',
      'rounds, fanout 3, n 1000',
      'growth of the rounds, fanout 3, n 100 to 1000',
      'runs in which a node made other than its 4 pushes per digit of n',
      'nodes left out, in all runs together',
    ]);
    for (const row of findings.rows) {
      const plots = findings.plots.filter((plot) => plot.kind === 'line' && plot.measured in row);
      expect(plots).toHaveLength(2);
      expect(Object.keys(row)).toEqual(expect.arrayContaining(plots.flatMap(columnsOfPlot)));
    }
  });

  it('is summed up the same however it was split into jobs', () => {
    const split = jobs.flatMap((job) => [job, job]);
    const joined = spread.summarize(jobs, outcomes);
    const doubled = spread.summarize(
      split,
      split.map((job) => spread.run(job)),
    );
    expect(doubled.rows.map(({ n, rounds, runs }) => ({ n, rounds, runs }))).toEqual(
      joined.rows.map(({ n, rounds, runs }) => ({ n, rounds, runs: 2 * Number(runs) })),
    );
  });

  it('fails when the core is slower than the model, and grows faster than the theory', () => {
    const findings = findingsWith(2, { rounds: [12, 12] });
    expect(failedOf(findings)).toEqual(['rounds, fanout 3, n 1000', 'growth of the rounds, fanout 3, n 100 to 1000']);
  });

  it('fails when it is faster', () => {
    expect(failedOf(findingsWith(1, { rounds: [3, 3] }))).toContain('rounds, fanout 3, n 100');
  });

  it('tolerates four standard errors by the spread of the model, and a swing of a quarter of a round', () => {
    // A deviation of √2, of two runs of the core and of eight of the model.
    const modelRounds = [3, 5, 5, 5, 7, 5, 5, 5].map((rounds) => rounds * Math.sqrt(7 / 4));
    const changed = outcomes.map((outcome) => ({ ...outcome, rounds: [6, 6], modelRounds }));
    const amounts = spread
      .summarize(jobs, changed)
      .checks.map(({ tolerance }) => 'amount' in tolerance && tolerance.amount);
    expect(amounts.slice(0, 4)).toEqual([
      ...SIZES.map(() => expect.closeTo(4 * Math.sqrt(2 / 2 + 2 / 8), 10)),
      expect.closeTo(0.25 + 4 * Math.sqrt(2 / 2 + 2 / 2), 10),
    ]);
  });

  it('fails when no run reaches all', () => {
    expect(failedOf(findingsWith(0, { rounds: [], leftOut: [1, 1] }))).toContain('rounds, fanout 3, n 8');
  });

  it('fails for one push too many, and one too few', () => {
    for (const pushes of [
      [12, 12 + 1 / 100],
      [12 - 1 / 100, 12],
    ]) {
      expect(failedOf(findingsWith(1, { pushes }))).toEqual([
        'runs in which a node made other than its 4 pushes per digit of n',
      ]);
    }
  });

  it('fails when more nodes are left out than chance allows', () => {
    const { checks } = spread.summarize(jobs, outcomes);
    const limit = checks.at(-1)?.expected ?? Number.NaN;
    // Some thousandths of a node are expected: one can happen, two cannot.
    expect(limit).toBe(1);
    expect(failedOf(findingsWith(0, { leftOut: [limit, 0] }))).toEqual([]);
    expect(failedOf(findingsWith(0, { leftOut: [limit, 1] }))).toEqual(['nodes left out, in all runs together']);
  });
});
