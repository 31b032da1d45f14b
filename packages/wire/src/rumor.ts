/** Rumors as bytes and back. */
import type { Rumor } from '@hearsay/rumor';
import { hearsay } from '#proto';
import { checkedCase, checkedIn, checkedName } from './checks.ts';
import type { DecodeContext } from './decode-context.ts';
import { decodeFields } from './field-reader.ts';
import { lowerHalf, ofHalves, UPPER_HALF_MAX, upperHalf } from './uint48.ts';
import { wellFormed } from './well-formed.ts';

const { Rumor: Schema, Priority } = hearsay.wire.v1;

const NUMBER_OF_PRIORITY: { readonly [P in Rumor['priority']]: hearsay.wire.v1.Priority } = {
  critical: Priority.PRIORITY_CRITICAL,
  high: Priority.PRIORITY_HIGH,
  normal: Priority.PRIORITY_NORMAL,
  bulk: Priority.PRIORITY_BULK,
};
const PRIORITY_OF_NUMBER: ReadonlyMap<number, Rumor['priority']> = new Map([
  [Priority.PRIORITY_CRITICAL, 'critical'],
  [Priority.PRIORITY_HIGH, 'high'],
  [Priority.PRIORITY_NORMAL, 'normal'],
  [Priority.PRIORITY_BULK, 'bulk'],
]);

export function encodeRumor(rumor: Rumor): Uint8Array {
  const { origin, generation, sequence } = rumor.id;
  const topic = wellFormed(rumor.topic);
  const priority = NUMBER_OF_PRIORITY[rumor.priority];
  const { payload, publishedAtMs = 0, ttlMs, key } = rumor;
  const fields = { origin, generation, sequence, topic, payload, priority };
  const published = { publishedMsHigh: upperHalf(publishedAtMs), publishedMsLow: lowerHalf(publishedAtMs) };
  return Schema.encode({
    ...fields,
    ...(publishedAtMs === 0 ? {} : published),
    ...(ttlMs === undefined ? {} : { ttlMs }),
    ...(key === undefined ? {} : { key: wellFormed(key) }),
    ...(rumor.isCounted === true ? { isCounted: true } : {}),
  }).finish();
}

export function decodeRumor(bytes: Uint8Array, context: DecodeContext): Rumor {
  const fields = decodeFields(Schema, bytes, context);
  const high = checkedIn('rumor.published_ms_high', fields.publishedMsHigh, 0, UPPER_HALF_MAX);
  const publishedAtMs = ofHalves(high, fields.publishedMsLow);
  return {
    id: {
      origin: checkedName('rumor.origin', fields.origin),
      generation: fields.generation,
      sequence: fields.sequence,
    },
    topic: fields.topic,
    payload: new Uint8Array(fields.payload),
    priority: checkedCase('rumor.priority', fields.priority, PRIORITY_OF_NUMBER),
    ...(publishedAtMs === 0 ? {} : { publishedAtMs }),
    ...(fields.ttlMs === 0 ? {} : { ttlMs: fields.ttlMs }),
    ...(fields.key === '' ? {} : { key: fields.key }),
    ...(fields.isCounted ? { isCounted: true } : {}),
  };
}
