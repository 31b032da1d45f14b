/** What rumor spreading counts. */
import type { SpentReason } from './messages.ts';

/** None yet. */
export function noneSpent(): Record<SpentReason, number> {
  return { 'transmit-limit': 0, counter: 0, coin: 0, closed: 0, 'fail-safe': 0, tree: 0 };
}

/** Counts since the start, for metrics. */
export interface RumorCounts {
  /** Rumors learned or published. */
  readonly learned: number;
  /** Pushed rumors that we knew already, echoes of our own included. */
  readonly duplicate: number;
  /** Rumors pushed, each once per peer. [Demers §1.4, traffic] */
  readonly pushed: number;
  /** Rumors learned from the log of a peer, among `learned`. */
  readonly recovered: number;
  /** Rumors that were not legal. */
  readonly refused: number;
  /** Rumors that came when they were over, or may have been over. */
  readonly expired: number;
  /** Rumors that were not logged because they come from a clock too far ahead. */
  readonly early: number;
  /** Rumors that came after a newer one of the same topic and key, or were hot when one came. */
  readonly replaced: number;
  /** Rumors that were spread until it was enough, by what ended that. */
  readonly spent: Readonly<Record<SpentReason, number>>;
  /** Hot rumors dropped at `hotCountMax` or `hotBytesMax`. */
  readonly dropped: number;
  /** Rumors not delivered because their place in the order was given up. */
  readonly skipped: number;
  /** Bodies of large rumors given to peers that fetched them. */
  readonly served: number;
  /** Bodies asked for again, of another peer. */
  readonly fetchRetried: number;
  /** Offers ignored at `fetchCountMax`. */
  readonly fetchIgnored: number;
  /** Bodies that none of those who had offered them gave: left to the log. */
  readonly fetchGivenUp: number;
  /** Bodies that were others than had been offered. */
  readonly fetchWrong: number;
  /** Exact counts that were not told on, because nobody took them or too many were asked for. */
  readonly tallyLost: number;
  /** Lives forgotten at `lifeCountMax`. */
  readonly forgottenLife: number;
  /** Gaps taken for seen at `intervalCountMax`. */
  readonly closedGap: number;
  /** Rumors sent along branches of a broadcast tree, each once per neighbor: with `pushed`, what was sent in all. */
  readonly branched: number;
  /** Rumors that came along a branch and were known, among `duplicate`. */
  readonly redundant: number;
  /** Rumors asked for because a neighbor announced them and they did not come. */
  readonly grafted: number;
  /** Branches cut because they brought nothing new. */
  readonly pruned: number;
  /** Branches taken because they are shorter. */
  readonly shortened: number;
  /** Announced rumors ignored at `missingCountMax`. */
  readonly missingIgnored: number;
  /** Announced rumors that none of those who announced them gave: left to the log. */
  readonly missingGivenUp: number;
  /** Rumors that left the log at `logCountMax` or `logBytesMax`. */
  readonly logDropped: number;
}
