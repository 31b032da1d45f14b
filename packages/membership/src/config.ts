/** Limits of the member table. */
import { COUNT, checkedConfig, DURATION } from '@hearsay/core';

/** What the table accepts. */
export interface MembershipConfig {
  /** Members held, dead ones included. At the bound a claim about an unknown member is refused. Default 65,536. Source: guess. */
  readonly memberCountMax: number;
  /**
   * How far a generation may lie ahead of the local wall clock. A higher one is refused, or one wrong clock would
   * outrank every later life. Milliseconds. Default 24 h. Source: Cassandra refuses a year; a day covers wrong zones.
   */
  readonly generationAheadMsMax: number;
  /**
   * How far one claim may raise the incarnation of a known life. A higher jump is refused: at the end of the range a
   * member could not refute any more (memberlist issue 358). Default 65,536. Source: guess.
   */
  readonly incarnationJumpMax: number;
}

/** Defaults with their sources above. */
export const MEMBERSHIP_DEFAULTS: Readonly<MembershipConfig> = Object.freeze({
  memberCountMax: 65_536,
  generationAheadMsMax: 86_400_000,
  incarnationJumpMax: 65_536,
});

/** Fills in defaults, checks every rule, freezes. Throws one `ConfigError` naming all problems. */
export function membershipConfig(partial: Partial<MembershipConfig> = {}): Readonly<MembershipConfig> {
  return checkedConfig('MembershipConfig', MEMBERSHIP_DEFAULTS, partial, {
    memberCountMax: COUNT,
    generationAheadMsMax: DURATION,
    incarnationJumpMax: COUNT,
  });
}
