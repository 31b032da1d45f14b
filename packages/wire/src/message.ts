/** One message of any protocol as bytes and back. */
import { hearsay } from '#proto';
import { antiEntropyFields, antiEntropyMessage } from './anti-entropy-message.ts';
import { decodeClaim } from './claim.ts';
import type { DecodeContext } from './decode-context.ts';
import type { EncodedItems } from './encoded-items.ts';
import { decodeKind } from './field-reader.ts';
import { heartbeatFields, heartbeatMessage } from './heartbeat-message.ts';
import type { Roots, WireMessage } from './packet.ts';
import { quorumFields, quorumMessage } from './quorum-message.ts';
import { decodeRumor } from './rumor.ts';
import { rumorFields, rumorMessage } from './rumor-message.ts';
import { buriedMessage, stabilityFields, stabilityMessage } from './stability-message.ts';
import { stateFields, stateMessage } from './state-message.ts';
import { decodeRecord } from './store-record.ts';
import { swimFields, swimMessage } from './swim-message.ts';

const { Message: Schema } = hearsay.wire.v1;
type Fields = hearsay.wire.v1.Message.$Properties;

export function encodeMessage(message: WireMessage, items: EncodedItems): Uint8Array {
  return Schema.encode(fieldsOf(message, items)).finish();
}

/** `undefined`, and counted as skipped, when the message is of a kind that this version does not know. */
export function decodeMessage(bytes: Uint8Array, context: DecodeContext): WireMessage | undefined {
  const skippedCount = context.skippedCount;
  const fields = decodeKind(Schema, bytes, context);
  const message = messageOf(fields, context);
  if (message === undefined) context.skippedCount = skippedCount + 1;
  return message;
}

function fieldsOf(message: WireMessage, items: EncodedItems): Fields {
  switch (message.protocol) {
    case 'swim':
      return swimFields(message.message, items);
    case 'heartbeat':
      return heartbeatFields(message.message, items);
    case 'quorum':
      return quorumFields(message.message);
    case 'rumor':
      return rumorFields(message.message, items);
    case 'members':
      return { members: antiEntropyFields(message.message, (claim) => items.claim(claim)) };
    case 'store':
      return { store: antiEntropyFields(message.message, (record) => items.record(record)) };
    case 'rumor-log':
      return { rumorLog: antiEntropyFields(message.message, (rumor) => items.rumor(rumor)) };
    case 'root':
      return { root: { salt: message.message.salt, root: message.message.root } };
    case 'roots': {
      const { salt, members, store, state, rumors } = message.message;
      return { roots: { salt, members, store, state: state ?? null, rumors: rumors ?? null } };
    }
    case 'state':
      return { state: stateFields(message.message) };
    case 'stability':
      return stabilityFields(message.message);
  }
}

function messageOf(fields: Fields, context: DecodeContext): WireMessage | undefined {
  switch (fields.body) {
    case undefined:
      return undefined;
    case 'push':
    case 'rumorQuery':
    case 'rumorSeen':
    case 'rumorOffer':
    case 'rumorFetch':
    case 'rumorExchange':
    case 'rumorTally':
    case 'rumorTallied':
    case 'rumorEager':
    case 'rumorAnnounce':
    case 'rumorGraft':
    case 'rumorPrune': {
      const message = rumorMessage(fields, context);
      return message && { protocol: 'rumor', message };
    }
    case 'members': {
      const message = antiEntropyMessage(fields.members ?? {}, (bytes) => decodeClaim(bytes, context));
      return message && { protocol: 'members', message };
    }
    case 'store': {
      const message = antiEntropyMessage(fields.store ?? {}, (bytes) => decodeRecord(bytes, context));
      return message && { protocol: 'store', message };
    }
    case 'rumorLog': {
      const message = antiEntropyMessage(fields.rumorLog ?? {}, (bytes) => decodeRumor(bytes, context));
      return message && { protocol: 'rumor-log', message };
    }
    case 'root':
      return {
        protocol: 'root',
        message: { type: 'root', salt: fields.root?.salt ?? 0, root: fields.root?.root ?? 0 },
      };
    case 'roots': {
      return { protocol: 'roots', message: rootsMessage(fields.roots ?? {}) };
    }
    case 'state': {
      const message = stateMessage(fields.state ?? {});
      return message && { protocol: 'state', message };
    }
    case 'stability':
      return { protocol: 'stability', message: stabilityMessage(fields.stability ?? {}) };
    case 'buried':
      return { protocol: 'stability', message: buriedMessage(fields.buried ?? {}) };
    default:
      return detectorMessageOf(fields, context);
  }
}

/** A message of one of the failure detectors, of which a node runs one or two. */
function detectorMessageOf(fields: Fields, context: DecodeContext): WireMessage | undefined {
  const swim = swimMessage(fields, context);
  if (swim !== undefined) return { protocol: 'swim', message: swim };
  const heartbeat = heartbeatMessage(fields, context);
  if (heartbeat !== undefined) return { protocol: 'heartbeat', message: heartbeat };
  const quorum = quorumMessage(fields);
  return quorum && { protocol: 'quorum', message: quorum };
}

function rootsMessage(fields: hearsay.wire.v1.Roots.$Properties): Roots {
  const { salt, members, store, state, rumors } = fields;
  return {
    type: 'roots',
    salt: salt ?? 0,
    members: members ?? 0,
    store: store ?? 0,
    ...(typeof state === 'number' ? { state } : {}),
    ...(typeof rumors === 'number' ? { rumors } : {}),
  };
}
