/** Records of the store as bytes and back. */
import { HLC_COUNTER_MAX } from '@hearsay/core';
import type { StoreRecord } from '@hearsay/store';
import { hearsay } from '#proto';
import { checkedCase, checkedIn, checkedName } from './checks.ts';
import type { DecodeContext } from './decode-context.ts';
import { decodeFields } from './field-reader.ts';
import { lowerHalf, ofHalves, UPPER_HALF_MAX, upperHalf } from './uint48.ts';
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

export function encodeRecord(record: StoreRecord): Uint8Array {
  const { wallMs, counter } = record.stamp;
  const { expiresAtMs } = record;
  return Schema.encode({
    key: wellFormed(record.key),
    origin: record.origin,
    kind: NUMBER_OF_KIND[record.kind],
    wallMsHigh: upperHalf(wallMs),
    wallMsLow: lowerHalf(wallMs),
    counter,
    value: record.value,
    expiresAtMsHigh: expiresAtMs === undefined ? null : upperHalf(expiresAtMs),
    expiresAtMsLow: expiresAtMs === undefined ? null : lowerHalf(expiresAtMs),
  }).finish();
}

export function decodeRecord(bytes: Uint8Array, context: DecodeContext): StoreRecord {
  const fields = decodeFields(Schema, bytes, context);
  const wallMsHigh = checkedIn('record.wall_ms_high', fields.wallMsHigh, 0, UPPER_HALF_MAX);
  const expiresAtMsHigh = checkedIn('record.expires_at_ms_high', fields.expiresAtMsHigh, 0, UPPER_HALF_MAX);
  const expiresAtMs = ofHalves(expiresAtMsHigh, fields.expiresAtMsLow);
  const record: StoreRecord = {
    key: fields.key,
    stamp: {
      wallMs: ofHalves(wallMsHigh, fields.wallMsLow),
      counter: checkedIn('record.counter', fields.counter, 0, HLC_COUNTER_MAX),
    },
    origin: checkedName('record.origin', fields.origin),
    kind: checkedCase('record.kind', fields.kind, KIND_OF_NUMBER),
    value: new Uint8Array(fields.value),
  };
  return expiresAtMs === 0 ? record : { ...record, expiresAtMs };
}
