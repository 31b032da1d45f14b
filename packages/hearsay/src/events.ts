/** What happens on a node, as the application is told. */
import type { Endpoint, NodeId } from '@hearsay/core';
import type { Priority } from '@hearsay/damping';
import type { Status } from '@hearsay/membership';
import type { Profile } from '@hearsay/stack';
import type { AccusationTried } from './evidence.ts';
import type { MemberSnapshot } from './snapshots.ts';

/** What a member tells about itself has changed, or we have heard of it. Values in between may be left out. */
export interface StateChanged {
  readonly type: 'state-changed';
  readonly origin: NodeId;
  readonly key: string;
  /** Undefined: the member has deleted the key, has begun a new life without it, or is forgotten. */
  readonly value: string | undefined;
  readonly version: number;
}

/** A range of tokens with other owners than before, its start excluded. Tokens are decimal: they have 64 bits. */
export interface MovedTokens {
  readonly start: string;
  readonly end: string;
  readonly before: readonly NodeId[];
  readonly after: readonly NodeId[];
}

/** Slots with another owner than before. */
export interface MovedSlots {
  readonly first: number;
  readonly last: number;
  readonly before: NodeId | undefined;
  readonly after: NodeId | undefined;
}

/** Exactly what moved on the ring, and between the owners of slots. Only while somebody watches `node.ring`. */
export interface RingChanged {
  readonly type: 'ring-changed';
  readonly ranges: readonly MovedTokens[];
  readonly slots: readonly MovedSlots[];
}

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
  /** Another member suspects it as well: its time gets shorter. `member.evidence` has all of them. */
  | { readonly type: 'suspicion-confirmed'; readonly member: MemberSnapshot; readonly accuser: NodeId }
  /** Somebody called us `suspect`, `dead` or `left`, and we answered by raising our incarnation. */
  | {
      readonly type: 'refuted';
      readonly accuser: NodeId;
      readonly accusedOf: Status;
      readonly tried: AccusationTried | undefined;
      readonly incarnation: number;
    }
  /** A member answers by stream and not by packet: look for a firewall between us that drops UDP. */
  | { readonly type: 'one-way-udp'; readonly name: NodeId }
  /** A member runs another `profile` than we do: one of the two holds the other dead. Told once. */
  | { readonly type: 'profile-differs'; readonly name: NodeId; readonly profile: Profile }
  /** This process stood still for so long: nobody is accused for that time. */
  | { readonly type: 'paused'; readonly lostMs: number; readonly localHealth: number }
  /** A member comes and goes too often, and is not asked to help any more; or has been quiet, and is asked again. */
  | { readonly type: 'member-damped' | 'member-reused'; readonly name: NodeId; readonly penalty: number }
  /** The option `veto` struck a join: ours with a seed, or another node's with us. */
  | { readonly type: 'join-refused'; readonly reason: string; readonly from: NodeId }
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
      /** Wall time at which its origin published it, ms since 1970. */
      readonly publishedAtMs?: number | undefined;
      /** See the option `key` of `publish`. */
      readonly key?: string | undefined;
      /** `log`: it was published before we joined or while we could not be reached, or spreading missed us. */
      readonly via: 'spread' | 'log';
    }
  | {
      readonly type: 'store-changed';
      readonly key: string;
      readonly version: string;
      readonly origin: NodeId;
      /** Deleted, or ended by itself. */
      readonly isDeleted: boolean;
    }
  | StateChanged
  | RingChanged
  /** Something a peer sent was refused: a clock too far ahead, a limit, an implausible claim. */
  | { readonly type: 'refused'; readonly from: NodeId; readonly reason: string }
  /** A socket failed. The node goes on; what was lost is sent again by the protocols. */
  | { readonly type: 'transport-error'; readonly error: Error }
  /** The data directory took no write: nothing since is durable, and `store.flushed()` rejects. Restart with room. */
  | { readonly type: 'disk-error'; readonly error: Error }
  /** Only from `events()`: the reader was too slow and missed this many events. */
  | { readonly type: 'overflow'; readonly missedCount: number };

/** A rumor, as the application is told. */
export type RumorEvent = Extract<NodeEvent, { readonly type: 'rumor' }>;
