/**
 * Versioned maps: for each origin one map, which only the origin writes. [Scuttlebutt §3] Each write gets the next
 * version of its map, so a replica that has everything up to version n says so in one number, and what it lacks is
 * what lies above n, in the order of versions. A reconciler needs no more than this file.
 *
 *   held version --deltaFor--> delta above it --cutDelta--> the part that fits --apply (the owner)--> higher version
 *
 * Deletions are entries without a value, and the writer forgets the oldest of them: those up to `floor`. A reader that
 * has not come as far as `floor` could keep what was deleted, so it gets everything and starts over.
 */
import type { NodeId } from './identity.ts';

/** One write that has not been overwritten. */
export interface VersionedEntry {
  readonly key: string;
  /** 1 … 2^32-1, unique in the map. */
  readonly version: number;
  /** Undefined: the key was deleted. */
  readonly value: string | undefined;
}

/** How far a reader has come with the map of one origin. Ordered by generation, then by version. */
export interface MapPosition {
  readonly origin: NodeId;
  /** Which life of the origin wrote it: a uint32. A new life begins with an empty map. */
  readonly generation: number;
  /** Everything up to this version is held. 0: nothing was written yet. */
  readonly version: number;
}

/** How far a replica has come, and which deletions it does not remember. */
export interface MapVersion extends MapPosition {
  /** Deletions up to this version are forgotten. `floor ≤ version`. */
  readonly floor: number;
}

/** What takes a replica of one map from one version to a higher one. */
export interface MapDelta extends MapVersion {
  /** It starts above this version. 0: it has everything, and a reader of an older life or floor starts over with it. */
  readonly after: number;
  /** What lies above `after` and up to `version`, in the order of versions. */
  readonly entries: readonly VersionedEntry[];
}

/** Many maps, read side. Whoever receives deltas hands them to the maps' owner, who merges and tells watchers. */
export interface VersionedMaps {
  /** Number of maps. */
  readonly originCount: number;
  /** Whose maps are held, each once, the longest unchanged first. */
  origins(): Iterable<NodeId>;
  versionOf(origin: NodeId): MapVersion | undefined;
  /** Entries above a version, deletions too, in the order of versions. */
  entriesAbove(origin: NodeId, version: number): Iterable<VersionedEntry>;
  /**
   * A salted uint32 over the positions of all maps that were written to: equal on two nodes exactly when they have come
   * equally far with those.
   */
  showRoot(salt: number): number;
}

/** Positive when `a` has come further than `b`. Both are of one origin. */
export function compareVersions(a: Omit<MapPosition, 'origin'>, b: Omit<MapPosition, 'origin'>): number {
  return a.generation - b.generation || a.version - b.version;
}

/**
 * What a reader lacks who holds `held`, or `undefined` when we have nothing newer, or nothing at all and it neither. Above the floor it gets the rest;
 * below it, or of an older life, everything.
 */
export function deltaFor(maps: VersionedMaps, origin: NodeId, held: MapPosition | undefined): MapDelta | undefined {
  const ours = maps.versionOf(origin);
  if (ours === undefined || (held !== undefined && compareVersions(ours, held) <= 0)) return undefined;
  // An empty map only tells something to who holds one of an earlier life.
  if (held === undefined && ours.version === 0) return undefined;
  const canGoOn = held !== undefined && held.generation === ours.generation && held.version >= ours.floor;
  const after = canGoOn ? held.version : 0;
  return { ...ours, after, entries: [...maps.entriesAbove(origin, after)] };
}

/**
 * The longest prefix of a delta whose entries take at most `budgetBytes`: what is below a version is whole, so a prefix
 * is a delta as well. A delta that starts over is not cut below its floor, and no delta below its first entry, so one
 * that moves anything may exceed the budget: send it by stream then. The delta itself when all of it fits.
 */
export function cutDelta(delta: MapDelta, budgetBytes: number, sizeOf: (entry: VersionedEntry) => number): MapDelta {
  const versionMin = delta.after === 0 ? delta.floor : 0;
  let usedBytes = 0;
  for (const [index, entry] of delta.entries.entries()) {
    usedBytes += sizeOf(entry);
    const version = entry.version - 1;
    if (usedBytes > budgetBytes && index > 0 && version >= versionMin) {
      return { ...delta, version, entries: delta.entries.slice(0, index) };
    }
  }
  return delta;
}
