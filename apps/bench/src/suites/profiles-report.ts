/** Puts the trials of the profiles together: a row for each profile and size under each fault. */
import type { Row } from '../result.ts';
import { mean, median } from '../statistics.ts';
import { type Job, numberOf, type Outcome, type Pool, pooled } from '../suite.ts';

/** All trials of one profile at one size under one fault. */
export interface Group {
  readonly profile: string;
  readonly nodeCount: number;
  readonly trouble: string;
  readonly lossPerMille: number;
  readonly trialCount: number;
  readonly falseCount: number;
  readonly pausedCount: number;
  /** Of each trial; none of a pause. */
  readonly bytesPerSecond: readonly number[];
  /** Seconds. NaN where the limit came first. */
  readonly state: readonly number[];
  readonly first: readonly number[];
  readonly all: readonly number[];
}

/** In place of a profile: the original itself. */
export const REAL_REDIS = 'redis-server';

const MS_PER_SECOND = 1_000;
const PER_MILLE_PER_PERCENT = 10;
/** Digest and heartbeat of a member in one exchange of Cassandra. Source: 15 bytes and 19, with IPv4. */
const CASSANDRA_MEMBER_BYTES = 34;
/** Packet of Redis Cluster without its gossip: header and slot bitmap. Source: the layout of its header. */
const REDIS_HEADER_BYTES = 2_256;
const REDIS_ENTRY_BYTES = 104;
/** Source: the LAN preset, which has Redis's default. */
const NODE_TIMEOUT_SECONDS = 15;

/** By profile and size, the faults of each together. */
export function groupsOf(jobs: readonly Job[], outcomes: readonly Outcome[]): readonly Group[] {
  return pooled(jobs, outcomes, ['profile', 'nodeCount', 'trouble', 'lossPerMille'])
    .map(groupOf)
    .toSorted(
      (a, b) =>
        compareText(a.profile, b.profile) ||
        a.nodeCount - b.nodeCount ||
        compareText(a.trouble, b.trouble) ||
        a.lossPerMille - b.lossPerMille,
    );
}

/** One row per group. What was not measured under a fault is not in its row. */
export function rowsOf(groups: readonly Group[]): readonly Row[] {
  return groups.map((group) => {
    const { profile, nodeCount, trouble, lossPerMille, trialCount, falseCount, pausedCount } = group;
    const head = { profile, n: nodeCount, trials: trialCount };
    if (trouble === 'real') return realRow(group);
    if (trouble === 'pause') return { ...head, fault: 'pauses of 10 s', false: falseCount, paused: pausedCount };
    const bytesPerSecond = mean(group.bytesPerSecond);
    const original = originalBytesPerSecond(profile, nodeCount);
    return {
      ...head,
      fault: `${lossPerMille / PER_MILLE_PER_PERCENT} % lost`,
      false: falseCount,
      'first s': median(group.first),
      'all s': median(group.all),
      'state s': median(group.state),
      'bytes/s': bytesPerSecond,
      ...(lossPerMille === 0 ? plotted(group, bytesPerSecond) : {}),
      ...(lossPerMille === 0 && original !== undefined ? { 'original bytes/s': original } : {}),
    };
  });
}

/** No loss and no change of state: only what it is held against. */
function realRow({ profile, nodeCount, trialCount, first, all, bytesPerSecond }: Group): Row {
  return {
    profile,
    n: nodeCount,
    trials: trialCount,
    fault: 'real servers',
    'first s': median(first),
    'all s': median(all),
    'bytes/s': mean(bytesPerSecond),
    'all s, no loss': median(all),
    'bytes/s, no loss': mean(bytesPerSecond),
    'original bytes/s': originalBytesPerSecond('redis', nodeCount) ?? Number.NaN,
  };
}

/** What a node of the original sends per second; undefined for SWIM, whose load does not depend on the size. */
export function originalBytesPerSecond(profile: string, nodeCount: number): number | undefined {
  if (profile === 'cassandra') return CASSANDRA_MEMBER_BYTES * nodeCount;
  if (profile !== 'redis') return undefined;
  const packetBytes = REDIS_HEADER_BYTES + REDIS_ENTRY_BYTES * Math.max(3, Math.floor(nodeCount / 10));
  const pingsPerSecond = Math.max(1, (2 * (nodeCount - 1)) / NODE_TIMEOUT_SECONDS);
  return 2 * pingsPerSecond * packetBytes;
}

/** Columns of their own for the plots, which draw every row that has them. */
function plotted({ all, state }: Group, bytesPerSecond: number): Row {
  return { 'all s, no loss': median(all), 'state s, no loss': median(state), 'bytes/s, no loss': bytesPerSecond };
}

function groupOf(pool: Pool): Group {
  const { job } = pool;
  const seconds = (key: string): readonly number[] => pool.numbers(key).map((ms) => ms / MS_PER_SECOND);
  const sum = (key: string): number => pool.numbers(key).reduce((total, value) => total + value, 0);
  return {
    profile: String(job.profile),
    nodeCount: numberOf(job, 'nodeCount'),
    trouble: String(job.trouble),
    lossPerMille: numberOf(job, 'lossPerMille'),
    trialCount: pool.numbers('false').length,
    falseCount: sum('false'),
    pausedCount: sum('paused'),
    bytesPerSecond: pool.numbers('bytes'),
    state: seconds('state'),
    first: seconds('first'),
    all: seconds('all'),
  };
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
