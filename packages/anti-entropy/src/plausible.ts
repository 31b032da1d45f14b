/** Could an honest peer have sent this message? What could not is ignored before any of it is used. */
import {
  ANSWER_PART_COUNT_MAX,
  ARITY,
  LEVEL_MAX,
  MISSING_COUNT_MAX,
  NOTE_BYTES_MAX,
  STAMP_BYTES_MAX,
  SUM_BYTES,
  SUM_PRIME,
  UINT32_MAX,
} from './config.ts';
import type { AntiEntropyMessage, Bucket, NodeDigests, NodeSums, PlacedElement } from './messages.ts';
import type { Cell } from './sketch.ts';
import { nodeCountAt } from './tree-shape.ts';

/**
 * Checks types, ranges and lengths, also where the compiler believes them: the message may come from any decoder.
 * `entryCountMax` bounds nodes, records, and buckets with their fingerprints.
 */
export function isPlausible<R>(message: AntiEntropyMessage<R>, entryCountMax: number): boolean {
  if (typeof message !== 'object' || message === null || !isEnvelope(message)) return false;
  switch (message.type) {
    case 'probe':
      return (
        isLevel(message.depth, 1) &&
        isUint32(message.count) &&
        isSum(message.sum) &&
        (message.estimate === undefined || isUint32(message.estimate))
      );
    case 'equal':
      return true;
    case 'digests':
      return (
        isLevel(message.level, 1) && isList(message.nodes, entryCountMax) && areDigests(message.nodes, message.level)
      );
    case 'cells':
      return (
        isCount(message.from, UINT32_MAX) &&
        isUint32(message.total) &&
        isList(message.cells, entryCountMax) &&
        isEach(message.cells, isCell)
      );
    case 'more':
      return isUint32(message.from) && isUint32(message.count);
    case 'sums':
      return isLevel(message.level, 0) && isList(message.nodes, entryCountMax) && areSums(message.nodes, message.level);
    case 'fetch':
      return isList(message.elements, entryCountMax) && areElements(message.elements);
    case 'items':
    case 'want':
      return isList(message.buckets, entryCountMax) && areBuckets(message.buckets, entryCountMax);
    case 'push':
      return isList(message.records, entryCountMax);
    case 'done':
      return isUint32(message.messageCount) && typeof message.isComplete === 'boolean';
    case 'close':
      return (
        isCount(message.pushCount, ANSWER_PART_COUNT_MAX) &&
        typeof message.isComplete === 'boolean' &&
        isBytes(message.note, NOTE_BYTES_MAX)
      );
    case 'closed':
      return (
        isList(message.missing, MISSING_COUNT_MAX) &&
        isEach(message.missing, (pushed) => isPlace(pushed)) &&
        typeof message.isComplete === 'boolean' &&
        isBytes(message.note, NOTE_BYTES_MAX)
      );
    default:
      return false;
  }
}

/** An end is that of an answer; what is numbered as a push carries records and answers nothing. */
function isEnvelope<R>(message: AntiEntropyMessage<R>): boolean {
  const { type, session, request, part, end, pushed, isByStream, stamp } = message;
  if (!isUint32(session) || (request !== undefined && !isUint32(request))) return false;
  if (part !== undefined && !isPlace(part)) return false;
  if (end !== undefined && (part === undefined || (end !== 'complete' && end !== 'cut'))) return false;
  if (pushed !== undefined && (part !== undefined || type !== 'push' || !isPlace(pushed))) return false;
  if (isByStream !== undefined && typeof isByStream !== 'boolean') return false;
  return stamp === undefined || isBytes(stamp, STAMP_BYTES_MAX);
}

function isPlace(value: number): boolean {
  return isCount(value, ANSWER_PART_COUNT_MAX) && value > 0;
}

function isCount(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= max;
}

function isBytes(value: Uint8Array, bytesMax: number): boolean {
  return value instanceof Uint8Array && value.length <= bytesMax;
}

function areDigests(nodes: readonly NodeDigests[], level: number): boolean {
  const parentCount = nodeCountAt(level - 1);
  return isEach(
    nodes,
    (node) =>
      isIndex(node?.index, parentCount) &&
      isList(node.children, ARITY) &&
      node.children.length === ARITY &&
      isEach(node.children, isUint32),
  );
}

function areSums(nodes: readonly NodeSums[], level: number): boolean {
  const nodeCount = nodeCountAt(level);
  return isEach(
    nodes,
    (node) =>
      isIndex(node?.index, nodeCount) &&
      isUint32(node.count) &&
      isInField(node.sum) &&
      isInField(node.weighted) &&
      isInField(node.squared ?? 0),
  );
}

function areElements(elements: readonly PlacedElement[]): boolean {
  return isEach(elements, (each) => isInField(each?.place) && isInField(each.element));
}

function isCell(cell: Cell & { readonly count: number }): boolean {
  if (!isUint32(cell?.place) || !isUint32(cell.element) || !isUint32(cell.check)) return false;
  return Number.isInteger(cell.count) && isCount(Math.abs(cell.count), UINT32_MAX);
}

function isInField(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < SUM_PRIME;
}

function areBuckets(buckets: readonly Bucket[], entryCountMax: number): boolean {
  let entryCount = buckets.length;
  return isEach(buckets, (bucket) => {
    if (!isLevel(bucket?.level, 0) || !isIndex(bucket.index, nodeCountAt(bucket.level))) return false;
    if (!isList(bucket.fingerprints, entryCountMax)) return false;
    entryCount += bucket.fingerprints.length;
    return entryCount <= entryCountMax && isEach(bucket.fingerprints, isUint32);
  });
}

/** Unlike `every`, which skips holes, and a decoder that clones objects lets them through. */
function isEach<V>(values: readonly V[], isLegal: (value: V) => boolean): boolean {
  for (const value of values) {
    if (!isLegal(value)) return false;
  }
  return true;
}

function isList(value: readonly unknown[], countMax: number): boolean {
  return Array.isArray(value) && value.length <= countMax;
}

function isSum(value: Uint8Array): boolean {
  return value instanceof Uint8Array && value.length === SUM_BYTES;
}

function isLevel(value: number, min: number): boolean {
  return Number.isInteger(value) && value >= min && value <= LEVEL_MAX;
}

function isIndex(value: number, count: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < count;
}

function isUint32(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= UINT32_MAX;
}
