/** The messages of Scuttlebutt reconciliation, and what the core tells its owner. [Scuttlebutt §3] */
import type { MapDelta, MapPosition, NodeId } from '@hearsay/core';

/**
 * Who sends what when. Nobody remembers anything: an answer depends only on the message and on what is held then, so a
 * lost message costs a round, and a duplicate does no harm.
 *
 *   A → B  digest           how far A has come with its maps: all of them, or those that changed last
 *   B → A  delta            what lies above that, where B has come further
 *   B → A  request          how far B has come, where A has come further
 *   A → B  delta
 *   B → A  digest           of all maps, when A's was only a part and nothing in it differed
 */
export type ScuttlebuttMessage =
  | {
      readonly type: 'digest';
      /** Whether the sender holds no other maps. Of one that is not listed it then has nothing. */
      readonly isWhole: boolean;
      readonly positions: readonly MapPosition[];
    }
  /** A generation of 0 is nothing at all. */
  | { readonly type: 'request'; readonly positions: readonly MapPosition[] }
  | { readonly type: 'delta'; readonly deltas: readonly MapDelta[] };

/** What the owner may ask for. */
export type ScuttlebuttCommand =
  /** Begins to contact a peer per interval. Once; a second one is ignored. */
  | { readonly type: 'start' }
  /** Sends this peer our digest now. */
  | { readonly type: 'reconcile'; readonly peer: NodeId }
  /** What `showRoot(salt)` gave at a peer, which came on a packet that it sent anyway. If it differs: `reconcile`. */
  | { readonly type: 'compare'; readonly peer: NodeId; readonly salt: number; readonly root: number };

export type ScuttlebuttTimer = { readonly type: 'interval' };

/** Deltas of a peer, to be judged and merged by the owner. Nothing in them is checked. */
export type ScuttlebuttEvent = {
  readonly type: 'deltas-received';
  readonly from: NodeId;
  readonly deltas: readonly MapDelta[];
};
