/**
 * How long things may take in a cluster, computed from its configuration. A bound on a random process holds but for a
 * small chance: here one run in a million breaks it, so one that does is worth looking at.
 */
import type { AntiEntropyConfig } from '@hearsay/anti-entropy';
import type { RumorConfig } from '@hearsay/rumor';
import { type SwimConfig, seedRetryDelayMs, suspicionBounds } from '@hearsay/swim';
import type { LinkConfig } from './config.ts';

/** Chance that a run which is well breaks one bound. */
const MISS_CHANCE = 1e-6;
const PER_MILLE = 1_000;
/** Segments lost in a row that a join is given time for. */
const RETRANSMISSIONS = 3;
/** Messages of the shortest session of anti-entropy that repairs a record: digest, list, record and its answer. */
const SESSION_MESSAGE_COUNT = 4;
/** Even without loss a node may meet one that knows as little as itself. */
const SESSION_FAILURE_MIN = 0.1;

/**
 * Time in which anti-entropy alone brings one change to all of `n` nodes: it doubles its audience every round, then
 * finds the last ones, who ask by themselves; log n + log log n rounds and a tail. [Karp §1]
 */
export function reconcileBoundMs(n: number, lossPerMille: number, config: Readonly<AntiEntropyConfig>): number {
  const growthRounds = Math.ceil(Math.log2(n)) + Math.ceil(Math.log2(Math.max(2, Math.log2(n))));
  const sessionFailure = 1 - (1 - lossPerMille / PER_MILLE) ** SESSION_MESSAGE_COUNT;
  const tailRounds = roundsUntilRare(n, Math.max(SESSION_FAILURE_MIN, sessionFailure));
  const intervalMsMax = config.intervalMs * (1 + config.jitterPerMille / PER_MILLE);
  return (growthRounds + tailRounds) * intervalMsMax;
}

/**
 * Time in which `n` nodes that start within `startSpreadMs` know each other: two attempts at a seed, the streams late by
 * three retransmissions both ways, and the news of the last one.
 */
export function joinBoundMs(
  startSpreadMs: number,
  spreadMs: number,
  config: Readonly<SwimConfig>,
  link: Readonly<LinkConfig>,
): number {
  const retriesMs = seedRetryDelayMs(1, config) + seedRetryDelayMs(2, config);
  const streamMs = 2 * (2 ** RETRANSMISSIONS - 1) * link.streamRetransmitMs;
  return startSpreadMs + retriesMs + streamMs + spreadMs;
}

/** Time until nobody pushes a rumor any more: it reaches its last node in log n rounds, which then has its own to do. */
export function rumorBoundMs(n: number, config: Readonly<RumorConfig>): number {
  const rounds = 2 * Math.ceil(Math.log2(n)) + Math.ceil(pushCount(n, config) / config.fanout);
  return rounds * config.roundIntervalMs;
}

/**
 * Nodes that a rumor may miss: each of `n` is missed with a chance of e^-m for m pushes per node that arrive
 * [Demers §1.4], so their number is Poisson distributed.
 */
export function rumorResidueMax(n: number, lossPerMille: number, config: Readonly<RumorConfig>): number {
  const mean = n * Math.exp(-pushCount(n, config) * (1 - lossPerMille / PER_MILLE));
  let missedCount = 0;
  for (let term = mean; term > MISS_CHANCE; term *= mean / (missedCount + 1)) missedCount += 1;
  return missedCount;
}

/**
 * Time in which `crashedCount` of `n` members are dead for all others: until somebody's turn comes to probe each of
 * them [SWIM §3.1], the probe itself, the suspicion [SWIM §4.2], and the news of it.
 */
export function detectionBoundMs(
  n: number,
  crashedCount: number,
  spreadMs: number,
  config: Readonly<SwimConfig>,
): number {
  const missChance = Math.exp(-(n - crashedCount) / (n - 1));
  const probePeriods = Math.min(roundsUntilRare(crashedCount, missChance), 2 * n - 1);
  return (probePeriods + 1) * config.probePeriodMs + suspicionBounds(n, config).msMax + spreadMs;
}

/** Pushes of one rumor by each node that knows it: the transmit limit, λ log n. [SWIM §4.1] */
function pushCount(n: number, { transmitMultiplier }: Readonly<RumorConfig>): number {
  return transmitMultiplier * Math.ceil(Math.log10(n + 1));
}

/** Rounds after which it is rare that any of `count` things has failed in all of them, each with `failureChance`. */
function roundsUntilRare(count: number, failureChance: number): number {
  return Math.ceil(Math.log(MISS_CHANCE / count) / Math.log(failureChance));
}
