/** Rumors as bytes and back. */
import type { Rumor } from '@hearsay/rumor';
import { hearsay } from '#proto';
import { checkedCase, checkedName } from './checks.ts';
import type { DecodeContext } from './decode-context.ts';
import { decodeFields } from './field-reader.ts';
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
  return Schema.encode({ origin, generation, sequence, topic, payload: rumor.payload, priority }).finish();
}

export function decodeRumor(bytes: Uint8Array, context: DecodeContext): Rumor {
  const fields = decodeFields(Schema, bytes, context);
  return {
    id: {
      origin: checkedName('rumor.origin', fields.origin),
      generation: fields.generation,
      sequence: fields.sequence,
    },
    topic: fields.topic,
    payload: new Uint8Array(fields.payload),
    priority: checkedCase('rumor.priority', fields.priority, PRIORITY_OF_NUMBER),
  };
}
