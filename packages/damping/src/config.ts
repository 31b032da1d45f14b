/** Tuning of the broadcast queue. */
import { COUNT, checkedConfig, DURATION, type NumberRange } from '@hearsay/core';
import type { NewsAgeOrder } from './news-class.ts';
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
   * Items held at once. At the bound one is dropped of the lowest class that holds more than its share of the items: the
   * most transmitted, of equals the oldest, or the newest where the oldest goes first. That may be the item just offered.
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
  /**
   * What goes first in `critical` among news transmitted equally often. `newest-first` tells early what has just
   * happened, `oldest-first` keeps the order of publication. Default `newest-first`. Source: memberlist.
   */
  readonly criticalOrder: NewsAgeOrder;
  /** The same in `high`. Default `newest-first`. Source: memberlist. */
  readonly highOrder: NewsAgeOrder;
  /** The same in `normal`. Default `newest-first`. Source: memberlist. */
  readonly normalOrder: NewsAgeOrder;
  /** The same in `bulk`. Default `newest-first`. Source: memberlist. */
  readonly bulkOrder: NewsAgeOrder;
  /**
   * What has waited so long for its first or next transmission is also served by age. Unit: ms. Lower makes all wait
   * about as long under overload, higher keeps fresh news ahead. Default 2000, ten rounds of the LAN preset. Source:
   * guess.
   */
  readonly agingMs: number;
  /** Share of the bytes of its class that goes to what has waited for `agingMs`, in per mille. Default 250. Source: guess. */
  readonly agedSharePerMille: number;
}

export const BROADCAST_DEFAULTS: Readonly<BroadcastConfig> = Object.freeze({
  transmitMultiplier: 4,
  transmitCountMin: 1,
  itemCountMax: 4_096,
  criticalSharePerMille: 500,
  highSharePerMille: 250,
  normalSharePerMille: 150,
  bulkSharePerMille: 100,
  criticalOrder: 'newest-first',
  highOrder: 'newest-first',
  normalOrder: 'newest-first',
  bulkOrder: 'newest-first',
  agingMs: 2_000,
  agedSharePerMille: 250,
});

/** A class without a share would starve, so zero is not legal. */
const SHARE: NumberRange = Object.freeze({ min: 1, max: 997 });
/** What the shares add up to. */
export const SHARES_PER_MILLE = 1_000;

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
      agingMs: DURATION,
      agedSharePerMille: { min: 1, max: SHARES_PER_MILLE },
    },
    [
      (config) => {
        const unknown = [...ordersOf(config)].find(([, order]) => order !== 'newest-first' && order !== 'oldest-first');
        return unknown && `${unknown[0]}Order: must be newest-first or oldest-first`;
      },
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

/** The order inside each class, the most urgent class first. */
export function ordersOf(config: Readonly<BroadcastConfig>): ReadonlyMap<Priority, NewsAgeOrder> {
  return new Map<Priority, NewsAgeOrder>([
    ['critical', config.criticalOrder],
    ['high', config.highOrder],
    ['normal', config.normalOrder],
    ['bulk', config.bulkOrder],
  ]);
}
