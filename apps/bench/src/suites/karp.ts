/** Push-pull that stops by the median counter: transmissions and rounds against the size of the cluster. [Karp] */
import { Rng } from '@hearsay/core';
import { SPREAD_DEFAULTS, spreadConfig, transmitLimit } from '@hearsay/damping';
import { type Check, check } from '../check.ts';
import type { Findings, Row } from '../result.ts';
import { mean, STANDARD_ERRORS, standardError } from '../statistics.ts';
import { type Job, numberOf, type Outcome, type Pool, pooled, type Suite, type SuiteOptions } from '../suite.ts';
import { contactRun } from './contact-process.ts';

/** The parameters that do for every size up to 5 × 10^8, where ⌈ln ln n⌉ becomes 4. */
const COUNTER = 3;
const CLOSING = 3;

interface Size {
  readonly nodeCount: number;
  readonly runCount: number;
  readonly counter: number;
  readonly closing: number;
}

const usual = (nodeCount: number, runCount: number): Size => ({
  nodeCount,
  runCount,
  counter: COUNTER,
  closing: CLOSING,
});
const SIZES: readonly Size[] = [
  usual(1_000_000, 6),
  usual(100_000, 20),
  usual(10_000, 100),
  { nodeCount: 10_000, runCount: 100, counter: COUNTER + 1, closing: CLOSING },
  { nodeCount: 10_000, runCount: 100, counter: COUNTER, closing: CLOSING + 1 },
  usual(1_000, 500),
];
const QUICK_SIZES: readonly Size[] = [
  usual(100_000, 2),
  usual(10_000, 8),
  { nodeCount: 10_000, runCount: 4, counter: COUNTER + 1, closing: CLOSING },
  { nodeCount: 10_000, runCount: 4, counter: COUNTER, closing: CLOSING + 1 },
  usual(1_000, 60),
];
/** So many runs make a job that several threads finish together. */
const NODES_PER_JOB = 100_000;

/**
 * Transmissions per node with a counter and a closing of 3. The theorem says O(ln ln n) and leaves the constant open.
 * Source: a simulation of our own in another language; from 10^3 to 10^6 nodes it has 12.23 and 12.24.
 */
const TRANSMISSIONS = 12.24;
const TRANSMISSIONS_TOLERANCE = 0.03;
/** What one level more of either costs. Source: the same. Two transmissions per round of closing, for a contact has two ends. */
const PER_CLOSING_ROUND = 2;
const PER_COUNTER_LEVEL = 2.75;
const LEVEL_TOLERANCE = 0.1;
/** How far the rounds may lie from `theoryRounds`. Source: the same simulation, within 0.1; rounds are whole, so it swings. */
const ROUNDS_TOLERANCE = 0.5;
/** Standard deviation of the rounds of single runs at most: of a handful of runs it would itself be a guess. Source: the same. */
const ROUNDS_DEVIATION = 0.7;
/** Between two sizes the transmissions may differ by so much: they depend on the parameters, and not on the size. */
const FLATNESS = 0.01;

/**
 * Rounds until every node knows. [Karp] has log3 n + O(ln ln n): three times as many know it after each round while few
 * do. That the second term is log2 ln n and nothing more is from the simulation above.
 */
export function theoryRounds(nodeCount: number): number {
  return Math.log(nodeCount) / Math.log(3) + Math.log2(Math.log(nodeCount));
}

/** The suite. */
export const karp: Suite = {
  name: 'karp',
  title: 'The median counter: few transmissions, however large the cluster',
  about:
    'One rumor by push-pull with the median counter of Karp et al. (2000), in synchronous rounds: each node calls one ' +
    'other, and the rumor passes both ways. Theory: all nodes know it after O(ln n) rounds with O(ln ln n) transmissions ' +
    'per node. ⌈ln ln n⌉ is 3 from 1619 to 5 × 10^8 nodes, so for every cluster that one can build the transmissions are ' +
    'a constant, where the transmit limit grows with each digit of n.',

  jobs({ seed, isQuick }: SuiteOptions): readonly Job[] {
    const rng = new Rng(seed).fork('karp');
    return (isQuick ? QUICK_SIZES : SIZES).flatMap(({ nodeCount, runCount, counter, closing }) => {
      const jobCount = Math.ceil(runCount / Math.ceil(NODES_PER_JOB / nodeCount));
      return Array.from({ length: jobCount }, (_, batch) => ({
        seed: rng.fork(`${nodeCount}/${counter}/${closing}/${batch}`).seed,
        nodeCount,
        counter,
        closing,
        runCount: Math.floor((runCount + batch) / jobCount),
      }));
    });
  },

  run(job: Job): Outcome {
    const siteCount = numberOf(job, 'nodeCount');
    const counterMin = numberOf(job, 'counter');
    const config = spreadConfig({
      policy: 'median-counter',
      counterMin,
      closingRoundCountMin: numberOf(job, 'closing'),
    });
    const rng = new Rng(job.seed);
    const runs = Array.from({ length: numberOf(job, 'runCount') }, (_, run) =>
      contactRun({ siteCount, direction: 'push-pull', config }, rng.fork(`${run}`)),
    );
    return {
      rounds: runs.map((run) => run.lastCycle),
      transmissions: runs.map((run) => run.sendCount / siteCount),
      leftOut: runs.map((run) => siteCount - run.reachedCount),
      failSafe: runs.map((run) => run.failSafeCount),
    };
  },

  summarize(jobs: readonly Job[], outcomes: readonly Outcome[]): Findings {
    const groups = pooled(jobs, outcomes, ['nodeCount', 'counter', 'closing'])
      .map(groupOf)
      .toSorted((a, b) => a.counter - b.counter || a.closing - b.closing || a.nodeCount - b.nodeCount);
    return {
      parameters: { sizes: [...new Set(groups.map((group) => group.nodeCount))] },
      rows: groups.map(rowOf),
      checks: checksOf(groups),
      plots: [
        linePlot('Rounds until every node knows the rumor', 'rounds', 'rounds', '± error', 'log3 n + log2 ln n'),
        linePlot(
          'Transmissions per node',
          'transmissions',
          'transmissions per node',
          'transmissions ± error',
          'transmit limit',
        ),
      ],
      notes: [
        'Nobody can show ln ln n by measuring: it is 1.9 for a thousand nodes and 2.6 for a million. What is shown is that the transmissions depend on the counter and on the rounds of closing, and not on n otherwise.',
        'A player of the paper may call itself; here nobody does, which at these sizes shows in no digit.',
        'The fail-safe, 2⌈ln n⌉ rounds, stops nodes that meet only such as have stopped already.',
      ],
    };
  },
};

