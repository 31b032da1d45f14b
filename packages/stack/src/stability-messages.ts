/** What nodes tell each other so that tombstones can go. */
import type { HlcStamp, NodeId } from '@hearsay/core';
import type { Gap } from '@hearsay/store';

/** Rides on pings while there is anything in the store that is to be dropped one day. */
export interface StabilityMessage {
  readonly type: 'stability';
  /** The sender's clock, wall milliseconds: everything that it writes from now on is stamped later, or as late. */
  readonly nowMs: number;
  /** The least that it has seen of any member, 0 when nothing. See `FloorKeeper`. */
  readonly lowMs: number;
  readonly floorMs: number;
  /** Sixteen hex digits: the first half of the digest of its store. Equal contents have equal ones. */
  readonly root: string;
  /** Whether the sender holds what is to be dropped; else this answers one that does. */
  readonly isWaiting: boolean;
  /** When it wrote what it may have lost since, in a crash or with its disk. At most `GAP_COUNT_MAX`. Default: never. */
  readonly gaps?: readonly Gap[] | undefined;
}

/** A version that was deleted, and whose tombstone has gone. */
export interface Grave {
  readonly key: string;
  readonly stamp: HlcStamp;
  readonly origin: NodeId;
}

/** The answer to records that the sender has seen deleted long ago. The reader drops them. */
export interface BuriedMessage {
  readonly type: 'buried';
  readonly graves: readonly Grave[];
}

/** Graves in one message: as many records as a peer can push at once. A reader refuses more. */
export const GRAVE_COUNT_MAX = 4_096;
