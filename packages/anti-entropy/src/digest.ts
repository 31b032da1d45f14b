/**
 * What digests are made of: keyed positions and digests of records, and salted 32-bit forms of both for the wire.
 *
 * Keyed, because a peer that could choose colliding records, or fill one leaf, would break or slow the comparison.
 */
import { KeyedHash, keyedHash128, mix32, utf8Bytes } from '@hearsay/core';
import { LANE_BYTES, LANE_COUNT } from './config.ts';

/** Scratch of one call. */
const POSITION = new Uint32Array(LANE_COUNT);

/** Where a key belongs, and what a record is worth. One key per cluster. */
export class RecordHash {
  readonly #positions: KeyedHash;
  readonly #digests: KeyedHash;

  /** Two keys are derived, so that a position says nothing about a digest. */
  constructor(hashKey: Uint8Array) {
    this.#positions = new KeyedHash(keyedHash128(hashKey, utf8Bytes('position')));
    this.#digests = new KeyedHash(keyedHash128(hashKey, utf8Bytes('digest')));
  }

  /** A uint32 for tables that no outsider shall be able to fill in one place. */
  get seed(): number {
    return this.positionOf('');
  }

  /** A uint32; its leading bits choose the node at each level. */
  positionOf(key: string): number {
    this.#positions.hashInto(POSITION, utf8Bytes(key));
    return POSITION[0] ?? 0;
  }

  /** Writes the four lanes of the digest of `canonicalBytes` into `lanes`. */
  digestInto(lanes: Uint32Array, canonicalBytes: Uint8Array): void {
    this.#digests.hashInto(lanes, canonicalBytes);
  }
}

/** The salted 32-bit form of the lanes at `offset`, and of a count. Different contents collide once in 2^32 salts. */
export function saltedDigest(lanes: Uint32Array, offset: number, count: number, salt: number): number {
  let digest = mix32(salt);
  for (let lane = 0; lane < LANE_COUNT; lane++) digest = mix32(digest ^ (lanes[offset + lane] ?? 0));
  return mix32(digest ^ count);
}

/** Four lanes as sixteen bytes, big-endian. */
export function laneBytes(lanes: Uint32Array): Uint8Array {
  const bytes = new Uint8Array(LANE_COUNT * LANE_BYTES);
  const view = viewOf(bytes);
  for (let lane = 0; lane < LANE_COUNT; lane++) view.setUint32(lane * LANE_BYTES, lanes[lane] ?? 0);
  return bytes;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
