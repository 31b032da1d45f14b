/** Endpoints that were found legal. */
import { BoundedMap, endpointParts } from '@hearsay/core';
import { KNOWN_ENDPOINT_COUNT_MAX } from './limits.ts';

/**
 * Checks endpoints, each but once. The same few come again and again, and to take one apart costs more than all the
 * rest of a claim.
 */
export class KnownEndpoints {
  readonly #known = new BoundedMap<string, true>(KNOWN_ENDPOINT_COUNT_MAX);

  /** Whether `value` is `host:port`. */
  has(value: string): boolean {
    if (this.#known.has(value)) return true;
    if (endpointParts(value) === undefined) return false;
    this.#known.set(value, true);
    return true;
  }
}
