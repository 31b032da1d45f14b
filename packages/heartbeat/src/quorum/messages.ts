/** What detection by quorum says and hears. */
import type { NodeId, Via } from '@hearsay/core';
import type { DetectorEvent } from '@hearsay/membership';

/** What the sender thinks of a member: `pfail` is its own opinion, `fail` that of a majority. */
export type Opinion = 'ok' | 'pfail' | 'fail';

/** One member in the gossip of a ping or a pong. */
export interface GossipEntry {
  readonly name: NodeId;
  /** Which life of it the opinion is about. */
  readonly generation: number;
  readonly opinion: Opinion;
  /** Time since its last pong to the sender, uint32 ms: an age, for clocks differ. */
  readonly pongAgeMs: number;
}

/**
 *   A → B  ping     B answers pong by the same path; both tell of some members
 *   A → *  fail     a majority holds the member failed; who hears it believes it
 */
export type QuorumMessage =
  | {
      readonly type: 'ping' | 'pong';
      /** uint32 of the pinging side; the pong repeats it. */
      readonly sequence: number;
      readonly path: Via;
      readonly entries: readonly GossipEntry[];
    }
  | { readonly type: 'fail'; readonly name: NodeId; readonly generation: number };

/** What the owner may ask for. */
export type QuorumCommand =
  /** Begins to ping. After `stop`: again. */
  | { readonly type: 'start' }
  /** Pings nobody any more and judges nobody. Others are still answered. */
  | { readonly type: 'stop' }
  /** Something came from a member, of whatever protocol: it lives. */
  | { readonly type: 'heard'; readonly name: NodeId }
  /** A member is new in the table, or in a new life. */
  | { readonly type: 'watch'; readonly name: NodeId };

/** Stale when its run is not the current one. */
export interface QuorumTimer {
  readonly type: 'tick';
  readonly run: number;
  /** Monotonic ms: how we notice that we stood still. */
  readonly dueMs: number;
}

/** What the owner learns. */
export type QuorumEvent =
  | DetectorEvent
  /** A ping was answered. */
  | { readonly type: 'pong-received'; readonly target: NodeId; readonly rttMs: number };
