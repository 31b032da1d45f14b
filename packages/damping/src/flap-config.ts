/** Tuning of flap damping. Penalties and limits are in points, durations in milliseconds of monotonic time. */
import { COUNT, checkedConfig, DURATION_MS_MAX, type NumberRange, PER_MILLE } from '@hearsay/core';
import { decayed, stepAt } from './decay.ts';

/** What a flap costs, how fast that fades, and how many members may be damped. */
export interface FlapConfig {
  /**
   * A penalty fades to half in this time. [RFC2439 §4.2, decay-ok] Considerably longer than the period of the flapping
   * that it is meant for. [RFC2439 §4.3] Higher remembers longer. Default 300,000. Source: ringpop, 5 minutes.
   */
  readonly halfLifeMs: number;
  /**
   * A member whose penalty rises above this is damped. [RFC2439 §4.2, cut] Above `reuseLimit`, and below the ceiling
   * that `penaltyCeiling` computes. Default 5000. Source: ringpop.
   */
  readonly suppressLimit: number; // tidy-allow unit: in points, and the glossary's name for it.
  /**
   * A damped member whose penalty has faded to this or less is let back. [RFC2439 §4.2, reuse] The nearer to
   * `suppressLimit`, the sooner a member is let back, and the sooner it is damped again. Default 2500. Source: ringpop.
   */
  readonly reuseLimit: number; // tidy-allow unit: in points, and the glossary's name for it.
  /**
   * Points for a member that was declared dead. One return from the dead must not damp: together with
   * `recoveryPenalty` at most `suppressLimit`.
   * Default 1000. Source: ringpop, 500 for each of the two changes, suspect and faulty.
   */
  readonly failurePenalty: number;
  /**
   * Points for a member that came back; 0 is legal and counts failures alone.
   * Default 500. Source: ringpop, 500 for the change to alive.
   *
   * Deviation: penalties are also applied when a member is added, against the advice of [RFC2439 §5], because a process
   * that crashes and restarts faster than its failure can be detected is never seen to fail, only to come back.
   */
  readonly recoveryPenalty: number;
  /**
   * Points for a member that was suspected and refuted; 0 is legal. At most `suppressLimit`.
   * Default 500. Source: guess; ringpop charges two changes for it, but here as often as not the accuser is to blame.
   */
  readonly suspicionPenalty: number;
  /**
   * A member that no longer flaps is let back after this time at the latest, however much it flapped before.
   * [RFC2439 §4.2, T-hold] It is what fixes the ceiling. Default 600,000. Source: ringpop, whose ceiling of 10,000
   * points is two half-lives above its reuse limit (its own limit of one hour is never reached).
   */
  readonly suppressMsMax: number;
  /**
   * At most this share of the cluster is damped at once, rounded down: with 100, nobody among fewer than 10 members.
   * When more would be, those with the highest penalty are, and the others are let through and counted. A cluster in
   * which everybody seems to flap has another trouble than its members. 0 damps nobody. Default 100. Source: ringpop.
   */
  readonly dampedSharePerMille: number;
  /** Members remembered. At the bound the one with the lowest penalty is forgotten. Default 4096. Source: guess. */
  readonly memberCountMax: number;
}

export const FLAP_DEFAULTS: Readonly<FlapConfig> = Object.freeze({
  halfLifeMs: 300_000,
  suppressLimit: 5_000,
  reuseLimit: 2_500,
  failurePenalty: 1_000,
  recoveryPenalty: 500,
  suspicionPenalty: 500,
  suppressMsMax: 600_000,
  dampedSharePerMille: 100,
  memberCountMax: 4_096,
});

/** 2^32: a ceiling and one more flap, in grains of 2^-20 points, are still exact in a double. */
const PENALTY_MAX = 4_294_967_296;
/** Whole, so that the arithmetic of steps is exact. */
const WHOLE_DURATION: NumberRange = Object.freeze({ min: 1, max: DURATION_MS_MAX });
const LIMIT: NumberRange = Object.freeze({ min: 1, max: PENALTY_MAX });
const OPTIONAL_PENALTY: NumberRange = Object.freeze({ min: 0, max: PENALTY_MAX });

/** Fills in defaults, checks every rule, freezes. Throws one `ConfigError` naming all problems. */
export function flapConfig(partial: Partial<FlapConfig> = {}): Readonly<FlapConfig> {
  return checkedConfig(
    'FlapConfig',
    FLAP_DEFAULTS,
    partial,
    {
      halfLifeMs: WHOLE_DURATION,
      suppressLimit: LIMIT,
      reuseLimit: LIMIT,
      failurePenalty: LIMIT,
      recoveryPenalty: OPTIONAL_PENALTY,
      suspicionPenalty: OPTIONAL_PENALTY,
      suppressMsMax: WHOLE_DURATION,
      dampedSharePerMille: PER_MILLE,
      memberCountMax: COUNT,
    },
    [
      ({ reuseLimit, suppressLimit }) =>
        reuseLimit < suppressLimit ? undefined : 'reuseLimit: not below suppressLimit, so damping would flap itself',
      (config) => {
        const ceiling = penaltyCeiling(config);
        if (ceiling > PENALTY_MAX)
          return `suppressMsMax: too many half-lives, the ceiling would be above ${PENALTY_MAX}`;
        return config.suppressLimit < ceiling
          ? undefined
          : `suppressLimit: not below the ceiling of ${ceiling} from suppressMsMax, so nobody would be damped`;
      },
      ({ failurePenalty, recoveryPenalty, suppressLimit }) =>
        failurePenalty + recoveryPenalty <= suppressLimit
          ? undefined
          : 'failurePenalty: with recoveryPenalty above suppressLimit, so one restart would damp',
      ({ suspicionPenalty, suppressLimit }) =>
        suspicionPenalty <= suppressLimit ? undefined : 'suspicionPenalty: above suppressLimit, so one would damp',
    ],
  );
}

/**
 * The highest penalty that a member can have, in whole points: `reuseLimit × 2^(suppressMsMax / halfLifeMs)`, rounded
 * down. From there it takes `suppressMsMax` to fade to the reuse limit. [RFC2439 §4.5] `Infinity` when that is beyond
 * all numbers.
 */
export function penaltyCeiling(config: Readonly<FlapConfig>): number {
  const { halfLifeMs, reuseLimit, suppressMsMax } = config;
  return Math.floor(reuseLimit / decayed(1, stepAt(suppressMsMax, halfLifeMs)));
}
