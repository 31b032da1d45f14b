/**
 * Who is probed besides the live peers, with a small probability at each interval, so that parts of a cluster that have
 * lost each other meet again. [Cassandra]
 *
 *   unreachable   one of them with the probability U/(L+1), as many as they are
 *   seeds         one of them when there is no live peer; otherwise with the probability S/(L+U)
 */
import type { NodeId, Rng } from '@hearsay/core';
import type { PeerSet } from '@hearsay/membership';

/** Read at each interval. */
export interface OtherPeers {
  /** Members that do not answer at the moment, by name or endpoint. */
  readonly unreachable: () => readonly NodeId[];
  /** Where a cluster is always to be found. */
  readonly seeds: () => readonly NodeId[];
}

export const NO_OTHERS: OtherPeers = Object.freeze({ unreachable: () => [], seeds: () => [] });

/** At most one of each kind. Deviation: Cassandra spares the seed when the live peer of this round was one. */
export function othersToProbe({ unreachable, seeds }: OtherPeers, live: PeerSet, rng: Rng): NodeId[] {
  const lost = unreachable();
  const fixed = seeds();
  const liveCount = live.size;
  const found: NodeId[] = [];
  if (lost.length > 0 && rng.fraction() * (liveCount + 1) < lost.length) found.push(...rng.sample(lost, 1));
  if (
    fixed.length > 0 &&
    rng.fraction() * (liveCount + lost.length) <= (liveCount === 0 ? Number.MAX_VALUE : fixed.length)
  ) {
    found.push(...rng.sample(fixed, 1));
  }
  return found;
}
