/**
 * Lifeguard: what slow members do to the others, and what its parts do against it. The real failure detector in virtual
 * time, in the experiments of the paper and against its figures. [Lifeguard §V]
 */
import { Rng } from '@hearsay/core';
import type { Findings } from '../result.ts';
import { type Job, numberOf, type Outcome, type Suite, type SuiteOptions } from '../suite.ts';
import { type Anomaly, healthyTrial, intervalTrial, type TrialCounts, thresholdTrial } from './anomaly-trial.ts';
import { checksOf } from './lifeguard-checks.ts';
import { groupsOf, rowsOf } from './lifeguard-report.ts';
import { VARIANTS, type VariantName, variantOf } from './lifeguard-variants.ts';

/** Points of the interval experiment: every combination is run once with every variant. */
interface Grid {
  readonly anomaly: Anomaly;
  readonly variants: readonly VariantName[];
  readonly anomalousCounts: readonly number[];
  readonly blockedMs: readonly number[];
  readonly normalMs: readonly number[];
}

interface Scale {
  readonly grids: readonly Grid[];
  readonly thresholdVariants: readonly VariantName[];
  readonly thresholdRunCount: number;
  /** Time in which nobody is in trouble, ms. */
  readonly healthyMs: number;
}

const ALL = Object.keys(VARIANTS) as VariantName[];
const PUBLISHED: readonly VariantName[] = ALL.filter((name) => VARIANTS[name].published !== undefined);
const PAUSED: readonly VariantName[] = ['SWIM', 'Lifeguard', 'lag-aware'];
/** What the others come to cannot be told from the luck of one run. */
const TELLING: readonly VariantName[] = ['SWIM', 'LHA-Suspicion', 'Lifeguard', 'lag-aware'];

/** A part of the paper's grid of 9 numbers of members, 6 lengths and 8 intervals, ten times each. */
const FULL: Scale = {
  grids: [
    {
      anomaly: 'threads',
      variants: ALL,
      anomalousCounts: [32, 16, 4],
      blockedMs: [2_048, 16_384, 32_768],
      normalMs: [64, 1_024, 1],
    },
    {
      anomaly: 'pause',
      variants: PAUSED,
      anomalousCounts: [32, 16],
      blockedMs: [2_048, 16_384, 32_768],
      normalMs: [64, 1],
    },
    { anomaly: 'queue', variants: PAUSED, anomalousCounts: [16], blockedMs: [16_384], normalMs: [64, 1] },
  ],
  thresholdVariants: PUBLISHED,
  thresholdRunCount: 15,
  healthyMs: 600_000,
};
const QUICK: Scale = {
  grids: [
    { anomaly: 'threads', variants: TELLING, anomalousCounts: [16], blockedMs: [16_384], normalMs: [64] },
    { anomaly: 'pause', variants: PAUSED, anomalousCounts: [16], blockedMs: [16_384], normalMs: [1] },
  ],
  thresholdVariants: ['SWIM', 'Lifeguard'],
  thresholdRunCount: 4,
  healthyMs: 60_000,
};
/** Of a threshold run: one member of eight, until every one of them has been found, which takes 20 s at most. */
const THRESHOLD = { anomaly: 'threads', anomalousCount: 16, blockedMs: 32_768, normalMs: 0 } as const;
/** Source: the paper. */
const NODE_COUNT = 128;

