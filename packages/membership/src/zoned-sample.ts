/** Peers near by and far away: a sample that prefers the own zone by a share, and never stays inside it. */
import type { NodeId, Rng } from '@hearsay/core';
import type { PeerSet } from './peer-set.ts';

/** Where a sample is taken from. */
export interface ZonedPeers {
  readonly peers: PeerSet;
  /** Those of the own zone. Empty when zones are not used, as is the next. */
  readonly nearPeers: PeerSet;
  /** Those of all other zones. */
  readonly farPeers: PeerSet;
}

/**
 * Up to `count` distinct peers in random order, none that `isExcluded` names. Each pick is near with `nearPerMille` of
 * a thousand, and any peer otherwise; but of two and more picks one is far whenever there is one, or news could go
 * round in a zone for ever, and a zone that is cut off would only ask itself.
 */
export function zonedSample(
  { peers, nearPeers, farPeers }: ZonedPeers,
  rng: Rng,
  count: number,
  nearPerMille: number,
  isExcluded: (id: NodeId) => boolean = () => false,
): NodeId[] {
  if (nearPeers.size === 0 || farPeers.size === 0) return peers.sample(rng, count, isExcluded);
  const farCountMin = count > 1 ? 1 : 0;
  let nearCount = 0;
  for (let pick = farCountMin; pick < count; pick++) if (rng.chance(nearPerMille)) nearCount += 1;
  const picked = farPeers.sample(rng, farCountMin, isExcluded);
  picked.push(...nearPeers.sample(rng, nearCount, isExcluded));
  picked.push(...peers.sample(rng, count - picked.length, (id) => picked.includes(id) || isExcluded(id)));
  return rng.shuffle(picked);
}
