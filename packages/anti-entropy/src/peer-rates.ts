/** How many bytes of records each peer gets per second: a token bucket for each, so that one cannot use up our link. */
import { BoundedMap, type NodeId } from '@hearsay/core';
import { type AntiEntropyConfig, MS_PER_SECOND, RATED_PEER_COUNT_MAX } from './config.ts';

interface Bucket {
  /** May be negative: what is larger than the bucket leaves a debt. */
  bytes: number;
  filledMs: number;
}

/** A full bucket holds `sessionBytesMax`. The peer that was served longest ago is forgotten, and has a full one again. */
export class PeerRates {
  readonly #config: Readonly<AntiEntropyConfig>;
  readonly #buckets = new BoundedMap<NodeId, Bucket>(RATED_PEER_COUNT_MAX);
  #nowMs = 0;
  #refusedCount = 0;

  constructor(config: Readonly<AntiEntropyConfig>) {
    this.#config = config;
  }

  /** Records that were not pushed for lack of tokens, since the start. A later session brings them. */
  get refusedCount(): number {
    return this.#refusedCount;
  }

  /** Peers whose bucket is not known to be full. */
  get ratedCount(): number {
    return this.#buckets.size;
  }

  /** Tells the time of the step that begins. */
  at(nowMs: number): void {
    this.#nowMs = nowMs;
  }

  /** Takes so many bytes out of a peer's bucket, if there is anything in it. */
  take(peer: NodeId, bytes: number): boolean {
    const bucket = this.#filled(peer);
    if (bucket.bytes <= 0) {
      this.#refusedCount += 1;
      return false;
    }
    bucket.bytes -= bytes;
    this.#buckets.set(peer, bucket);
    return true;
  }

  /** Forgets buckets that are full again: who has none has a full one. Those served longest ago are looked at first. */
  forgetFull(): void {
    for (const peer of this.#buckets.keys()) {
      if (this.#filled(peer).bytes < this.#config.sessionBytesMax) return;
      this.#buckets.delete(peer);
    }
  }

  #filled(peer: NodeId): Bucket {
    const { sessionBytesMax, peerBytesPerSecond } = this.#config;
    const bucket = this.#buckets.get(peer) ?? { bytes: sessionBytesMax, filledMs: this.#nowMs };
    const gained = (peerBytesPerSecond * Math.max(0, this.#nowMs - bucket.filledMs)) / MS_PER_SECOND;
    bucket.bytes = Math.min(sessionBytesMax, bucket.bytes + gained);
    bucket.filledMs = this.#nowMs;
    return bucket;
  }
}
