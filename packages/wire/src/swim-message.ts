/** Messages of the failure detector, to and from the fields of the schema. */
import type { SwimMessage } from '@hearsay/swim';
import type { hearsay } from '#proto';
import { checkedEndpoint, checkedNodeId, present } from './checks.ts';
import { decodeClaim } from './claim.ts';
import type { DecodeContext } from './decode-context.ts';
import type { EncodedItems } from './encoded-items.ts';

type MessageFields = hearsay.wire.v1.Message.$Properties;
type ClaimsFields = hearsay.wire.v1.Claims.$Properties;

export function swimFields(message: SwimMessage, items: EncodedItems): MessageFields {
  switch (message.type) {
    case 'ping':
      return { ping: { sequence: message.sequence, target: message.target } };
    case 'ack':
      return { ack: { sequence: message.sequence } };
    case 'ping-req':
      return { pingReq: { sequence: message.sequence, target: message.target, address: message.address } };
    case 'nack':
      return { nack: { sequence: message.sequence } };
    case 'claims':
      return { claims: { claims: message.claims.map((claim) => items.claim(claim)) } };
    case 'join':
      return { join: { claim: items.claim(message.claim) } };
    case 'join-reply':
      return { joinReply: { claims: message.claims.map((claim) => items.claim(claim)) } };
  }
}

/** `undefined` when the message is not one of this protocol. */
export function swimMessage(fields: MessageFields, context: DecodeContext): SwimMessage | undefined {
  switch (fields.body) {
    case 'ping': {
      const { sequence, target } = present('ping', fields.ping);
      return { type: 'ping', sequence: sequence ?? 0, target: checkedNodeId('ping.target', target ?? '', context) };
    }
    case 'ack':
      return { type: 'ack', sequence: fields.ack?.sequence ?? 0 };
    case 'pingReq': {
      const { sequence, target, address } = present('ping_req', fields.pingReq);
      return {
        type: 'ping-req',
        sequence: sequence ?? 0,
        target: checkedNodeId('ping_req.target', target ?? '', context),
        address: checkedEndpoint('ping_req.address', address ?? '', context),
      };
    }
    case 'nack':
      return { type: 'nack', sequence: fields.nack?.sequence ?? 0 };
    case 'claims':
      return { type: 'claims', claims: claimsOf(fields.claims, context) };
    case 'join':
      return { type: 'join', claim: decodeClaim(present('join.claim', fields.join?.claim), context) };
    case 'joinReply':
      return { type: 'join-reply', claims: claimsOf(fields.joinReply, context) };
    default:
      return undefined;
  }
}

function claimsOf(fields: ClaimsFields | null | undefined, context: DecodeContext): ReturnType<typeof decodeClaim>[] {
  return (fields?.claims ?? []).map((bytes) => decodeClaim(bytes, context));
}
