/** Tuning of the SWIM failure detector. Every duration is in milliseconds of monotonic time. */
import { COUNT, checkedConfig, DURATION, type NumberRange } from '@hearsay/core';

/** How often members are probed, how long a suspicion lasts, how fast claims spread. */
export interface SwimConfig {
  /**
   * Protocol period: one member is probed per period. [SWIM §3.1, T′] Detection time grows with it, load shrinks.
   * At least three times `probeTimeoutMs` in the paper; here at least twice, as memberlist's presets have it.
   * Default 1000. Source: memberlist's LAN preset.
   */
  readonly probePeriodMs: number;
  /** Wait for a direct ack before others are asked. Default 500. Source: memberlist's LAN preset. */
  readonly probeTimeoutMs: number;
  /** Members asked to probe on our behalf. [SWIM §3.1, k] Default 3. Source: memberlist. */
  readonly indirectProbeCount: number;
  /** A helper answers nack after this share of `probeTimeoutMs`. Default 800. Source: [Lifeguard §IV-A], 80 %. */
  readonly nackSharePerMille: number;
  /**
   * Suspicion lasts `suspicionMultiplier × max(1, log10 n) × probePeriodMs`. [SWIM §4.2] Unit: none. Higher forgives
   * slow members, lower notices crashes sooner. Default 4. Source: memberlist's LAN preset.
   */
  readonly suspicionMultiplier: number;
  /** Each claim is sent `transmitMultiplier × ⌈log10(n+1)⌉` times. [SWIM §4.1] Default 4. Source: memberlist's LAN preset. */
  readonly transmitMultiplier: number;
  /** Time between two rounds of gossip while there is news. Default 200. Source: memberlist's LAN preset. */
  readonly gossipIntervalMs: number;
  /** Members told per round of gossip. Default 3. Source: memberlist's LAN preset. */
  readonly gossipFanout: number;
  /** Bytes of claims in one round's message. Default 1200. Source: memberlist's packet of 1400 less headers. */
  readonly gossipBytesMax: number;
  /** Claims waiting to be spread; the most transmitted is dropped first. Default 4096. Source: Serf's MaxQueueDepth. */
  readonly newsCountMax: number;
  /** Probes carried out for others at one time; the oldest is forgotten first. Default 256. Source: guess. */
  readonly relayCountMax: number;
  /** First wait before seeds are contacted again; doubles up to `seedRetryMsMax`. Default 500. Source: guess. */
  readonly seedRetryMsMin: number;
  /** Longest wait before seeds are contacted again, also later while we know nobody. Default 30,000. Source: Serf's retry. */
  readonly seedRetryMsMax: number;
  /** Claims per answer to a join; a larger table takes several. Default 4096. Source: guess, about 400 KiB. */
  readonly joinReplyClaimCountMax: number;
  /** `left` is reported after this time even if the news has not spread. Default 5000. Source: Serf's BroadcastTimeout. */
  readonly leaveTimeoutMs: number;
  /** Dead and left members are remembered this long. Default 24 h. Source: Serf's ReconnectTimeout. */
  readonly deadRetentionMs: number;
  /** How often members beyond retention are looked for. Default 15,000. Source: Serf's ReapInterval. */
  readonly reapIntervalMs: number;
}

/** For machines in one network. Source: memberlist's LAN preset. */
export const LAN: Readonly<SwimConfig> = Object.freeze({
  probePeriodMs: 1_000,
  probeTimeoutMs: 500,
  indirectProbeCount: 3,
  nackSharePerMille: 800,
  suspicionMultiplier: 4,
  transmitMultiplier: 4,
  gossipIntervalMs: 200,
  gossipFanout: 3,
  gossipBytesMax: 1_200,
  newsCountMax: 4_096,
  relayCountMax: 256,
  seedRetryMsMin: 500,
  seedRetryMsMax: 30_000,
  joinReplyClaimCountMax: 4_096,
  leaveTimeoutMs: 5_000,
  deadRetentionMs: 86_400_000,
  reapIntervalMs: 15_000,
});

/** Across the world. Source: memberlist's WAN preset. */
export const WAN: Readonly<SwimConfig> = Object.freeze({
  ...LAN,
  probePeriodMs: 5_000,
  probeTimeoutMs: 2_500,
  suspicionMultiplier: 6,
  gossipIntervalMs: 500,
  gossipFanout: 4,
});

/** All on one host. Source: memberlist's Local preset. */
export const LOCAL: Readonly<SwimConfig> = Object.freeze({
  ...LAN,
  probeTimeoutMs: 200,
  indirectProbeCount: 1,
  suspicionMultiplier: 3,
  transmitMultiplier: 2,
  gossipIntervalMs: 100,
});

const PER_MILLE_MAX = 1_000;
const MULTIPLIER: NumberRange = Object.freeze({ min: 1, max: 100, integer: false });
/** The direct probe and the indirect one both have to fit. */
const TIMEOUTS_PER_PERIOD = 2;
/** Digits kept of the logarithm, so that no platform's last bit decides. Source: memberlist truncates to three. */
const SCALE_STEPS = 1_000;

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
      transmitMultiplier: COUNT,
      gossipIntervalMs: DURATION,
      gossipFanout: COUNT,
      gossipBytesMax: COUNT,
      newsCountMax: COUNT,
      relayCountMax: COUNT,
      seedRetryMsMin: DURATION,
      seedRetryMsMax: DURATION,
      joinReplyClaimCountMax: COUNT,
      leaveTimeoutMs: DURATION,
      deadRetentionMs: DURATION,
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

/**
 * How long a suspicion lasts in a cluster of `memberCount`, in ms: `suspicionMultiplier × max(1, log10 n) ×
 * probePeriodMs`, so that the suspect hears of it and can refute. [SWIM §4.2]
 */
export function suspicionTimeoutMs(memberCount: number, config: Readonly<SwimConfig>): number {
  const scale = Math.trunc(Math.max(1, Math.log10(Math.max(1, memberCount))) * SCALE_STEPS) / SCALE_STEPS;
  return Math.round(config.suspicionMultiplier * scale * config.probePeriodMs);
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
/** Retries of many nodes that started together are spread by this share of the wait. Source: guess. */
export const RETRY_JITTER_PER_MILLE = 300;
