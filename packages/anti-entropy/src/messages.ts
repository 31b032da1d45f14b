/**
 * The messages of one session, and what the core tells its owner.
 *
 * `session` is a random uint32 chosen by the initiator. It names the session and salts every 32-bit compare in it, so
 * that two contents which collide in one session do not collide in the next.
 */
import type { NodeId } from '@hearsay/core';
import type { Cell } from './sketch.ts';

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

/** Count and sparse sums of the records below one node, by which a single difference can be named. */
export interface NodeSums {
  /** Index of the node in the message's level. */
  readonly index: number;
  readonly count: number;
  /** Of the elements, below `SUM_PRIME`. */
  readonly sum: number;
  /** Of the elements times their places, below `SUM_PRIME`. */
  readonly weighted: number;
  /** Of the elements times the squares of their places, below `SUM_PRIME`. Absent: the sums tell nothing. */
  readonly squared?: number;
}

/** One version of a record, by its element in the sparse sums and its place there. Both are below `SUM_PRIME`. */
export interface PlacedElement {
  readonly place: number;
  readonly element: number;
}

/** How a responder answers a probe of other content. */
export type Strategy =
  /** The sketch when the difference is likely to be small, otherwise the walk. */
  | 'auto'
  /** Down the tree of digests. */
  | 'walk'
  /** Cells until they tell the difference, or there are no more; then the walk. */
  | 'sketch'
  /** The list of all records. */
  | 'full';

/** The last part of an answer says so, and whether a limit or the owner left something out. */
export type AnswerEnd = 'complete' | 'cut';

/** What every message says besides its content. */
export interface Envelope {
  /** Random uint32 of the initiator. */
  readonly session: number;
  /** On a request and on each part of its answer: the request's number in its session. Absent is 0. */
  readonly request?: number;
  /** On a part of an answer, and on nothing else: its place in the answer, 1 … 4096. */
  readonly part?: number;
  /** On the last part of an answer. */
  readonly end?: AnswerEnd;
  /** On a push of the initiator, which answers no request: its number in the session, 1 … 4096. */
  readonly pushed?: number;
  /** On a request that had no answer: the answer is to come by stream. */
  readonly isByStream?: boolean;
  /** On a probe and on the first part of its answer: the stamp of the sender's owner. At most 64 bytes. */
  readonly stamp?: Uint8Array;
}

/**
 * Who sends what when. The initiator (I) asks, and asks again what stays unanswered; the responder (R) answers each
 * request from nothing but the request and what its replica holds then, so a duplicate or a late message does no harm.
 *
 *   I → R  probe                    once per session: the whole content in 28 bytes
 *   R → I  equal                    the same content: the session is over, and both know it
 *   R → I  cells | digests | items  otherwise: a sketch, or the children of the root, or all of a small replica
 *   I → R  cells → push, fetch | more | digests   what the sketch tells; more of it; or the walk, when it tells nothing
 *   I ⇄ R  digests → digests | sums | items   each child that differs: the digests of its children when much differs in
 *                                   it; its sums when it is likely to be one record; its list when it is small
 *   I ⇄ R  sums → push, fetch       the one record that differs; otherwise as to digests, one level down
 *   I ⇄ R  items → push, want       the records that the sender lacks, and those that we lack
 *   I ⇄ R  want, fetch → push
 *   R → I  push → push              I has another version that is not older, and sends it back
 *   R → I  done                     the answer to a request when there is nothing to say
 *   I → R  close                    all requests are answered in full; so many pushes were sent
 *   R → I  closed                   all of them have arrived, or: these have not
 *
 * R answers a request in parts, numbered, of which the last is marked. I pushes in numbered messages. So both sides
 * know what is missing: I asks the same again, brought up to date, and R names in `closed` what has not arrived. What
 * R remembers of a session is only that: the stamps, and which pushes came. Each message encodes to
 * `messageBytesMax` or less, except a `push` of one record that alone is larger.
 */
export type AntiEntropyMessage<R> = Envelope & AntiEntropyBody<R>;

