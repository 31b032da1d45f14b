/** What goes in and out of rumor spreading. */
import type { NodeId } from '@hearsay/core';
import type { StopReason } from '@hearsay/damping';
import type { SpreadWay } from './config.ts';
import type { Rumor, RumorId, RumorProblem } from './rumor.ts';
import type { RumorRange } from './tree-ranges.ts';

/**
 * node → `forwardFanout` random peers when it learns something, and → `fanout` of them once per round while something
 * is hot. Only what is asked is answered. [Demers §1.4, push]
 */
export type RumorMessage =
  | { readonly type: 'push'; readonly rumors: readonly Rumor[] }
  /**
   * Rumors, and how their sender stands with each, for policies that listen to feedback and for pull. Answered by one with
   * `answerTo`, which has how the receiver stood with each before, and what else it has if the sender asks (`isPull`).
   */
  | {
      readonly type: 'exchange';
      /** uint32; 0 when no answer is wanted. */
      readonly token: number;
      /** The token that this answers; 0 when it answers none. */
      readonly answerTo: number;
      readonly isPull: boolean;
      readonly rumors: readonly Rumor[];
      /** One byte for each of `rumors`, see `standing.ts`. */
      readonly standings: Uint8Array;
      /** One byte for each of the rumors that are answered. */
      readonly verdicts: Uint8Array;
    }
  /** We have these rumors, which no packet can carry, and what their bodies come to: who lacks one answers with `fetch`. */
  | {
      readonly type: 'offer';
      readonly ids: readonly RumorId[];
      /** In the order of `ids`, see `body-digest.ts`. An older version has none. */
      readonly digests?: readonly Uint8Array[] | undefined;
    }
  /** Answered by a push, by stream, with those that we have. */
  | { readonly type: 'fetch'; readonly ids: readonly RumorId[] }
  /** Along a branch of the origin's tree. Each has made as many hops as stands at its place in `hops`. [Plumtree §3] */
  | { readonly type: 'eager'; readonly rumors: readonly Rumor[]; readonly hops: readonly number[] }
  /** We have these. Answered by `graft` when they do not come. The paper's IHAVE. */
  | { readonly type: 'announce'; readonly ranges: readonly RumorRange[] }
  /** Put us on the trees of these origins again, and give us what is missing. Answered by `eager`. */
  | { readonly type: 'graft'; readonly ranges: readonly RumorRange[] }
  /** From now on only announce the rumors of these origins. */
  | { readonly type: 'prune'; readonly origins: readonly NodeId[] }
  /** Have you seen it? Answered by `seen` with the same token, a uint32. */
  | { readonly type: 'query'; readonly token: number; readonly id: RumorId }
  | { readonly type: 'seen'; readonly token: number; readonly isSeen: boolean }
  /** So many have this rumor by way of us, who have it from you. Answered by `tallied` with the same. */
  | { readonly type: 'tally' | 'tallied'; readonly id: RumorId; readonly total: number };

/** What the owner may ask for. */
export type RumorCommand =
  /** Begins to ask peers for what they have, where `contact` says so. Once, first. */
  | { readonly type: 'start' }
  /**
   * Spread this. The owner allots the id and checks it all with `validateRumor`; the time is set here unless given. `way`
   * is by default that of the configuration.
   */
  | { readonly type: 'publish'; readonly rumor: Rumor; readonly way?: SpreadWay | undefined }
  /** What anti-entropy over `log` brought: learned like any other, and not spread. */
  | { readonly type: 'learn'; readonly rumors: readonly Rumor[]; readonly from: NodeId }
  /**
   * Asks `sampleCount` random peers whether they have seen a rumor. `rumor-counted` follows, with the token, a uint32
   * that no other count under way has.
   */
  | { readonly type: 'count'; readonly id: RumorId; readonly token: number; readonly sampleCount: number };

/**
 * `round`: pending exactly while something is hot. `forward`: what was learned too soon after the last forwarding.
 * `expire`: pending exactly while anything is remembered. `offer`: while the log
 * holds what it does not offer yet. `release`: while anything is held for its order. `count`: the
 * end of a count. `fetch`: the end of an attempt to fetch a body. `note`: while what was seen is not noted. `tally`: while a count grows. `branch`: while anything waits for a neighbor on a tree. `announce`: while anything
 * is to be announced. `graft`: while anything announced is missing.
 */
export type RumorTimer =
  | { readonly type: 'round' | 'forward' | 'expire' | 'offer' | 'release' | 'branch' | 'announce' | 'graft' | 'note' }
  | { readonly type: 'count'; readonly token: number }
  | { readonly type: 'tally'; readonly key: string }
  | { readonly type: 'fetch'; readonly key: string; readonly attempt: number };

/** Why a rumor is no longer spread: see `StopReason`; or `tree`, because it went along a broadcast tree. */
export type SpentReason = StopReason | 'tree';

/** What the owner is told. */
export type RumorEvent =
  /**
   * Once per rumor, at once. `from` is the peer that told us, `undefined` for what we published; `via` is `log` for one
   * that spreading has missed, or that was published before we joined.
   */
  | {
      readonly type: 'rumor-learned';
      readonly rumor: Rumor;
      readonly from: NodeId | undefined;
      readonly via: 'spread' | 'log';
    }
  /** The policy has stopped it, or it has left along the tree: it is no longer spread from here. */
  | { readonly type: 'rumor-spent'; readonly rumor: Rumor; readonly reason: SpentReason }
  /** It was hot here when a newer one of the same topic and key came: it is no longer spread from here. */
  | { readonly type: 'rumor-replaced'; readonly rumor: Rumor; readonly successor: Rumor }
  /** It was hot here when its time was over: it is no longer spread from here. */
  | { readonly type: 'rumor-expired'; readonly rumor: Rumor }
  /** The end of a `count`: peers asked, those that answered in time, and those of them that had seen the rumor. */
  | {
      readonly type: 'rumor-counted';
      readonly token: number;
      readonly askedCount: number;
      readonly answeredCount: number;
      readonly seenCount: number;
    }
  /** A rumor of ours is counted: so many nodes have said that they learned it, this one included, of so many. */
  | {
      readonly type: 'rumor-tallied';
      readonly id: RumorId;
      readonly reachedCount: number;
      readonly clusterSize: number;
    }
  /** The bound on hot rumors was reached: it is no longer spread from here, though its limit was not reached. */
  | { readonly type: 'rumor-dropped'; readonly rumor: Rumor }
  /** A rumor that is not legal was not learned. `from` is `undefined` for one of our own. */
  | { readonly type: 'rumor-refused'; readonly reason: RumorProblem; readonly from: NodeId | undefined };
