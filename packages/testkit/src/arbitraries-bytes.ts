/** Bytes as an attacker or a broken wire would send them. */
import * as fc from 'fast-check';

/** Bytes without any sense, also none at all. */
export function arbitraryNoise(maxLength = 256): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ maxLength, size: 'max' });
}

/**
 * Almost right: what `valid` gives, cut off, with bits flipped, a byte added, or a piece of it repeated. It finds far
 * more than noise does, which is refused at its first bytes.
 */
export function arbitraryDamaged(valid: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  const place = fc.nat(0xffff);
  return fc.oneof(
    fc.tuple(valid, place).map(([bytes, at]) => bytes.slice(0, indexIn(bytes, at))),
    fc.tuple(valid, fc.array(fc.tuple(place, fc.nat(7)), { minLength: 1, maxLength: 4 })).map(flipped),
    fc.tuple(valid, place, fc.nat(0xff)).map(([bytes, at, byte]) => spliced(bytes, indexIn(bytes, at), [byte])),
    fc.tuple(valid, place, place, place).map(([bytes, from, to, at]) => {
      const piece = bytes.slice(indexIn(bytes, Math.min(from, to)), indexIn(bytes, Math.max(from, to)));
      return spliced(bytes, indexIn(bytes, at), [...piece]);
    }),
  );
}

/** Scales a number of 0 to 65535 to a place in the bytes, so that a shrunk number is a place further in front. */
function indexIn(bytes: Uint8Array, place: number): number {
  return Math.floor((place / 0x1_0000) * (bytes.length + 1));
}

function flipped([bytes, bits]: [Uint8Array, [number, number][]]): Uint8Array {
  const copy = new Uint8Array(bytes);
  for (const [place, bit] of bits) {
    const index = Math.min(indexIn(bytes, place), copy.length - 1);
    copy[index] = (copy[index] ?? 0) ^ (1 << bit);
  }
  return copy;
}

function spliced(bytes: Uint8Array, index: number, piece: readonly number[]): Uint8Array {
  return Uint8Array.of(...bytes.slice(0, index), ...piece, ...bytes.slice(index));
}
