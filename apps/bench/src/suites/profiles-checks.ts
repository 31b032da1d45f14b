/** What the rules of the originals say about the trials of the profiles. Each limit follows from a rule, not from a run. */
import { type Check, check } from '../check.ts';
import { type Group, originalBytesPerSecond, REAL_REDIS } from './profiles-report.ts';

/** Silence that convicts, in mean intervals. Source: a phi of 8. */
const CONVICTION_INTERVALS = 18.42;
/** What Cassandra's rule counts with: no interval is longer, and the mean neither. Seconds. */
const INTERVAL_SECONDS_MAX = 2;
/** Rounds by which the last heartbeat may be older than the crash, and be judged later than it is due. */
const ROUND_SLACK_SECONDS = 3;
const NODE_TIMEOUT_SECONDS = 15;
/** Until a member that fell silent right after a pong is pinged, and has not answered for a timeout, in timeouts. */
const PFAIL_TIMEOUTS_MAX = 1.5;
/** A report has to get around while it counts, which is for two timeouts. */
const REPORT_TIMEOUTS = 2;
/** A ping under way at the crash. Seconds. */
const RTT_SLACK_SECONDS = 0.1;
/** How much more a node of SWIM may send in the largest cluster than in the smallest: longer names, more digits. */
const SWIM_GROWTH_FACTOR = 1.5;
/** Above it, loss is not the usual weather of a network. */
const USUAL_LOSS_PER_MILLE = 100;

/** Of every group what its rule says, then what the groups of a profile say together. */
export function checksOf(groups: readonly Group[]): readonly Check[] {
  return [...groups.flatMap(groupChecks), ...growthChecks(groups), ...realChecks(groups)];
}

function groupChecks(group: Group): readonly Check[] {
  const { profile, nodeCount, trouble, lossPerMille, falseCount } = group;
  const where = `${profile}, n ${nodeCount}`;
  if (trouble === 'real') return [];
  if (trouble === 'pause') {
    return [check(`well members declared dead during pauses, ${where}`, 0, falseCount, exactly)];
  }
  const lost = `${where}, ${lossPerMille / 10} % lost`;
  if (lossPerMille > USUAL_LOSS_PER_MILLE) return [];
  return [
    check(`well members declared dead, ${lost}`, 0, falseCount, exactly),
    ...(lossPerMille === 0 ? quietChecks(group, where) : []),
  ];
}

function quietChecks({ profile, nodeCount, first, all, bytesPerSecond }: Group, where: string): readonly Check[] {
  const [firstMin, allMax] = boundsOf(profile);
  const original = originalBytesPerSecond(profile, nodeCount);
  return [
    ...(firstMin === undefined
      ? []
      : [check(`seconds to the first verdict, ${where}`, firstMin, least(first), atLeast)]),
    ...(allMax === undefined ? [] : [check(`seconds until all know, ${where}`, allMax, most(all), atMost)]),
    ...(profile === 'redis' && original !== undefined
      ? [check(`bytes per second below the original's, ${where}`, original, most(bytesPerSecond), atMost)]
      : []),
  ];
}

/** Seconds from a crash: least until the first verdict, most until the last. */
function boundsOf(profile: string): readonly [number | undefined, number | undefined] {
  if (profile === 'cassandra') {
    return [
      CONVICTION_INTERVALS - ROUND_SLACK_SECONDS,
      CONVICTION_INTERVALS * INTERVAL_SECONDS_MAX + ROUND_SLACK_SECONDS,
    ];
  }
  if (profile === 'redis') {
    return [NODE_TIMEOUT_SECONDS - RTT_SLACK_SECONDS, NODE_TIMEOUT_SECONDS * (PFAIL_TIMEOUTS_MAX + REPORT_TIMEOUTS)];
  }
  return [undefined, undefined];
}

/** [SWIM §3.1] The load on a member does not grow with the cluster. */
function growthChecks(groups: readonly Group[]): readonly Check[] {
  const swim = groups.filter(({ profile, trouble, lossPerMille }) => {
    return profile === 'swim' && trouble === 'crash' && lossPerMille === 0;
  });
  const [smallest] = swim;
  const largest = swim.at(-1);
  if (smallest === undefined || largest === undefined || smallest === largest) return [];
  const growth = most(largest.bytesPerSecond) / least(smallest.bytesPerSecond);
  return [check('bytes per node of swim, largest cluster to smallest', SWIM_GROWTH_FACTOR, growth, atMost)];
}

/** Where a real Redis Cluster was measured: our profile sends less than it does. */
function realChecks(groups: readonly Group[]): readonly Check[] {
  const ours = groups.filter(({ profile, lossPerMille, trouble }) => {
    return profile === 'redis' && trouble === 'crash' && lossPerMille === 0;
  });
  return groups
    .filter(({ profile }) => profile === REAL_REDIS)
    .flatMap((real) => {
      const same = ours.find(({ nodeCount }) => nodeCount === real.nodeCount);
      const name = `bytes per second below a real Redis Cluster's, n ${real.nodeCount}`;
      return same === undefined
        ? []
        : [check(name, least(real.bytesPerSecond), most(same.bytesPerSecond), { kind: 'at-most' })];
    });
}

const exactly = { kind: 'absolute', amount: 0 } as const;
const atLeast = { kind: 'at-least' } as const;
const atMost = { kind: 'at-most' } as const;

/** NaN of a list with a NaN: what was not found in time must fail a check. */
function least(values: readonly number[]): number {
  return Math.min(...values);
}

function most(values: readonly number[]): number {
  return Math.max(...values);
}
