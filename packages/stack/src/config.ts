/** Limits of the composition, and the configuration of every protocol in it. */
import type { AntiEntropyConfig, ScuttlebuttConfig } from '@hearsay/anti-entropy';
import { antiEntropyConfig, scuttlebuttConfig } from '@hearsay/anti-entropy';
import type { NumberRange, NumberRanges } from '@hearsay/core';
import { COUNT, ConfigError, checkedConfig, DURATION, PER_MILLE } from '@hearsay/core';
import type { FlapConfig } from '@hearsay/damping';
import { flapConfig } from '@hearsay/damping';
import type { HeartbeatConfig, PhiConfig, QuorumConfig } from '@hearsay/heartbeat';
import {
  HEARTBEAT_LAN,
  HEARTBEAT_LOCAL,
  heartbeatConfig,
  PHI_DEFAULTS,
  PHI_LOCAL,
  phiConfig,
  QUORUM_LAN,
  QUORUM_LOCAL,
  QUORUM_WAN,
  quorumConfig,
} from '@hearsay/heartbeat';
import type { MembershipConfig, NodeStateConfig } from '@hearsay/membership';
import { membershipConfig, nodeStateConfig } from '@hearsay/membership';
import type { RingConfig } from '@hearsay/ring';
import { ringConfig } from '@hearsay/ring';
import type { RumorConfig } from '@hearsay/rumor';
import { LAN as RUMOR_LAN, LOCAL as RUMOR_LOCAL, WAN as RUMOR_WAN, rumorConfig } from '@hearsay/rumor';
import type { StoreConfig } from '@hearsay/store';
import { storeConfig } from '@hearsay/store';
import type { SwimConfig } from '@hearsay/swim';
import { LAN, LOCAL, swimConfig, WAN } from '@hearsay/swim';

/** Limits that belong to no single protocol. */
export interface StackLimits {
  /**
   * Largest datagram, everything included. Bytes, 512-65507. Default 1400. Source: memberlist; below the Ethernet MTU
   * of 1500 with room for tunnels. Raising it saves packets and risks fragmentation.
   */
  readonly packetBytesMax: number;
  /**
   * Share of a packet's free room that membership news may take while rumors are waiting. Per mille.
   * Default 500. Source: guess.
   */
  readonly membershipSharePerMille: number;
  /**
   * Largest distance of the time in a store record or a rumor ahead of the local wall clock. Default 60,000 ms.
   * Source: guess, far above what NTP leaves. Further ahead is refused and counted.
   */
  readonly clockSkewMsMax: number;
  /**
   * How often the store looks which of its records have ended. Default 1,000 ms. Source: guess: watchers of a record with
   * an expiry are told so late at most; who reads it is told nothing from the first millisecond on.
   */
  readonly storeTickMs: number;
  /** Records that are told as ended in one tick; more follow at once. Default 1,000. Source: guess, a few milliseconds. */
  readonly expiredCountMax: number;
  /**
   * How long after a change it is worked out what moved on the ring, and told to whoever watches: changes in between are
   * told together. Milliseconds. Default 1000. Source: guess; a cluster that starts settles within a few seconds.
   */
  readonly ringSettleMs: number;
}

/** Limits of the stack and one complete configuration per protocol. */
export interface StackConfig {
  readonly profile: Profile;
  readonly limits: StackLimits;
  readonly membership: MembershipConfig;
  readonly swim: SwimConfig;
  readonly flaps: FlapConfig;
  /** Of the profile `cassandra`. */
  readonly heartbeat: HeartbeatConfig;
  /** Of the profile `cassandra`. */
  readonly phi: PhiConfig;
  /** Of the profile `redis`. */
  readonly quorum: QuorumConfig;
  readonly rumor: RumorConfig;
  readonly store: StoreConfig;
  readonly membersAntiEntropy: AntiEntropyConfig;
  readonly storeAntiEntropy: AntiEntropyConfig;
  readonly rumorAntiEntropy: AntiEntropyConfig;
  readonly state: NodeStateConfig;
  readonly stateSync: ScuttlebuttConfig;
  readonly ring: RingConfig;
}

