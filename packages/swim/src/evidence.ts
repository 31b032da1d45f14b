/** Why a member is suspect or dead: who says so, what they tried, and when we heard it. */
import type { NodeId } from '@hearsay/core';
import type { Grounds } from '@hearsay/membership';

/** One member's word against another. */
export interface Accusation {
  readonly accuser: NodeId;
  /** What it tried before. Undefined when it did not say. */
  readonly grounds: Grounds | undefined;
  /** Monotonic ms at which we heard of it. */
  readonly atMs: number;
}

/** What this node knows of the case against a member. */
export interface Evidence {
  /** The first accuser, then those who confirmed, in the order in which we heard of them. */
  readonly accusations: readonly Accusation[];
  /** Monotonic ms at which the case began here. */
  readonly sinceMs: number;
  /** How long the suspicion lasts here, with the confirmations so far, in ms. */
  readonly timeoutMs: number;
  /** Our own local health when we heard of it. */
  readonly localHealth: number;
}
