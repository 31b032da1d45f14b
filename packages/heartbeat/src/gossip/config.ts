/** Tuning of heartbeat gossip. Every duration is in milliseconds of monotonic time. */
import { COUNT, checkedConfig, DURATION, type NumberRange } from '@hearsay/core';

/** How heartbeats travel, and what silence means. */
export interface HeartbeatConfig {
  /**
   * `digest`: three messages with what each side lacks, as in Cassandra. `push`: all heartbeats to some members, one
   * message each, as in [GossipFD]. Push needs no answer and sends what is known already; digest sends that once.
   * Default `digest`.
   */
  readonly exchange: 'digest' | 'push';
  /** `phi` judges silence by the intervals before it, `timeout` by `timeoutMs`. Default `phi`. */
  readonly rule: 'phi' | 'timeout';
  /** Time between two rounds: one heartbeat of ours each. Default 1000. Source: Cassandra. */
  readonly gossipIntervalMs: number;
  /** Members told per round of push. With digests it is one, with the extras of Cassandra. Default 1. Source: [GossipFD]. */
  readonly pushFanout: number;
  /** Silence that convicts under the rule `timeout`. Default 20,000. Source: Scylla's failure_detector_timeout. */
  readonly timeoutMs: number;
  /**
   * Whether a member counts as alive only once it has answered us itself: heartbeats that come through others prove that
   * it lives, and not that we reach it. Until then it is suspect. Default true. Source: Cassandra.
   */
  readonly requiresEcho: boolean;
  /**
   * When two rounds are so far apart, our own process stood still: nobody is convicted now, nor for so long after.
   * Default 5000. Source: Cassandra, since its issue 9183.
   */
  readonly pauseToleranceMs: number;
  /** Wait before the seeds are asked again in the shadow round. Default 5000. Source: Cassandra. */
  readonly shadowRetryMs: number;
  /** A seed gives up its shadow round after this time and goes on: it may be the first. Default 30,000. Source: Cassandra. */
  readonly shadowSeedMsMax: number;
  /** Who is no seed gives up after this time. Default 60,000. Source: Cassandra. */
  readonly shadowMsMax: number;
  /** Digests per message; more members take several messages, which fit packets. Default 48. Source: 1400 bytes by 28. */
  readonly digestCountMax: number;
  /**
   * Digests, requests or deltas that are looked at in one message; the rest is dropped and counted. Default 4096.
   * Source: guess, far above what we send.
   */
  readonly itemCountMax: number;
  /** Members per answer to a shadow round; a larger table takes several. Default 1024. Source: 0.6 MiB with the longest names. */
  readonly claimCountMax: number;
  /**
   * How far one message may raise a heartbeat above what the time since the last one explains: what is higher is refused
   * and counted, or one forged number would silence a member for good. Default 65,536. Source: as for incarnations.
   */
  readonly heartbeatJumpMax: number;
}

/** For machines in one network. Source: Cassandra. */
export const LAN: Readonly<HeartbeatConfig> = Object.freeze({
  exchange: 'digest',
  rule: 'phi',
  gossipIntervalMs: 1_000,
  pushFanout: 1,
  timeoutMs: 20_000,
  requiresEcho: true,
  pauseToleranceMs: 5_000,
  shadowRetryMs: 5_000,
  shadowSeedMsMax: 30_000,
  shadowMsMax: 60_000,
  digestCountMax: 48,
  itemCountMax: 4_096,
  claimCountMax: 1_024,
  heartbeatJumpMax: 65_536,
});

/** All on one host, five times as fast. Source: guess. */
export const LOCAL: Readonly<HeartbeatConfig> = Object.freeze({
  ...LAN,
  gossipIntervalMs: 200,
  timeoutMs: 4_000,
  pauseToleranceMs: 1_000,
  shadowRetryMs: 1_000,
  shadowSeedMsMax: 3_000,
  shadowMsMax: 6_000,
});

const EXCHANGES: ReadonlySet<string> = new Set<HeartbeatConfig['exchange']>(['digest', 'push']);
const RULES: ReadonlySet<string> = new Set<HeartbeatConfig['rule']>(['phi', 'timeout']);
const JUMP: NumberRange = Object.freeze({ min: 1, max: 0x7fff_ffff });

/** Fills in defaults (LAN), checks every rule, freezes. Throws one `ConfigError` naming all problems. */
export function heartbeatConfig(partial: Partial<HeartbeatConfig> = {}): Readonly<HeartbeatConfig> {
  return checkedConfig(
    'HeartbeatConfig',
    LAN,
    partial,
    {
      gossipIntervalMs: DURATION,
      pushFanout: COUNT,
      timeoutMs: DURATION,
      pauseToleranceMs: DURATION,
      shadowRetryMs: DURATION,
      shadowSeedMsMax: DURATION,
      shadowMsMax: DURATION,
      digestCountMax: COUNT,
      itemCountMax: COUNT,
      claimCountMax: COUNT,
      heartbeatJumpMax: JUMP,
    },
    [
      ({ exchange }) => (EXCHANGES.has(exchange) ? undefined : 'exchange: use digest or push'),
      ({ rule }) => (RULES.has(rule) ? undefined : 'rule: use phi or timeout'),
      ({ pauseToleranceMs, gossipIntervalMs }) =>
        pauseToleranceMs > gossipIntervalMs ? undefined : 'pauseToleranceMs: not above gossipIntervalMs',
    ],
  );
}

/** Highest heartbeat and sequence: uint32 on the wire. At one beat a second it lasts 136 years. */
export const UINT32_MAX = 0xffff_ffff;
