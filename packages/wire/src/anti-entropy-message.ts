/** Messages of anti-entropy, over any kind of record, to and from the fields of the schema. */
import type { AntiEntropyMessage, Bucket, NodeDigests } from '@hearsay/anti-entropy';
import type { hearsay } from '#proto';
import { checkedIn, refuse } from './checks.ts';

type Fields = hearsay.wire.v1.AntiEntropy.$Properties;
type ProbeFields = hearsay.wire.v1.Probe.$Properties;
type DigestsFields = hearsay.wire.v1.Digests.$Properties;
type BucketsFields = hearsay.wire.v1.Buckets.$Properties;

const ARITY = 16;
const LEVEL_MAX = 8;
const SUM_BYTES = 16;

export function antiEntropyFields<R>(message: AntiEntropyMessage<R>, bytesOf: (record: R) => Uint8Array): Fields {
  const { session } = message;
  switch (message.type) {
    case 'probe':
      return { session, probe: { depth: message.depth, count: message.count, sum: message.sum } };
    case 'equal':
      return { session, equal: {} };
    case 'digests':
      return { session, digests: digestsFields(message.level, message.nodes) };
    case 'items':
      return { session, items: bucketsFields(message.buckets) };
    case 'push':
      return { session, push: { records: message.records.map(bytesOf) } };
    case 'want':
      return { session, want: bucketsFields(message.buckets) };
    case 'done':
      return { session, done: { messageCount: message.messageCount, isComplete: message.isComplete } };
  }
}

/** `undefined` when the message is of a kind that this version does not know. */
export function antiEntropyMessage<R>(
  fields: Fields,
  recordOf: (bytes: Uint8Array) => R,
): AntiEntropyMessage<R> | undefined {
  const session = fields.session ?? 0;
  switch (fields.body) {
    case 'probe':
      return probeOf(session, fields.probe ?? {});
    case 'equal':
      return { type: 'equal', session };
    case 'digests':
      return digestsOf(session, fields.digests ?? {});
    case 'items':
      return { type: 'items', session, buckets: bucketsOf(fields.items ?? {}) };
    case 'push':
      return { type: 'push', session, records: (fields.push?.records ?? []).map(recordOf) };
    case 'want':
      return { type: 'want', session, buckets: bucketsOf(fields.want ?? {}) };
    case 'done': {
      const { messageCount, isComplete } = fields.done ?? {};
      return { type: 'done', session, messageCount: messageCount ?? 0, isComplete: isComplete ?? false };
    }
    default:
      return undefined;
  }
}

function probeOf(session: number, { depth, count, sum }: ProbeFields): AntiEntropyMessage<never> {
  if (sum?.length !== SUM_BYTES) refuse('probe.sum', `has not ${SUM_BYTES} bytes`);
  return {
    type: 'probe',
    session,
    depth: checkedIn('probe.depth', depth ?? 0, 1, LEVEL_MAX),
    count: count ?? 0,
    sum: new Uint8Array(sum),
  };
}

function digestsFields(level: number, nodes: readonly NodeDigests[]): DigestsFields {
  return { level, indexes: nodes.map(({ index }) => index), children: nodes.flatMap(({ children }) => children) };
}

function digestsOf(session: number, fields: DigestsFields): AntiEntropyMessage<never> {
  const level = checkedIn('digests.level', fields.level ?? 0, 1, LEVEL_MAX);
  const indexes = fields.indexes ?? [];
  const children = fields.children ?? [];
  if (children.length !== indexes.length * ARITY) refuse('digests.children', `are not ${ARITY} per node`);
  const indexMax = ARITY ** (level - 1) - 1;
  const nodes = indexes.map((index, place) => ({
    index: checkedIn('digests.indexes', index, 0, indexMax),
    children: children.slice(place * ARITY, (place + 1) * ARITY),
  }));
  return { type: 'digests', session, level, nodes };
}

function bucketsFields(buckets: readonly Bucket[]): BucketsFields {
  return {
    buckets: buckets.map(({ level, index, fingerprints }) => ({ level, index, fingerprints: [...fingerprints] })),
  };
}

function bucketsOf(fields: BucketsFields): Bucket[] {
  return (fields.buckets ?? []).map((bucket) => {
    const level = checkedIn('bucket.level', bucket.level ?? 0, 0, LEVEL_MAX);
    const index = checkedIn('bucket.index', bucket.index ?? 0, 0, ARITY ** level - 1);
    return { level, index, fingerprints: bucket.fingerprints ?? [] };
  });
}
