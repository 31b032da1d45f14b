/** Tuning of rumor spreading. Every duration is in milliseconds of monotonic time. */
import { COUNT, checkedConfig, DURATION } from '@hearsay/core';
import {
  isSpreadPolicy,
  SPREAD_DEFAULTS,
  SPREAD_POLICIES,
  type SpreadConfig,
  type SpreadPolicy,
  spreadConfig,
} from '@hearsay/damping';
import { TREE_DEFAULTS, TREE_RANGES, type TreeConfig } from './tree-config.ts';

/** How fast, how often and how much. */
export interface RumorConfig extends TreeConfig {
  /**
   * Which way what we publish travels, unless `publish` says otherwise; relays go on as it came. Default `push`. Source:
   * [Demers §1.4], memberlist.
   */
  readonly way: SpreadWay;
  /**
   * When a node stops spreading a rumor that travels by `push`; see `SpreadPolicy`. Those with feedback have the peers
   * answer whether a rumor was news, which costs a message of some thirty bytes per packet. What no packet can carry has
   * no answer, and goes by the transmit limit always. `median-counter` is for the contact `push-pull`.
   * Default `transmit-limit`. Source: memberlist.
   */
  readonly policy: SpreadPolicy;
  /**
   * For the coins and counters: how much it takes to lose interest; see `SpreadConfig`. 1-100. Default 4. Source:
   * [Demers §1.4], Table 1.
   */
  readonly k: number;
  /**
   * What one node does with another that it contacts in a round; see `Contact`. With `pull` and `push-pull` there are
   * rounds also while nothing is hot, and nothing is forwarded at once. The same on all nodes.
   * Default `push`. Source: memberlist.
   */
  readonly contact: Contact;
  /**
   * Contacts whose answer is awaited, at once; beyond them the oldest counts as one without an answer. Default 1024.
   * Source: guess: with three of them in 200 ms what stays out for a minute.
   */
  readonly awaitedCountMax: number;
  /**
   * Distinct peers pushed to per round. Unit: peers. Higher spreads faster and spends the transmit limit in fewer
   * rounds; it does not change the number of pushes per node.
   * Default 3. Source: memberlist's LAN preset (GossipNodes).
   */
  readonly fanout: number;
  /**
   * Time between two rounds while something is hot. Unit: ms. Lower spreads faster, in more and emptier packets.
   * Default 200. Source: memberlist's LAN preset (GossipInterval).
   */
  readonly roundIntervalMs: number;
  /**
   * A rumor that is learned is forwarded at once to `ceil(ln clusterSize)` peers and so many more. Unit: peers. With
   * ln n + c of them all nodes hear it without a further round with a chance of e^(-e^-c) [Kermarrec]: 0.87 with 2. It
   * does not change the number of pushes, only when they are made.
   * Default 2. Source: own simulation: nine rumors of ten reach all of 50 to 400 nodes at once.
   */
  readonly forwardMargin: number;
  /**
   * Peers that a rumor is forwarded to at once, at most; 0 leaves everything to the rounds. Unit: peers.
   * Default 16. Source: own calculation: enough for a million nodes.
   */
  readonly forwardFanoutMax: number;
  /**
   * Shortest time from one forwarding to the next: rumors that come faster share packets. Unit: ms. Higher makes fewer
   * and fuller packets under load, and the spread slower by so much per hop.
   * Default 10. Source: guess, well below what anybody notices.
   */
  readonly forwardIntervalMs: number;
  /**
   * Packets to one peer in one forwarding, when more was learned than one holds. Unit: packets.
   * Default 4. Source: guess: with five peers 2 MB/s, and bursts that a receive buffer of 200 KiB holds.
   */
  readonly forwardPacketMax: number;
  /**
   * A rumor is pushed `transmitLimit(transmitMultiplier, clusterSize)` times by each node that knows it, or
   * `pushCountMin` times if that is more.
   * Default 4. Source: memberlist's LAN preset (RetransmitMult).
   */
  readonly transmitMultiplier: number;
  /**
   * Pushes of a rumor by each node that knows it, at least. Below ten nodes the transmit limit is so low that one
   * rumor in fifteen misses somebody; with 8 pushes it is one in a thousand. Default 8. Source: own simulation.
   */
  readonly pushCountMin: number;
  /**
   * Largest push in a packet. Unit: bytes. A larger rumor is pushed alone, by stream.
   * Default 1100. Source: memberlist's packet of 1400, less framing, names and a seal.
   */
  readonly roundBytesMax: number;
  /**
   * Bytes that a push adds around its rumors. Default 8. Source: two Protocol Buffers fields of a tag and a length of
   * three bytes each, which is enough for packets.
   */
  readonly pushOverheadBytes: number;
  /** Largest payload of a rumor, own or heard. Unit: bytes. Default 1 MiB. Source: guess. */
  readonly payloadBytesMax: number;
  /**
   * Rumors hot at once. At the bound the most pushed rumor is dropped, of the lowest class that holds more than its
   * share: it stays known here, and is no longer spread from here. Default 4096. Source: Serf's MaxQueueDepth.
   */
  readonly hotCountMax: number;
  /** Bytes of all hot rumors together; the overflow rule is that of `hotCountMax`. Default 32 MiB. Source: guess. */
  readonly hotBytesMax: number;
  /**
   * Lives, which are pairs of origin and generation, whose rumors are remembered as seen. At the bound the life that
   * was silent for longest is forgotten, and what is older than its last rumor is not learned any more from a life that
   * is not remembered: it could be the second time.
   * Default 16 384. Source: guess, for ten thousand nodes that all publish and some that restart.
   */
  readonly lifeCountMax: number;
  /**
   * Intervals of sequence numbers remembered, of all lives together. At the bound the life with the most gaps takes the
   * lower half of them for seen: a rumor from them that arrives this late is not learned, and never is one learned
   * twice. Default 65 536. Source: own calculation: who joins a cluster whose log is full gets it in any order, which
   * makes up to a half of `logCountMax` gaps.
   */
  readonly intervalCountMax: number;
  /**
   * The log is for what spreading has missed, so anti-entropy compares it in steps. At each whole multiple of this, by
   * the wall clock, it takes up what `critical` was published before; of `high` one step later, of `normal` two, of `bulk`
   * three. Unit: ms. At most 60 000. Higher leaves more to spreading, and longer without a rumor who was missed.
   * Default 500. Source: own measurement: nearly all that spreading brings to 50 to 400 nodes it brings within it.
   */
  readonly logStepMs: number;
  /**
   * Rumors are logged for so long after they were published, and get by anti-entropy to every node that is reachable
   * at any time within it; an older rumor is not accepted any more. Unit: ms. Longer bridges longer partitions, and
   * brings more old news to who joins. Clocks should agree far better than this.
   * Default 300 000. Source: guess: most partitions are shorter.
   */
  readonly rumorRetentionMs: number;
  /** Rumors logged. At the bound the oldest goes. Default 16 384. Source: guess: 55 rumors per second of retention. */
  readonly logCountMax: number;
  /** Bytes of all rumors logged; the overflow rule is that of `logCountMax`. Default 32 MiB. Source: guess. */
  readonly logBytesMax: number;
  /**
   * A rumor that was published further ahead of our own clock is learned and not logged. Unit: ms. Default 60 000. Source: guess, far
   * above what NTP leaves.
   */
  readonly clockSkewMsMax: number;
  /**
   * `fifo`: the rumors of each origin are delivered in the order in which it published them. Default `none`: at once.
   * Source: memberlist and Serf keep no order.
   */
  readonly deliveryOrder: DeliveryOrder;
  /**
   * For `fifo`: how long a rumor waits for those before it. Unit: ms. Longer than anti-entropy takes to bring what
   * spreading missed; a rumor that comes later than this is not delivered, or the order would not hold.
   * Default 5000. Source: own calculation: five intervals of anti-entropy in a data centre.
   */
  readonly holdMsMax: number;
  /**
   * For `fifo`: rumors that wait, of all origins. At the bound those of the origin that passes it are delivered, gaps or
   * not. Default 4096. Source: `hotCountMax`.
   */
  readonly holdCountMax: number;
  /**
   * What was seen is noted so long after, where notes outlive the process: what is seen within it before a crash is
   * delivered again in the next life. Unit: ms. Lower writes more often. Default 1000. Source: guess.
   */
  readonly seenNoteMs: number;
  /** Bodies of large rumors fetched at once; what is offered beyond is left to the log. Default 64. Source: guess. */
  readonly fetchCountMax: number;
  /** Peers remembered for one body, in case the first does not give it; later offers are ignored. Default 8. Source: guess. */
  readonly fetchProviderCountMax: number;
  /**
   * How long a peer may take to give a body before another one is asked. Unit: ms. Default 5000. Source: own
   * calculation: 1 MiB at 2 Mbit/s.
   */
  readonly fetchTimeoutMs: number;
  /** Bodies that one message may offer or ask for; what is beyond is ignored. Default 64. Source: `fetchCountMax`. */
  readonly fetchIdCountMax: number;
  /** How long the peers that are asked how far a rumor has come may take. Unit: ms. Default 1000. Source: guess. */
  readonly countTimeoutMs: number;
  /**
   * A rumor whose nodes are counted: how long a node waits before it tells who told it how many have it by way of it, and
   * tells again while it has no answer. Unit: ms. Higher makes fewer messages, and the count later by so much per hop.
   * Default 100. Source: guess: most that a node tells have told others within that.
   */
  readonly tallyDelayMs: number;
  /**
   * How often it tells without an answer; then the publisher itself is told, as often. Lower tells it sooner when who told
   * has crashed, and counts a node twice whose answers are all lost.
   * Default 16. Source: own simulation: with 8 and a fifth of the packets lost one of 4000 nodes was counted twice.
   */
  readonly tallyAttemptMax: number;
  /**
   * How long the publisher waits for the count to grow before it takes it as it is. Unit: ms. Higher counts more of those
   * who get it from the log. Default 3000. Source: own calculation: three intervals of anti-entropy in a data centre.
   */
  readonly tallyQuietMs: number;
  /** Rumors whose nodes are counted, at once, of all origins; at the bound the oldest is over. Default 1024. Source: guess. */
  readonly tallyCountMax: number;
  /** Counts under way at once; one more ends at once, with nobody asked. Default 64. Source: guess. */
  readonly countingMax: number;
}

