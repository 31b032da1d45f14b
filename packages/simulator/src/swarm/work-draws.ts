/** The dice of the load. */
import type { Rng } from '@hearsay/core';
import type { Work } from './act.ts';

/** Some more often than others. */
export const WORK_KINDS = [
  'set',
  'set',
  'set',
  'delete',
  'publish',
  'publish',
  'state',
  'state',
  'tags',
  'force-leave',
  'ping',
  'backup',
] as const;

/** So few that nodes write the same ones. */
const KEY_COUNT = 12;
const PRIORITIES = ['bulk', 'normal', 'high', 'critical'] as const;
/** Most fit a packet with others, some only alone, some only a stream. */
const SIZES_BYTES: readonly number[] = [0, 20, 200, 1_000, 1_390, 5_000, 60_000];
const TTL_PER_MILLE = 200;
const TTL_MS_MAX = 40_000;
const TAG_COUNT = 4;
const STATE_KEY_COUNT = 3;

/** One piece of work. */
export function drawWork(kind: (typeof WORK_KINDS)[number], rng: Rng, nodeCount: number): Work {
  const node = rng.below(nodeCount);
  const target = rng.below(nodeCount);
  const bytes = SIZES_BYTES[rng.below(SIZES_BYTES.length)] as number;
  const key = `key-${rng.below(KEY_COUNT)}`;
  switch (kind) {
    case 'set':
      return { kind, node, key, bytes, ...(rng.chance(TTL_PER_MILLE) ? { ttlMs: 500 + rng.below(TTL_MS_MAX) } : {}) };
    case 'delete':
      return { kind, node, key };
    case 'publish':
      return { kind, node, bytes, priority: PRIORITIES[rng.below(PRIORITIES.length)] ?? 'normal' };
    case 'state':
      return {
        kind,
        node,
        key: `load-${rng.below(STATE_KEY_COUNT)}`,
        ...(rng.chance(200) ? {} : { value: String(rng.uint32()) }),
      };
    case 'tags':
      return { kind, node, value: `tag-${rng.below(TAG_COUNT)}` };
    case 'force-leave':
    case 'ping':
      return { kind, node, target };
    case 'backup':
      return { kind, node };
  }
}
