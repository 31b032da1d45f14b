/** Limits of the replicated store. */
import { COUNT, checkedConfig, type NumberRange } from '@hearsay/core';

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
   * still be written. Default 100000. Source: guess.
   */
  readonly recordCountMax: number;
  /**
   * Most bytes of keys (in UTF-16 units) and values together. At the bound a write that would grow the store is
   * refused like a new key at `recordCountMax`; a deletion of a known key never is.
   * Default 268435456 (256 MiB). Source: guess.
   */
  readonly totalBytesMax: number;
}

export const STORE_DEFAULTS: Readonly<StoreConfig> = Object.freeze({
  keyBytesMax: 512,
  valueBytesMax: 262_144,
  recordCountMax: 100_000,
  totalBytesMax: 268_435_456,
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
  });
}