/** The suite. */
export const lifeguard: Suite = {
  name: 'lifeguard',
  title: 'Lifeguard: false positives by slow members',
  about:
    'Some of 128 members are in trouble again and again for two minutes, all at the same times, and it is counted how ' +
    'often a member that is well is declared dead; and in another experiment, how fast members that are in trouble for ' +
    'once are found. As in the paper (Dadgar et al. 2018), trouble means that a member cannot send and not receive, ' +
    'while the clocks of its suspicions run on. A second kind of trouble stops the whole process, as a stopped virtual ' +
    'machine or a long garbage collection does; there, and in the first, it helps to notice the lag of the own timers.',

  jobs({ seed, isQuick }: SuiteOptions): readonly Job[] {
    const rng = new Rng(seed).fork('lifeguard');
    const { grids, thresholdVariants, thresholdRunCount, healthyMs } = isQuick ? QUICK : FULL;
    // All variants of one point have the same seed: the same members are in trouble.
    const seedOf = (point: string): number => rng.fork(point).seed;
    return [
      ...(['SWIM', 'lag-aware'] as const).map((variant) => ({
        experiment: 'healthy',
        variant,
        healthyMs,
        seed: seedOf('healthy'),
      })),
      ...grids.flatMap((grid) => gridJobs(grid, seedOf)),
      ...thresholdVariants.flatMap((variant) =>
        Array.from({ length: thresholdRunCount }, (_, run) => ({
          experiment: 'threshold',
          ...THRESHOLD,
          variant,
          seed: seedOf(`threshold ${run}`),
        })),
      ),
    ];
  },

  run(job: Job): Outcome {
    const { verdicts, messageCount, sentBytes } = countsOf(job);
    return {
      falsePositives: [verdicts.falseCount],
      atWell: [verdicts.falseAtWellCount],
      messages: [messageCount],
      bytes: [sentBytes],
      first: verdicts.first,
      all: verdicts.all,
    };
  },

  summarize(jobs: readonly Job[], outcomes: readonly Outcome[]): Findings {
    const groups = groupsOf(jobs, outcomes);
    return {
      parameters: { nodeCount: NODE_COUNT, alpha: 5, beta: 6 },
      rows: rowsOf(groups),
      checks: checksOf(groups),
      plots: [
        {
          kind: 'bar',
          title: 'Members that are well, declared dead: of those of SWIM',
          name: 'variant',
          onlyWith: 'published %',
          bars: [
            { column: '% of SWIM', label: 'measured' },
            { column: 'published %', label: 'published' },
          ],
          unit: 'per cent',
        },
        {
          kind: 'bar',
          title: 'Median time until a member in trouble is first declared dead',
          name: 'variant',
          onlyWith: 'published first s',
          bars: [
            { column: 'first s', label: 'measured' },
            { column: 'published first s', label: 'published' },
          ],
          unit: 'seconds',
        },
      ],
      notes: NOTES,
    };
  },
};

const NOTES: readonly string[] = [
  'A false positive is a report, by any member, that a member which is not in trouble has failed; those at well members are reported by members which are not in trouble themselves.',
  '“Sends block”: as in the paper, nothing is received and each thread of the program stands still at its next send. “Sends queue”: the program goes on, and what it sends waits. “Process stops”: its timers stand still too.',
  '“lag-aware” is what ships: Lifeguard, and a process that sees by its late timers that it stood still. Where sends queue no timer is late, and it is Lifeguard.',
  'The published shares are those of the whole grid of the paper. Here a third of the runs have 1 ms between two troubles and not an eighth, and in that time a member reads some 30 packets: it never comes to the refutation of what it suspects. Nearly all of what is left with Lifeguard is there.',
  'Times until declared dead are those of a trouble of 33 s; with SWIM they hold a suspicion of 10.5 s.',
];

function gridJobs(grid: Grid, seedOf: (point: string) => number): readonly Job[] {
  const { anomaly, variants, anomalousCounts, blockedMs: blocked, normalMs: normal } = grid;
  return anomalousCounts.flatMap((anomalousCount) =>
    blocked.flatMap((blockedMs) =>
      normal.flatMap((normalMs) =>
        variants.map((variant) => ({
          experiment: 'interval',
          anomaly,
          variant,
          anomalousCount,
          blockedMs,
          normalMs,
          seed: seedOf(`interval ${anomalousCount} ${blockedMs} ${normalMs}`),
        })),
      ),
    ),
  );
}

function countsOf(job: Job): TrialCounts {
  const { config } = variantOf(job.variant);
  const cluster = { seed: job.seed, config, nodeCount: NODE_COUNT };
  if (job.experiment === 'healthy') return healthyTrial(cluster, numberOf(job, 'healthyMs'));
  const trial = {
    ...cluster,
    anomaly: anomalyOf(job.anomaly),
    anomalousCount: numberOf(job, 'anomalousCount'),
    blockedMs: numberOf(job, 'blockedMs'),
    normalMs: numberOf(job, 'normalMs'),
  };
  return job.experiment === 'threshold' ? thresholdTrial(trial) : intervalTrial(trial);
}

function anomalyOf(name: unknown): Anomaly {
  if (name === 'threads' || name === 'queue' || name === 'pause') return name;
  throw new TypeError(`${String(name)} is no anomaly`);
}
