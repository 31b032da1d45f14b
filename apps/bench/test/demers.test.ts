import { describe, expect, it } from 'vitest';
import { numberOf } from '../src/suite.ts';
import { demers } from '../src/suites/demers.ts';
import { checksOf, type DemersGroup, odeResidue } from '../src/suites/demers-checks.ts';
import { EXPERIMENTS, TITLES } from '../src/suites/demers-experiments.ts';
import { columnsOfPlot } from './plot-columns.ts';

const jobs = EXPERIMENTS.map((_, experiment) => ({ seed: experiment, experiment, trialCount: 3 }));
const outcomes = jobs.map((job) => demers.run(job));

/** A group of one experiment in which everything is as printed, but for the changes. */
function groupOf(title: string, k: number, changes: Partial<DemersGroup> = {}): DemersGroup {
  const experiment = EXPERIMENTS.find((one) => one.title === title && one.k === k);
  if (experiment?.printed === undefined) throw new Error(`${title} has no k of ${k}`);
  const { residue, traffic, meanDelay, lastDelay } = experiment.printed;
  const many = (value: number) => Array<number>(4_000).fill(value);
  const delays = many(meanDelay.value);
  return {
    experiment,
    residues: many(residue.value),
    traffics: many(traffic.value),
    lastDelays: many(lastDelay.value),
    delays,
    neededDelays: delays,
    ...changes,
  };
}

/** The checks against printed figures that fail. */
function failedOf(group: DemersGroup): readonly string[] {
  return checksOf([group])
    .filter((check) => !check.ok && !check.name.includes('law'))
    .map((check) => check.name);
}

describe('the experiments', () => {
  it('are the three tables, the same in turns, and the variations', () => {
    const countOf = (title: string) => EXPERIMENTS.filter((one) => one.title === title).length;
    const { table1, table2, table3, turnsCoin, turnsCounter } = TITLES;
    expect([table1, table2, table3, turnsCoin, turnsCounter].map(countOf)).toEqual([5, 5, 3, 5, 5]);
    expect(new Set(EXPERIMENTS.map((one) => one.title))).toEqual(new Set(Object.values(TITLES)));
  });

  it('know how closely a figure was printed', () => {
    const { printed } = groupOf(TITLES.table3, 3).experiment;
    expect(printed?.residue).toEqual({ value: 4e-6, rounding: expect.closeTo(0.05e-6, 12) });
    expect(printed?.lastDelay).toEqual({ value: 14, rounding: expect.closeTo(0.05, 12) });
    expect(groupOf(TITLES.table2, 1).experiment.printed?.lastDelay.rounding).toBe(0.5);
  });

  it('count rounds where sites pull, as the footnote to Table 3 says', () => {
    for (const { process } of EXPERIMENTS) {
      expect(process.config.countUnit).toBe(process.direction === 'push' ? 'contact' : 'round');
    }
  });
});

describe('the theory', () => {
  // [Demers §1.4] 20 % and 6 %.
  it.each([
    [1, 0.20319],
    [2, 0.05952],
    [3, 0.01983],
    [4, 0.00698],
    [5, 0.00252],
  ])('of feedback and coin leaves out, for k = %i, a share of %d', (k, residue) => {
    expect(odeResidue(k)).toBeCloseTo(residue, 5);
  });
});

describe('a check', () => {
  it('passes for what was printed', () => {
    for (const k of [1, 2, 3, 4, 5]) expect(failedOf(groupOf(TITLES.table1, k))).toEqual([]);
  });

  it.each([
    // [Demers §1.4] Without a counter that is set back, k = 2 has a residue of 0.0479 and a traffic of 3.03.
    [{ residues: [0.0479], traffics: [3.03] }, ['residue, Table 1, k 2', 'traffic, Table 1, k 2']],
    // The delay per site is not what was printed.
    [{ neededDelays: [9.95] }, ['mean delay, Table 1, k 2']],
    [{ lastDelays: [17.6] }, ['last delay, Table 1, k 2']],
    [{ residues: [0.0392] }, []],
    [{ residues: [0.0405] }, ['residue, Table 1, k 2']],
  ])('fails for %j', (values, failed) => {
    const changes = Object.fromEntries(
      Object.entries(values).map(([key, list]) => [key, Array<number>(4_000).fill(list[0] ?? 0)]),
    );
    const names = failedOf(groupOf(TITLES.table1, 2, changes));
    expect(names).toEqual(failed);
  });

  it('knows the error of rare sites where none was left out', () => {
    const few = { residues: Array<number>(100).fill(0) };
    expect(failedOf(groupOf(TITLES.table3, 3, few))).toEqual([]);
    const many = { residues: Array<number>(100_000).fill(0) };
    expect(failedOf(groupOf(TITLES.table3, 3, many))).toEqual(['residue, Table 3, k 3']);
  });

  it('holds every push to e^-m', () => {
    const group = groupOf(TITLES.table1, 3, { traffics: Array<number>(4_000).fill(4.45) });
    const law = checksOf([group]).filter((check) => check.name.includes('law'));
    expect(law.map((check) => check.ok)).toEqual([false]);
    expect(law[0]?.expected).toBeCloseTo(Math.exp(-4.45), 12);
  });
});

describe('the suite', () => {
  it('has jobs with a seed each, the largest first, and as many trials quick as full, divided', () => {
    const full = demers.jobs({ seed: 1, isQuick: false });
    expect(new Set(full.map((job) => job.seed)).size).toBe(full.length);
    const trials = full.map((job) => numberOf(job, 'trialCount'));
    expect(trials).toEqual(trials.toSorted((a, b) => b - a));
    const totalOf = (isQuick: boolean, experiment: number) =>
      demers
        .jobs({ seed: 1, isQuick })
        .filter((job) => job.experiment === experiment)
        .reduce((total, job) => total + numberOf(job, 'trialCount'), 0);
    for (const [index, { trialCount }] of EXPERIMENTS.entries()) {
      expect(totalOf(false, index)).toBe(trialCount);
      expect(totalOf(true, index)).toBe(trialCount / 25);
    }
  });

  it('gives a row for each experiment, with what it plots', () => {
    const findings = demers.summarize(jobs, outcomes);
    expect(findings.rows.map((row) => row.experiment)).toEqual(EXPERIMENTS.map((one) => one.title));
    const [row = {}] = findings.rows;
    expect(Object.keys(row)).toEqual(expect.arrayContaining(findings.plots.flatMap(columnsOfPlot)));
    // Three trials of Table 1, k = 1: a residue of 17 or 18 %.
    expect(Number(row.residue)).toBeGreaterThan(0.14);
    expect(Number(row.residue)).toBeLessThan(0.21);
    expect(row['−ln s']).toBeCloseTo(-Math.log(Number(row.residue)), 2);
  });

  it('leaves the logarithm out where nobody was', () => {
    const index = EXPERIMENTS.findIndex((one) => one.title === TITLES.table3 && one.k === 3);
    const rows = demers.summarize(jobs, outcomes).rows;
    expect(rows[index]).not.toHaveProperty('−ln s');
  });
});
