/** Puts the runs of the Lifeguard experiments together: a row for each failure detector in each trouble. */
import type { Row } from '../result.ts';
import { median, quantile } from '../statistics.ts';
import { type Job, numberOf, type Outcome, type Pool, pooled } from '../suite.ts';
import { type Published, variantOf } from './lifeguard-variants.ts';

/** All runs of one variant in one trouble. */
export interface Group {
  /** What was done to the cluster. */
  readonly trouble: string;
  readonly variant: string;
  /** Where the paper did the same. */
  readonly published: Published | undefined;
  readonly runCount: number;
  readonly falseCount: number;
  readonly falseAtWellCount: number;
  readonly messageCount: number;
  readonly sentBytes: number;
  /** Seconds until each member in trouble was first declared dead. */
  readonly first: readonly number[];
  /** Seconds until all others had declared it dead. */
  readonly all: readonly number[];
}

/** What the troubles are called. */
export const TROUBLE = {
  threads: 'sends block',
  queue: 'sends queue',
  pause: 'process stops',
  once: 'sends block once',
  none: 'none',
} as const;

export const P99 = 0.99;
const MS_PER_SECOND = 1_000;
const PERCENT = 100;

/** By trouble and variant; and once more, for the trouble that the paper made, by the time between two of them. */
export function groupsOf(jobs: readonly Job[], outcomes: readonly Outcome[]): readonly Group[] {
  const isBlocked = (job: Job): boolean => job.experiment === 'interval' && job.anomaly === 'threads';
  const whole = pooled(jobs, outcomes, ['experiment', 'anomaly', 'variant']).map((pool) =>
    groupOf(pool, troubleOf(pool.job), isBlocked(pool.job) || pool.job.experiment === 'threshold'),
  );
  const blockedOutcomes = outcomes.filter((_, index) => isBlocked(jobs[index] ?? { seed: 0 }));
  const parts = pooled(jobs.filter(isBlocked), blockedOutcomes, ['normalMs', 'variant'])
    .toSorted((a, b) => numberOf(a.job, 'normalMs') - numberOf(b.job, 'normalMs'))
    .map((pool) => groupOf(pool, `${TROUBLE.threads}, ${pool.job.normalMs} ms between`, false));
  const of = (trouble: string): readonly Group[] => whole.filter((group) => group.trouble === trouble);
  const { threads, pause, queue, once, none } = TROUBLE;
  return [...of(threads), ...parts, ...of(pause), ...of(queue), ...of(once), ...of(none)];
}

/** One row per group. */
export function rowsOf(groups: readonly Group[]): readonly Row[] {
  return groups.map((group) => {
    const { trouble, variant, runCount, falseCount, falseAtWellCount } = group;
    return {
      trouble,
      variant,
      runs: runCount,
      'false positives': falseCount,
      'at well members': falseAtWellCount,
      ...(trouble === TROUBLE.once ? detectionOf(group) : costOf(group, groups)),
    };
  });
}

/** A count of a group as a share of SWIM's in the same trouble, in percent. NaN without SWIM, or of none. */
export function percentOfSwim(
  groups: readonly Group[],
  group: Group,
  count: 'falseCount' | 'messageCount' | 'sentBytes',
): number {
  const swim = groups.find(({ trouble, variant }) => trouble === group.trouble && variant === 'SWIM');
  return swim === undefined || swim[count] === 0 ? Number.NaN : (PERCENT * group[count]) / swim[count];
}

function costOf(group: Group, groups: readonly Group[]): Row {
  const falsePercent = percentOfSwim(groups, group, 'falseCount');
  return {
    ...(Number.isNaN(falsePercent) ? {} : { '% of SWIM': falsePercent }),
    ...(group.published && { 'published %': group.published.falsePercent }),
    'messages %': percentOfSwim(groups, group, 'messageCount'),
    ...(group.published && { 'published messages %': group.published.messagesPercent }),
    'bytes %': percentOfSwim(groups, group, 'sentBytes'),
  };
}

function detectionOf({ first, all, published }: Group): Row {
  return {
    'first s': median(first),
    ...(published && { 'published first s': published.firstSeconds }),
    'first s, p99': quantile(first, P99),
    'all s': median(all),
    ...(published && { 'published all s': published.allSeconds }),
    'all s, p99': quantile(all, P99),
  };
}

function groupOf(pool: Pool, trouble: string, isPublished: boolean): Group {
  const seconds = (key: string): readonly number[] => pool.numbers(key).map((ms) => ms / MS_PER_SECOND);
  const sum = (key: string): number => pool.numbers(key).reduce((total, value) => total + value, 0);
  const variant = String(pool.job.variant);
  return {
    trouble,
    variant,
    published: isPublished ? variantOf(variant).published : undefined,
    runCount: pool.numbers('falsePositives').length,
    falseCount: sum('falsePositives'),
    falseAtWellCount: sum('atWell'),
    messageCount: sum('messages'),
    sentBytes: sum('bytes'),
    first: seconds('first'),
    all: seconds('all'),
  };
}

function troubleOf({ experiment, anomaly }: Job): string {
  if (experiment === 'threshold') return TROUBLE.once;
  if (anomaly === 'threads' || anomaly === 'queue' || anomaly === 'pause') return TROUBLE[anomaly];
  return TROUBLE.none;
}
