/** Tuning of the broadcast queue. */
import { COUNT, checkedConfig, type NumberRange } from '@hearsay/core';
import type { Priority } from './priority.ts';

/** How often news is repeated, how much of it is kept, and how a packet is shared between the classes. */
export interface BroadcastConfig {
  /**
   * News is transmitted `transmitLimit(transmitMultiplier, clusterSize)` times. Unit: none. Higher reaches the last
   * node more surely, lower saves bytes: at 2 one rumor in four misses somebody among 1000 nodes, at 3 one in 200.
   * Default 4. Source: memberlist's LAN preset (RetransmitMult; 2 in its local preset).
   */
  readonly transmitMultiplier: number;
  /**
   * News is transmitted at least this often, however small the cluster. 1-1000. Default 1: the formula alone decides.
   * Source: memberlist, which has no such minimum.
   */
  readonly transmitCountMin: number;
  /**
   * Items held at once. At the bound the most transmitted item of the lowest class is dropped, the oldest of equals;
   * that may be the item just offered, when every other item is of a higher class.
   * Default 4096. Source: Serf's MaxQueueDepth.
   */
  readonly itemCountMax: number;
  /** Share of the bytes that `critical` has for sure while all classes wait, in per mille. Default 500. Source: guess. */
  readonly criticalSharePerMille: number;
  /** The same for `high`. Default 250. Source: guess. */
  readonly highSharePerMille: number;
  /** The same for `normal`. Default 150. Source: guess. */
  readonly normalSharePerMille: number;
  /** The same for `bulk`. The four shares add up to 1000. Default 100. Source: guess. */
  readonly bulkSharePerMille: number;
}

export const BROADCAST_DEFAULTS: Readonly<BroadcastConfig> = Object.freeze({
  transmitMultiplier: 4,
  transmitCountMin: 1,
  itemCountMax: 4_096,
  criticalSharePerMille: 500,
  highSharePerMille: 250,
  normalSharePerMille: 150,
  bulkSharePerMille: 100,
});

/** A class without a share would starve, so zero is not legal. */
const SHARE: NumberRange = Object.freeze({ min: 1, max: 997 });
const SHARES_PER_MILLE = 1_000;

/** Fills in defaults, checks every rule, freezes. Throws one `ConfigError` naming all problems. */
export function broadcastConfig(partial: Partial<BroadcastConfig> = {}): Readonly<BroadcastConfig> {
  return checkedConfig(
    'BroadcastConfig',
    BROADCAST_DEFAULTS,
    partial,
    {
      transmitMultiplier: { min: 1, max: 100 },
      transmitCountMin: { min: 1, max: 1_000 },
      itemCountMax: COUNT,
      criticalSharePerMille: SHARE,
      highSharePerMille: SHARE,
      normalSharePerMille: SHARE,
      bulkSharePerMille: SHARE,
    },
    [
      (config) => {
        const sum = [...sharesOf(config).values()].reduce((total, share) => total + share, 0);
        return sum === SHARES_PER_MILLE ? undefined : `the four shares add up to ${sum}, not ${SHARES_PER_MILLE}`;
      },
    ],
  );
}

/** The share of each class in per mille, the most urgent class first. */
export function sharesOf(config: Readonly<BroadcastConfig>): ReadonlyMap<Priority, number> {
  return new Map<Priority, number>([
    ['critical', config.criticalSharePerMille],
    ['high', config.highSharePerMille],
    ['normal', config.normalSharePerMille],
    ['bulk', config.bulkSharePerMille],
  ]);
}
