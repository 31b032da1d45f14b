/** Records of the store as bytes and back. */
import { HLC_COUNTER_MAX } from '@hearsay/core';
import type { StoreRecord } from '@hearsay/store';
import { hearsay } from '#proto';
import { checkedCase, checkedIn, checkedName } from './checks.ts';
import type { DecodeContext } from './decode-context.ts';
import { decodeFields } from './field-reader.ts';
import { wellFormed } from './well-formed.ts';

const { Kind, Record: Schema } = hearsay.wire.v1;

const NUMBER_OF_KIND: { readonly [K in StoreRecord['kind']]: hearsay.wire.v1.Kind } = {
  set: Kind.KIND_SET,
  delete: Kind.KIND_DELETE,
};
const KIND_OF_NUMBER: ReadonlyMap<number, StoreRecord['kind']> = new Map([
  [Kind.KIND_SET, 'set'],
  [Kind.KIND_DELETE, 'delete'],
]);
const UINT32_RANGE = 0x1_0000_0000;
const UINT16_MAX = 0xffff;

export function encodeRecord(record: StoreRecord): Uint8Array {
  const { wallMs, counter } = record.stamp;
  const { expiresAtMs } = record;
  return Schema.encode({
    key: wellFormed(record.key),
    origin: record.origin,
    kind: NUMBER_OF_KIND[record.kind],
    wallMsHigh: Math.floor(wallMs / UINT32_RANGE),
    wallMsLow: wallMs % UINT32_RANGE,
    counter,
    value: record.value,
    expiresAtMsHigh: expiresAtMs === undefined ? null : Math.floor(expiresAtMs / UINT32_RANGE),
    expiresAtMsLow: expiresAtMs === undefined ? null : expiresAtMs % UINT32_RANGE,
  }).finish();
}

export function decodeRecord(bytes: Uint8Array, context: DecodeContext): StoreRecord {
  const fields = decodeFields(Schema, bytes, context);
  const wallMsHigh = checkedIn('record.wall_ms_high', fields.wallMsHigh, 0, UINT16_MAX);
  const expiresAtMsHigh = checkedIn('record.expires_at_ms_high', fields.expiresAtMsHigh, 0, UINT16_MAX);
  const expiresAtMs = expiresAtMsHigh * UINT32_RANGE + fields.expiresAtMsLow;
  const record: StoreRecord = {
    key: fields.key,
    stamp: {
      wallMs: wallMsHigh * UINT32_RANGE + fields.wallMsLow,
      counter: checkedIn('record.counter', fields.counter, 0, HLC_COUNTER_MAX),
    },
    origin: checkedName('record.origin', fields.origin),
    kind: checkedCase('record.kind', fields.kind, KIND_OF_NUMBER),
    value: new Uint8Array(fields.value),
  };
  return expiresAtMs === 0 ? record : { ...record, expiresAtMs };
}
