/**
 * What happens in a swarm: faults that begin and end, and the load. An act is plain data, so a plan can be printed,
 * repeated, and made smaller act by act.
 */
import type { Rumor } from '@hearsay/rumor';
import type { NetworkConfig } from '../config.ts';
import type { DiskFate } from '../virtual-disk.ts';

/** Something goes wrong, and is well again after `lastsMs`. */
export type Fault =
  /** Only nodes of one group reach each other; those in several groups bridge them. */
  | { readonly kind: 'partition'; readonly groups: readonly (readonly number[])[] }
  /** These directions are blocked: a partition of any other shape. */
  | { readonly kind: 'blocks'; readonly links: readonly Link[]; readonly via?: 'packet' | 'stream' }
  /** The whole network gets worse. */
  | { readonly kind: 'weather'; readonly network: Partial<NetworkConfig> }
  /** Some directions get worse. */
  | { readonly kind: 'bad-links'; readonly links: readonly Link[]; readonly network: Partial<NetworkConfig> }
  | { readonly kind: 'resets'; readonly links: readonly Link[] }
  | { readonly kind: 'pause'; readonly nodes: readonly number[] }
  /** A slow event loop: it stands still for `stallMs` in every `everyMs`. */
  | { readonly kind: 'slow'; readonly nodes: readonly number[]; readonly stallMs: number; readonly everyMs: number }
  | { readonly kind: 'blocked-io'; readonly nodes: readonly number[]; readonly msPerMessage: number }
  /** They start again afterwards, or, with `isFinal`, never. */
  | { readonly kind: 'crash'; readonly nodes: readonly number[]; readonly disk: DiskFate; readonly isFinal: boolean }
  /** They die again and again, and live for `upMs` in between. */
  | { readonly kind: 'flap'; readonly nodes: readonly number[]; readonly upMs: number; readonly downMs: number }
  /** They go down and come up again somewhere else: each at the address of the next, or at a new one. */
  | { readonly kind: 'move'; readonly nodes: readonly number[]; readonly isSwap: boolean }
  /** A wall clock that is wrong, by so much that nobody accepts what is stamped with it: nothing is written there. */
  | { readonly kind: 'jump'; readonly nodes: readonly number[]; readonly skewMs: number }
  | { readonly kind: 'skew'; readonly nodes: readonly number[]; readonly skewMs: number }
  | { readonly kind: 'drift'; readonly nodes: readonly number[]; readonly ppm: number };

/** What the users of the cluster do. */
export type Work =
  | { readonly kind: 'publish'; readonly node: number; readonly bytes: number; readonly priority: Rumor['priority'] }
  | {
      readonly kind: 'set';
      readonly node: number;
      readonly key: string;
      readonly bytes: number;
      readonly ttlMs?: number;
    }
  | { readonly kind: 'delete'; readonly node: number; readonly key: string }
  /** What a node tells about itself; without a value it takes the key back. */
  | { readonly kind: 'state'; readonly node: number; readonly key: string; readonly value?: string }
  | { readonly kind: 'tags'; readonly node: number; readonly value: string }
  | { readonly kind: 'force-leave'; readonly node: number; readonly target: number }
  | { readonly kind: 'ping'; readonly node: number; readonly target: number }
  /** An operator makes a backup of its disk. */
  | { readonly kind: 'backup'; readonly node: number };

/** A direction between two nodes, by number. */
export interface Link {
  readonly from: number;
  readonly to: number;
}

/** One act. */
export type Act = { readonly index: number; readonly atMs: number } & (
  | { readonly fault: Fault; readonly lastsMs: number }
  | { readonly work: Work }
  /** Leaves and, with `exits`, ends its process when it has; comes back after `lastsMs`. */
  | { readonly leaver: number; readonly exits: boolean; readonly lastsMs: number }
);

/** A short name for what an act does. */
export function kindOf(act: Act): string {
  if ('fault' in act) return act.fault.kind;
  return 'work' in act ? act.work.kind : 'leave';
}