function linePlot(title: string, measured: string, yLabel: string, error: string, line: string): Findings['plots'][0] {
  return {
    kind: 'line',
    title,
    x: 'n',
    xLabel: 'nodes',
    xScale: 'log',
    yLabel,
    measured,
    error,
    lines: [{ column: line, label: line, style: 'dashed' }],
    groupBy: 'parameters',
  };
}

/** Everything measured with one size and one pair of parameters. */
interface Group extends Size {
  readonly rounds: readonly number[];
  readonly transmissions: readonly number[];
  readonly leftOutCount: number;
  readonly failSafeCount: number;
}

function groupOf(pool: Pool): Group {
  const transmissions = pool.numbers('transmissions');
  return {
    nodeCount: numberOf(pool.job, 'nodeCount'),
    counter: numberOf(pool.job, 'counter'),
    closing: numberOf(pool.job, 'closing'),
    runCount: transmissions.length,
    rounds: pool.numbers('rounds'),
    transmissions,
    leftOutCount: sum(pool.numbers('leftOut')),
    failSafeCount: sum(pool.numbers('failSafe')),
  };
}

function rowOf({ nodeCount, counter, closing, runCount, ...group }: Group): Row {
  return {
    parameters: `counter ${counter}, closing ${closing}`,
    n: nodeCount,
    runs: runCount,
    rounds: mean(group.rounds),
    '± error': ROUNDS_DEVIATION / Math.sqrt(runCount),
    'log3 n + log2 ln n': theoryRounds(nodeCount),
    transmissions: mean(group.transmissions),
    'transmissions ± error': standardError(group.transmissions),
    'transmit limit': transmitLimit(SPREAD_DEFAULTS.transmitMultiplier, nodeCount),
    'left out': group.leftOutCount,
    'by the fail-safe': group.failSafeCount,
  };
}

function checksOf(groups: readonly Group[]): readonly Check[] {
  const series = groups.filter(isUsual);
  return [
    ...series.flatMap((group) => [
      check(`transmissions per node, n ${group.nodeCount}`, TRANSMISSIONS, mean(group.transmissions), {
        kind: 'relative',
        amount: TRANSMISSIONS_TOLERANCE,
      }),
      check(`rounds, n ${group.nodeCount}`, theoryRounds(group.nodeCount), mean(group.rounds), {
        kind: 'absolute',
        amount: ROUNDS_TOLERANCE + STANDARD_ERRORS * roundsError(group),
      }),
    ]),
    ...growthChecks(series),
    ...groups.filter((group) => !isUsual(group)).flatMap((group) => levelCheck(group, groups)),
    check('nodes left out, in all runs together', 0, sum(groups.map((group) => group.leftOutCount)), {
      kind: 'absolute',
      amount: 0,
    }),
  ];
}

function roundsError({ rounds }: Group): number {
  return ROUNDS_DEVIATION / Math.sqrt(rounds.length);
}

function isUsual({ counter, closing }: Size): boolean {
  return counter === COUNTER && closing === CLOSING;
}

/** From the smallest size to the largest: no more transmissions, and as many more rounds as the logarithm says. */
function growthChecks(series: readonly Group[]): readonly Check[] {
  const [from] = series;
  const to = series.at(-1);
  if (from === undefined || to === undefined || from === to) return [];
  const span = `n ${from.nodeCount} to ${to.nodeCount}`;
  return [
    check(`growth of the transmissions, ${span}`, 1, mean(to.transmissions) / mean(from.transmissions), {
      kind: 'absolute',
      amount: FLATNESS,
    }),
    check(
      `growth of the rounds, ${span}`,
      theoryRounds(to.nodeCount) - theoryRounds(from.nodeCount),
      mean(to.rounds) - mean(from.rounds),
      {
        kind: 'absolute',
        amount: ROUNDS_TOLERANCE + STANDARD_ERRORS * Math.hypot(roundsError(to), roundsError(from)),
      },
    ),
  ];
}

/** What one level more costs, at the same size. */
function levelCheck(group: Group, groups: readonly Group[]): readonly Check[] {
  const base = groups.find((other) => isUsual(other) && other.nodeCount === group.nodeCount);
  if (base === undefined) return [];
  const isClosing = group.closing > CLOSING;
  return [
    check(
      isClosing ? 'transmissions for one round of closing more' : 'transmissions for one level of the counter more',
      isClosing ? PER_CLOSING_ROUND : PER_COUNTER_LEVEL,
      mean(group.transmissions) - mean(base.transmissions),
      { kind: 'relative', amount: LEVEL_TOLERANCE },
    ),
  ];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
