/** What a responder remembers of the sessions of its peers: what was said at their beginning, and which pushes came. */
import { BoundedMap, type NodeId } from '@hearsay/core';
import { ANSWER_PART_COUNT_MAX, HEARD_SESSION_COUNT_MAX } from './config.ts';

/** One session, seen by its responder. */
export interface HeardSession {
  readonly id: number;
  /** Ours. Taken when its probe came, the same for each repetition. */
  readonly stamp: Uint8Array;
  readonly note: Uint8Array;
  /** When it began, by our clock. */
  readonly beganMs: number;
  /** The initiator's. */
  readonly peerStamp: Uint8Array;
  /** Numbers of the pushes that have arrived, from the first one on. At most `ANSWER_PART_COUNT_MAX`. */
  pushes: Set<number> | undefined;
  receivedCount: number;
  /** Whether the owner was told of its end. */
  isEnded: boolean;
}

/** The youngest session of each peer: when a peer begins another, its earlier one is over. The oldest peer is forgotten. */
export class HeardSessions {
  readonly #sessions = new BoundedMap<NodeId, HeardSession>(HEARD_SESSION_COUNT_MAX);

  /** Sessions forgotten because of the bound: they are never complete here. */
  get forgottenCount(): number {
    return this.#sessions.evictedCount;
  }

  get(from: NodeId, id: number): HeardSession | undefined {
    const session = this.#sessions.get(from);
    return session?.id === id ? session : undefined;
  }

  open(from: NodeId, said: Pick<HeardSession, 'id' | 'beganMs' | 'stamp' | 'note' | 'peerStamp'>): HeardSession {
    const session: HeardSession = { ...said, pushes: undefined, receivedCount: 0, isEnded: false };
    this.#sessions.set(from, session);
    return session;
  }

  /** Forgets what began at `beganMs` or before. They are in the order of their beginnings. */
  forgetUntil(beganMs: number): void {
    for (const [peer, session] of this.#sessions.entries()) {
      if (session.beganMs > beganMs) return;
      this.#sessions.delete(peer);
    }
  }
}

/** Takes note of a push. */
export function notePush(session: HeardSession, pushed: number, recordCount: number): void {
  session.pushes ??= new Set();
  if (session.pushes.has(pushed) || session.pushes.size >= ANSWER_PART_COUNT_MAX) return;
  session.pushes.add(pushed);
  session.receivedCount += recordCount;
}

/** Numbers of 1 … `pushCount` that have not arrived, at most `countMax` of them. */
export function missingPushes(session: HeardSession, pushCount: number, countMax: number): number[] {
  const missing: number[] = [];
  for (let pushed = 1; pushed <= pushCount && missing.length < countMax; pushed++) {
    if (session.pushes?.has(pushed) !== true) missing.push(pushed);
  }
  return missing;
}