/** What a caller may set. `preset` names the timers of the protocols; explicit values win over it. */
export interface StackOptions {
  /** Who judges the members, and by which rule. The same on all nodes. Default `swim`. */
  readonly profile?: Profile | undefined;
  readonly preset?: Preset | undefined;
  readonly limits?: Partial<StackLimits> | undefined;
  readonly membership?: Partial<MembershipConfig> | undefined;
  readonly swim?: Partial<SwimConfig> | undefined;
  readonly flaps?: Partial<FlapConfig> | undefined;
  readonly heartbeat?: Partial<HeartbeatConfig> | undefined;
  readonly phi?: Partial<PhiConfig> | undefined;
  readonly quorum?: Partial<QuorumConfig> | undefined;
  readonly rumor?: Partial<RumorConfig> | undefined;
  readonly store?: Partial<StoreConfig> | undefined;
  readonly membersAntiEntropy?: Partial<AntiEntropyConfig> | undefined;
  readonly storeAntiEntropy?: Partial<AntiEntropyConfig> | undefined;
  readonly rumorAntiEntropy?: Partial<AntiEntropyConfig> | undefined;
  readonly state?: Partial<NodeStateConfig> | undefined;
  readonly stateSync?: Partial<ScuttlebuttConfig> | undefined;
  readonly ring?: Partial<RingConfig> | undefined;
}

/**
 * Whose rules judge the members. `swim`: probes and suspicion, with the whole of Lifeguard. `cassandra`: gossiped
 * heartbeats and phi accrual, each node for itself. `redis`: pings, and the votes of a majority.
 */
export type Profile = 'swim' | 'cassandra' | 'redis';

/** Timers for machines in one network, across the world, or all on one host. */
export type Preset = 'lan' | 'wan' | 'local';

export const STACK_LIMITS: Readonly<StackLimits> = Object.freeze({
  packetBytesMax: 1_400,
  membershipSharePerMille: 500,
  clockSkewMsMax: 60_000,
  storeTickMs: 1_000,
  expiredCountMax: 1_000,
  ringSettleMs: 1_000,
});

const PACKET_BYTES: NumberRange = Object.freeze({ min: 512, max: 65_507 });
const LIMIT_RANGES: NumberRanges<StackLimits> = Object.freeze({
  packetBytesMax: PACKET_BYTES,
  membershipSharePerMille: PER_MILLE,
  clockSkewMsMax: DURATION,
  storeTickMs: DURATION,
  expiredCountMax: COUNT,
  ringSettleMs: DURATION,
});

/** What a preset names. */
interface PresetParts {
  readonly swim: Partial<SwimConfig>;
  readonly heartbeat: Partial<HeartbeatConfig>;
  readonly phi: Partial<PhiConfig>;
  readonly quorum: Partial<QuorumConfig>;
  readonly rumor: Partial<RumorConfig>;
  /** Of all replicas: an interval is a probe period, for on pings the roots ride. */
  readonly antiEntropy: Partial<AntiEntropyConfig>;
  /** Of node state, for the same reason. */
  readonly stateSync: Partial<ScuttlebuttConfig>;
}

/** Cassandra has the same heartbeats within a data centre and between them. */
const DETECTORS_LAN = { heartbeat: HEARTBEAT_LAN, phi: PHI_DEFAULTS, quorum: QUORUM_LAN };

const PRESETS: Readonly<Record<Preset, PresetParts>> = Object.freeze({
  lan: { swim: LAN, ...DETECTORS_LAN, rumor: RUMOR_LAN, antiEntropy: {}, stateSync: {} },
  wan: {
    swim: WAN,
    ...DETECTORS_LAN,
    quorum: QUORUM_WAN,
    rumor: RUMOR_WAN,
    antiEntropy: { intervalMs: 5_000, retryMs: 1_000, sessionTimeoutMs: 60_000 },
    stateSync: { intervalMs: 5_000 },
  },
  local: {
    swim: LOCAL,
    heartbeat: HEARTBEAT_LOCAL,
    phi: PHI_LOCAL,
    quorum: QUORUM_LOCAL,
    rumor: RUMOR_LOCAL,
    antiEntropy: {},
    stateSync: {},
  },
});

/** What a profile changes in the parts that all have. */
interface ProfileParts {
  readonly swim: Partial<SwimConfig>;
  readonly membership: Partial<MembershipConfig>;
}

/** Cassandra remembers who has left for three days. */
const LEFT_RETENTION_MS = 259_200_000;

