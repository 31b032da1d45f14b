/** Endpoints that were found legal lately. */
import { endpointParts } from '@hearsay/core';
import { KNOWN_ENDPOINT_COUNT_MAX, REMEMBERED_PACKET_COUNT } from './limits.ts';

/**
 * Checks endpoints, each but once. The same few come again and again, and to take one apart costs more than all the
 * rest of a claim. They are forgotten when none of the last packets had them: a node at rest hears none, and would
 * keep those of all members for nothing.
 */
export class KnownEndpoints {
  #recent = new Set<string>();
  /** Those before. What comes again moves to the recent ones. */
  #earlier = new Set<string>();
  #packetCount = 0;

  /** How many are remembered. */
  get size(): number {
    return this.#recent.size + this.#earlier.size;
  }

  /** Whether `value` is `host:port`. */
  has(value: string): boolean {
    if (this.#recent.has(value)) return true;
    if (!this.#earlier.delete(value) && endpointParts(value) === undefined) return false;
    this.#recent.add(value);
    if (this.#recent.size >= KNOWN_ENDPOINT_COUNT_MAX / 2) this.#turn();
    return true;
  }

  /** A packet was read. */
  countPacket(): void {
    this.#packetCount += 1;
    if (this.#packetCount >= REMEMBERED_PACKET_COUNT) this.#turn();
  }

  #turn(): void {
    this.#packetCount = 0;
    this.#earlier = this.#recent;
    this.#recent = new Set();
  }
}
