/**
 * The head of a record as bytes on disk.
 *
 *   version u8 | flags u8 | wallMs u48 | counter u16 | expiresAtMs u48 | valueBytes u32 | originBytes u8 | origin
 *   | mark: a short value itself, or the 16 bytes of its hash and the checksum u32 of a long one | checksum u32
 *
 * The last checksum is over everything before it and the key, so that a head under a wrong key is noticed too.
 */
import { crc32 } from 'node:zlib';
import { HASH128_BYTES } from '@hearsay/core';
import type { RecordHead, StoreRecord } from '../record.ts';
import { INLINE_VALUE_BYTES_MAX, valueMark } from '../value-mark.ts';

const FORMAT_VERSION = 1;
const FLAG_DELETE = 1;
const FLAG_EXPIRES = 2;
const FIXED_BYTES = 21;
const CHECKSUM_BYTES = 4;
const STAMP_OFFSET = 2;
const COUNTER_OFFSET = 8;
const EXPIRY_OFFSET = 10;
const LENGTH_OFFSET = 16;
const ORIGIN_OFFSET = 20;
const UINT48_BYTES = 6;

/** What a stored head says. */
export interface StoredHead {
  readonly head: RecordHead;
  /** Stands for the value in canonical bytes. */
  readonly mark: Uint8Array;
  /** The value itself, when it is short. */
  readonly inlineValue: Uint8Array | undefined;
  /** Of a long value. */
  readonly valueChecksum: number;
}

/** Whether a value of this length stands apart from its head. */
export function isLong(valueBytes: number): boolean {
  return valueBytes > INLINE_VALUE_BYTES_MAX;
}

export function checksumOf(bytes: Uint8Array): number {
  return crc32(bytes);
}

export function encodeHead(record: StoreRecord): Buffer {
  const { key, stamp, origin, kind, expiresAtMs, value } = record;
  const mark = valueMark(value);
  const isApart = isLong(value.length);
  const originBytes = Buffer.from(origin, 'latin1');
  const markBytes = mark.length + (isApart ? CHECKSUM_BYTES : 0);
  const bytes = Buffer.allocUnsafe(FIXED_BYTES + originBytes.length + markBytes + CHECKSUM_BYTES);
  bytes[0] = FORMAT_VERSION;
  bytes[1] = (kind === 'delete' ? FLAG_DELETE : 0) | (expiresAtMs === undefined ? 0 : FLAG_EXPIRES);
  bytes.writeUIntBE(stamp.wallMs, STAMP_OFFSET, UINT48_BYTES);
  bytes.writeUInt16BE(stamp.counter, COUNTER_OFFSET);
  bytes.writeUIntBE(expiresAtMs ?? 0, EXPIRY_OFFSET, UINT48_BYTES);
  bytes.writeUInt32BE(value.length, LENGTH_OFFSET);
  bytes[ORIGIN_OFFSET] = originBytes.length;
  bytes.set(originBytes, FIXED_BYTES);
  bytes.set(mark, FIXED_BYTES + originBytes.length);
  const end = bytes.length - CHECKSUM_BYTES;
  if (isApart) bytes.writeUInt32BE(checksumOf(value), end - CHECKSUM_BYTES);
  bytes.writeUInt32BE(headChecksum(key, bytes.subarray(0, end)), end);
  return bytes;
}

/** Nothing in the result shares memory with `bytes`. `undefined` when they are damaged. */
export function decodeHead(key: string, bytes: Buffer): StoredHead | undefined {
  const end = bytes.length - CHECKSUM_BYTES;
  if (end < FIXED_BYTES || bytes[0] !== FORMAT_VERSION) return undefined;
  if (bytes.readUInt32BE(end) !== headChecksum(key, bytes.subarray(0, end))) return undefined;
  const flags = bytes[1] ?? 0;
  const length = bytes.readUInt32BE(LENGTH_OFFSET);
  const markOffset = FIXED_BYTES + (bytes[ORIGIN_OFFSET] ?? 0);
  const isApart = isLong(length);
  const mark = new Uint8Array(bytes.subarray(markOffset, markOffset + (isApart ? HASH128_BYTES : length)));
  const head: RecordHead = {
    key,
    stamp: { wallMs: bytes.readUIntBE(STAMP_OFFSET, UINT48_BYTES), counter: bytes.readUInt16BE(COUNTER_OFFSET) },
    origin: bytes.toString('latin1', FIXED_BYTES, markOffset),
    kind: (flags & FLAG_DELETE) === 0 ? 'set' : 'delete',
    value: { length },
  };
  const expiresAtMs = bytes.readUIntBE(EXPIRY_OFFSET, UINT48_BYTES);
  return {
    head: (flags & FLAG_EXPIRES) === 0 ? head : { ...head, expiresAtMs },
    mark,
    inlineValue: isApart ? undefined : mark,
    valueChecksum: isApart ? bytes.readUInt32BE(end - CHECKSUM_BYTES) : 0,
  };
}

function headChecksum(key: string, bytes: Uint8Array): number {
  return crc32(bytes, crc32(key));
}