const PROFILES: Readonly<Record<Profile, ProfileParts>> = Object.freeze({
  swim: { swim: {}, membership: {} },
  cassandra: { swim: { probesMembers: false }, membership: { deadRetentionMs: LEFT_RETENTION_MS } },
  redis: { swim: { probesMembers: false }, membership: {} },
});

/** How each part is made. Each maker throws `ConfigError` with the problems of its own part. */
type Makers = { readonly [Part in Exclude<keyof StackConfig, 'profile'>]: () => StackConfig[Part] };

/**
 * Fills in every default and freezes. Throws one `ConfigError` with every problem of every part, each with the name of
 * its part in front: `swim.probePeriodMs: …`.
 */
export function stackConfig(options: StackOptions = {}): StackConfig {
  const { preset = 'lan', profile = 'swim' } = options;
  const isPreset = Object.hasOwn(PRESETS, preset);
  const isProfile = Object.hasOwn(PROFILES, profile);
  const makers = makersOf(options, PRESETS[isPreset ? preset : 'lan'], PROFILES[isProfile ? profile : 'swim']);
  // All are made once only to hear what is wrong with them: the first problem must not hide those of the next part.
  const problems = Object.entries(makers).flatMap(([part, make]) => problemsOf(part, make));
  if (!isPreset) problems.unshift(`preset: ${JSON.stringify(preset)} is none: use lan, wan or local`);
  if (!isProfile) problems.unshift(`profile: ${JSON.stringify(profile)} is none: use swim, cassandra or redis`);
  if (problems.length > 0) throw new ConfigError('StackConfig', problems);
  return Object.freeze({
    profile,
    limits: makers.limits(),
    membership: makers.membership(),
    swim: makers.swim(),
    flaps: makers.flaps(),
    heartbeat: makers.heartbeat(),
    phi: makers.phi(),
    quorum: makers.quorum(),
    rumor: makers.rumor(),
    store: makers.store(),
    membersAntiEntropy: makers.membersAntiEntropy(),
    storeAntiEntropy: makers.storeAntiEntropy(),
    rumorAntiEntropy: makers.rumorAntiEntropy(),
    state: makers.state(),
    stateSync: makers.stateSync(),
    ring: makers.ring(),
  });
}

function makersOf(options: StackOptions, preset: PresetParts, profile: ProfileParts): Makers {
  return {
    limits: () => checkedConfig('StackLimits', STACK_LIMITS, options.limits ?? {}, LIMIT_RANGES),
    membership: () => membershipConfig(filledUp(options.membership, profile.membership)),
    swim: () => swimConfig(filledUp(options.swim, { ...preset.swim, ...profile.swim })),
    flaps: () => flapConfig(options.flaps),
    heartbeat: () => heartbeatConfig(filledUp(options.heartbeat, preset.heartbeat)),
    phi: () => phiConfig(filledUp(options.phi, preset.phi)),
    quorum: () => quorumConfig(filledUp(options.quorum, preset.quorum)),
    // One limit for all clocks, unless rumors have their own.
    rumor: () => rumorConfig(filledUp(options.rumor, { ...preset.rumor, ...skewOf(options.limits) })),
    store: () => storeConfig(options.store),
    membersAntiEntropy: () => antiEntropyConfig(filledUp(options.membersAntiEntropy, preset.antiEntropy)),
    storeAntiEntropy: () => antiEntropyConfig(filledUp(options.storeAntiEntropy, preset.antiEntropy)),
    rumorAntiEntropy: () => antiEntropyConfig(filledUp(options.rumorAntiEntropy, preset.antiEntropy)),
    state: () => nodeStateConfig(options.state),
    ring: () => ringConfig(options.ring),
    stateSync: () => scuttlebuttConfig(filledUp(options.stateSync, preset.stateSync)),
  };
}

/** Explicit values win over the preset's. One that is `undefined` is not explicit. */
function filledUp<C extends object>(explicit: Partial<C> = {}, preset: Partial<C>): Partial<C> {
  const given = Object.entries(explicit).filter(([, value]) => value !== undefined);
  return { ...preset, ...Object.fromEntries(given) };
}

function skewOf({ clockSkewMsMax }: Partial<StackLimits> = {}): Partial<RumorConfig> {
  return clockSkewMsMax === undefined ? {} : { clockSkewMsMax };
}

function problemsOf(part: string, make: () => unknown): string[] {
  try {
    make();
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map((problem) => `${part}.${problem}`);
  }
}
