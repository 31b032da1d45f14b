/** Messages of anti-entropy, over any kind of record, to and from the fields of the schema. */
import type {
  AnswerEnd,
  AntiEntropyBody,
  AntiEntropyMessage,
  Bucket,
  Envelope,
  NodeDigests,
} from '@hearsay/anti-entropy';
import type { hearsay } from '#proto';
import { cellsFields, cellsOf } from './anti-entropy-cells.ts';
import { elementsFields, fetchOf, sumsFields, sumsOf } from './anti-entropy-sums.ts';
import { checkedIn, refuse } from './checks.ts';

type Fields = hearsay.wire.v1.AntiEntropy.$Properties;
type ProbeFields = hearsay.wire.v1.Probe.$Properties;
type DigestsFields = hearsay.wire.v1.Digests.$Properties;
type BucketsFields = hearsay.wire.v1.Buckets.$Properties;
type CloseFields = hearsay.wire.v1.Close.$Properties;
type ClosedFields = hearsay.wire.v1.Closed.$Properties;

const ARITY = 16;
const LEVEL_MAX = 8;
const SUM_BYTES = 16;
const STAMP_BYTES_MAX = 64;
const NOTE_BYTES_MAX = 32_768;
const MISSING_COUNT_MAX = 64;
const PLACE_MAX = 4_096;
/** `place` on the wire: four times the place in the answer, and how the answer ends. */
const ENDS_PER_PLACE = 4;
const END_CODES: { readonly [End in AnswerEnd]: number } = { complete: 1, cut: 2 };

export function antiEntropyFields<R>(message: AntiEntropyMessage<R>, bytesOf: (record: R) => Uint8Array): Fields {
  const { session, request, part, end, pushed, isByStream, stamp } = message;
  const fields = { session, ...bodyFields(message, bytesOf) };
  if (request !== undefined) fields.request = request;
  if (part !== undefined) fields.place = ENDS_PER_PLACE * part + (end === undefined ? 0 : END_CODES[end]);
  if (pushed !== undefined) fields.pushed = pushed;
  if (isByStream !== undefined) fields.isByStream = isByStream;
  if (stamp !== undefined) fields.stamp = stamp;
  return fields;
}

function bodyFields<R>(message: AntiEntropyBody<R>, bytesOf: (record: R) => Uint8Array): Fields {
  switch (message.type) {
    case 'probe':
      return { probe: probeFields(message) };
    case 'equal':
      return { equal: {} };
    case 'digests':
      return { digests: digestsFields(message.level, message.nodes) };
    case 'sums':
      return { sums: sumsFields(message.level, message.nodes) };
    case 'fetch':
      return { fetch: elementsFields(message.elements) };
    case 'cells':
      return { cells: cellsFields(message) };
    case 'more':
      return { more: { from: message.from, count: message.count } };
    case 'items':
      return { items: bucketsFields(message.buckets) };
    case 'push':
      return { push: { records: message.records.map(bytesOf) } };
    case 'want':
      return { want: bucketsFields(message.buckets) };
    case 'done':
      return { done: { messageCount: message.messageCount, isComplete: message.isComplete } };
    case 'close':
      return { close: { pushCount: message.pushCount, isComplete: message.isComplete, note: message.note } };
    case 'closed':
      return { closed: { missing: [...message.missing], isComplete: message.isComplete, note: message.note } };
  }
}

/** `undefined` when the message is of a kind that this version does not know. */
export function antiEntropyMessage<R>(
  fields: Fields,
  recordOf: (bytes: Uint8Array) => R,
): AntiEntropyMessage<R> | undefined {
  const body = bodyOf(fields, recordOf);
  return body && { ...body, ...envelopeOf(fields) };
}

function bodyOf<R>(fields: Fields, recordOf: (bytes: Uint8Array) => R): AntiEntropyBody<R> | undefined {
  switch (fields.body) {
    case 'probe':
      return probeOf(fields.probe ?? {});
    case 'equal':
      return { type: 'equal' };
    case 'digests':
      return digestsOf(fields.digests ?? {});
    case 'sums':
      return sumsOf(fields.sums ?? {});
    case 'fetch':
      return fetchOf(fields.fetch ?? {});
    case 'cells':
      return cellsOf(fields.cells ?? {});
    case 'more':
      return { type: 'more', from: fields.more?.from ?? 0, count: fields.more?.count ?? 0 };
    case 'items':
      return { type: 'items', buckets: bucketsOf(fields.items ?? {}) };
    case 'push':
      return { type: 'push', records: (fields.push?.records ?? []).map(recordOf) };
    case 'want':
      return { type: 'want', buckets: bucketsOf(fields.want ?? {}) };
    case 'done': {
      const { messageCount, isComplete } = fields.done ?? {};
      return { type: 'done', messageCount: messageCount ?? 0, isComplete: isComplete ?? false };
    }
    case 'close':
      return closeOf(fields.close ?? {});
    case 'closed':
      return closedOf(fields.closed ?? {});
    default:
      return undefined;
  }
}

