/** The messages of anti-entropy, over the records of any domain. */
import * as fc from 'fast-check';
import type { MessageDomain } from './arbitraries-messages.ts';

/** The shape of a `Bucket` of anti-entropy. */
export interface BucketShape {
  readonly level: number;
  readonly index: number;
  readonly fingerprints: readonly number[];
}

/** The shape of the `Envelope` of an `AntiEntropyMessage`. */
export interface EnvelopeShape {
  readonly session: number;
  readonly request?: number;
  readonly part?: number;
  readonly end?: 'complete' | 'cut';
  readonly pushed?: number;
  readonly isByStream?: boolean;
  readonly stamp?: Uint8Array;
}

/** The shape of an `AntiEntropyMessage`. */
export type AntiEntropyMessageShape<R> = EnvelopeShape & AntiEntropyBodyShape<R>;

/** The shape of an `AntiEntropyBody`. */
export type AntiEntropyBodyShape<R> =
  | {
      readonly type: 'probe';
      readonly depth: number;
      readonly count: number;
      readonly sum: Uint8Array;
      readonly estimate?: number;
    }
  | {
      readonly type: 'cells';
      readonly from: number;
      readonly total: number;
      readonly cells: readonly {
        readonly place: number;
        readonly element: number;
        readonly check: number;
        readonly count: number;
      }[];
    }
  | { readonly type: 'more'; readonly from: number; readonly count: number }
  | { readonly type: 'equal' }
  | {
      readonly type: 'digests';
      readonly level: number;
      readonly nodes: readonly { readonly index: number; readonly children: readonly number[] }[];
    }
  | {
      readonly type: 'sums';
      readonly level: number;
      readonly nodes: readonly {
        readonly index: number;
        readonly count: number;
        readonly sum: number;
        readonly weighted: number;
        readonly squared?: number;
      }[];
    }
  | {
      readonly type: 'fetch';
      readonly elements: readonly { readonly place: number; readonly element: number }[];
    }
  | { readonly type: 'items' | 'want'; readonly buckets: readonly BucketShape[] }
  | { readonly type: 'push'; readonly records: readonly R[] }
  | { readonly type: 'done'; readonly messageCount: number; readonly isComplete: boolean }
  | { readonly type: 'close'; readonly pushCount: number; readonly isComplete: boolean; readonly note: Uint8Array }
  | {
      readonly type: 'closed';
      readonly missing: readonly number[];
      readonly isComplete: boolean;
      readonly note: Uint8Array;
    };

const ARITY = 16;
const LEVEL_MAX = 8;
const SUM_BYTES = 16;
const STAMP_BYTES_MAX = 64;
const PLACE_MAX = 4_096;
const SUM_MAX = 4_294_967_290;
const PLACE = fc.integer({ min: 1, max: PLACE_MAX });

/** Any message of anti-entropy over the given records. */
export function arbitraryAntiEntropyMessage<R>(
  domain: MessageDomain,
  record: fc.Arbitrary<R>,
): fc.Arbitrary<AntiEntropyMessageShape<R>> {
  return fc
    .tuple(arbitraryEnvelope(domain.uint32), arbitraryBody(domain, record))
    .map(([{ pushed, ...envelope }, body]) => ({
      ...envelope,
      ...(pushed !== undefined && body.type === 'push' ? { pushed } : {}),
      ...body,
    }));
}

/** A request, a part of an answer, a push of the initiator, or a message without any place. */
function arbitraryEnvelope(session: fc.Arbitrary<number>): fc.Arbitrary<EnvelopeShape> {
  const request = fc.integer({ min: 1, max: 0xffff_ffff });
  const stamp = fc.uint8Array({ minLength: 1, maxLength: STAMP_BYTES_MAX });
  const end = fc.constantFrom('complete' as const, 'cut' as const);
  return fc.oneof(
    fc.record({ session }),
    fc.record({ session, request, stamp, isByStream: fc.constant(true) }, { requiredKeys: ['session', 'request'] }),
    fc.record({ session, request, part: PLACE, end, stamp }, { requiredKeys: ['session', 'request', 'part'] }),
    fc.record({ session, pushed: PLACE }),
  );
}

