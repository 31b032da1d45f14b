/**
 * Whom a round contacts. Source: Cassandra's Gossiper; the chances are part of how it heals.
 *
 *   one live member                     always, if there is one
 *   one unreachable member              with probability U / (L + 1)
 *   one seed, unless it was just that   always if L = 0, else with probability S / (L + U)
 *
 * Without the seed, islands that have no live member in common would never meet again after a partition.
 */
import type { Endpoint, NodeId, Rng } from '@hearsay/core';
import type { MemberTable } from '@hearsay/membership';

/** How many there are of each. */
export interface RoundCounts {
  readonly liveCount: number;
  readonly unreachableCount: number;
  readonly seedCount: number;
}

/** Members by name, seeds by endpoint. At most three, and none twice. */
export function roundTargets(
  table: Pick<MemberTable, 'peers' | 'deadPeers' | 'get'>,
  seeds: readonly Endpoint[],
  rng: Rng,
): readonly NodeId[] {
  const counts = { liveCount: table.peers.size, unreachableCount: table.deadPeers.size, seedCount: seeds.length };
  const [live] = table.peers.sample(rng, 1);
  const targets: NodeId[] = live === undefined ? [] : [live];
  if (isUnreachableContacted(counts, rng)) targets.push(...table.deadPeers.sample(rng, 1));
  const isLiveSeed = live !== undefined && seeds.includes(table.get(live)?.address ?? '');
  if (isSeedContacted(counts, isLiveSeed, rng)) {
    const seed = rng.pick(seeds);
    if (seed !== undefined && !targets.some((target) => table.get(target)?.address === seed)) targets.push(seed);
  }
  return targets;
}

/** With probability U / (L + 1): always, once more are unreachable than live. */
export function isUnreachableContacted({ liveCount, unreachableCount }: RoundCounts, rng: Rng): boolean {
  return unreachableCount > 0 && rng.below(liveCount + 1) < unreachableCount;
}

/** `isLiveSeed`: the live member of this round is a seed, so that islands are joined already if there are enough live. */
export function isSeedContacted(counts: RoundCounts, isLiveSeed: boolean, rng: Rng): boolean {
  const { liveCount, unreachableCount, seedCount } = counts;
  if (seedCount === 0) return false;
  if (isLiveSeed && liveCount >= seedCount) return false;
  return liveCount === 0 || rng.fraction() <= seedCount / (liveCount + unreachableCount);
}
