/** The sessions that we have started and that are not over yet. */
import type { NodeId } from '@hearsay/core';
import { Budget } from './budget.ts';
import type { AntiEntropyConfig } from './config.ts';

/** One session, seen by its initiator. */
export interface Session {
  readonly id: number;
  readonly peer: NodeId;
  readonly deadlineMs: number;
  readonly budget: Budget;
  /** Requests that still need their `done`. */
  openCount: number;
  /** Messages that the `done`s have announced, less those that have arrived. Negative while a `done` is late. */
  missingCount: number;
  /** Whether the responder left something out. */
  isCut: boolean;
  sentCount: number;
  receivedCount: number;
}

/** At most one session per peer and `sessionCountMax` in all. */
export class SessionTable {
  readonly #config: Readonly<AntiEntropyConfig>;
  readonly #sessions = new Map<number, Session>();

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
  open(id: number, peer: NodeId, nowMs: number): Session | undefined {
    if (this.isFull || this.#sessions.has(id) || this.hasPeer(peer)) return undefined;
    const session: Session = {
      id,
      peer,
      deadlineMs: nowMs + this.#config.sessionTimeoutMs,
      budget: new Budget(this.#config),
      openCount: 1,
      missingCount: 0,
      isCut: false,
      sentCount: 0,
      receivedCount: 0,
    };
    this.#sessions.set(id, session);
    return session;
  }

  get(id: number): Session | undefined {
    return this.#sessions.get(id);
  }

  hasPeer(peer: NodeId): boolean {
    for (const session of this.#sessions.values()) {
      if (session.peer === peer) return true;
    }
    return false;
  }

  close(session: Session): void {
    this.#sessions.delete(session.id);
  }

  /** Closes and returns the sessions whose deadline has passed. They are in the order of their deadlines. */
  takeExpired(nowMs: number): Session[] {
    const expired = [...this.#sessions.values()].filter((session) => session.deadlineMs <= nowMs);
    for (const session of expired) this.close(session);
    return expired;
  }
}

/** Whether all requests are answered and all that was announced has arrived. */
export function isOver(session: Session): boolean {
  return session.openCount <= 0 && session.missingCount <= 0;
}
