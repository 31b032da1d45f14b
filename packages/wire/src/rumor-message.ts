/** Messages of rumor spreading, to and from the fields of the schema. */
import type { RumorId, RumorMessage, RumorRange } from '@hearsay/rumor';
import type { hearsay } from '#proto';
import { checkedName } from './checks.ts';
import type { DecodeContext } from './decode-context.ts';
import type { EncodedItems } from './encoded-items.ts';
import { decodeRumor } from './rumor.ts';

type MessageFields = hearsay.wire.v1.Message.$Properties;
type RangeFields = hearsay.wire.v1.RumorRange.$Properties;
type ExchangeFields = hearsay.wire.v1.RumorExchange.$Properties;
type Exchange = Extract<RumorMessage, { readonly type: 'exchange' }>;
type IdFields = hearsay.wire.v1.RumorId.$Properties;

export function rumorFields(message: RumorMessage, items: EncodedItems): MessageFields {
  switch (message.type) {
    case 'push':
      return { push: { rumors: message.rumors.map((rumor) => items.rumor(rumor)) } };
    case 'query': {
      const { origin, generation, sequence } = message.id;
      return { rumorQuery: { token: message.token, origin, generation, sequence } };
    }
    case 'offer':
      return { rumorOffer: { ids: message.ids.map(idFields), digests: [...(message.digests ?? [])] } };
    case 'fetch':
      return { rumorFetch: { ids: message.ids.map(idFields) } };
    case 'exchange':
      return { rumorExchange: exchangeFields(message, items) };
    case 'eager':
      return { rumorEager: { rumors: message.rumors.map((rumor) => items.rumor(rumor)), hops: [...message.hops] } };
    case 'announce':
      return { rumorAnnounce: { ranges: [...message.ranges] } };
    case 'graft':
      return { rumorGraft: { ranges: [...message.ranges] } };
    case 'prune':
      return { rumorPrune: { origins: [...message.origins] } };
    case 'tally':
      return { rumorTally: { id: idFields(message.id), total: message.total } };
    case 'tallied':
      return { rumorTallied: { id: idFields(message.id), total: message.total } };
    case 'seen':
      return { rumorSeen: { token: message.token, isSeen: message.isSeen } };
  }
}

/** `undefined` when the message is not one of this protocol. */
export function rumorMessage(fields: MessageFields, context: DecodeContext): RumorMessage | undefined {
  switch (fields.body) {
    case 'push':
      return { type: 'push', rumors: (fields.push?.rumors ?? []).map((bytes) => decodeRumor(bytes, context)) };
    case 'rumorOffer':
      return offerMessage(fields.rumorOffer ?? {});
    case 'rumorFetch':
      return { type: 'fetch', ids: (fields.rumorFetch?.ids ?? []).map(rumorId) };
    case 'rumorQuery': {
      const { token, origin, generation, sequence } = fields.rumorQuery ?? {};
      const id = {
        origin: checkedName('rumor_query.origin', origin ?? ''),
        generation: generation ?? 0,
        sequence: sequence ?? 0,
      };
      return { type: 'query', token: token ?? 0, id };
    }
    case 'rumorSeen': {
      const { token, isSeen } = fields.rumorSeen ?? {};
      return { type: 'seen', token: token ?? 0, isSeen: isSeen ?? false };
    }
    default:
      return treeMessage(fields, context);
  }
}

/** A message of the broadcast tree, with feedback, or of a count. */
function treeMessage(fields: MessageFields, context: DecodeContext): RumorMessage | undefined {
  switch (fields.body) {
    case 'rumorExchange':
      return exchangeMessage(fields.rumorExchange ?? {}, context);
    case 'rumorTally':
      return tallyMessage('tally', fields.rumorTally ?? {});
    case 'rumorTallied':
      return tallyMessage('tallied', fields.rumorTallied ?? {});
    case 'rumorEager': {
      const { rumors, hops } = fields.rumorEager ?? {};
      return { type: 'eager', rumors: (rumors ?? []).map((bytes) => decodeRumor(bytes, context)), hops: hops ?? [] };
    }
    case 'rumorAnnounce':
      return { type: 'announce', ranges: (fields.rumorAnnounce?.ranges ?? []).map(rumorRange) };
    case 'rumorGraft':
      return { type: 'graft', ranges: (fields.rumorGraft?.ranges ?? []).map(rumorRange) };
    case 'rumorPrune': {
      const origins = fields.rumorPrune?.origins ?? [];
      return { type: 'prune', origins: origins.map((origin) => checkedName('rumor_prune.origins', origin)) };
    }
    default:
      return undefined;
  }
}

function offerMessage({ ids, digests }: hearsay.wire.v1.RumorIds.$Properties): RumorMessage {
  const offer = { type: 'offer', ids: (ids ?? []).map(rumorId) } as const;
  return digests?.length ? { ...offer, digests: digests.map((digest) => new Uint8Array(digest)) } : offer;
}

function exchangeFields(message: Exchange, items: EncodedItems): ExchangeFields {
  const { token, answerTo, isPull, rumors, standings, verdicts } = message;
  return { token, answerTo, isPull, rumors: rumors.map((rumor) => items.rumor(rumor)), standings, verdicts };
}

function exchangeMessage(fields: ExchangeFields, context: DecodeContext): RumorMessage {
  const { token, answerTo, isPull, rumors, standings, verdicts } = fields;
  return {
    type: 'exchange',
    token: token ?? 0,
    answerTo: answerTo ?? 0,
    isPull: isPull ?? false,
    rumors: (rumors ?? []).map((bytes) => decodeRumor(bytes, context)),
    standings: new Uint8Array(standings ?? []),
    verdicts: new Uint8Array(verdicts ?? []),
  };
}

function tallyMessage(type: 'tally' | 'tallied', { id, total }: hearsay.wire.v1.RumorTally.$Properties): RumorMessage {
  return { type, id: rumorId(id ?? {}), total: total ?? 0 };
}

function rumorRange({ origin, generation, first, count, hops }: RangeFields): RumorRange {
  return {
    origin: checkedName('rumor_range.origin', origin ?? ''),
    generation: generation ?? 0,
    first: first ?? 0,
    count: count ?? 0,
    hops: hops ?? 0,
  };
}

function idFields({ origin, generation, sequence }: RumorId): IdFields {
  return { origin, generation, sequence };
}

function rumorId({ origin, generation, sequence }: IdFields): RumorId {
  return {
    origin: checkedName('rumor_id.origin', origin ?? ''),
    generation: generation ?? 0,
    sequence: sequence ?? 0,
  };
}
