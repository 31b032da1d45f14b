/** Limits of the replicated store. */
import { COUNT, checkedConfig, DURATION, type NumberRange } from '@hearsay/core';

/** How much one node holds. The same on every node: what one accepts and another refuses differs for ever. */
export interface StoreConfig {
  /**
   * Longest key. Bytes of UTF-8, 1-512. A longer one is refused, locally with `KeyError`.
   * Default 512. Source: guess: a packet should have room for a record with its key.
   */
  readonly keyBytesMax: number;
  /**
   * Largest value. Bytes, 0-262144. A larger one is refused, locally with `TooLargeError`.
   * Default 262144 (256 KiB). Source: half of Consul's limit (512 KiB), because a value travels whole in one frame.
   */
  readonly valueBytesMax: number;
  /**
   * Most records, tombstones included. At the bound a new key is refused, locally with `OverflowError`; known keys can
   * still be written. Default 1000000. Source: own measurement: the digests of so many take 100 MiB.
   */
  readonly recordCountMax: number;
  /**
   * Most bytes of keys (in UTF-16 units) and values together. At the bound a write that would grow the store is
   * refused like a new key at `recordCountMax`; a deletion of a known key never is.
   * Default 268435456 (256 MiB). Source: guess.
   */
  readonly totalBytesMax: number;
  /**
   * How long a tombstone stays at least, however soon everybody has seen it. More than twice the largest difference
   * between two clocks that still talk, or their floors disagree. Default 300,000 ms. Source: five times the largest
   * clock skew, 60 s.
   */
  readonly floorGraceMs: number;
  /**
   * The floor moves in steps of this, so that nodes which compute it a moment apart agree. Default 10,000 ms.
   * Source: guess: ten probe periods of a LAN.
   */
  readonly floorStepMs: number;
  /**
   * How long a node that starts again lets the floor wait for the members of its last life that it has not met.
   * Default 86,400,000 ms. Source: as long as dead members are remembered.
   */
  readonly missedMemberMs: number;
  /**
   * How far ahead of the present the promise lies never to issue an older stamp in a next life. Renewed when half of it
   * is left. Default 5,000 ms. Source: guess: a restart may start with stamps so far ahead, a twelfth of the largest
   * clock skew.
   */
  readonly stampCeilingMs: number;
  /**
   * Members, present and past, of which it is known how much of theirs was seen. At the bound the one furthest back is
   * forgotten, and old records of it may return. Default 10,000. Source: guess, 1 MiB.
   */
  readonly originCountMax: number;
  /**
   * Records that are dropped at once when the floor rises; the others follow in the next turns. Default 1,000.
   * Source: own measurement: about 10 ms on disk.
   */
  readonly dropCountMax: number;
}

export const STORE_DEFAULTS: Readonly<StoreConfig> = Object.freeze({
  keyBytesMax: 512,
  valueBytesMax: 262_144,
  recordCountMax: 1_000_000,
  totalBytesMax: 268_435_456,
  floorGraceMs: 300_000,
  floorStepMs: 10_000,
  missedMemberMs: 86_400_000,
  stampCeilingMs: 5_000,
  originCountMax: 10_000,
  dropCountMax: 1_000,
});

const KEY_BYTES: NumberRange = Object.freeze({ min: 1, max: 512 });
const VALUE_BYTES: NumberRange = Object.freeze({ min: 0, max: 262_144 });

/** Fills in defaults, checks every rule, freezes. Throws one `ConfigError` naming all problems. */
export function storeConfig(partial: Partial<StoreConfig> = {}): Readonly<StoreConfig> {
  return checkedConfig('StoreConfig', STORE_DEFAULTS, partial, {
    keyBytesMax: KEY_BYTES,
    valueBytesMax: VALUE_BYTES,
    recordCountMax: COUNT,
    totalBytesMax: COUNT,
    floorGraceMs: DURATION,
    floorStepMs: DURATION,
    missedMemberMs: DURATION,
    stampCeilingMs: DURATION,
    originCountMax: COUNT,
    dropCountMax: COUNT,
  });
}
