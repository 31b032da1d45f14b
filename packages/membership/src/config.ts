/** Limits of the member table. */
import { COUNT, checkedConfig, DURATION } from '@hearsay/core';

/** What the table accepts, and for how long it remembers. */
export interface MembershipConfig {
  /**
   * Members held, dead ones included. At the bound a claim about an unknown member is refused, unless it is about
   * ourselves. Default 65,536. Source: guess.
   */
  readonly memberCountMax: number;
  /**
   * How far a generation, or the end of a life, may lie ahead of the local wall clock. What is further ahead is
   * refused, or one wrong clock would outrank every later life. Milliseconds. Default 24 h. Source: Cassandra refuses
   * a year; a day covers wrong zones.
   */
  readonly generationAheadMsMax: number;
  /**
   * How far one claim may raise the incarnation of a known life. A higher jump is refused: at the end of the range a
   * member could not refute any more (memberlist issue 358). Default 65,536. Source: guess.
   */
  readonly incarnationJumpMax: number;
  /**
   * How long members that are dead or left are remembered, from their end on, by wall time. While a dead member is
   * remembered it is contacted now and then, so this is also the longest partition that heals by itself. The same on
   * every node, or they would not agree about whom to remember. Milliseconds. Default 24 h. Source: Serf's
   * ReconnectTimeout and TombstoneTimeout.
   */
  readonly deadRetentionMs: number;
}

/** Defaults with their sources above. */
export const MEMBERSHIP_DEFAULTS: Readonly<MembershipConfig> = Object.freeze({
  memberCountMax: 65_536,
  generationAheadMsMax: 86_400_000,
  incarnationJumpMax: 65_536,
  deadRetentionMs: 86_400_000,
});

/** Fills in defaults, checks every rule, freezes. Throws one `ConfigError` naming all problems. */
export function membershipConfig(partial: Partial<MembershipConfig> = {}): Readonly<MembershipConfig> {
  return checkedConfig('MembershipConfig', MEMBERSHIP_DEFAULTS, partial, {
    memberCountMax: COUNT,
    generationAheadMsMax: DURATION,
    incarnationJumpMax: COUNT,
    deadRetentionMs: DURATION,
  });
}
