/** The commands, timers and events of the stack: those of its protocols, and the few of its own. */
import type { AntiEntropyTimer, ScuttlebuttTimer } from '@hearsay/anti-entropy';
import type { Endpoint, NodeId } from '@hearsay/core';
import type { HeartbeatTimer, QuorumTimer, ShadowOutcome } from '@hearsay/heartbeat';
import type { StateChange, StateRefusal, Tags } from '@hearsay/membership';
import type { Rumor, RumorEvent, RumorId, RumorTimer, SpreadWay } from '@hearsay/rumor';
import type { RecordHead, StoreRecord } from '@hearsay/store';
import type { SwimEvent, SwimTimer } from '@hearsay/swim';
import type { Profile } from './config.ts';
import type { RingChanged, RingTimer } from './ring-part.ts';
import type { StateCommand } from './state-part.ts';

/** What the owner of a stack may ask of it. */
export type StackCommand =
  /** Begins to probe, gossip and reconcile. Once, first. */
  | { readonly type: 'start' }
  /** A fresh reading of the wall clock: at least every few seconds, or stamps drift with the monotonic clock. */
  | { readonly type: 'wall-clock'; readonly wallMs: number }
  | { readonly type: 'join'; readonly seeds: readonly Endpoint[] }
  | { readonly type: 'leave' }
  /** Declares another member left. */
  | { readonly type: 'force-leave'; readonly name: NodeId }
  /** `ping-ended` follows, with the token. */
  | { readonly type: 'ping'; readonly name: NodeId; readonly token: number }
  | { readonly type: 'set-tags'; readonly tags: Tags }
  /** The owner allots the rumor's id and has checked it with `validateRumor`. */
  | { readonly type: 'publish'; readonly rumor: Rumor; readonly way?: SpreadWay | undefined }
  /** Asks members whether they have heard a rumor; `rumor-counted` follows, with the token. */
  | { readonly type: 'count'; readonly id: RumorId; readonly token: number; readonly sampleCount: number }
  /** Throws what `Store.set` throws. With `ttlMs` the record ends by itself, so many wall milliseconds from now. */
  | {
      readonly type: 'store-set';
      readonly key: string;
      readonly value: Uint8Array;
      readonly ttlMs?: number | undefined;
    }
  | { readonly type: 'store-delete'; readonly key: string }
  /** What is held under this key is damaged: it is forgotten here, and the peers bring it again. */
  | { readonly type: 'store-lose'; readonly key: string }
  | StateCommand
  /** From now on `ring-changed` tells what moves. */
  | { readonly type: 'ring-watch' };

/** A child's timer, with the child that it belongs to. */
export type StackTimer =
  | { readonly protocol: 'swim'; readonly timer: SwimTimer }
  | { readonly protocol: 'heartbeat'; readonly timer: HeartbeatTimer }
  | { readonly protocol: 'quorum'; readonly timer: QuorumTimer }
  | { readonly protocol: 'rumor'; readonly timer: RumorTimer }
  | { readonly protocol: 'members' | 'store' | 'rumor-log'; readonly timer: AntiEntropyTimer }
  | { readonly protocol: 'state'; readonly timer: ScuttlebuttTimer }
  | { readonly protocol: 'ring'; readonly timer: RingTimer }
  | { readonly protocol: 'store-keeper'; readonly timer: StoreTimer };

/** Looks which records have ended. */
export interface StoreTimer {
  readonly type: 'tick';
}

/** What the owner of a stack learns. */
export type StackEvent =
  | SwimEvent
  | RumorEvent
  /** A member runs another profile than we do: one of the two holds the other dead. */
  | { readonly type: 'profile-differs'; readonly name: NodeId; readonly profile: Profile }
  /** Profile `cassandra`: the seeds were asked before the join, which follows whatever came of it. */
  | { readonly type: 'shadow-ended'; readonly outcome: ShadowOutcome }
  /** A record of the store changed, by a local write (`from` undefined) or by anti-entropy. */
  | { readonly type: 'store-changed'; readonly record: StoreRecord; readonly from: NodeId | undefined }
  /** A record of the store has ended by itself. */
  | { readonly type: 'store-expired'; readonly record: RecordHead }
  /** A record of the store was deleted elsewhere so long ago that its tombstone has gone: it goes too. */
  | { readonly type: 'store-buried'; readonly record: RecordHead; readonly from: NodeId }
  /** A peer's record was refused. Counted as well; tells which clock or limit is wrong. */
  | { readonly type: 'record-refused'; readonly key: string; readonly reason: string; readonly from: NodeId }
  /** A key of node state changed: of our own by a local write, of another member by what a peer sent. */
  | (StateChange & { readonly type: 'state-changed'; readonly from: NodeId | undefined })
  /** What a peer sent of a member's state was refused. Counted as well. */
  | {
      readonly type: 'state-refused';
      readonly origin: NodeId;
      readonly reason: StateRefusal;
      readonly from: NodeId;
    }
  | RingChanged
  /** A session of anti-entropy ended. */
  | {
      readonly type: 'reconciled';
      readonly replica: 'members' | 'store' | 'rumors';
      readonly peer: NodeId;
      readonly sentCount: number;
      readonly receivedCount: number;
    };
