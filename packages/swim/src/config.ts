/** Tuning of the SWIM failure detector. Every duration is in milliseconds of monotonic time. */
import { COUNT, checkedConfig, DURATION, type NumberRange, PER_MILLE } from '@hearsay/core';

/** How often members are probed, how long a suspicion lasts, how fast claims spread. */
export interface SwimConfig {
  /**
   * Whether members are probed. False where another detector judges them: claims still spread, and joins, tags, leaves,
   * refutations and pings by the owner go on. Default true.
   */
  readonly probesMembers: boolean;
  /**
   * Protocol period: one member is probed per period. [SWIM §3.1, T′] Detection time grows with it, load shrinks.
   * At least three times `probeTimeoutMs` in the paper; here at least twice, as memberlist's LAN preset has it.
   * Stretched by local health. Default 1000. Source: memberlist's LAN preset.
   */
  readonly probePeriodMs: number;
  /** Wait for a direct ack before others are asked. Stretched by local health. Default 500. Source: memberlist's LAN preset. */
  readonly probeTimeoutMs: number;
  /** Members asked to probe on our behalf. [SWIM §3.1, k] Default 3. Source: memberlist. */
  readonly indirectProbeCount: number;
  /** A helper answers nack after this share of `probeTimeoutMs`. Default 800. Source: [Lifeguard §IV-A], 80 %. */
  readonly nackSharePerMille: number;
  /**
   * Whether a member that does not answer packets is also probed by stream, beside the helpers. It then stays alive,
   * and `one-way-udp` warns. Default true. Source: memberlist, whose users reach this state by a wrong firewall rule.
   */
  readonly probesByStream: boolean;
  /**
   * A suspicion lasts at least `suspicionMultiplier × max(1, log10 n) × probePeriodMs`. [SWIM §4.2] Unit: none. Higher
   * forgives slow members, lower notices crashes sooner. Also sets how many confirmations are wanted: two less.
   * Default 4. Source: memberlist's LAN preset.
   */
  readonly suspicionMultiplier: number;
  /**
   * A suspicion that nobody confirms lasts so many times longer. 1 turns this part of Lifeguard off.
   * [Lifeguard §IV-B] Default 6. Source: memberlist.
   */
  readonly suspicionMaxMultiplier: number;
  /**
   * Highest local health, which stretches period and timeout up to nine times. 0 turns this part of Lifeguard off.
   * [Lifeguard §IV-A] Default 8. Source: the paper's S; memberlist stops at 7.
   */
  readonly localHealthMax: number;
  /** Whether a ping to a suspect tells it of the suspicion, so that it can refute at once. [Lifeguard §IV-C] Default true. */
  readonly confrontsSuspects: boolean;
  /**
   * A timer that fires later than this says that the whole process stood still: deadlines are extended by the time
   * lost, and a probe under way accuses nobody. `DURATION_MS_MAX` turns it off. Default 200. Source: own measurement:
   * timers of a busy Node process are late by tens of milliseconds, and a probe timeout is 500.
   */
  readonly lagToleranceMs: number;
  /** Each claim is sent `transmitMultiplier × ⌈log10(n+1)⌉` times. [SWIM §4.1] Default 4. Source: memberlist's LAN preset. */
  readonly transmitMultiplier: number;
  /** Time between two rounds of gossip while there is news. Default 200. Source: memberlist's LAN preset. */
  readonly gossipIntervalMs: number;
  /** Members told per round of gossip. Default 3. Source: memberlist's LAN preset. */
  readonly gossipFanout: number;
  /** Bytes of claims in one round's message. Default 1200. Source: memberlist's packet of 1400 less headers. */
  readonly gossipBytesMax: number;
  /** A member found dead is still told the news for so long, in case it lives. Default 30,000. Source: memberlist's LAN preset. */
  readonly gossipToDeadMs: number;
  /**
   * Claims waiting to be spread. At the bound the most transmitted is dropped, of the least urgent kind that holds more
   * than its share. Default 4096. Source: Serf's MaxQueueDepth.
   */
  readonly newsCountMax: number;
  /**
   * Share of helpers and gossip targets taken from our own zone, if we have one; at least one of several is from
   * another. Per mille. Default 600. Source: guess.
   */
  readonly nearSharePerMille: number;
  /** Probes carried out for others at one time; the oldest is forgotten first. Default 256. Source: guess. */
  readonly relayCountMax: number;
  /** Pings asked for by the owner at one time; the oldest is given up first. Default 256. Source: guess. */
  readonly pingCountMax: number;
  /** First wait before seeds are contacted again; doubles up to `seedRetryMsMax`. Default 500. Source: guess. */
  readonly seedRetryMsMin: number;
  /**
   * Longest wait before seeds are contacted again while we know nobody; and how often one of them is contacted for ever
   * after, if no live member has its address. Default 30,000. Source: Serf's retry and ReconnectInterval.
   */
  readonly seedRetryMsMax: number;
  /**
   * Claims per answer to a join; a larger table takes several. Default 2048. Source: with the longest names and addresses
   * that is 1.2 MiB, and a frame of the wire holds 2.
   */
  readonly joinReplyClaimCountMax: number;
  /** Members whose tags are asked for, or told, in one message. Default 64: 256 KiB at most. Source: guess. */
  readonly tagsCountMax: number;
  /** Wait before missing tags are asked for again, of another member. Default 1000. Source: guess, one period. */
  readonly tagsRetryMs: number;
  /** `left` is reported after this time even if the news has not spread. Default 5000. Source: Serf's BroadcastTimeout. */
  readonly leaveTimeoutMs: number;
  /** How often members beyond retention are looked for. Default 15,000. Source: Serf's ReapInterval. */
  readonly reapIntervalMs: number;
}