function arbitraryBody<R>(
  { uint32, itemCountMax }: MessageDomain,
  record: fc.Arbitrary<R>,
): fc.Arbitrary<AntiEntropyBodyShape<R>> {
  const sum = fc.uint8Array({ minLength: SUM_BYTES, maxLength: SUM_BYTES });
  const buckets = fc.array(arbitraryBucket(uint32), { maxLength: itemCountMax });
  const note = fc.uint8Array({ maxLength: 40 });
  const isComplete = fc.boolean();
  const pushCount = fc.nat(PLACE_MAX);
  return fc.oneof(
    fc.record({
      type: fc.constant('probe'),
      depth: fc.integer({ min: 1, max: LEVEL_MAX }),
      count: uint32,
      sum,
    }),
    fc.record({ type: fc.constant('equal') }),
    arbitraryDigests(uint32, itemCountMax),
    arbitraryCells(uint32, itemCountMax),
    fc.record({ type: fc.constant('more'), from: uint32, count: uint32 }),
    arbitrarySums(uint32, itemCountMax),
    arbitraryFetch(itemCountMax),
    fc.record({ type: fc.constantFrom('items', 'want'), buckets }),
    fc.record({ type: fc.constant('push'), records: fc.array(record, { maxLength: itemCountMax }) }),
    fc.record({ type: fc.constant('done'), messageCount: uint32, isComplete }),
    fc.record({ type: fc.constant('close'), pushCount, isComplete, note }),
    fc.record({ type: fc.constant('closed'), missing: fc.array(PLACE, { maxLength: 4 }), isComplete, note }),
  );
}

function arbitraryDigests(
  uint32: fc.Arbitrary<number>,
  nodeCountMax: number,
): fc.Arbitrary<AntiEntropyBodyShape<never>> {
  const children = fc.array(uint32, { minLength: ARITY, maxLength: ARITY });
  return fc.integer({ min: 1, max: LEVEL_MAX }).chain((level) =>
    fc.record({
      type: fc.constant('digests'),
      level: fc.constant(level),
      nodes: fc.array(fc.record({ index: arbitraryIndex(level - 1), children }), { maxLength: nodeCountMax }),
    }),
  );
}

function arbitraryCells(word: fc.Arbitrary<number>, cellCountMax: number): fc.Arbitrary<AntiEntropyBodyShape<never>> {
  // As far as a sketch can go with what the wire can say of a count.
  const small = fc.nat(100_000);
  const cell = fc.record({ place: word, element: word, check: word, count: small });
  const cells = fc.array(cell, { maxLength: cellCountMax });
  return fc.record({ type: fc.constant('cells'), from: small, total: small, cells });
}

/** Of the field of the sparse sums. */
const ELEMENT = fc.oneof(fc.constantFrom(0, 1, SUM_MAX), fc.nat(SUM_MAX));
const byIndex = (a: { readonly index: number }, b: { readonly index: number }): number => a.index - b.index;

function arbitrarySums(count: fc.Arbitrary<number>, nodeCountMax: number): fc.Arbitrary<AntiEntropyBodyShape<never>> {
  return fc.nat(LEVEL_MAX).chain((level) => {
    const node = fc.record({ index: arbitraryIndex(level), count, sum: ELEMENT, weighted: ELEMENT, squared: ELEMENT });
    const nodes = fc.array(node, { maxLength: nodeCountMax }).map((each) => each.toSorted(byIndex));
    return fc.record({ type: fc.constant('sums'), level: fc.constant(level), nodes });
  });
}

function arbitraryFetch(elementCountMax: number): fc.Arbitrary<AntiEntropyBodyShape<never>> {
  const each = fc.record({ place: ELEMENT, element: ELEMENT });
  const elements = fc
    .array(each, { maxLength: elementCountMax })
    .map((list) => list.toSorted((a, b) => a.place - b.place));
  return fc.record({ type: fc.constant('fetch'), elements });
}

function arbitraryBucket(uint32: fc.Arbitrary<number>): fc.Arbitrary<BucketShape> {
  const fingerprints = fc.array(uint32, { maxLength: 4 });
  return fc
    .nat(LEVEL_MAX)
    .chain((level) => fc.record({ level: fc.constant(level), index: arbitraryIndex(level), fingerprints }));
}

/** An index in a level of the tree; often the last. */
function arbitraryIndex(level: number): fc.Arbitrary<number> {
  const indexMax = ARITY ** level - 1;
  return fc.oneof(fc.constant(indexMax), fc.integer({ min: 0, max: indexMax }));
}
