/**
 * What each policy of `@hearsay/damping` costs and reaches, against the size of the cluster: part of the suite `spread`.
 * In the synchronous cycles of [Demers §1.4], so that all are compared alike.
 */
import type { Rng } from '@hearsay/core';
import { SPREAD_DEFAULTS, type SpreadConfig, spreadConfig, transmitLimit } from '@hearsay/damping';
import { type Check, check } from '../check.ts';
import type { Plot, Row } from '../result.ts';
import { mean, quantile, STANDARD_ERRORS, significant, standardDeviation } from '../statistics.ts';
import { type Job, numberOf, type Outcome, type Pool } from '../suite.ts';
import { contactRun, type Direction } from './contact-process.ts';
import { theoryRounds as karpRounds } from './karp.ts';
import { theoryRounds as pushRounds } from './push-theory.ts';

/** One policy with the parameters that it is compared with. */
export interface PolicyCase {
  readonly name: string;
  readonly direction: Direction;
  readonly fanout: number;
  readonly config: Readonly<SpreadConfig>;
  /** Transmissions per node that an independent simulation has at 1000 nodes; they do not depend on the size. */
  readonly traffic?: number;
}

const BY_ROUND = { countUnit: 'round' } as const;

function policyCase(
  name: string,
  direction: Direction,
  partial: Partial<SpreadConfig>,
  more: { traffic?: number; fanout?: number } = {},
): PolicyCase {
  return { name, direction, fanout: 1, ...more, config: spreadConfig(partial) };
}

/** All policies. A job names its place in this list. */
export const POLICY_CASES: readonly PolicyCase[] = Object.freeze([
  policyCase('push to 3, transmit limit', 'push', {}, { fanout: 3 }),
  policyCase('push, blind, counter, k 3', 'push', { policy: 'blind-counter', k: 3 }, { traffic: 2.82 }),
  policyCase('push, blind, coin, k 4', 'push', { policy: 'blind-coin', k: 4 }, { traffic: 3.92 }),
  policyCase('push, feedback, coin, k 2', 'push', { policy: 'feedback-coin', k: 2 }, { traffic: 3 }),
  policyCase('push, feedback, counter, k 4', 'push', { policy: 'feedback-counter', k: 4 }, { traffic: 5.636 }),
  policyCase(
    'pull, feedback, counter, k 3',
    'pull',
    { policy: 'feedback-counter', k: 3, ...BY_ROUND },
    { traffic: 6.088 },
  ),
  policyCase(
    'push-pull, feedback, counter, k 2',
    'push-pull',
    { policy: 'feedback-counter', k: 2, ...BY_ROUND },
    { traffic: 5.94 },
  ),
  policyCase('push-pull, minimized, k 2', 'push-pull', {
    policy: 'feedback-counter',
    k: 2,
    isMinimized: true,
    ...BY_ROUND,
  }),
  policyCase('push-pull, median counter', 'push-pull', { policy: 'median-counter' }, { traffic: 12.24 }),
]);

interface Size {
  readonly nodeCount: number;
  readonly runCount: number;
}

const SIZES: readonly Size[] = [
  { nodeCount: 100_000, runCount: 2 },
  { nodeCount: 10_000, runCount: 20 },
  { nodeCount: 1_000, runCount: 200 },
  { nodeCount: 100, runCount: 400 },
];
const QUICK_SIZES: readonly Size[] = [
  { nodeCount: 10_000, runCount: 2 },
  { nodeCount: 1_000, runCount: 20 },
  { nodeCount: 100, runCount: 100 },
];
/** From this size on the traffic is that of 1000 nodes. */
const LARGE = 1_000;
const TRAFFIC_TOLERANCE = 0.02;
/** The second difference of the rounds over three sizes, each ten times the last: that of log2 ln n, and of whole rounds. */
const BEND_ROUNDS = 0.75;

/** The work, the largest first. */
export function policyJobs(rng: Rng, isQuick: boolean): readonly Job[] {
  return (isQuick ? QUICK_SIZES : SIZES).flatMap(({ nodeCount, runCount }) =>
    POLICY_CASES.map((_, policy) => ({ seed: rng.fork(`${nodeCount}/${policy}`).seed, policy, nodeCount, runCount })),
  );
}

/** One job of these. */
export function runPolicy(job: Job, rng: Rng): Outcome {
  const { direction, fanout, config } = caseOf(job);
  const siteCount = numberOf(job, 'nodeCount');
  const runs = Array.from({ length: numberOf(job, 'runCount') }, (_, run) =>
    contactRun({ siteCount, direction, fanout, config }, rng.fork(`${run}`)),
  );
  return {
    rounds: runs.map((run) => run.lastCycle),
    traffic: runs.map((run) => run.sendCount / siteCount),
    leftOut: runs.map((run) => siteCount - run.reachedCount),
    failSafe: runs.map((run) => run.failSafeCount),
  };
}

/** Everything measured with one policy at one size. */
export interface PolicyGroup {
  readonly policy: PolicyCase;
  readonly nodeCount: number;
  readonly rounds: readonly number[];
  readonly traffic: readonly number[];
  readonly leftOut: readonly number[];
  readonly failSafeCount: number;
}

/** The outcomes of one policy at one size. */
export function policyGroupOf(pool: Pool): PolicyGroup {
  return {
    policy: caseOf(pool.job),
    nodeCount: numberOf(pool.job, 'nodeCount'),
    rounds: pool.numbers('rounds'),
    traffic: pool.numbers('traffic'),
    leftOut: pool.numbers('leftOut'),
    failSafeCount: pool.numbers('failSafe').reduce((total, count) => total + count, 0),
  };
}

