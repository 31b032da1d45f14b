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
  /** The rest of this traversal, the next one last. */
  #order: NodeId[] = [];

  constructor(peers: PeerSet, rng: Rng) {
    this.#peers = peers;
    this.#rng = rng;
  }

  /** The next peer that is still there and not `isBusy`; who is busy misses this traversal. */
  next(isBusy: (peer: NodeId) => boolean): NodeId | undefined {
    return this.#take(isBusy) ?? this.#takeFromNew(isBusy);
  }

  #take(isBusy: (peer: NodeId) => boolean): NodeId | undefined {
    for (let peer = this.#order.pop(); peer !== undefined; peer = this.#order.pop()) {
      if (this.#peers.has(peer) && !isBusy(peer)) return peer;
    }
    return undefined;
  }

  #takeFromNew(isBusy: (peer: NodeId) => boolean): NodeId | undefined {
    this.#order = this.#rng.shuffle([...this.#peers.values()]);
    return this.#take(isBusy);
  }
}
