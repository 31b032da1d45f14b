import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameReader, framePrefix } from '../src/index.ts';

const FRAME_BYTES_MAX = 40;
const frames = fc.array(fc.uint8Array({ minLength: 1, maxLength: FRAME_BYTES_MAX }), { maxLength: 6 });
const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 8 });

function stream(parts: readonly Uint8Array[]): Buffer {
  return Buffer.concat(parts.flatMap((part) => [framePrefix(part.length), part]));
}

/** Cuts into pieces of the given sizes, over and over. */
function* pieces(bytes: Buffer, sizes: readonly number[]): Generator<Buffer> {
  for (let offset = 0, index = 0; offset < bytes.length; index++) {
    const size = sizes[index % sizes.length] ?? 1;
    yield Buffer.from(bytes.subarray(offset, offset + size));
    offset += size;
  }
}

describe('FrameReader', () => {
  it('reads the same frames however the stream is cut', () => {
    fc.assert(
      fc.property(frames, cuts, (sent, sizes) => {
        const reader = new FrameReader(FRAME_BYTES_MAX);
        const read: Uint8Array[] = [];
        for (const piece of pieces(stream(sent), sizes)) {
          expect(reader.push(piece, (frame) => read.push(frame))).toBe(true);
        }
        expect(read.map((frame) => Buffer.from(frame))).toEqual(sent.map((frame) => Buffer.from(frame)));
        expect(reader.isPartial).toBe(false);
        expect(reader.frameCount).toBe(sent.length);
      }),
    );
  });

  it('reads the frames before a wrong length, and nothing after it', () => {
    const wrong = fc.oneof(fc.constant(0), fc.integer({ min: FRAME_BYTES_MAX + 1, max: 0xffff_ffff }));
    fc.assert(
      fc.property(frames, wrong, cuts, (sent, length, sizes) => {
        const reader = new FrameReader(FRAME_BYTES_MAX);
        const bytes = Buffer.concat([stream(sent), framePrefix(length), stream([new Uint8Array(3)])]);
        const results = [];
        let readCount = 0;
        for (const piece of pieces(bytes, sizes)) results.push(reader.push(piece, () => (readCount += 1)));
        expect(results.at(-1)).toBe(false);
        expect(readCount).toBe(sent.length);
      }),
    );
  });

  it('knows whether a frame is under way, from its first byte to its last', () => {
    const reader = new FrameReader(FRAME_BYTES_MAX);
    const states = [...pieces(stream([new Uint8Array(2)]), [1])].map((piece) => {
      reader.push(piece, () => {});
      return reader.isPartial;
    });
    expect(states).toEqual([true, true, true, true, true, false]);
  });

  it('takes no memory for a length that is only announced', () => {
    const before = process.memoryUsage().arrayBuffers;
    const readers = Array.from({ length: 1_000 }, () => {
      const reader = new FrameReader(2 ** 30);
      reader.push(Buffer.concat([framePrefix(2 ** 30), Buffer.from('hi')]), () => {});
      return reader;
    });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(readers.length * 16_384);
  });

  it('announces the length as u32 big-endian', () => {
    expect([...framePrefix(0x0102_0304)]).toEqual([1, 2, 3, 4]);
  });
});
