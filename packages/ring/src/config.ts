/** Limits of the ring, and what a member takes of it. */
import { COUNT, checkedConfig, type NumberRange } from '@hearsay/core';

/** How a key finds its owners. The same on every node of a cluster, or they do not agree. */
export interface RingConfig {
  /**
   * Tokens of a member: more spread the keys more evenly and cost memory and time. 0: the member owns nothing.
   * Default 128. Source: own measurement: no member then has more than about 1.3 times its share.
   */
  readonly tokenCount: number;
  /** Owners of a key unless another number is asked for. Default 3. Source: Cassandra's usual replication factor. */
  readonly replicaCount: number;
  /**
   * Tokens that another member may claim. One that claims more is left out, and counted. Default 1,536. Source: the most
   * that Cassandra takes.
   */
  readonly tokenCountMax: number;
  /**
   * Tokens of all members together. Members beyond it, by name, are left out, and counted. Default 1,048,576. Source:
   * 8,192 members with the default number; some 24 MB.
   */
  readonly ringTokenCountMax: number;
}

export const RING_DEFAULTS: Readonly<RingConfig> = Object.freeze({
  tokenCount: 128,
  replicaCount: 3,
  tokenCountMax: 1_536,
  ringTokenCountMax: 1_048_576,
});

const COUNT_OR_NONE: NumberRange = Object.freeze({ min: 0, max: Number.MAX_SAFE_INTEGER });

/** Fills in defaults, checks every rule, freezes. Throws one `ConfigError` naming all problems. */
export function ringConfig(partial: Partial<RingConfig> = {}): Readonly<RingConfig> {
  return checkedConfig(
    'RingConfig',
    RING_DEFAULTS,
    partial,
    { tokenCount: COUNT_OR_NONE, replicaCount: COUNT, tokenCountMax: COUNT, ringTokenCountMax: COUNT },
    [
      ({ tokenCount, tokenCountMax }) =>
        tokenCount <= tokenCountMax ? undefined : 'tokenCount: above tokenCountMax, so no other member would accept it',
    ],
  );
}
