/**
 * Stands for the seal of a real transport: what was damaged on the way is refused. It is no secret and protects
 * against nobody, but it notices every flipped bit but for one packet in 2^64.
 */
import { Digest } from './digest.ts';
import type { SimulationCodec } from './post.ts';

const DIGEST_CHARACTERS = 16;
/** What a seal adds to a message. */
export const SEAL_BYTES: number = DIGEST_CHARACTERS;

/** The same messages, each with its digest behind it. */
export function sealedCodec<M>(codec: SimulationCodec<M>): SimulationCodec<M> {
  return {
    encode: (message) => {
      const body = codec.encode(message);
      const sealed = new Uint8Array(body.length + SEAL_BYTES);
      sealed.set(body);
      sealed.set(sealOf(body), body.length);
      return sealed;
    },
    decode: (sealed) => {
      if (sealed.length < SEAL_BYTES) return undefined;
      const body = sealed.subarray(0, sealed.length - SEAL_BYTES);
      const isWhole = sealOf(body).every((byte, index) => byte === sealed[body.length + index]);
      return isWhole ? codec.decode(body) : undefined;
    },
  };
}

function sealOf(body: Uint8Array): Uint8Array {
  const digest = new Digest();
  digest.bytes(body);
  return Uint8Array.from(digest.hex, (character) => character.charCodeAt(0));
}
