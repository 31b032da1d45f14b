/** Messages of detection by quorum, to and from the fields of the schema. */
import type { Via } from '@hearsay/core';
import type { GossipEntry, Opinion, QuorumMessage } from '@hearsay/heartbeat';
import type { hearsay } from '#proto';
import { checkedCase, checkedName } from './checks.ts';

type MessageFields = hearsay.wire.v1.Message.$Properties;
type PingFields = hearsay.wire.v1.NodePing.$Properties;
type OpinionFields = hearsay.wire.v1.NodeOpinion.$Properties;

const NUMBER_OF_OPINION: Readonly<Record<Opinion, number>> = Object.freeze({ ok: 0, pfail: 1, fail: 2 });
const OPINION_OF_NUMBER: ReadonlyMap<number, Opinion> = new Map([
  [0, 'ok'],
  [1, 'pfail'],
  [2, 'fail'],
]);

export function quorumFields(message: QuorumMessage): MessageFields {
  switch (message.type) {
    case 'ping':
      return { nodePing: pingFields(message) };
    case 'pong':
      return { nodePong: pingFields(message) };
    case 'fail':
      return { nodeFail: { name: message.name, generation: message.generation } };
  }
}

/** `undefined` when the message is not one of this protocol. */
export function quorumMessage(fields: MessageFields): QuorumMessage | undefined {
  switch (fields.body) {
    case 'nodePing':
      return { type: 'ping', ...exchange(fields.nodePing ?? {}) };
    case 'nodePong':
      return { type: 'pong', ...exchange(fields.nodePong ?? {}) };
    case 'nodeFail': {
      const { name, generation } = fields.nodeFail ?? {};
      return { type: 'fail', name: checkedName('node_fail.name', name ?? ''), generation: generation ?? 0 };
    }
    default:
      return undefined;
  }
}

type Exchange = Extract<QuorumMessage, { readonly type: 'ping' | 'pong' }>;

/** False, good opinions and fresh pongs are what a reader assumes, so they are not written. */
function pingFields({ sequence, path, entries }: Exchange): PingFields {
  return { sequence, byStream: path === 'stream' ? true : null, entries: entries.map(opinionFields) };
}

function opinionFields({ name, generation, opinion, pongAgeMs }: GossipEntry): OpinionFields {
  return {
    name,
    generation,
    opinion: opinion === 'ok' ? null : NUMBER_OF_OPINION[opinion],
    pongAgeMs: pongAgeMs === 0 ? null : pongAgeMs,
  };
}

function exchange({ sequence, byStream, entries }: PingFields): Omit<Exchange, 'type'> {
  const path: Via = byStream === true ? 'stream' : 'packet';
  return { sequence: sequence ?? 0, path, entries: (entries ?? []).map(gossipEntry) };
}

function gossipEntry({ name, generation, opinion, pongAgeMs }: OpinionFields): GossipEntry {
  return {
    name: checkedName('node_opinion.name', name ?? ''),
    generation: generation ?? 0,
    opinion: checkedCase('node_opinion.opinion', opinion ?? 0, OPINION_OF_NUMBER),
    pongAgeMs: pongAgeMs ?? 0,
  };
}
