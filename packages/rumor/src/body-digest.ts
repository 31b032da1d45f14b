/**
 * What an offer says of the body that it offers, so that who fetches it sees when it gets another one. It finds damage and
 * mistakes; whoever lies in the offer too is not found, for that takes signatures.
 */
import { CanonicalWriter, keyedHash128, utf8Bytes } from '@hearsay/core';
import type { Rumor } from './rumor.ts';

const KEY = keyedHash128(utf8Bytes('hearsay rumors'), utf8Bytes('body'));

/** Computed once for each rumor that is held. */
export class BodyDigests {
  readonly #digests = new WeakMap<Rumor, Uint8Array>();

  /** Over everything that a rumor says beside its id. 16 bytes. */
  of(rumor: Rumor): Uint8Array {
    const known = this.#digests.get(rumor);
    if (known !== undefined) return known;
    const { topic, payload, priority, publishedAtMs, ttlMs, key, isCounted } = rumor;
    const text = JSON.stringify([topic, priority, publishedAtMs ?? 0, ttlMs ?? 0, key ?? '', isCounted === true]);
    const bytes = new CanonicalWriter().text(text).bytes(payload).finish();
    const digest = keyedHash128(KEY, bytes);
    this.#digests.set(rumor, digest);
    return digest;
  }
}

export function isSameDigest(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
