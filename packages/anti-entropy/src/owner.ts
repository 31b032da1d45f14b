/**
 * The part of the replica's owner in a session. All that it says travels as it is and comes back in `session-ended` on
 * the other side: this package does not know what it means. Causal stability is built on it: who says its clock as the
 * stamp knows from a complete session that the peer holds everything from before that time.
 */
import type { NodeId } from '@hearsay/core';

/** What is known about a record's key at the peer, besides that the peer lacks this version of the record. */
export type Presence =
  /** The session may still show that the peer has the key. */
  | 'unknown'
  /** The peer has sent us all that it had for us, and nothing under this key. */
  | 'absent';

/** What is to become of a record that the peer lacks. */
export type Offer =
  /** The peer gets it. */
  | 'push'
  /** Not now. If it stays so until the end, the session is not complete. */
  | 'hold'
  /** Never: the peer would have it if it were still to be. The owner removes it, told by `records-dropped`. */
  | 'drop';

/** Asked in the middle of a step, so it answers at once and calls nothing of the core. */
export interface SessionOwner<R> {
  /** Our stamp: at most `STAMP_BYTES_MAX` bytes, taken before anything of the session is compared. */
  stamp(): Uint8Array;
  /** Our note: taken with the stamp, said only at the end of a complete session. At most `NOTE_BYTES_MAX` bytes. */
  note(): Uint8Array;
  /** The peer's stamp has arrived and nothing was compared with it yet: the replica may still change. */
  heard(peer: NodeId, stamp: Uint8Array): void;
  /**
   * Whether a record may go to a peer that lacks it. Asked with `unknown` first; if the answer is not `push`, once more
   * at the end of the session, with `absent`, unless the peer turned out to have the key, and then it is pushed. As the
   * responder we cannot know that, so there it is held back and the session is not complete.
   */
  offer(record: R, peer: NodeId, stamp: Uint8Array, presence: Presence): Offer;
}

const NOTHING = new Uint8Array(0);

/** For owners who have nothing to say. */
export const SILENT_OWNER: SessionOwner<unknown> = Object.freeze({
  stamp: () => NOTHING,
  note: () => NOTHING,
  heard: () => {},
  offer: () => 'push',
});
