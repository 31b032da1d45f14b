/**
 * The messages of one session, and what the core tells its owner.
 *
 * `session` is a random uint32 chosen by the initiator. It names the session and salts every 32-bit compare in it, so
 * that two contents which collide in one session do not collide in the next.
 */
import type { NodeId } from '@hearsay/core';

/** The sixteen children of one node. */
export interface NodeDigests {
  /** Index of the parent in its level, which is the one above the message's `level`: 0 … 16^(level-1) - 1. */
  readonly index: number;
  /** Exactly sixteen salted digests, uint32, of the children `16 index` … `16 index + 15`. */
  readonly children: readonly number[];
}

/** Records below one node of the tree, each as a salted fingerprint. */
export interface Bucket {
  /** Level of the node, 0 (the root: everything) to 8. May be deeper than the tree of either side. */
  readonly level: number;
  /** Index of the node in its level: 0 … 16^level - 1. */
  readonly index: number;
  /** One uint32 per record. */
  readonly fingerprints: readonly number[];
}

/**
 * Who sends what when. The initiator (I) remembers the session; the responder (R) remembers nothing: an answer
 * depends only on the message and on what the replica holds then, so a duplicate or a late message does no harm.
 *
 *   I → R  probe                       once per session: the whole content in 28 bytes
 *   R → I  equal                       the same content: the session is over
 *   R → I  digests | items, then done  otherwise: the children of the root, or all of a small replica
 *   I ⇄ R  digests → digests | items   each child that differs: its children if it is large, its records if small
 *   I ⇄ R  items → push, want          the records that the sender lacks, and those that we lack
 *   I ⇄ R  want → push
 *   R → I  done                        after the answer to each probe, digests, items and want of the initiator
 *
 * The session is over when every request is closed by its `done` and every message that these announce has arrived.
 * One answer takes as many messages as its size needs: each encodes to `messageBytesMax` or less, except a `push` of
 * one record that alone is larger.
 */
export type AntiEntropyMessage<R> =
  /** Asks whether our contents are equal. */
  | {
      readonly type: 'probe';
      readonly session: number;
      /** Depth of the sender's tree, 1 to 8: nobody has to walk below it. */
      readonly depth: number;
      /** Records that the sender holds. */
      readonly count: number;
      /** Sum of the 128-bit digests of all of them: four uint32 lanes, big-endian, 16 bytes. */
      readonly sum: Uint8Array;
    }
  /** Our contents are equal. Closes a probe. */
  | { readonly type: 'equal'; readonly session: number }
  /** The digests of `level` (1 to 8) below each of `nodes`. */
  | {
      readonly type: 'digests';
      readonly session: number;
      readonly level: number;
      readonly nodes: readonly NodeDigests[];
    }
  /** All records that the sender holds below each of these nodes. */
  | { readonly type: 'items'; readonly session: number; readonly buckets: readonly Bucket[] }
  /** Records that the receiver lacks, or holds in another version. */
  | { readonly type: 'push'; readonly session: number; readonly records: readonly R[] }
  /** Asks for the records with these fingerprints. */
  | { readonly type: 'want'; readonly session: number; readonly buckets: readonly Bucket[] }
  /** The answer to one request is finished. */
  | {
      readonly type: 'done';
      readonly session: number;
      /** Messages of this answer, this one not counted. */
      readonly messageCount: number;
      /** False when a limit cut the answer short: there is more to reconcile. */
      readonly isComplete: boolean;
    };

/** What the owner may ask for. */
export type AntiEntropyCommand =
  /** Begins to probe a peer per interval. Once; a second one is ignored. */
  | { readonly type: 'start' }
  /** Starts a session with this peer now. Nothing happens while one is open with it, or when too many are open. */
  | { readonly type: 'reconcile'; readonly peer: NodeId }
  /**
   * What `showRoot(salt)` gave at a peer, which came on a packet that it sent anyway. Equal: nothing happens. Otherwise
   * as `reconcile`.
   */
  | { readonly type: 'compare'; readonly peer: NodeId; readonly salt: number; readonly root: number };

/** The interval of the probes, and a session right after a productive one, with another peer than `after`. */
export type AntiEntropyTimer = { readonly type: 'interval' } | { readonly type: 'follow-up'; readonly after: NodeId };

/** How a session ended: the first probe was enough; everything was exchanged; nothing came before the deadline. */
export type SessionOutcome = 'equal' | 'done' | 'timeout';

/** What the owner learns. */
export type AntiEntropyEvent<R> =
  /** Records of a peer, to be judged and merged by the owner. They are not checked in any way. */
  | { readonly type: 'records-received'; readonly from: NodeId; readonly records: readonly R[] }
  /** A session that we had started is over. */
  | {
      readonly type: 'session-ended';
      readonly peer: NodeId;
      readonly outcome: SessionOutcome;
      /** Records pushed to the peer. */
      readonly sentCount: number;
      /** Records pushed by the peer. */
      readonly receivedCount: number;
      /**
       * Whether we received all that the peer had for us: no limit of either side cut it short and no message of the
       * peer was lost. Our own pushes are not acknowledged; that they arrived is known when a session is `equal`.
       * Messages are counted, not numbered, so on a network that duplicates one and loses another it can be wrong.
       */
      readonly isComplete: boolean;
    };
