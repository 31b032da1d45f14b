/**
 * Rumor spreading without the rumor core: the same process on plain arrays, to hold the core against. It shares nothing
 * with the core but the dice, so a core that picks its peers unevenly or stops too early shows as a difference.
 */
import type { Rng } from '@hearsay/core';

/** How one rumor spread. */
export interface Spread {
  /** The round in which the last node learned it, counted from 1 for the first pushes. */
  readonly rounds: number;
  /** Nodes that never learned it. */
  readonly leftOutCount: number;
}

/**
 * One rumor in lock-step rounds: each node that knew it before the round pushes it to `fanout` distinct others, until
 * it has pushed it `pushCountMax` times.
 */
export function pushModel(nodeCount: number, fanout: number, pushCountMax: number, rng: Rng): Spread {
  const pushesLeft = new Int32Array(nodeCount).fill(pushCountMax);
  const isInformed = new Uint8Array(nodeCount);
  isInformed[0] = 1;
  let informedCount = 1;
  let rounds = 0;
  let pushing = [0];
  for (let round = 1; pushing.length > 0 && informedCount < nodeCount; round++) {
    const learned: number[] = [];
    for (const node of pushing) {
      const left = pushesLeft[node] ?? 0;
      const targets = distinctOthers(node, nodeCount, Math.min(fanout, left), rng);
      pushesLeft[node] = left - targets.length;
      for (const target of targets) {
        if (isInformed[target] === 1) continue;
        isInformed[target] = 1;
        learned.push(target);
      }
    }
    if (learned.length > 0) rounds = round;
    informedCount += learned.length;
    pushing = pushing.filter((node) => (pushesLeft[node] ?? 0) > 0).concat(learned);
  }
  return { rounds, leftOutCount: nodeCount - informedCount };
}

/** By rejection, which is fair for whatever reason a pick is rejected. */
function distinctOthers(node: number, nodeCount: number, count: number, rng: Rng): readonly number[] {
  const targets: number[] = [];
  while (targets.length < Math.min(count, nodeCount - 1)) {
    const target = rng.below(nodeCount);
    if (target !== node && !targets.includes(target)) targets.push(target);
  }
  return targets;
}
