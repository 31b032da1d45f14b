/** Tuning of how a node stops spreading a rumor. */
import { COUNT, checkedConfig } from '@hearsay/core';

/**
 * When a node loses interest in a rumor that it spreads.
 *
 * - `transmit-limit`: after `transmitMultiplier × ⌈log10(n + 1)⌉` transmissions. [SWIM §4.1]
 * - `blind-…`: whether or not the others knew it; `feedback-…`: only by telling it to those who did. [Demers §1.4]
 * - `…-coin`: each time with chance 1/k; `…-counter`: after the k-th time. [Demers §1.4]
 * - `median-counter`: when most of those one meets have known it for longer. [Karp] For push-pull only.
 */
export type SpreadPolicy =
  | 'transmit-limit'
  | 'blind-coin'
  | 'blind-counter'
  | 'feedback-coin'
  | 'feedback-counter'
  | 'median-counter';

/** All policies. */
export const SPREAD_POLICIES: readonly SpreadPolicy[] = Object.freeze([
  'transmit-limit',
  'blind-coin',
  'blind-counter',
  'feedback-coin',
  'feedback-counter',
  'median-counter',
] as const);

/** Which policy, and its numbers. An option that the policy does not use has no effect. */
export interface SpreadConfig {
  /** Default `transmit-limit`. Source: memberlist. */
  readonly policy: SpreadPolicy;
  /** For `transmit-limit`; see `BroadcastConfig`. 1-100. Default 4. Source: memberlist's LAN preset. */
  readonly transmitMultiplier: number;
  /** For `transmit-limit`: transmissions at least, however small the cluster. 1-1000. Default 1. Source: memberlist. */
  readonly transmitCountMin: number;
  /**
   * For the coins and counters: how much it takes to lose interest. Unit: none. 1-1000. One more divides the residue by
   * three and costs about one more transmission per node: with 4, feedback and counter leave out 0.36 % at any size.
   * Default 4. Source: [Demers §1.4], Table 1.
   */
  readonly k: number;
  /**
   * For the coins and counters: what one time is, a contact or a round. Who pushes to one peer per round need not
   * choose. Who is pulled from must count rounds, or a moment at which many ask ends the rumor: in [Demers §1.4],
   * Table 3, that leaves out fifteen times as many. Default `contact`. Source: guess.
   */
  readonly countUnit: 'contact' | 'round';
  /**
   * For feedback, in push-pull: of two nodes that both know the rumor only the one that has more interest loses any,
   * both of equals. [Demers §1.4, minimization] Default false. Source: [Demers §1.4], Tables 1 to 3.
   */
  readonly isMinimized: boolean;
  /**
   * Contacts that a node accepts in a round; see `ConnectionLimit`. Default: no limit. Source: [Demers §1.4], Tables 1
   * to 3.
   */
  readonly connectionCountMax: number;
  /**
   * Others that a node tries in the same round after it was refused. 0-1000. Default 0. Source: [Demers §1.4], where
   * with pull and one connection ten of them halve the residue.
   */
  readonly huntCountMax: number;
  /**
   * For `median-counter`: value of the counter at which a node begins to close, or ⌈ln ln n⌉ if that is more. One more
   * costs about three transmissions per node. 1-1000. Default 3. Source: own simulation: with 2, and 2 rounds of
   * closing, one rumor in six misses somebody among 10^4 nodes; with 3 and 3 none in 10^4 did.
   */
  readonly counterMin: number;
  /**
   * For `median-counter`: rounds of closing, in which a node still transmits, or ⌈ln ln n⌉ if that is more. One more
   * costs two transmissions per node. 1-1000. Default 3. Source: see `counterMin`.
   */
  readonly closingRoundCountMin: number;
  /**
   * For `median-counter`: the fail-safe. A node stops `roundMultiplier × ⌈ln n⌉` rounds after it learned the rumor,
   * whatever it hears: one that only meets nodes that have stopped would never advance. 1-100. Default 2. Source:
   * [Karp] asks for O(ln n); own simulation.
   */
  readonly roundMultiplier: number;
  /**
   * For the coins and counters: the fail-safe in transmissions, for peers whose feedback is lost or withheld. Default
   * 100. Source: own simulation: with k of 5 and less, fewer than one node in 10^9 comes so far on its own.
   */
  readonly transmitCountMax: number;
  /** The same in rounds, for a node that meets nobody. Default 1000. Source: guess. */
  readonly roundCountMax: number;
}

export const SPREAD_DEFAULTS: Readonly<SpreadConfig> = Object.freeze({
  policy: 'transmit-limit',
  transmitMultiplier: 4,
  transmitCountMin: 1,
  k: 4,
  countUnit: 'contact',
  isMinimized: false,
  connectionCountMax: Number.MAX_SAFE_INTEGER,
  huntCountMax: 0,
  counterMin: 3,
  closingRoundCountMin: 3,
  roundMultiplier: 2,
  transmitCountMax: 100,
  roundCountMax: 1_000,
});

/** Above this a counter, a factor or a k is a mistake. */
const SMALL_COUNT = Object.freeze({ min: 1, max: 1_000 });
const MULTIPLIER = Object.freeze({ min: 1, max: 100 });

/** Fills in defaults, checks every rule, freezes. Throws one `ConfigError` naming all problems. */
export function spreadConfig(partial: Partial<SpreadConfig> = {}): Readonly<SpreadConfig> {
  return checkedConfig(
    'SpreadConfig',
    SPREAD_DEFAULTS,
    partial,
    {
      transmitMultiplier: MULTIPLIER,
      transmitCountMin: SMALL_COUNT,
      k: SMALL_COUNT,
      connectionCountMax: COUNT,
      huntCountMax: { min: 0, max: 1_000 },
      counterMin: SMALL_COUNT,
      closingRoundCountMin: SMALL_COUNT,
      roundMultiplier: MULTIPLIER,
      transmitCountMax: COUNT,
      roundCountMax: COUNT,
    },
    [
      ({ policy }) => (isSpreadPolicy(policy) ? undefined : `policy: ${String(policy)} is none`),
      ({ countUnit }) =>
        countUnit === 'contact' || countUnit === 'round' ? undefined : 'countUnit: must be contact or round',
      ({ policy, isMinimized }) =>
        isMinimized && policy !== 'feedback-counter' ? 'isMinimized: only for the policy feedback-counter' : undefined,
      ({ k, transmitCountMax }) =>
        k <= transmitCountMax ? undefined : 'transmitCountMax: must be at least k, or it decides in its place',
    ],
  );
}

/** Whether `value` names a policy. */
export function isSpreadPolicy(value: unknown): value is SpreadPolicy {
  return SPREAD_POLICIES.some((policy) => policy === value);
}
