/**
 * How long things may take in a cluster, computed from its configuration. A bound on a random process holds but for a
 * small chance: here one run in a million breaks it, so one that does is worth looking at.
 *
 * An epidemic has three parts, and each bound gives time for all of them: at first there is one node that knows, and
 * its bad luck stops everything; then the number of those who know multiplies; at last a few are left, and each of
 * them can be unlucky for a while. The middle part follows its mean, the first and the last are where luck decides.
 */
import { type AntiEntropyConfig, depthFor } from '@hearsay/anti-entropy';
import { transmitLimit } from '@hearsay/damping';
import type { RumorConfig } from '@hearsay/rumor';
import { type SwimConfig, suspicionBounds } from '@hearsay/swim';
import type { LinkConfig } from './config.ts';

/** Chance that a run which is well breaks one bound. */
const MISS_CHANCE = 1e-6;
const PER_MILLE = 1_000;
/** Messages of a session that moves one record of a replica small enough to be listed: probe, items, want, push. */
const SESSION_MESSAGE_COUNT = 4;

/** Changes that anti-entropy has to bring to all. */
export interface Change {
  readonly nodeCount: number;
  /** Records that changed. Each has to get through. */
  readonly changeCount: number;
  /** Records in the replica, changed or not: more than can be listed are found by a walk down the tree. */
  readonly recordCount: number;
  readonly lossPerMille: number;
}

/** Time in which anti-entropy alone brings changes, each made on one node, to all nodes. [Karp §1] */
export function reconcileBoundMs(change: Change, config: Readonly<AntiEntropyConfig>): number {
  const { nodeCount, changeCount, recordCount, lossPerMille } = change;
  const walkedCount = recordCount > config.listedCountMax ? depthFor(recordCount, config.depth) : 0;
  const failure = 1 - (1 - lossPerMille / PER_MILLE) ** (SESSION_MESSAGE_COUNT + walkedCount);
  const intervalMsMax = config.intervalMs * (1 + config.jitterPerMille / PER_MILLE);
  return exchangeRounds(nodeCount, changeCount, failure) * intervalMsMax;
}

/**
 * Time in which `nodeCount` nodes that start within `startSpreadMs` know each other: each asks `seedCount` seeds, one
 * of which hears it and answers in time, and the last news is spread within `spreadMs`.
 */
export function joinBoundMs(
  nodeCount: number,
  seedCount: number,
  startSpreadMs: number,
  spreadMs: number,
  link: Readonly<LinkConfig>,
): number {
  // A segment and its repetitions are lost: a node waits when it happens to it with all seeds, on either of two ways.
  const failureOf = (lostCount: number): number => (2 * (link.lossPerMille / PER_MILLE) ** lostCount) ** seedCount;
  let lateMs = 0;
  for (let retryCount = 0; nodeCount * failureOf(retryCount + 1) > MISS_CHANCE; retryCount++) {
    lateMs += link.streamRetransmitMs * 2 ** retryCount;
    if (lateMs > link.streamTimeoutMs) break;
  }
  return startSpreadMs + 2 * Math.min(lateMs, link.streamTimeoutMs) + spreadMs;
}

/**
 * Time until nobody pushes a rumor any more: the rounds in which it can still reach somebody, and those in which the
 * last one reached spends its own pushes, the first of them after a part of a round.
 */
export function rumorBoundMs(nodeCount: number, lossPerMille: number, config: Readonly<RumorConfig>): number {
  const ownRounds = 1 + Math.ceil(pushCount(nodeCount, config) / config.fanout);
  const rounds = pushRounds(nodeCount, config.fanout, lossPerMille) + ownRounds;
  return rounds * config.roundIntervalMs;
}

/**
 * Nodes that a rumor may miss: each is missed with a chance of e^-m for m pushes per node that arrive [Demers §1.4], so
 * their number is Poisson distributed.
 */
