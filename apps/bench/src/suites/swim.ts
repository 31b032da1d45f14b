/**
 * How long SWIM takes to notice a crash: the real failure detector in virtual time, against the analysis of the paper.
 *
 * Two models. In the paper's, all members begin their periods together, and the first period in which somebody probes
 * the crashed member is counted. In a real cluster nobody is synchronised: the first probe follows after one period on
 * average, and its verdict one period later, at the end of the prober's own.
 */
import { Rng } from '@hearsay/core';
import { type Check, check } from '../check.ts';
import type { Findings, Row } from '../result.ts';
import { mean, quantile, STANDARD_ERRORS, standardError } from '../statistics.ts';
import { type Job, numberOf, type Outcome, type Pool, pooled, type Suite, type SuiteOptions } from '../suite.ts';
import { ONE_WAY_MS, PERIOD_MS, periodsUntilSuspected, TURN_COUNT } from './crash-trial.ts';
import { synchronisedPeriods, uniformPickPeriods, unsynchronisedPeriods, type Wait } from './probe-model.ts';

const SIZES = [128, 56, 28, 16, 8] as const;
const QUICK_SIZES = [28, 8] as const;
const TRIAL_COUNT = 1_000;
const QUICK_TRIAL_COUNT = 300;
const TRIALS_PER_JOB = 50;
const MODELS = ['synchronised', 'unsynchronised'] as const;
/** Of uniform picks without synchronisation, for large clusters: one period to the first probe, one to the verdict. */
const UNSYNCHRONISED_PERIODS = 2;
const MS_PER_SECOND = 1_000;

/** Periods until the first suspicion, exactly. */
export function theoryPeriods(nodeCount: number, model: string): Wait {
  if (model === 'synchronised') return synchronisedPeriods(nodeCount, TURN_COUNT);
  const { mean, deviation, p99 } = unsynchronisedPeriods(nodeCount, TURN_COUNT);
  // The verdict is one period after the probe. A ping under way at the crash is lost too, so the wait begins earlier.
  const later = 1 - ONE_WAY_MS / PERIOD_MS;
  return { mean: mean + later, deviation, p99: p99 + later };
}

/** The suite. */
export const swim: Suite = {
  name: 'swim',
  title: 'SWIM: time until a crash is noticed',
  about:
    'One member of a settled cluster crashes; the time until the first other member suspects it is measured in protocol ' +
    'periods, with the LAN preset and 1 ms latency. Theory: with synchronised periods and uniform picks the crashed ' +
    'member is probed in period e/(e−1) = 1.58 on average (Das et al. 2002, §3.1), and with the round robin of §4.3 a ' +
    'little earlier in small clusters. Without synchronisation it is probed after 1 period and suspected after 2.',

  jobs({ seed, isQuick }: SuiteOptions): readonly Job[] {
    const rng = new Rng(seed).fork('swim');
    const batchCount = (isQuick ? QUICK_TRIAL_COUNT : TRIAL_COUNT) / TRIALS_PER_JOB;
    return (isQuick ? QUICK_SIZES : SIZES).flatMap((nodeCount) =>
      MODELS.flatMap((model) =>
        Array.from({ length: batchCount }, (_, batch) => ({
          seed: rng.fork(`${nodeCount}/${model}/${batch}`).seed,
          nodeCount,
          model,
          trialCount: TRIALS_PER_JOB,
        })),
      ),
    );
  },

  run(job: Job): Outcome {
    const rng = new Rng(job.seed);
    const periods = Array.from({ length: numberOf(job, 'trialCount') }, (_, trial) =>
      periodsUntilSuspected(numberOf(job, 'nodeCount'), job.model === 'synchronised', rng.fork(`${trial}`)),
    );
    return { periods };
  },

  summarize(jobs: readonly Job[], outcomes: readonly Outcome[]): Findings {
    const groups = pooled(jobs, outcomes, ['nodeCount', 'model'])
      .map(groupOf)
      .toSorted((a, b) => (a.model === b.model ? a.nodeCount - b.nodeCount : a.model < b.model ? -1 : 1));
    return {
      parameters: { sizes: [...new Set(groups.map((group) => group.nodeCount))], periodMs: PERIOD_MS },
      rows: groups.map(rowOf),
      checks: groups.map(checkOf),
      plots: [
        {
          kind: 'line',
          title: 'Mean time until a crashed member is first suspected',
          x: 'n',
          xLabel: 'members',
          xScale: 'log',
          yLabel: 'protocol periods',
          measured: 'periods',
          error: '± error',
          lines: [
            { column: 'round robin', label: 'round robin, exact', style: 'solid' },
            { column: 'uniform picks', label: 'uniform picks, as in the paper', style: 'dashed' },
          ],
          groupBy: 'model',
        },
        {
          kind: 'line',
          title: 'The slowest of a hundred',
          x: 'n',
          xLabel: 'members',
          xScale: 'log',
          yLabel: 'protocol periods, 99th percentile',
          measured: 'periods p99',
          lines: [{ column: 'round robin p99', label: 'round robin, exact', style: 'solid' }],
          groupBy: 'model',
        },
      ],
      notes: [
        'Hearsay probes by round robin, so that is what the checks expect; the paper analyses uniform picks.',
        `The tolerance is ${STANDARD_ERRORS} standard errors of the mean, by the exact spread: it follows from the trials.`,
        `All members have had ${TURN_COUNT} turns before the crash.`,
      ],
    };
  },
};

/** Everything measured at one size in one model. */
interface Group {
  readonly nodeCount: number;
  readonly model: string;
  readonly periods: readonly number[];
}

function groupOf(pool: Pool): Group {
  return {
    nodeCount: numberOf(pool.job, 'nodeCount'),
    model: String(pool.job.model),
    periods: pool.numbers('periods'),
  };
}

function rowOf({ nodeCount, model, periods }: Group): Row {
  const theory = theoryPeriods(nodeCount, model);
  return {
    model,
    n: nodeCount,
    trials: periods.length,
    periods: mean(periods),
    '± error': standardError(periods),
    'round robin': theory.mean,
    'uniform picks': model === 'synchronised' ? uniformPickPeriods(nodeCount) : UNSYNCHRONISED_PERIODS,
    'periods p99': quantile(periods, 0.99),
    'round robin p99': theory.p99,
    seconds: (mean(periods) * PERIOD_MS) / MS_PER_SECOND,
  };
}

function checkOf({ nodeCount, model, periods }: Group): Check {
  const { mean: expected, deviation } = theoryPeriods(nodeCount, model);
  return check(`periods until suspected, ${model}, n ${nodeCount}`, expected, mean(periods), {
    kind: 'absolute',
    amount: (STANDARD_ERRORS * deviation) / Math.sqrt(periods.length),
  });
}
