/** What the core of rumor spreading is given. */
import type { NodeId, Rng, SizeOf, WallClock } from '@hearsay/core';
import type { PeerSet } from '@hearsay/membership';
import type { RumorConfig } from './config.ts';
import type { Rumor } from './rumor.ts';
import type { Notes } from './seen-note.ts';

/** What rumor spreading is built from. */
export interface RumorDependencies {
  readonly config: Readonly<RumorConfig>;
  /** Own name: what a peer says that we published is an echo, or a lie. */
  readonly self: NodeId;
  /** Who may be pushed to, without ourselves. Kept up to date by its owner. */
  readonly peers: PeerSet;
  readonly rng: Rng;
  /** Bytes that a rumor adds to a push: at least 1. */
  readonly sizeOf: SizeOf<Rumor>;
  /** Stamps what we publish, and says what is over. Default none: then nothing is logged, and nothing expires. */
  readonly wallClock?: WallClock | undefined;
  /** Where what was seen is kept for the next life of the process. Default: it is forgotten with this one. */
  readonly notes?: Notes | undefined;
}
