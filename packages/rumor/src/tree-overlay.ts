/**
 * Who is whose neighbor in the broadcast tree: all members lie on some rings, on each in another order, and everybody's
 * neighbors are the one before and the one behind on each ring.
 *
 * Deviation: [Plumtree §3] takes the neighbors of HyParView, which nodes find and keep by messages. Here everybody knows
 * all members, so that who is whose neighbor follows from their names: it costs no message, both sides agree about it
 * once they agree about the members, and every ring alone connects all.
 */
import { hash32, mix32, type NodeId } from '@hearsay/core';
import type { PeerSet } from '@hearsay/membership';

/** Of one ring: how far the nearest in each direction are. */
interface Nearest {
  before: NodeId | undefined;
  beforeDistance: number;
  behind: NodeId | undefined;
  behindDistance: number;
}

/** Computed anew when the members have changed and somebody asks. */
export class TreeOverlay {
  readonly #self: NodeId;
  readonly #peers: PeerSet;
  readonly #salts: readonly number[];
  #version: number | undefined;
  #neighbors: ReadonlySet<NodeId> = new Set();

  constructor(self: NodeId, peers: PeerSet, ringCount: number) {
    this.#self = self;
    this.#peers = peers;
    this.#salts = Array.from({ length: ringCount }, (_, ring) => hash32(`ring ${ring}`));
  }

  /** Whether `neighbors` would be the same set as the last time. */
  get isCurrent(): boolean {
    return this.#version === this.#peers.version;
  }

  /** At most two per ring. The same set until the members change. */
  get neighbors(): ReadonlySet<NodeId> {
    if (!this.isCurrent) {
      this.#version = this.#peers.version;
      this.#neighbors = this.#find();
    }
    return this.#neighbors;
  }

  #find(): ReadonlySet<NodeId> {
    const own = hash32(this.#self);
    const places = this.#salts.map((salt) => mix32(own ^ salt));
    const rings = places.map(
      (): Nearest => ({
        before: undefined,
        beforeDistance: Infinity,
        behind: undefined,
        behindDistance: Infinity,
      }),
    );
    for (const peer of this.#peers.values()) {
      const hash = hash32(peer);
      for (const [index, nearest] of rings.entries()) {
        const place = mix32(hash ^ (this.#salts[index] ?? 0));
        narrow(nearest, peer, (place - (places[index] ?? 0)) >>> 0);
      }
    }
    const found = rings.flatMap(({ before, behind }) => [before, behind]);
    return new Set(found.filter((peer) => peer !== undefined));
  }
}

/** `distance` counts forwards around the ring, in 2^32 steps. Of two at the same place the smaller name is nearer. */
function narrow(nearest: Nearest, peer: NodeId, distance: number): void {
  const backwards = -distance >>> 0;
  if (distance < nearest.behindDistance || (distance === nearest.behindDistance && peer < (nearest.behind ?? ''))) {
    nearest.behind = peer;
    nearest.behindDistance = distance;
  }
  if (backwards < nearest.beforeDistance || (backwards === nearest.beforeDistance && peer < (nearest.before ?? ''))) {
    nearest.before = peer;
    nearest.beforeDistance = backwards;
  }
}
