/** Is a record that a peer sent one that this store could have written? */
import { HLC_COUNTER_MAX, HLC_WALL_MS_MAX, isName, utf8Bytes } from '@hearsay/core';
import type { StoreConfig } from './config.ts';
import type { StoreRecord } from './record.ts';

/** What is wrong with a record as such, whatever the store holds. */
export type RecordFault = 'key' | 'value' | 'stamp' | 'origin' | 'expiry';

/** A UTF-16 unit takes at most three bytes of UTF-8. */
const BYTES_PER_UNIT_MAX = 3;
const LONE_SURROGATE = /\p{Surrogate}/u;

/** The first fault of a record, or `undefined`. Types are checked too: the record may come from any decoder. */
export function recordFault(record: StoreRecord, config: Readonly<StoreConfig>): RecordFault | undefined {
  if (typeof record?.key !== 'string' || !isKey(record.key, config.keyBytesMax)) return 'key';
  if (typeof record.origin !== 'string' || !isName(record.origin)) return 'origin';
  if (!isUpTo(record.stamp?.wallMs, HLC_WALL_MS_MAX) || !isUpTo(record.stamp.counter, HLC_COUNTER_MAX)) return 'stamp';
  if (!(record.value instanceof Uint8Array) || record.value.length > config.valueBytesMax) return 'value';
  const { expiresAtMs } = record;
  if (
    expiresAtMs !== undefined &&
    (record.kind === 'delete' || expiresAtMs === 0 || !isUpTo(expiresAtMs, HLC_WALL_MS_MAX))
  )
    return 'expiry';
  if (record.kind === 'delete') return record.value.length === 0 ? undefined : 'value';
  return record.kind === 'set' ? undefined : 'value';
}

/** Whether `key` is legal: well-formed, not empty and not too long. A lone surrogate would change on the wire. */
export function isKey(key: string, keyBytesMax: number): boolean {
  const unitCount = key.length;
  if (unitCount === 0 || unitCount > keyBytesMax) return false;
  if (unitCount * BYTES_PER_UNIT_MAX > keyBytesMax && utf8Bytes(key).length > keyBytesMax) return false;
  return !LONE_SURROGATE.test(key);
}

function isUpTo(value: unknown, max: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max;
}
