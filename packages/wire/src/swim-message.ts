/** Messages of the failure detector, to and from the fields of the schema. */
import type { Via } from '@hearsay/core';
import type { SwimMessage } from '@hearsay/swim';
import type { hearsay } from '#proto';
import { checkedEndpoint, checkedName, checkedNodeId, present } from './checks.ts';
import { decodeClaim } from './claim.ts';
import type { DecodeContext } from './decode-context.ts';
import type { EncodedItems } from './encoded-items.ts';
import { memberTags, memberTagsFields } from './tags.ts';

type MessageFields = hearsay.wire.v1.Message.$Properties;
type ClaimsFields = hearsay.wire.v1.Claims.$Properties;

export function swimFields(message: SwimMessage, items: EncodedItems): MessageFields {
  switch (message.type) {
    case 'ping':
      return { ping: { sequence: message.sequence, target: message.target, byStream: byStream(message.path) } };
    case 'ack':
      return { ack: { sequence: message.sequence, byStream: byStream(message.path) } };
    case 'ping-req':
      return { pingReq: { sequence: message.sequence, target: message.target, address: message.address } };
    case 'nack':
      return { nack: { sequence: message.sequence } };
    case 'claims':
      return { claims: { claims: message.claims.map((claim) => items.claim(claim)) } };
    case 'join':
      return { join: message.claim === undefined ? {} : { claim: items.claim(message.claim) } };
    case 'join-reply':
      return { joinReply: { claims: message.claims.map((claim) => items.claim(claim)) } };
    case 'tags-request':
      return { tagsRequest: { names: [...message.names] } };
    case 'tags':
      return { tags: { members: message.members.map(memberTagsFields) } };
  }
}

/** `undefined` when the message is not one of this protocol. */
export function swimMessage(fields: MessageFields, context: DecodeContext): SwimMessage | undefined {
  switch (fields.body) {
    case 'ping': {
      const ping = present('ping', fields.ping);
      const target = checkedNodeId('ping.target', ping.target ?? '', context);
      return { type: 'ping', sequence: ping.sequence ?? 0, target, path: pathOf(ping.byStream) };
    }
    case 'ack':
      return { type: 'ack', sequence: fields.ack?.sequence ?? 0, path: pathOf(fields.ack?.byStream) };
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
      return { type: 'join', claim: claimOrNone(fields.join?.claim, context) };
    case 'joinReply':
      return { type: 'join-reply', claims: claimsOf(fields.joinReply, context) };
    case 'tagsRequest':
      return {
        type: 'tags-request',
        names: (fields.tagsRequest?.names ?? []).map((name) => checkedName('name', name)),
      };
    case 'tags':
      return { type: 'tags', members: (fields.tags?.members ?? []).map(memberTags) };
    default:
      return undefined;
  }
}

/** False is what a reader assumes, so it is not written. */
function byStream(path: Via): true | null {
  return path === 'stream' ? true : null;
}

function pathOf(isByStream: boolean | null | undefined): Via {
  return isByStream === true ? 'stream' : 'packet';
}

function claimOrNone(
  bytes: Uint8Array | null | undefined,
  context: DecodeContext,
): ReturnType<typeof decodeClaim> | undefined {
  return bytes === null || bytes === undefined || bytes.length === 0 ? undefined : decodeClaim(bytes, context);
}

function claimsOf(fields: ClaimsFields | null | undefined, context: DecodeContext): ReturnType<typeof decodeClaim>[] {
  return (fields?.claims ?? []).map((bytes) => decodeClaim(bytes, context));
}
