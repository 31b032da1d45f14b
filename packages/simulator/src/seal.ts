/**
 * Stands for the seal of a real transport: what was damaged on the way is refused. It is no secret and protects
 * against nobody, but it notices every damage but for one packet in 2^32.
 */
import { mix32 } from '@hearsay/core';
import type { SimulationCodec } from './post.ts';

/** What a seal adds to a message. */
export const SEAL_BYTES = 4;

const MULTIPLIER = 0x9e3779b1;
const BYTE_BITS = 8;

/** The same messages, each with its checksum behind it. */
export function sealedCodec<M>(codec: SimulationCodec<M>): SimulationCodec<M> {
  return {
    encode: (message) => {
      const body = codec.encode(message);
      const sealed = new Uint8Array(body.length + SEAL_BYTES);
      sealed.set(body);
      const seal = sealOf(body);
      for (let index = 0; index < SEAL_BYTES; index++) sealed[body.length + index] = seal >>> (BYTE_BITS * index);
      return sealed;
    },
    decode: (sealed) => {
      if (sealed.length < SEAL_BYTES) return undefined;
      const body = sealed.subarray(0, sealed.length - SEAL_BYTES);
      let stored = 0;
      for (let index = 0; index < SEAL_BYTES; index++)
        stored |= (sealed[body.length + index] ?? 0) << (BYTE_BITS * index);
      return stored >>> 0 === sealOf(body) ? codec.decode(body) : undefined;
    },
  };
}

function sealOf(body: Uint8Array): number {
  let state = body.length;
  for (const byte of body) state = Math.imul(state ^ byte, MULTIPLIER) ^ (state >>> 15);
  return mix32(state) >>> 0;
}