/**
 * `push`: each node that learns a rumor pushes it to some random others, so that most nodes get it several times. Nothing
 * has to be in order before the first rumor, and no failure delays one. `tree`: along a broadcast tree, each node once,
 * where a failure delays what is on its way by `announceIntervalMs` and `graftTimeoutMs`. [Plumtree] For who publishes
 * many rumors per second. A rumor that no packet can carry is offered by `push` either way, and fetched once.
 */
export type SpreadWay = 'push' | 'tree';

/** All ways. */
export const SPREAD_WAYS: readonly SpreadWay[] = Object.freeze(['push', 'tree'] as const);

/**
 * `push`: who is infective tells. `pull`: everybody asks, and who is infective answers; it leaves fewer out, and costs a
 * packet per round and node for ever. `push-pull`: both in one contact. [Demers §1.4]
 */
export type Contact = 'push' | 'pull' | 'push-pull';

const CONTACTS: readonly Contact[] = Object.freeze(['push', 'pull', 'push-pull'] as const);

/** See `RumorConfig.deliveryOrder`. */
export type DeliveryOrder = 'none' | 'fifo';

export const RUMOR_DEFAULTS: Readonly<RumorConfig> = Object.freeze({
  way: 'push',
  policy: 'transmit-limit',
  k: SPREAD_DEFAULTS.k,
  contact: 'push',
  awaitedCountMax: 1_024,
  fanout: 3,
  roundIntervalMs: 200,
  forwardMargin: 2,
  forwardFanoutMax: 16,
  forwardIntervalMs: 10,
  forwardPacketMax: 4,
  transmitMultiplier: 4,
  pushCountMin: 8,
  roundBytesMax: 1_100,
  pushOverheadBytes: 8,
  payloadBytesMax: 1_048_576,
  hotCountMax: 4_096,
  hotBytesMax: 33_554_432,
  lifeCountMax: 16_384,
  intervalCountMax: 65_536,
  logStepMs: 500,
  rumorRetentionMs: 300_000,
  logCountMax: 16_384,
  logBytesMax: 33_554_432,
  clockSkewMsMax: 60_000,
  deliveryOrder: 'none',
  holdMsMax: 5_000,
  holdCountMax: 4_096,
  seenNoteMs: 1_000,
  fetchCountMax: 64,
  fetchProviderCountMax: 8,
  fetchTimeoutMs: 5_000,
  fetchIdCountMax: 64,
  countTimeoutMs: 1_000,
  tallyDelayMs: 100,
  tallyAttemptMax: 16,
  tallyQuietMs: 3_000,
  tallyCountMax: 1_024,
  countingMax: 64,
  ...TREE_DEFAULTS,
});

