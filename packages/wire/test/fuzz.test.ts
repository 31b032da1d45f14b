import { arbitraryDamaged, arbitraryNoise, arbitraryPacket, extremePacket } from '@hearsay/testkit';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Codec, WireError } from '../src/index.ts';

const codec = new Codec();
/** A busy machine needs ten times as long as a quiet one. */
const SLOW_MS = 30_000;
const NOISE_COUNT = 100_000;
const NOISE_BYTES_MAX = 96;

/** Decodes anything. What decodes has to be a packet that can be sent. */
function isHandled(bytes: Uint8Array): boolean {
  const result = codec.decode(bytes);
  if (!result.ok) return result.error instanceof WireError && result.error.code === 'ERR_WIRE';
  return codec.decode(codec.encode(result.packet)).ok;
}

/** Fast noise: a property per buffer would take a minute. Marsaglia's xorshift, seeded, so that a failure comes back. */
function* noise(seed: number, count: number): Generator<Uint8Array> {
  let state = seed;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  for (let made = 0; made < count; made++) {
    const bytes = new Uint8Array(next() % NOISE_BYTES_MAX);
    for (let index = 0; index < bytes.length; index++) bytes[index] = next();
    yield bytes;
  }
}

describe('the decoder', { timeout: SLOW_MS }, () => {
  it('survives noise', () => {
    for (const bytes of noise(1, NOISE_COUNT / 4)) if (!isHandled(bytes)) expect.fail(bytes.toString());
  });

  it('survives noise after a good header', () => {
    for (const bytes of noise(2, NOISE_COUNT / 4)) {
      const packet = Uint8Array.of(1, 0, ...bytes);
      if (!isHandled(packet)) expect.fail(packet.toString());
    }
  });

  it.each([
    ['a message', []],
    ['a message of the store', [0x52]],
  ])('survives noise in the place of %s', (_name, path) => {
    const start = codec.encode({ from: 'n1', generation: 1, address: '', messages: [] });
    for (const bytes of noise(3, NOISE_COUNT / 4)) {
      const body = path.flatMap((tag) => [tag, bytes.length]).concat(...bytes);
      const packet = Uint8Array.of(...start, 0x22, body.length, ...body);
      if (!isHandled(packet)) expect.fail(packet.toString());
    }
  });

  it('survives noise of any length', () => {
    fc.assert(
      fc.property(arbitraryNoise(4_096), (bytes) => {
        expect(isHandled(bytes)).toBe(true);
      }),
    );
  });

  it.each([
    ['small', arbitraryPacket()],
    ['extreme', extremePacket()],
  ])('survives damaged packets of the %s domain', (_domain, packets) => {
    fc.assert(
      fc.property(arbitraryDamaged(packets.map((packet) => codec.encode(packet))), (bytes) => {
        expect(isHandled(bytes)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
