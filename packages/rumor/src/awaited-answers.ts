/** What was told to whom, until it is known what the peer knew of it. */
import { BoundedMap, type NodeId } from '@hearsay/core';
import { UINT32_MAX } from './config.ts';

interface Awaited {
  readonly peer: NodeId;
  /** Rumors, in the order of the message. */
  readonly keys: readonly string[];
}

/** Bounded by `awaitedCountMax`: the oldest then counts as one without an answer. */
export class AwaitedAnswers {
  readonly #awaited: BoundedMap<number, Awaited>;
  #lastToken = 0;

  constructor(countMax: number) {
    this.#awaited = new BoundedMap(countMax);
  }

  get size(): number {
    return this.#awaited.size;
  }

  /** A token for a message: 1 … 2^32-1. */
  open(peer: NodeId, keys: readonly string[]): number {
    this.#lastToken = this.#lastToken >= UINT32_MAX ? 1 : this.#lastToken + 1;
    this.#awaited.set(this.#lastToken, { peer, keys });
    return this.#lastToken;
  }

  /** The rumors of which the answer is, once; nothing for a token that was not given to this peer. */
  close(token: number, peer: NodeId): readonly string[] {
    const awaited = this.#awaited.get(token);
    if (awaited?.peer !== peer) return [];
    this.#awaited.delete(token);
    return awaited.keys;
  }
}