/** The content of a message. */
export type AntiEntropyBody<R> =
  /** Asks whether our contents are equal. */
  | {
      readonly type: 'probe';
      /** Depth of the sender's tree, 1 to 8: nobody has to walk below it. */
      readonly depth: number;
      /** Records that the sender holds. */
      readonly count: number;
      /** Sum of the 128-bit digests of all of them: four uint32 lanes, big-endian, 16 bytes. */
      readonly sum: Uint8Array;
      /** Versions of records that are likely to be on one side only. Absent is 0. */
      readonly estimate?: number;
    }
  /** Our contents are equal. The whole answer to a probe. */
  | { readonly type: 'equal' }
  /** The digests of `level` (1 to 8) below each of `nodes`. */
  | { readonly type: 'digests'; readonly level: number; readonly nodes: readonly NodeDigests[] }
  /**
   * Cells of the sender's sketch, from that number on. `total` and `count` are 0: records in the sketch, and in the cell,
   * for readers that want to know; they are not needed.
   */
  | {
      readonly type: 'cells';
      readonly from: number;
      readonly total: number;
      readonly cells: readonly (Cell & { readonly count: number })[];
    }
  /** Asks for further cells: `count` from that number on. */
  | { readonly type: 'more'; readonly from: number; readonly count: number }
  /** All records that the sender holds below each of these nodes. */
  | { readonly type: 'items'; readonly buckets: readonly Bucket[] }
  /** Count and sums of nodes of `level` that differ, in the order of their indexes. */
  | { readonly type: 'sums'; readonly level: number; readonly nodes: readonly NodeSums[] }
  /** Asks for the versions with these elements, in the order of their places. */
  | { readonly type: 'fetch'; readonly elements: readonly PlacedElement[] }
  /** Records that the receiver lacks, or holds in another version. */
  | { readonly type: 'push'; readonly records: readonly R[] }
  /** Asks for the records with these fingerprints. */
  | { readonly type: 'want'; readonly buckets: readonly Bucket[] }
  /** There is nothing to say to a request. */
  | {
      readonly type: 'done';
      /** 0: what an answer is made of, its parts tell. */
      readonly messageCount: number;
      /** The same as `end`. */
      readonly isComplete: boolean;
    }
  /** All requests of this session are answered. */
  | {
      readonly type: 'close';
      /** Numbers 1 … `pushCount` were given to pushes. */
      readonly pushCount: number;
      /** Whether nothing was left out, by either side. */
      readonly isComplete: boolean;
      /** The note of the sender's owner, when it is complete. */
      readonly note: Uint8Array;
    }
  /** The answer to `close`. */
  | {
      readonly type: 'closed';
      /** Numbers of pushes that have not arrived; some of them, when they are many. */
      readonly missing: readonly number[];
      /** Whether the session is complete for the sender too. */
      readonly isComplete: boolean;
      /** The note of the sender's owner, when it is complete. */
      readonly note: Uint8Array;
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

/** The interval of the probes; a session right after a productive one, with another peer than `after`; unanswered requests. */
export type AntiEntropyTimer =
  | { readonly type: 'interval' }
  | { readonly type: 'follow-up'; readonly after: NodeId }
  | { readonly type: 'retry'; readonly session: number }
  /** There are records to push that did not fit into the turn before. */
  | { readonly type: 'go-on' };

/** How a session ended: the first probe was enough; everything was exchanged; the peer stopped answering. */
export type SessionOutcome = 'equal' | 'done' | 'timeout';

/** What the owner learns. */
export type AntiEntropyEvent<R> =
  /** Records of a peer, to be judged and merged by the owner before the next step. They are not checked in any way. */
  | {
      readonly type: 'records-received';
      readonly from: NodeId;
      readonly session: number;
      readonly records: readonly R[];
    }
  /** Records of ours that the owner has given up, see `SessionOwner.offer`: it removes them from the replica. */
  | {
      readonly type: 'records-dropped';
      readonly peer: NodeId;
      readonly session: number;
      readonly records: readonly R[];
    }
  | SessionEnded;

/** A session is over. The initiator always learns it; the responder only when all of the session has reached it. */
export interface SessionEnded {
  readonly type: 'session-ended';
  /** By name, if it has answered under one. */
  readonly peer: NodeId;
  readonly session: number;
  readonly role: 'initiator' | 'responder';
  readonly outcome: SessionOutcome;
  /** Records pushed to the peer. 0 for the responder, who does not count. */
  readonly sentCount: number;
  /** Records pushed by the peer. */
  readonly receivedCount: number;
  /**
   * Whether we now hold all that the peer held when it gave its stamp, or newer versions of it: either both contents
   * were equal, or every request was answered in full and every part and push has arrived, with nothing left out by a
   * limit, or held back by an owner, on either side. It is then also true for the peer, which may learn of it later,
   * or never when its last message is lost. Owners that have refused a record of this session must not count it.
   */
  readonly isComplete: boolean;
  /** The peer's stamp: what its owner said when the session began for it. Empty when it said nothing. */
  readonly stamp: Uint8Array;
  /** The peer's note, taken with its stamp. Empty when the session is not complete, or it said nothing. */
  readonly note: Uint8Array;
}
