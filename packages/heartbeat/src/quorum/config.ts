/** Tuning of detection by quorum. Every duration is in milliseconds of monotonic time. */
import { COUNT, checkedConfig, DURATION } from '@hearsay/core';

/** How often members are asked, what their pings tell, and when silence is failure. */
export interface QuorumConfig {
  /**
   * Silence after which a member is suspect here: neither an answer to our ping nor anything else. Twice as long is how
   * long a report counts and how long a voter that failed stays so. Default 15,000. Source: [RedisCluster], node timeout.
   */
  readonly nodeTimeoutMs: number;
  /** How often members are looked at. Default 100. Source: Redis, ten times a second. */
  readonly tickIntervalMs: number;
  /** How often one member is pinged in any case. Default 1000. Source: Redis. */
  readonly sampleIntervalMs: number;
  /** Of so many random members the one whose pong is oldest. Default 5. Source: Redis. */
  readonly sampleCount: number;
  /** Members told of in one ping, at least. Default 3. Source: Redis. */
  readonly gossipCountMin: number;
  /**
   * Members told of, as a share of all. In two timeouts a pair exchanges eight packets at least, so that most voters
   * tell of a failing member in time. Per mille. Default 100. Source: Redis, a tenth.
   */
  readonly gossipSharePerMille: number;
  /** Suspect members told of beside those; the first found suspect go first. Default 32. Source: guess; Redis has no bound. */
  readonly failingCountMax: number;
  /** How often a failure is told to all, once per `sampleIntervalMs`. Default 3. Source: guess: packets get lost. */
  readonly failTellCount: number;
  /** Entries looked at in one message; the rest is dropped and counted. Default 4096. Source: guess, far above what we send. */
  readonly entryCountMax: number;
  /**
   * A tick that is later than this says that our own process stood still: that time counts as silence of nobody.
   * Default 500. Source: guess, five ticks.
   */
  readonly lagToleranceMs: number;
}

/** For machines in one network. Source: Redis. */
export const QUORUM_LAN: Readonly<QuorumConfig> = Object.freeze({
  nodeTimeoutMs: 15_000,
  tickIntervalMs: 100,
  sampleIntervalMs: 1_000,
  sampleCount: 5,
  gossipCountMin: 3,
  gossipSharePerMille: 100,
  failingCountMax: 32,
  failTellCount: 3,
  entryCountMax: 4_096,
  lagToleranceMs: 500,
});

/** Across the world. Source: guess. */
export const QUORUM_WAN: Readonly<QuorumConfig> = Object.freeze({ ...QUORUM_LAN, nodeTimeoutMs: 30_000 });

/** All on one host. Source: the node timeout of Redis's own tests. */
export const QUORUM_LOCAL: Readonly<QuorumConfig> = Object.freeze({ ...QUORUM_LAN, nodeTimeoutMs: 3_000 });

/** Fills in defaults (LAN), checks every rule, freezes. Throws one `ConfigError` naming all problems. */
export function quorumConfig(partial: Partial<QuorumConfig> = {}): Readonly<QuorumConfig> {
  return checkedConfig(
    'QuorumConfig',
    QUORUM_LAN,
    partial,
    {
      nodeTimeoutMs: DURATION,
      tickIntervalMs: DURATION,
      sampleIntervalMs: DURATION,
      sampleCount: COUNT,
      gossipCountMin: COUNT,
      gossipSharePerMille: { min: 0, max: PER_MILLE_MAX },
      failingCountMax: COUNT,
      failTellCount: COUNT,
      entryCountMax: COUNT,
      lagToleranceMs: DURATION,
    },
    [
      ({ nodeTimeoutMs, tickIntervalMs }) =>
        nodeTimeoutMs >= TICKS_PER_TIMEOUT_MIN * tickIntervalMs
          ? undefined
          : 'nodeTimeoutMs: below ten times tickIntervalMs, so it could not be kept',
    ],
  );
}

/** Members told of in one ping of a cluster of `memberCount`, ourselves included: not us and not the receiver. */
export function gossipEntryCount(memberCount: number, config: Readonly<QuorumConfig>): number {
  const shareCount = Math.floor((memberCount * config.gossipSharePerMille) / PER_MILLE_MAX);
  return Math.max(0, Math.min(memberCount - PARTIES, Math.max(config.gossipCountMin, shareCount)));
}

/** How long a report counts, and a voter's failure stands, ms. [RedisCluster] two node timeouts. */
export function reportValidityMs({ nodeTimeoutMs }: Readonly<QuorumConfig>): number {
  return nodeTimeoutMs * VALIDITY_TIMEOUTS;
}

/** Silence after which a member is pinged, and an unanswered ping is repeated, ms. [RedisCluster] half a node timeout. */
export function pingAfterMs({ nodeTimeoutMs }: Readonly<QuorumConfig>): number {
  return nodeTimeoutMs / PINGS_PER_TIMEOUT;
}

/** Voters that it takes to fail a member, the judge included: a majority of all. */
export function quorumOf(voterCount: number): number {
  return Math.floor(voterCount / HALVES) + 1;
}

const PER_MILLE_MAX = 1_000;
const TICKS_PER_TIMEOUT_MIN = 10;
/** Sender and receiver of a ping. */
const PARTIES = 2;
const VALIDITY_TIMEOUTS = 2;
const PINGS_PER_TIMEOUT = 2;
const HALVES = 2;
/** Members drawn for the gossip of a ping, per one wanted: the unfit are drawn in vain. Source: Redis. */
export const DRAWS_PER_ENTRY = 3;
/** Highest sequence and age: uint32 on the wire. */
export const UINT32_MAX = 0xffff_ffff;
