/** What heartbeat gossip says and hears. */
import type { Endpoint, NodeId } from '@hearsay/core';
import type { Claim, DetectorEvent } from '@hearsay/membership';

/** How far the sender knows the heartbeats of one member. */
export interface Digest {
  readonly name: NodeId;
  /** Which life the heartbeats belong to: a later one begins again at 1. */
  readonly generation: number;
  /** uint32; 0 asks for all. */
  readonly heartbeat: number;
}

/** What the other side lacks about one member. */
export interface Delta extends Digest {
  /** Who the member is, for somebody who does not know it, or not in this life. */
  readonly claim: Claim | undefined;
}

/**
 *   A → B  syn         digests of all that A knows; none: A is in its shadow round, and B answers with all it has
 *   B → A  ack         what B lacks, as digests to be asked for, and what A lacks, as deltas
 *   A → B  deltas      what B asked for; on its own: a push
 *   A → B  echo        B answers echo-reply by itself, and only that makes it alive to A
 */
export type HeartbeatMessage =
  | { readonly type: 'syn'; readonly digests: readonly Digest[] }
  | {
      readonly type: 'ack';
      readonly requests: readonly Digest[];
      readonly deltas: readonly Delta[];
      /** The sender is in its shadow round itself and knows nothing. */
      readonly isShadow: boolean;
    }
  | { readonly type: 'deltas'; readonly deltas: readonly Delta[] }
  | { readonly type: 'echo' | 'echo-reply'; readonly sequence: number };

/** What the owner may ask for. */
export type HeartbeatCommand =
  /** Begins the rounds. After `stop`: again. */
  | { readonly type: 'start' }
  /** Ends the rounds: we beat no more, and judge nobody. Others are still answered. */
  | { readonly type: 'stop' }
  /** Remembers seeds, and asks them for all that they know before we say anything. `shadow-ended` follows. */
  | { readonly type: 'join'; readonly seeds: readonly Endpoint[] }
  /** A member is new in the table, or in a new life: asks at once whether it answers, instead of at the next round. */
  | { readonly type: 'watch'; readonly name: NodeId };

/** What a timer is for. Each carries what shows that it is stale. */
export type HeartbeatTimer =
  | { readonly type: 'round'; readonly run: number }
  | { readonly type: 'shadow'; readonly run: number };

/** How a shadow round ended: `skipped` where members are known already, `failed` and `timed-out` without an answer. */
export type ShadowOutcome = 'answered' | 'all-shadow' | 'timed-out' | 'failed' | 'skipped';

/** What the owner learns. */
export type HeartbeatEvent =
  | DetectorEvent
  /** For the owner to judge, and to merge into the table if they hold: we know nobody who is not in it. */
  | { readonly type: 'claims-received'; readonly claims: readonly Claim[]; readonly from: NodeId }
  /** `timed-out`: we are a seed and may be the first; `failed`: we are none, and no seed answers. */
  | { readonly type: 'shadow-ended'; readonly outcome: ShadowOutcome };
