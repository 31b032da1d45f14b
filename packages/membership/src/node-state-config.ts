/** Limits of node state. */
import { COUNT, checkedConfig, DURATION, type NumberRange } from '@hearsay/core';

/** What one member may tell about itself, and what all of them together. The same on every node of a cluster. */
export interface NodeStateConfig {
  /** Longest key. Bytes of UTF-8. Default 128. Source: guess; a tenth of a packet. */
  readonly keyBytesMax: number;
  /** Longest value. Bytes of UTF-8. Default 65,536. Source: Cassandra's VersionedValue, which has a 16-bit length. */
  readonly valueBytesMax: number;
  /** Keys of one member. A write of another key throws. Default 256. Source: guess, ten times what Cassandra has. */
  readonly entryCountMax: number;
  /**
   * Keys and values of one member together. A write above it throws. Bytes of UTF-8. Default 1,048,576. Source: half of
   * the largest frame, so that a whole map always fits one.
   */
  readonly originBytesMax: number;
  /**
   * Deletions of one member that are remembered; the oldest is forgotten, and who had not heard of it gets the whole
   * map. Default 64. Source: guess. Raising it makes that rarer and a map of many short-lived keys larger.
   */
  readonly tombstoneCountMax: number;
  /** Members whose state is held, ourselves aside. Of another it is refused. Default 65,536. Source: the member table. */
  readonly originCountMax: number;
  /** Keys and values of all members. What would exceed it is refused. Bytes. Default 268,435,456. Source: guess. */
  readonly totalBytesMax: number;
  /**
   * How far a generation may lie ahead of the local wall clock. What is further ahead is refused, or one wrong clock
   * would outrank every later life. Milliseconds. Default 24 h. Source: the member table has the same.
   */
  readonly generationAheadMsMax: number;
}

/** Defaults with their sources above. */
export const NODE_STATE_DEFAULTS: Readonly<NodeStateConfig> = Object.freeze({
  keyBytesMax: 128,
  valueBytesMax: 65_536,
  entryCountMax: 256,
  originBytesMax: 1_048_576,
  tombstoneCountMax: 64,
  originCountMax: 65_536,
  totalBytesMax: 268_435_456,
  generationAheadMsMax: 86_400_000,
});

/** A map must fit one frame of 2 MiB, keys of two bytes a character and all. */
const ORIGIN_BYTES: NumberRange = Object.freeze({ min: 1, max: 1_572_864 });
const COUNT_OR_NONE: NumberRange = Object.freeze({ min: 0, max: Number.MAX_SAFE_INTEGER });

/** Fills in defaults, checks every rule, freezes. Throws one `ConfigError` naming all problems. */
export function nodeStateConfig(partial: Partial<NodeStateConfig> = {}): Readonly<NodeStateConfig> {
  return checkedConfig(
    'NodeStateConfig',
    NODE_STATE_DEFAULTS,
    partial,
    {
      keyBytesMax: COUNT,
      valueBytesMax: COUNT,
      entryCountMax: COUNT,
      originBytesMax: ORIGIN_BYTES,
      tombstoneCountMax: COUNT_OR_NONE,
      originCountMax: COUNT_OR_NONE,
      totalBytesMax: COUNT,
      generationAheadMsMax: DURATION,
    },
    [
      ({ keyBytesMax, valueBytesMax, originBytesMax }) =>
        keyBytesMax + valueBytesMax <= originBytesMax
          ? undefined
          : 'originBytesMax: below keyBytesMax + valueBytesMax, so the largest value could not be set',
    ],
  );
}