/** For machines in one network. Source: memberlist's LAN preset. */
export const LAN: Readonly<SwimConfig> = Object.freeze({
  probesMembers: true,
  probePeriodMs: 1_000,
  probeTimeoutMs: 500,
  indirectProbeCount: 3,
  nackSharePerMille: 800,
  probesByStream: true,
  suspicionMultiplier: 4,
  suspicionMaxMultiplier: 6,
  localHealthMax: 8,
  confrontsSuspects: true,
  lagToleranceMs: 200,
  transmitMultiplier: 4,
  gossipIntervalMs: 200,
  gossipFanout: 3,
  gossipBytesMax: 1_200,
  gossipToDeadMs: 30_000,
  newsCountMax: 4_096,
  nearSharePerMille: 600,
  relayCountMax: 256,
  pingCountMax: 256,
  seedRetryMsMin: 500,
  seedRetryMsMax: 30_000,
  joinReplyClaimCountMax: 2_048,
  tagsCountMax: 64,
  tagsRetryMs: 1_000,
  leaveTimeoutMs: 5_000,
  reapIntervalMs: 15_000,
});

/** Across the world. Source: memberlist's WAN preset, but for its probe timeout of 3 s, which leaves helpers less than that. */
export const WAN: Readonly<SwimConfig> = Object.freeze({
  ...LAN,
  probePeriodMs: 5_000,
  probeTimeoutMs: 2_500,
  suspicionMultiplier: 6,
  gossipIntervalMs: 500,
  gossipFanout: 4,
  gossipToDeadMs: 60_000,
});

/** All on one host. Source: memberlist's Local preset. */
export const LOCAL: Readonly<SwimConfig> = Object.freeze({
  ...LAN,
  probeTimeoutMs: 200,
  indirectProbeCount: 1,
  suspicionMultiplier: 3,
  transmitMultiplier: 2,
  gossipIntervalMs: 100,
  gossipToDeadMs: 15_000,
});

const PER_MILLE_MAX = 1_000;
const MULTIPLIER: NumberRange = Object.freeze({ min: 1, max: 100, integer: false });
/** As the broadcast queue takes it. */
const WHOLE_MULTIPLIER: NumberRange = Object.freeze({ min: 1, max: 100 });
/** The direct probe and the indirect one both have to fit. */
const TIMEOUTS_PER_PERIOD = 2;

/** Fills in defaults (LAN), checks every rule, freezes. Throws one `ConfigError` naming all problems. */
export function swimConfig(partial: Partial<SwimConfig> = {}): Readonly<SwimConfig> {
  return checkedConfig(
    'SwimConfig',
    LAN,
    partial,
    {
      probePeriodMs: DURATION,
      probeTimeoutMs: DURATION,
      indirectProbeCount: { min: 0, max: 100 },
      nackSharePerMille: { min: 1, max: PER_MILLE_MAX },
      suspicionMultiplier: MULTIPLIER,
      suspicionMaxMultiplier: MULTIPLIER,
      localHealthMax: { min: 0, max: 255 },
      lagToleranceMs: DURATION,
      transmitMultiplier: WHOLE_MULTIPLIER,
      gossipIntervalMs: DURATION,
      gossipFanout: COUNT,
      gossipBytesMax: COUNT,
      gossipToDeadMs: DURATION,
      newsCountMax: COUNT,
      nearSharePerMille: PER_MILLE,
      relayCountMax: COUNT,
      pingCountMax: COUNT,
      seedRetryMsMin: DURATION,
      seedRetryMsMax: DURATION,
      joinReplyClaimCountMax: COUNT,
      tagsCountMax: COUNT,
      tagsRetryMs: DURATION,
      leaveTimeoutMs: DURATION,
      reapIntervalMs: DURATION,
    },
    [
      ({ probePeriodMs, probeTimeoutMs }) =>
        probePeriodMs >= TIMEOUTS_PER_PERIOD * probeTimeoutMs
          ? undefined
          : 'probePeriodMs: below twice probeTimeoutMs, so an indirect probe could not end within the period',
      ({ seedRetryMsMin, seedRetryMsMax }) =>
        seedRetryMsMin <= seedRetryMsMax ? undefined : 'seedRetryMsMin: above seedRetryMsMax',
    ],
  );
}

/** How long a helper waits for the target before it answers nack, in ms. */
export function nackDelayMs(config: Readonly<SwimConfig>): number {
  return (config.probeTimeoutMs * config.nackSharePerMille) / PER_MILLE_MAX;
}

/** Wait before attempt `attempt` (1 …) to reach a seed, in ms: doubles up to the maximum. */
export function seedRetryDelayMs(attempt: number, config: Readonly<SwimConfig>): number {
  const growth = 2 ** Math.min(attempt - 1, RETRY_DOUBLINGS_MAX);
  return Math.min(config.seedRetryMsMax, config.seedRetryMsMin * growth);
}

const RETRY_DOUBLINGS_MAX = 20;
/** The end of a life is told in seconds, everything else in ms. */
export const MS_PER_SECOND = 1_000;
/** Steps per unit that are kept of a logarithm, so that no platform's last bit decides. Source: memberlist keeps three digits. */
export const SCALE_STEPS = 1_000;
/** Who cannot confirm a suspicion: the suspect and its first accuser. Source: memberlist. */
export const UNABLE_COUNT = 2;
/** After the first try, a member itself is asked for its tags no more often than others. Source: guess. */
export const MEMBER_SHARE_PER_MILLE = 500;
/** Retries of many nodes that started together are spread by this share of the wait. Source: guess. */
export const RETRY_JITTER_PER_MILLE = 300;
