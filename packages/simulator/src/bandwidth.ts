/** The queues in front of links whose bandwidth is limited. */
import type { NodeId, Via } from '@hearsay/core';
import type { LinkConfig } from './config.ts';

const MS_PER_SECOND = 1_000;

/** When each link has sent what waits for it. Bounded by the pairs with a limit. */
export class Bandwidth {
  readonly #freeMs = new Map<NodeId, Map<NodeId, number>>();

  /** Time in ms that a message waits and is sent for, or `undefined` for a packet that finds no room. */
  delayMs(
    from: NodeId,
    to: NodeId,
    via: Via,
    sizeBytes: number,
    nowMs: number,
    { bytesPerSecond, queueBytesMax }: LinkConfig,
  ): number | undefined {
    const peers = this.#freeMs.get(from) ?? new Map<NodeId, number>();
    this.#freeMs.set(from, peers);
    const startMs = Math.max(nowMs, peers.get(to) ?? 0);
    const waitingBytes = ((startMs - nowMs) * bytesPerSecond) / MS_PER_SECOND;
    if (via === 'packet' && waitingBytes + sizeBytes > queueBytesMax) return undefined;
    const endMs = startMs + (sizeBytes * MS_PER_SECOND) / bytesPerSecond;
    peers.set(to, endMs);
    return endMs - nowMs;
  }
}
