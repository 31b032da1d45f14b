/** What travels between two stacks: packets of messages, each wrapped with the protocol that it belongs to. */
import type { AntiEntropyMessage, ScuttlebuttMessage } from '@hearsay/anti-entropy';
import type { Endpoint, NodeId } from '@hearsay/core';
import type { HeartbeatMessage, QuorumMessage } from '@hearsay/heartbeat';
import type { Claim } from '@hearsay/membership';
import type { Rumor, RumorMessage } from '@hearsay/rumor';
import type { StoreRecord } from '@hearsay/store';
import type { SwimMessage } from '@hearsay/swim';
import type { BuriedMessage, StabilityMessage } from './stability-messages.ts';

/** What all replicas of the sender come to together, on every ping or round of heartbeats: equal ones cost no packet. */
export interface RootMessage {
  readonly type: 'root';
  /** 0-16383, random, so that contents which collide under one salt do not under the next. */
  readonly salt: number;
  /** uint32 over the roots of all replicas, see `RootExchange`. */
  readonly root: number;
}

/**
 * What each replica of the sender comes to: the answer to a root that differs. Whoever gets it knows which to reconcile.
 */
export interface RootsMessage {
  readonly type: 'roots';
  /** uint32, random. */
  readonly salt: number;
  /** `showRoot(salt)` of the member table. */
  readonly members: number;
  /** `showRoot(salt)` of the store. */
  readonly store: number;
  /** `showRoot(salt)` of node state. A node of an older version has none. */
  readonly state?: number | undefined;
  /** The same of the log of rumors. */
  readonly rumors?: number | undefined;
}

/** One protocol item. `members`, `store` and `rumor-log` are the replicas that anti-entropy keeps equal. */
export type StackMessage =
  | { readonly protocol: 'swim'; readonly message: SwimMessage }
  | { readonly protocol: 'heartbeat'; readonly message: HeartbeatMessage }
  | { readonly protocol: 'quorum'; readonly message: QuorumMessage }
  | { readonly protocol: 'rumor'; readonly message: RumorMessage }
  | { readonly protocol: 'members'; readonly message: AntiEntropyMessage<Claim> }
  | { readonly protocol: 'store'; readonly message: AntiEntropyMessage<StoreRecord> }
  | { readonly protocol: 'rumor-log'; readonly message: AntiEntropyMessage<Rumor> }
  /** Node state, which every member writes about itself. */
  | { readonly protocol: 'state'; readonly message: ScuttlebuttMessage }
  | { readonly protocol: 'root'; readonly message: RootMessage }
  | { readonly protocol: 'roots'; readonly message: RootsMessage }
  | { readonly protocol: 'stability'; readonly message: StabilityMessage | BuriedMessage };

/** One datagram, or one frame of a stream. */
export interface Packet {
  /** Name of the sender. */
  readonly from: NodeId;
  /** Which life of the sender speaks: what an earlier life left on the way does not count as the member's word. */
  readonly generation: number;
  /** Endpoint of the sender on a stream, where the source port says nothing; empty in a datagram. */
  readonly address: Endpoint | '';
  readonly messages: readonly StackMessage[];
}

/** Encoded sizes, from whoever encodes the packets. Exact: the composer's bound rests on them. */
export interface PacketSizes {
  /** Bytes of a packet without messages. */
  overheadBytes(from: NodeId): number;
  /** Bytes that a message adds to a packet, its framing included. */
  sizeOf(message: StackMessage): number;
  /** Upper bound of what a claim adds to a packet: the sum over some claims bounds a message with all of them. */
  claimBytes(claim: Claim): number;
  /** The same of a rumor. */
  rumorBytes(rumor: Rumor): number;
  /** The same of a store record. */
  recordBytes(record: StoreRecord): number;
}
