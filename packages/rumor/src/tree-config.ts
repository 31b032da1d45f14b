/** Tuning of the broadcast tree. */
import { COUNT, DURATION, type NumberRanges } from '@hearsay/core';

/** The part of `RumorConfig` that only rumors which travel by tree use. */
export interface TreeConfig {
  /**
   * Rings in which all members are put, each in another order; the neighbors of a node are those before and behind it in
   * each. Unit: rings, 1-16. One more costs two announcements per rumor and node, and lets one more pair of neighbors
   * fail at once without cutting anybody off.
   * Default 3. Source: six neighbors are what gossipsub keeps, and one more than [Plumtree §4].
   */
  readonly treeRingCount: number;
  /**
   * Packets to one neighbor every `forwardIntervalMs`, while more waits than one holds. Unit: packets. A node gets all
   * from one neighbor, so that this bounds what it receives too.
   * Default 16. Source: own calculation: 1.7 MB/s, and bursts that a receive buffer of 200 KiB holds.
   */
  readonly treePacketMax: number;
  /**
   * A neighbor that announces what we know already, and that is at least so much closer to its origin than who gave it to
   * us, takes the place of that one. Unit: hops. Lower makes the tree flatter and less steady.
   * Default 3. Source: [Plumtree §4], for one sender.
   */
  readonly treeHopsMargin: number;
  /**
   * Origins whose tree is remembered. At the bound the one that was silent for longest is forgotten: its next rumor goes to
   * all neighbors, and cuts the tree anew. Default 256. Source: guess: who publishes little does not need a tree.
   */
  readonly treeCountMax: number;
  /**
   * Announcements wait so long for others to the same neighbor. Unit: ms. Higher makes fewer packets, and what was lost
   * is missed later. Default 100. Source: guess: an announcement must not come before the rumor does.
   */
  readonly announceIntervalMs: number;
  /** Ranges in one announcement, and in one request for what is missing; what is beyond is ignored. Default 32. Source: own calculation: a packet. */
  readonly announceRangeMax: number;
  /**
   * Ranges that wait to be announced to one neighbor; what is beyond is not announced to it. Default 1024. Source: guess.
   */
  readonly announceCountMax: number;
  /**
   * How long a rumor that was announced may still take to come by the tree before it is asked for, and how long who was
   * asked may take before another one is. Unit: ms. Lower repairs sooner, and asks for more that is on its way.
   * Deviation: [Plumtree §3] has a shorter time for the second; both wait for the same packets here.
   * Default 300. Source: own measurement: at 100, nodes on a busy machine asked for one rumor in five that was on its way.
   */
  readonly graftTimeoutMs: number;
  /**
   * How often a rumor that is missing is asked for, of those who have announced it in turn, before it is left to the log.
   * Default 8. Source: own calculation: with a fifth of the packets lost one rumor in a thousand is not had after so many.
   */
  readonly graftAttemptMax: number;
  /** Rumors announced and missing at once; what is beyond is left to the log. Default 4096. Source: `hotCountMax`. */
  readonly missingCountMax: number;
  /** Rumors that one message may announce or ask for; what is beyond is ignored. Default 4096. Source: `missingCountMax`. */
  readonly announceIdCountMax: number;
}

export const TREE_DEFAULTS: Readonly<TreeConfig> = Object.freeze({
  treeRingCount: 3,
  treePacketMax: 16,
  treeHopsMargin: 3,
  treeCountMax: 256,
  announceIntervalMs: 100,
  announceRangeMax: 32,
  announceCountMax: 1_024,
  graftTimeoutMs: 300,
  graftAttemptMax: 8,
  missingCountMax: 4_096,
  announceIdCountMax: 4_096,
});

export const TREE_RANGES: NumberRanges<TreeConfig> = Object.freeze({
  treeRingCount: { min: 1, max: 16 },
  treePacketMax: COUNT,
  treeHopsMargin: COUNT,
  treeCountMax: COUNT,
  announceIntervalMs: DURATION,
  announceRangeMax: COUNT,
  announceCountMax: COUNT,
  graftTimeoutMs: DURATION,
  graftAttemptMax: COUNT,
  missingCountMax: COUNT,
  announceIdCountMax: COUNT,
});

/** Bytes that the hops of a rumor add to a packet: below 16,384 hops two. */
export const HOPS_BYTES = 2;
/** More hops than any cluster needs. What a peer says beyond counts as this. */
export const HOPS_MAX = 1_000;
/** Links kept to members that are no neighbors, for what they have asked for. Source: guess. */
export const GUEST_LINK_COUNT_MAX = 64;
/** The one before and the one behind. */
export const NEIGHBORS_PER_RING = 2;
/** A link, as the queue sees it. */
export const CLUSTER_OF_TWO = 2;
