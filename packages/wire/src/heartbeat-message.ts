/** Messages of heartbeat gossip, to and from the fields of the schema. */
import type { Delta, Digest, HeartbeatMessage } from '@hearsay/heartbeat';
import type { hearsay } from '#proto';
import { checkedName } from './checks.ts';
import { decodeClaim } from './claim.ts';
import type { DecodeContext } from './decode-context.ts';
import type { EncodedItems } from './encoded-items.ts';

type MessageFields = hearsay.wire.v1.Message.$Properties;
type DigestFields = hearsay.wire.v1.HeartbeatDigest.$Properties;
type DeltaFields = hearsay.wire.v1.HeartbeatDelta.$Properties;

export function heartbeatFields(message: HeartbeatMessage, items: EncodedItems): MessageFields {
  switch (message.type) {
    case 'syn':
      return { heartbeatSyn: { digests: message.digests.map(digestFields) } };
    case 'ack': {
      const deltas = message.deltas.map((delta) => deltaFields(delta, items));
      return {
        heartbeatAck: {
          requests: message.requests.map(digestFields),
          deltas,
          isShadow: message.isShadow ? true : null,
        },
      };
    }
    case 'deltas':
      return { heartbeatDeltas: { deltas: message.deltas.map((delta) => deltaFields(delta, items)) } };
    case 'echo':
      return { echo: { sequence: message.sequence } };
    case 'echo-reply':
      return { echoReply: { sequence: message.sequence } };
  }
}

/** `undefined` when the message is not one of this protocol. */
export function heartbeatMessage(fields: MessageFields, context: DecodeContext): HeartbeatMessage | undefined {
  switch (fields.body) {
    case 'heartbeatSyn':
      return { type: 'syn', digests: (fields.heartbeatSyn?.digests ?? []).map(digest) };
    case 'heartbeatAck': {
      const { requests, deltas, isShadow } = fields.heartbeatAck ?? {};
      return {
        type: 'ack',
        requests: (requests ?? []).map(digest),
        deltas: deltasOf(deltas, context),
        isShadow: isShadow ?? false,
      };
    }
    case 'heartbeatDeltas':
      return { type: 'deltas', deltas: deltasOf(fields.heartbeatDeltas?.deltas, context) };
    case 'echo':
      return { type: 'echo', sequence: fields.echo?.sequence ?? 0 };
    case 'echoReply':
      return { type: 'echo-reply', sequence: fields.echoReply?.sequence ?? 0 };
    default:
      return undefined;
  }
}

/** A heartbeat of 0 is what a reader assumes, so it is not written. */
function digestFields({ name, generation, heartbeat }: Digest): DigestFields {
  return { name, generation, heartbeat: heartbeat === 0 ? null : heartbeat };
}

function deltaFields(delta: Delta, items: EncodedItems): DeltaFields {
  const fields = digestFields(delta);
  return delta.claim === undefined ? fields : { ...fields, claim: items.claim(delta.claim) };
}

function digest({ name, generation, heartbeat }: DigestFields): Digest {
  return {
    name: checkedName('heartbeat_digest.name', name ?? ''),
    generation: generation ?? 0,
    heartbeat: heartbeat ?? 0,
  };
}

function deltasOf(deltas: readonly DeltaFields[] | null | undefined, context: DecodeContext): Delta[] {
  return (deltas ?? []).map((fields) => {
    const { claim } = fields;
    const isEmpty = claim === null || claim === undefined || claim.length === 0;
    return { ...digest(fields), claim: isEmpty ? undefined : decodeClaim(claim, context) };
  });
}