/** For one data centre: the defaults. Source: memberlist's LAN preset. */
export const LAN: Readonly<Partial<RumorConfig>> = Object.freeze({});
/** For links of up to a second. Source: memberlist's WAN preset. */
export const WAN: Readonly<Partial<RumorConfig>> = Object.freeze({
  fanout: 4,
  roundIntervalMs: 500,
  announceIntervalMs: 500,
  graftTimeoutMs: 1_000,
  tallyDelayMs: 500,
  tallyQuietMs: 15_000,
});
/** For one machine. Source: memberlist's Local preset. */
export const LOCAL: Readonly<Partial<RumorConfig>> = Object.freeze({ roundIntervalMs: 100, transmitMultiplier: 2 });

/** Length limit of a topic in bytes of UTF-8. Source: guess. */
export const TOPIC_BYTES_MAX = 256;
/** Length limit of a key in bytes of UTF-8. Source: guess. */
export const KEY_BYTES_MAX = 256;
/**
 * Parts of the retention in which the log forgets: clocks that differ a little then differ about the log at few moments.
 * Source: guess.
 */
export const LOG_SLOT_COUNT = 64;
/** Steps after which the fixed point of coverage stands still to the last digit that matters. Source: own calculation. */
export const FIXED_POINT_STEP_COUNT = 60;
/** Of a share. */
export const PER_MILLE = 1_000;
/** What waits for its order is looked at so often in the time that it may wait. Source: guess. */
export const RELEASES_PER_HOLD = 2;
/** Largest generation and sequence number: four bytes on the wire. */
export const UINT32_MAX = 0xffff_ffff;

