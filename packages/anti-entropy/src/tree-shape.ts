/** Which node of the tree is above which, and how deep a tree is. */
import { ARITY, ARITY_BITS, LEAF_RECORD_COUNT_MAX, LEVEL_MAX, POSITION_BITS } from './config.ts';

/** Levels below the root of a tree that has grown to `recordCount` records. */
export function depthFor(recordCount: number, depthMax: number): number {
  let depth = 1;
  while (depth < depthMax && recordCount > LEAF_RECORD_COUNT_MAX * ARITY ** depth) depth += 1;
  return depth;
}

/** Index, in its level, of the node that a position belongs to. Shifting by 32 would shift by 0, hence the first case. */
export function prefixOf(position: number, level: number): number {
  return level === 0 ? 0 : position >>> (POSITION_BITS - ARITY_BITS * level);
}

/** Index of the node at `ancestorLevel` above a node of `level`. */
export function ancestorOf(index: number, level: number, ancestorLevel: number): number {
  return Math.floor(index / ARITY ** (level - ancestorLevel));
}

/** Number of nodes in a level, up to 2^32 at `LEVEL_MAX`. */
export function nodeCountAt(level: number): number {
  return ARITY ** Math.min(level, LEVEL_MAX);
}
