/**
 * Whom to probe next: every peer once, in random order, then again in another order. So the time between two sessions
 * of one pair is bounded, which independent draws would not do. A peer that joins is in the next traversal.
 */
import type { NodeId, Rng } from '@hearsay/core';
import type { PeerSet } from '@hearsay/membership';

/** A shuffled round robin over a set that changes. */
export class PeerCursor {
  readonly #peers: PeerSet;
  readonly #rng: Rng;
  /** Of this traversal, those first that are still to come. */
  #numbers: Int32Array = new Int32Array(0);
  #leftCount = 0;

  constructor(peers: PeerSet, rng: Rng) {
    this.#peers = peers;
    this.#rng = rng;
  }

  /** The next peer that is still there and not `isBusy`; who is busy misses this traversal. */
  next(isBusy: (peer: NodeId) => boolean): NodeId | undefined {
    return this.#take(isBusy) ?? this.#takeFromNew(isBusy);
  }

  #take(isBusy: (peer: NodeId) => boolean): NodeId | undefined {
    while (this.#leftCount > 0) {
      const peer = this.#draw();
      if (peer !== undefined && this.#peers.has(peer) && !isBusy(peer)) return peer;
    }
    return undefined;
  }

  /** One of those that are left: a step of Fisher and Yates each time, for most traversals of many are never finished. */
  #draw(): NodeId | undefined {
    const chosen = this.#rng.below(this.#leftCount);
    const number = this.#numbers[chosen] ?? 0;
    this.#leftCount -= 1;
    this.#numbers[chosen] = this.#numbers[this.#leftCount] ?? 0;
    return this.#peers.nameOf(number);
  }

  #takeFromNew(isBusy: (peer: NodeId) => boolean): NodeId | undefined {
    this.#numbers = this.#peers.numbers();
    this.#leftCount = this.#numbers.length;
    return this.#take(isBusy);
  }
}