/** What is absent on the wire stays absent: a message is what its sender made. */
function envelopeOf({ session, request, place, pushed, isByStream, stamp }: Fields): Envelope {
  return {
    session: session ?? 0,
    ...(request ? { request } : {}),
    ...(place ? placeOf(place) : {}),
    ...(pushed ? { pushed: checkedIn('anti_entropy.pushed', pushed, 1, PLACE_MAX) } : {}),
    ...(isByStream ? { isByStream } : {}),
    ...(stamp?.length ? { stamp: copyOf('anti_entropy.stamp', stamp, STAMP_BYTES_MAX) } : {}),
  };
}

function placeOf(place: number): Pick<Envelope, 'part' | 'end'> {
  const part = checkedIn('anti_entropy.place', Math.floor(place / ENDS_PER_PLACE), 1, PLACE_MAX);
  const code = place % ENDS_PER_PLACE;
  if (code === 0) return { part };
  if (code === END_CODES.complete) return { part, end: 'complete' };
  return code === END_CODES.cut ? { part, end: 'cut' } : refuse('anti_entropy.place', 'has two ends');
}

function copyOf(field: string, bytes: Uint8Array, bytesMax: number): Uint8Array {
  return bytes.length <= bytesMax ? new Uint8Array(bytes) : refuse(field, `has more than ${bytesMax} bytes`);
}

function closeOf({ pushCount, isComplete, note }: CloseFields): AntiEntropyBody<never> {
  return {
    type: 'close',
    pushCount: checkedIn('close.push_count', pushCount ?? 0, 0, PLACE_MAX),
    isComplete: isComplete ?? false,
    note: copyOf('close.note', note ?? new Uint8Array(0), NOTE_BYTES_MAX),
  };
}

function closedOf({ missing, isComplete, note }: ClosedFields): AntiEntropyBody<never> {
  const numbers = missing ?? [];
  if (numbers.length > MISSING_COUNT_MAX) refuse('closed.missing', `are more than ${MISSING_COUNT_MAX}`);
  return {
    type: 'closed',
    missing: numbers.map((number) => checkedIn('closed.missing', number, 1, PLACE_MAX)),
    isComplete: isComplete ?? false,
    note: copyOf('closed.note', note ?? new Uint8Array(0), NOTE_BYTES_MAX),
  };
}

function probeFields({ depth, count, sum, estimate }: Extract<AntiEntropyBody<never>, { type: 'probe' }>): ProbeFields {
  return { depth, count, sum, estimate: estimate ?? null };
}

function probeOf({ depth, count, sum, estimate }: ProbeFields): AntiEntropyBody<never> {
  if (sum?.length !== SUM_BYTES) refuse('probe.sum', `has not ${SUM_BYTES} bytes`);
  return {
    type: 'probe',
    depth: checkedIn('probe.depth', depth ?? 0, 1, LEVEL_MAX),
    count: count ?? 0,
    sum: new Uint8Array(sum),
    ...(estimate ? { estimate } : {}),
  };
}

function digestsFields(level: number, nodes: readonly NodeDigests[]): DigestsFields {
  return { level, indexes: nodes.map(({ index }) => index), children: nodes.flatMap(({ children }) => children) };
}

function digestsOf(fields: DigestsFields): AntiEntropyBody<never> {
  const level = checkedIn('digests.level', fields.level ?? 0, 1, LEVEL_MAX);
  const indexes = fields.indexes ?? [];
  const children = fields.children ?? [];
  if (children.length !== indexes.length * ARITY) refuse('digests.children', `are not ${ARITY} per node`);
  const indexMax = ARITY ** (level - 1) - 1;
  const nodes = indexes.map((index, place) => ({
    index: checkedIn('digests.indexes', index, 0, indexMax),
    children: children.slice(place * ARITY, (place + 1) * ARITY),
  }));
  return { type: 'digests', level, nodes };
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