/** A note of what was seen takes `seenNoteMs` for each so many bytes of it: 64 KB/s at most. Source: guess. */
export const SEEN_NOTE_BYTES = 65_536;
/** Of a byte that says how a node stands with a rumor: its phase, and above that its counter. */
export const STANDING_PHASE_BITS = 2;
export const STANDING_COUNTER_MAX = 63;

const TRANSMIT_MULTIPLIER_MAX = 100;
const PUSH_COUNT_MAX = 1_000;
const FORWARD_FANOUT_MAX = 1_000;
const LOG_STEP_MS_MAX = 60_000;

/** Peers that a rumor is forwarded to when it is learned. [Kermarrec] `clusterSize` counts this node too. */
export function forwardFanout(clusterSize: number, config: Readonly<RumorConfig>): number {
  const { forwardMargin, forwardFanoutMax } = config;
  return Math.min(forwardFanoutMax, Math.ceil(Math.log(Math.max(1, clusterSize))) + forwardMargin);
}

/**
 * The policy with its numbers. Who is pulled from counts rounds and not contacts, or a moment at which many ask would end
 * the rumor. [Demers §1.4, Table 3]
 */
export function policyOf({
  policy,
  k,
  contact,
  transmitMultiplier,
  pushCountMin,
}: Readonly<RumorConfig>): SpreadConfig {
  const countUnit = contact === 'push' ? 'contact' : 'round';
  return spreadConfig({ policy, k, countUnit, transmitMultiplier, transmitCountMin: pushCountMin });
}

