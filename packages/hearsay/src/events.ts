/** What happens on a node, as the application is told. */
import type { Endpoint, NodeId } from '@hearsay/core';
import type { Priority } from '@hearsay/damping';
import type { MemberSnapshot } from './snapshots.ts';

/** One thing that happened. Branch on `type`. */
export type NodeEvent =
  | {
      readonly type:
        | 'member-joined'
        | 'member-updated'
        | 'member-suspected'
        | 'member-recovered'
        | 'member-failed'
        | 'member-left';
      readonly member: MemberSnapshot;
    }
  /** We answered an accusation by raising our incarnation. */
  | { readonly type: 'refuted'; readonly accuser: NodeId; readonly incarnation: number }
  /** Another process uses our name, or two others share one. */
  | { readonly type: 'name-conflict'; readonly name: NodeId; readonly addresses: readonly Endpoint[] }
  | { readonly type: 'joined'; readonly seed: string; readonly memberCount: number }
  | {
      readonly type: 'join-retried';
      readonly seeds: readonly Endpoint[];
      readonly attempt: number;
      readonly delayMs: number;
    }
  /** Our own leave has spread. */
  | { readonly type: 'left' }
  | {
      readonly type: 'rumor';
      readonly id: string;
      readonly topic: string;
      readonly origin: NodeId;
      readonly priority: Priority;
      readonly payload: Uint8Array;
    }
  | {
      readonly type: 'store-changed';
      readonly key: string;
      readonly version: string;
      readonly origin: NodeId;
      readonly isDeleted: boolean;
    }
  /** Something a peer sent was refused: a clock too far ahead, a limit, an implausible claim. */
  | { readonly type: 'refused'; readonly from: NodeId; readonly reason: string }
  /** A socket failed. The node goes on; what was lost is sent again by the protocols. */
  | { readonly type: 'transport-error'; readonly error: Error }
  /** Only from `events()`: the reader was too slow and missed this many events. */
  | { readonly type: 'overflow'; readonly missedCount: number };
