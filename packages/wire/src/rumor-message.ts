/** Messages of rumor spreading, to and from the fields of the schema. */
import type { RumorMessage } from '@hearsay/rumor';
import type { hearsay } from '#proto';
import type { DecodeContext } from './decode-context.ts';
import type { EncodedItems } from './encoded-items.ts';
import { decodeRumor } from './rumor.ts';

type MessageFields = hearsay.wire.v1.Message.$Properties;

export function rumorFields(message: RumorMessage, items: EncodedItems): MessageFields {
  return { push: { rumors: message.rumors.map((rumor) => items.rumor(rumor)) } };
}

/** `undefined` when the message is not one of this protocol. */
export function rumorMessage(fields: MessageFields, context: DecodeContext): RumorMessage | undefined {
  if (fields.body !== 'push') return undefined;
  return { type: 'push', rumors: (fields.push?.rumors ?? []).map((bytes) => decodeRumor(bytes, context)) };
}
