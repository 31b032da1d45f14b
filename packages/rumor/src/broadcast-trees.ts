/**
 * For each origin the tree by which its rumors come to us and go on from us: which neighbors get the rumors themselves,
 * and which are only told that we have them. [Plumtree §3]
 *
 * Deviation: the paper has one tree for all senders, or one for each; this is one for each, so that a tree follows the
 * fastest ways from its own root.
 */
import { BoundedMap, type NodeId } from '@hearsay/core';

/** Our part of one tree. */
export interface BroadcastTree {
  /** Neighbors that only get announcements. All others get the rumors. */
  readonly lazy: Set<NodeId>;
  /** Who gave us the last rumor that was news, `undefined` for our own. */
  parent: NodeId | undefined;
  /** Hops that it had made. */
  hops: number;
}

/** Bounded by `treeCountMax`: the origin that was silent for longest is forgotten. */
export class BroadcastTrees {
  readonly #trees: BoundedMap<NodeId, BroadcastTree>;

  constructor(countMax: number) {
    this.#trees = new BoundedMap(countMax);
  }

  get size(): number {
    return this.#trees.size;
  }

  /** For what peers say of an origin: they could name others until ours are all forgotten. */
  known(origin: NodeId): BroadcastTree | undefined {
    return this.#trees.get(origin);
  }

  /** A tree that is not known yet has no lazy neighbors: its first rumor goes to all. [Plumtree §3] */
  of(origin: NodeId): BroadcastTree {
    const tree = this.#trees.get(origin) ?? { lazy: new Set(), parent: undefined, hops: 0 };
    // Also one that was there: it is the youngest now.
    this.#trees.set(origin, tree);
    return tree;
  }

  /** The neighbors have changed: new ones get the rumors, until it shows that they have them already. [Plumtree §3] */
  keep(neighbors: ReadonlySet<NodeId>): void {
    for (const { lazy } of this.#trees.values()) {
      for (const peer of lazy) if (!neighbors.has(peer)) lazy.delete(peer);
    }
  }
}