/** Whether a policy has to hear what its contacts knew. */
export function needsFeedback({ policy }: Pick<RumorConfig, 'policy'>): boolean {
  return policy === 'feedback-coin' || policy === 'feedback-counter' || policy === 'median-counter';
}

/** Fills in defaults, checks every rule, freezes. Throws one `ConfigError` naming all problems. */
export function rumorConfig(partial: Partial<RumorConfig> = {}): Readonly<RumorConfig> {
  return checkedConfig(
    'RumorConfig',
    RUMOR_DEFAULTS,
    partial,
    {
      fanout: COUNT,
      k: { min: 1, max: SPREAD_DEFAULTS.transmitCountMax },
      awaitedCountMax: COUNT,
      roundIntervalMs: DURATION,
      forwardMargin: { min: 0, max: FORWARD_FANOUT_MAX },
      forwardFanoutMax: { min: 0, max: FORWARD_FANOUT_MAX },
      forwardIntervalMs: DURATION,
      forwardPacketMax: COUNT,
      transmitMultiplier: { min: 1, max: TRANSMIT_MULTIPLIER_MAX },
      pushCountMin: { min: 1, max: PUSH_COUNT_MAX },
      roundBytesMax: COUNT,
      pushOverheadBytes: { min: 0, max: UINT32_MAX },
      payloadBytesMax: COUNT,
      hotCountMax: COUNT,
      hotBytesMax: COUNT,
      lifeCountMax: COUNT,
      intervalCountMax: COUNT,
      logStepMs: { min: 1, max: LOG_STEP_MS_MAX },
      rumorRetentionMs: DURATION,
      logCountMax: COUNT,
      logBytesMax: COUNT,
      clockSkewMsMax: DURATION,
      holdMsMax: DURATION,
      holdCountMax: COUNT,
      seenNoteMs: DURATION,
      fetchCountMax: COUNT,
      fetchProviderCountMax: COUNT,
      fetchTimeoutMs: DURATION,
      fetchIdCountMax: COUNT,
      countTimeoutMs: DURATION,
      tallyDelayMs: DURATION,
      tallyAttemptMax: COUNT,
      tallyQuietMs: DURATION,
      tallyCountMax: COUNT,
      countingMax: COUNT,
      ...TREE_RANGES,
    },
    [
      ({ hotBytesMax, payloadBytesMax }) =>
        hotBytesMax > payloadBytesMax
          ? undefined
          : 'hotBytesMax: must be above payloadBytesMax, or it drops every large rumor',
      ({ policy }) => (isSpreadPolicy(policy) ? undefined : `policy: use one of ${SPREAD_POLICIES.join(', ')}`),
      ({ contact }) => (CONTACTS.includes(contact) ? undefined : `contact: use one of ${CONTACTS.join(', ')}`),
      ({ policy, contact }) =>
        policy === 'median-counter' && contact !== 'push-pull'
          ? 'contact: with policy median-counter it must be push-pull'
          : undefined,
      ({ way }) =>
        SPREAD_WAYS.includes(way) ? undefined : `way: ${String(way)} is none: use ${SPREAD_WAYS.join(', ')}`,
      ({ deliveryOrder }) =>
        deliveryOrder === 'none' || deliveryOrder === 'fifo' ? undefined : 'deliveryOrder: use none or fifo',
      ({ roundBytesMax, pushOverheadBytes }) =>
        roundBytesMax > pushOverheadBytes ? undefined : 'roundBytesMax: must be above pushOverheadBytes',
    ],
  );
}
