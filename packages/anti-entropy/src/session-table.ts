/** The sessions that we have started and that are not over yet. */
import type { NodeId } from '@hearsay/core';
import type { Budget } from './budget.ts';
import type { AntiEntropyConfig } from './config.ts';
import type { AntiEntropyBody } from './messages.ts';
import type { Cell } from './sketch.ts';

/** Something that we want to know of the peer, until we know all of it. */
export interface Request<R> {
  body: AntiEntropyBody<R>;
  /** How often it was sent. */
  sentCount: number;
  /** When it is sent again. */
  dueMs: number;
}

/** One sending of a request, under a number of its own: parts of two answers never make a whole one. */
export interface Attempt<R> {
  readonly number: number;
  readonly request: Request<R>;
  /** Parts that have arrived. */
  readonly parts: Set<number>;
  /** Once the last part has arrived. */
  partCount: number | undefined;
}

/** One session, seen by its initiator. */
export interface Session<R> {
  readonly id: number;
  /** Whom to send to. */
  readonly peer: NodeId;
  readonly deadlineMs: number;
  readonly budget: Budget;
  /** Our stamp and note: taken when it was opened. */
  readonly stamp: Uint8Array;
  readonly note: Uint8Array;
  /** What the peer calls itself, and its stamp; both from its first answer. */
  peerName: NodeId | undefined;
  peerStamp: Uint8Array | undefined;
  readonly requests: Set<Request<R>>;
  /** By number. At most `retryCountMax + 1` per request. */
  readonly attempts: Map<number, Attempt<R>>;
  /** Cells of the peer's sketch, as far as they have come; none when they have told nothing. */
  readonly cells: Cell[];
  requestCount: number;
  /** Keys of all records that were pushed. At most `sessionRecordCountMax` and those that were put off. */
  readonly pushed: Set<string>;
  /** Keys of each push, by its number less one. */
  readonly pushes: (readonly string[])[];
  /** Keys of records that may go only to a peer that has the key. */
  readonly deferred: Set<string>;
  /** Keys under which records of the peer have arrived: kept while there is anything to defer. */
  readonly arrived: Set<string>;
  /** Whether something was left out: by the responder, by a bound of ours, by an owner. */
  isCut: boolean;
  isClosing: boolean;
  /** Answers of ours whose records are still being pushed, in later turns. */
  laterCount: number;
  /** Whether anything went by stream: then the end does too, or it would overtake that. */
  isStreaming: boolean;
  sentCount: number;
  receivedCount: number;
}

/** At most one session per peer and `sessionCountMax` in all. */
export class SessionTable<R> {
  readonly #config: Readonly<AntiEntropyConfig>;
  readonly #sessions = new Map<number, Session<R>>();

  constructor(config: Readonly<AntiEntropyConfig>) {
    this.#config = config;
  }

  get size(): number {
    return this.#sessions.size;
  }

  get isFull(): boolean {
    return this.#sessions.size >= this.#config.sessionCountMax;
  }

  /** Opens a session whose probe is about to leave, or `undefined` when the peer or the table has no room for one. */
  open(
    id: number,
    peer: NodeId,
    nowMs: number,
    said: Pick<Session<R>, 'stamp' | 'note' | 'budget'>,
  ): Session<R> | undefined {
    if (this.isFull || this.#sessions.has(id) || this.hasPeer(peer)) return undefined;
    const session: Session<R> = {
      id,
      peer,
      deadlineMs: nowMs + this.#config.sessionTimeoutMs,
      ...said,
      peerName: undefined,
      peerStamp: undefined,
      requests: new Set(),
      attempts: new Map(),
      cells: [],
      requestCount: 0,
      pushed: new Set(),
      pushes: [],
      deferred: new Set(),
      arrived: new Set(),
      isCut: false,
      isClosing: false,
      laterCount: 0,
      isStreaming: false,
      sentCount: 0,
      receivedCount: 0,
    };
    this.#sessions.set(id, session);
    return session;
  }

  get(id: number): Session<R> | undefined {
    return this.#sessions.get(id);
  }

  hasPeer(peer: NodeId): boolean {
    for (const session of this.#sessions.values()) {
      if (session.peer === peer || session.peerName === peer) return true;
    }
    return false;
  }

  close(session: Session<R>): void {
    this.#sessions.delete(session.id);
  }

  /** Closes and returns the sessions whose deadline has passed. They are in the order of their deadlines. */
  takeExpired(nowMs: number): Session<R>[] {
    const expired = [...this.#sessions.values()].filter((session) => session.deadlineMs <= nowMs);
    for (const session of expired) this.close(session);
    return expired;
  }
}

/** Whether nothing was left out so far. */
export function isWhole<R>(session: Session<R>): boolean {
  return !session.isCut && !session.budget.isExceeded;
}

/** The request is answered, or needs no answer any more. */
export function settle<R>(session: Session<R>, request: Request<R>): void {
  session.requests.delete(request);
  for (const attempt of session.attempts.values()) {
    if (attempt.request === request) session.attempts.delete(attempt.number);
  }
}