export function rumorResidueMax(nodeCount: number, lossPerMille: number, config: Readonly<RumorConfig>): number {
  const mean = nodeCount * Math.exp(-pushCount(nodeCount, config) * (1 - lossPerMille / PER_MILLE));
  let missedCount = 0;
  for (let chance = mean; chance > MISS_CHANCE; chance *= mean / (missedCount + 1)) missedCount += 1;
  return missedCount;
}

/**
 * Time in which `crashedCount` of `nodeCount` members are dead for all others: until somebody's turn comes to probe
 * each of them [SWIM §3.1] and the probe has failed, then the shortest suspicion [SWIM §4.2] or until enough others have
 * confirmed it, whichever is later [Lifeguard §IV-B], the way of these accusations to one another, and the news.
 */
export function detectionBoundMs(
  nodeCount: number,
  crashedCount: number,
  lossPerMille: number,
  spreadMs: number,
  config: Readonly<SwimConfig>,
): number {
  const { msMin, confirmationCountMax } = suspicionBounds(nodeCount - crashedCount, config);
  const accuserMean = (nodeCount - crashedCount) / (nodeCount - 1);
  const periodsMs = (accuserCount: number): number =>
    (1 + periodsUntil(accuserCount, crashedCount, accuserMean, 2 * nodeCount - 1)) * config.probePeriodMs;
  const decidedMs = Math.max(periodsMs(1) + msMin, periodsMs(1 + confirmationCountMax));
  const gossipMs = pushRounds(nodeCount, config.gossipFanout, lossPerMille) * config.gossipIntervalMs;
  return decidedMs + gossipMs + spreadMs;
}

/**
 * Periods until it is rare that any of `crashedCount` members was probed by fewer than `accuserCount` others: their
 * number is Poisson distributed, with `accuserMean` of them in a period. After two traversals less one everybody has
 * probed everybody [SWIM §4.3].
 */
function periodsUntil(accuserCount: number, crashedCount: number, accuserMean: number, periodsMax: number): number {
  for (let periods = 1; periods < periodsMax; periods++) {
    const mean = periods * accuserMean;
    let chance = 0;
    let term = Math.exp(-mean);
    for (let count = 0; count < accuserCount; term *= mean / ++count) chance += term;
    if (crashedCount * chance <= MISS_CHANCE) return periods;
  }
  return periodsMax;
}

/** Pushes of one rumor by each node that knows it. */
function pushCount(nodeCount: number, { transmitMultiplier, pushCountMin }: Readonly<RumorConfig>): number {
  return Math.max(pushCountMin, transmitLimit(transmitMultiplier, nodeCount));
}

/**
 * Rounds of push and pull, in which every node has one session, until it is rare that any node lacks any of the
 * changes. A session fails with chance `failure`. Without failure log3 n + log2 ln n of them inform all. [Karp §2]
 */
export function exchangeRounds(nodeCount: number, changeCount: number, failure: number): number {
  const isRareBelow = MISS_CHANCE / (nodeCount * changeCount);
  // Its own session fails, and of the others' none comes to it that does not.
  const standstill = failure * Math.exp(failure - 1);
  let rounds = roundsUntilRare(changeCount, standstill);
  for (let unaware = 1 - 1 / nodeCount; unaware > isRareBelow; rounds++) {
    const success = (1 - unaware) * (1 - failure);
    unaware *= (1 - success) * Math.exp(-success);
  }
  return rounds;
}

/** Rounds of push to `fanout` peers until it is rare that one more would reach anybody: log n + ln n / fanout. [Pittel] */
export function pushRounds(nodeCount: number, fanout: number, lossPerMille: number): number {
  const loss = lossPerMille / PER_MILLE;
  let rounds = roundsUntilRare(1, loss ** fanout);
  for (let unaware = 1 - 1 / nodeCount; unaware > MISS_CHANCE / nodeCount; rounds++) {
    unaware *= Math.exp(-(1 - unaware) * fanout * (1 - loss));
  }
  return rounds;
}

/** Rounds after which it is rare that any of `count` things has failed in all of them, each with `failure`. */
function roundsUntilRare(count: number, failure: number): number {
  return failure <= 0 ? 1 : Math.ceil(Math.log(MISS_CHANCE / count) / Math.log(failure));
}