/** A line of the table. */
export function policyRow({ policy, nodeCount, rounds, traffic, leftOut }: PolicyGroup): Row {
  return {
    policy: policy.name,
    fanout: policy.fanout,
    n: nodeCount,
    runs: rounds.length,
    'rounds to the last': mean(rounds),
    p99: quantile(rounds, 0.99),
    theory: formulaRounds(policy, nodeCount),
    'messages per node': mean(traffic),
    residue: String(significant(mean(leftOut) / nodeCount, 3)),
    'reached all': `${leftOut.filter((count) => count === 0).length} of ${leftOut.length}`,
  };
}

/** The plots of these rows. */
export const POLICY_PLOTS: readonly Plot[] = Object.freeze([
  plotOf('Each policy: rounds until the last node that is reached', 'rounds to the last', 'rounds', [
    { column: 'theory', label: 'theory, for who never stops, without its O(1)', style: 'dashed' },
  ]),
  plotOf('Each policy: messages per node', 'messages per node', 'transmissions of one rumor per node', []),
]);

function plotOf(
  title: string,
  measured: string,
  yLabel: string,
  lines: readonly { column: string; label: string; style: 'solid' | 'dashed' }[],
): Plot {
  return { kind: 'line', title, x: 'n', xLabel: 'nodes', xScale: 'log', yLabel, measured, lines, groupBy: 'policy' };
}

/** What holds for every policy, and what each costs. */
export function policyChecks(groups: readonly PolicyGroup[]): readonly Check[] {
  const series = POLICY_CASES.map((policy) =>
    groups.filter((group) => group.policy === policy).toSorted((a, b) => a.nodeCount - b.nodeCount),
  );
  // The median counter needs its own in small clusters: it is a part of the algorithm.
  const byFailSafe = groups.filter(({ policy }) => policy.config.policy !== 'median-counter');
  const failSafeCount = byFailSafe.reduce((total, group) => total + group.failSafeCount, 0);
  return [
    ...series.flatMap(trafficChecks),
    ...series.flatMap(growthChecks),
    check('nodes that only the fail-safe stopped', 0, failSafeCount, { kind: 'absolute', amount: 0 }),
  ];
}

/**
 * Rounds until all know, but for a constant, where nobody stops: push by [Pittel], pull log2 n + log2 ln n, push-pull as
 * [Karp].
 */
export function formulaRounds(
  { direction, fanout }: Pick<PolicyCase, 'direction' | 'fanout'>,
  nodeCount: number,
): number {
  if (direction === 'push') return pushRounds(nodeCount, fanout);
  return direction === 'pull' ? Math.log2(nodeCount) + Math.log2(Math.log(nodeCount)) : karpRounds(nodeCount);
}

function trafficChecks(series: readonly PolicyGroup[]): readonly Check[] {
  const base = series.find((group) => group.nodeCount >= LARGE);
  return series.flatMap((group) => {
    const { policy, nodeCount, traffic } = group;
    const name = `messages per node, ${policy.name}, n ${nodeCount}`;
    if (policy.config.policy === 'transmit-limit') {
      const limit = transmitLimit(SPREAD_DEFAULTS.transmitMultiplier, nodeCount);
      return [check(name, limit, mean(perKnowing(group)), { kind: 'relative', amount: 1e-9 })];
    }
    if (policy.traffic === undefined || base === undefined || nodeCount < LARGE) return [];
    // The deviation falls with the root of the size, and is known best where the most runs were made.
    const deviation = standardDeviation(base.traffic) * Math.sqrt(base.nodeCount / nodeCount);
    const amount = TRAFFIC_TOLERANCE * policy.traffic + (STANDARD_ERRORS * deviation) / Math.sqrt(traffic.length);
    return [check(name, policy.traffic, mean(traffic), { kind: 'absolute', amount })];
  });
}

/** Transmissions by each node that knows it. */
function perKnowing({ nodeCount, traffic, leftOut }: PolicyGroup): readonly number[] {
  return traffic.map((sent, run) => sent / (1 - (leftOut[run] ?? 0) / nodeCount));
}

/** Rounds are linear in the logarithm of the size: as many more from each size to one ten times as large. */
function growthChecks(series: readonly PolicyGroup[]): readonly Check[] {
  const [first, second] = series;
  const [last, beforeLast] = series.toReversed();
  if (first === undefined || second === undefined || beforeLast === undefined || last === undefined) return [];
  if (second === last) return [];
  const deviation = standardDeviation(first.rounds);
  const error = deviation * Math.hypot(...[first, second, beforeLast, last].map(({ rounds }) => rounds.length ** -0.5));
  const growth = (from: PolicyGroup, to: PolicyGroup): number => mean(to.rounds) - mean(from.rounds);
  const span = `n ${beforeLast.nodeCount} to ${last.nodeCount} as ${first.nodeCount} to ${second.nodeCount}`;
  return [
    check(`growth of the rounds, ${first.policy.name}, ${span}`, growth(first, second), growth(beforeLast, last), {
      kind: 'absolute',
      amount: BEND_ROUNDS + STANDARD_ERRORS * error,
    }),
  ];
}

function caseOf(job: Job): PolicyCase {
  const policy = POLICY_CASES[numberOf(job, 'policy')];
  if (policy === undefined) throw new RangeError('no such policy');
  return policy;
}
