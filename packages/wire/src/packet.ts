/** What the codec takes and gives: a packet of messages, each with the name of the protocol that it belongs to. */
import type { AntiEntropyMessage, ScuttlebuttMessage } from '@hearsay/anti-entropy';
import type { Endpoint, HlcStamp, NodeId } from '@hearsay/core';
import type { HeartbeatMessage, QuorumMessage } from '@hearsay/heartbeat';
import type { Claim } from '@hearsay/membership';
import type { Rumor, RumorMessage } from '@hearsay/rumor';
import type { StoreRecord } from '@hearsay/store';
import type { SwimMessage } from '@hearsay/swim';
import type { WireError } from './wire-error.ts';

/** One item of one protocol. `members`, `store` and `rumor-log` are the replicas that anti-entropy keeps equal. */
export type WireMessage =
  | { readonly protocol: 'swim'; readonly message: SwimMessage }
  | { readonly protocol: 'heartbeat'; readonly message: HeartbeatMessage }
  | { readonly protocol: 'quorum'; readonly message: QuorumMessage }
  | { readonly protocol: 'rumor'; readonly message: RumorMessage }
  | { readonly protocol: 'members'; readonly message: AntiEntropyMessage<Claim> }
  | { readonly protocol: 'store'; readonly message: AntiEntropyMessage<StoreRecord> }
  | { readonly protocol: 'rumor-log'; readonly message: AntiEntropyMessage<Rumor> }
  | { readonly protocol: 'state'; readonly message: ScuttlebuttMessage }
  | { readonly protocol: 'root'; readonly message: Root }
  | { readonly protocol: 'roots'; readonly message: Roots }
  | { readonly protocol: 'stability'; readonly message: Stability | Buried };

/** What all replicas of the sender come to under a salt; both are uint32. Rides on pings. */
export interface Root {
  readonly type: 'root';
  readonly salt: number;
  readonly root: number;
}

/** What each replica of the sender comes to under a salt; all are uint32. Answers a root that differs. */
export interface Roots {
  readonly type: 'roots';
  readonly salt: number;
  readonly members: number;
  readonly store: number;
  /** Of node state. Not there in packets of a node that has none. */
  readonly state?: number | undefined;
  /** Of the rumors of the last minutes. The same. */
  readonly rumors?: number | undefined;
}

/** How far the sender's store has seen everybody: times in wall milliseconds. Rides on pings. */
export interface Stability {
  readonly type: 'stability';
  readonly nowMs: number;
  /** 0 for nothing, or for more than 49 days back. */
  readonly lowMs: number;
  readonly floorMs: number;
  /** Sixteen hex digits. */
  readonly root: string;
  /** Whether the sender holds what is to be dropped; else this answers one that does. */
  readonly isWaiting: boolean;
  /** 1-4 stretches before `nowMs`, in order, of whose writes the sender may have lost some. Not there when there are none. */
  readonly gaps?: readonly { readonly fromMs: number; readonly untilMs: number }[] | undefined;
}

/** Versions that were deleted, and whose tombstones have gone. */
export interface Buried {
  readonly type: 'buried';
  readonly graves: readonly Grave[];
}

/** One version of one key. */
export interface Grave {
  readonly key: string;
  readonly stamp: HlcStamp;
  readonly origin: NodeId;
}

/** All that one node says to another in one send: a datagram, or a frame of a stream. */
export interface Packet {
  /** Member name of the sender. */
  readonly from: NodeId;
  /** Which life of the sender's process speaks. A uint32 above 0. */
  readonly generation: number;
  /** Endpoint of the sender on a stream, where the source port says nothing; empty in a datagram. */
  readonly address: Endpoint | '';
  /** In the order in which they are to be handled. */
  readonly messages: readonly WireMessage[];
}

/**
 * What became of received bytes. `skippedCount` is how many fields and messages were skipped because this version does
 * not know them; above 0 the sender is newer.
 */
export type DecodeResult =
  | { readonly ok: true; readonly packet: Packet; readonly skippedCount: number }
  | { readonly ok: false; readonly error: WireError };
