/**
 * Slots of keys as Redis Cluster computes them: CRC16 of the key, or of its hash tag, modulo 16384. [RedisCluster]
 *
 * A hash tag is what lies between the first `{` and the first `}` after it, unless that is nothing: so an application
 * decides which keys lie together.
 */
import { utf8Bytes } from '@hearsay/core';

/** Slots of the map. Source: Redis Cluster; 2 KiB as a bitmap. */
export const SLOT_COUNT = 16_384;

const OPENING = 0x7b;
const CLOSING = 0x7d;
/** CRC-16/XMODEM: the polynomial x^16 + x^12 + x^5 + 1, most significant bit first, starting from 0. */
const POLYNOMIAL = 0x1021;
const TABLE: Uint16Array = crcTable();

/** 0 … 16383. A text is taken as UTF-8. */
export function keySlot(key: string | Uint8Array): number {
  const bytes = typeof key === 'string' ? utf8Bytes(key) : key;
  return crc16(hashed(bytes)) % SLOT_COUNT;
}

/** CRC-16/XMODEM. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) crc = ((crc << 8) & 0xffff) ^ (TABLE[(crc >>> 8) ^ byte] ?? 0);
  return crc;
}

/** What of a key is hashed. */
function hashed(bytes: Uint8Array): Uint8Array {
  const opening = bytes.indexOf(OPENING);
  if (opening < 0) return bytes;
  const closing = bytes.indexOf(CLOSING, opening + 1);
  return closing > opening + 1 ? bytes.subarray(opening + 1, closing) : bytes;
}

function crcTable(): Uint16Array {
  return Uint16Array.from({ length: 256 }, (_, index) => {
    let crc = index << 8;
    for (let bit = 0; bit < 8; bit++) crc = ((crc & 0x8000 ? POLYNOMIAL : 0) ^ (crc << 1)) & 0xffff;
    return crc;
  });
}
