/** The messages of all protocols, over the claims, rumors and records of any domain. */
import type { Endpoint, NodeId } from '@hearsay/core';
import * as fc from 'fast-check';
import type { ClaimShape, RecordShape, RumorShape } from './arbitraries.ts';

/** What messages are made of. */
export interface MessageDomain {
  readonly name: fc.Arbitrary<NodeId>;
  readonly endpoint: fc.Arbitrary<Endpoint>;
  readonly uint32: fc.Arbitrary<number>;
  readonly claim: fc.Arbitrary<ClaimShape>;
  readonly tags: fc.Arbitrary<ReadonlyMap<string, string>>;
  readonly rumor: fc.Arbitrary<RumorShape>;
  readonly record: fc.Arbitrary<RecordShape>;
  /** Claims, rumors, records, nodes or buckets in one message. */
  readonly itemCountMax: number;
}

/** The shape of a `SwimMessage`. */
export type SwimMessageShape =
  | { readonly type: 'ping'; readonly sequence: number; readonly target: NodeId; readonly path: 'packet' | 'stream' }
  | { readonly type: 'ack'; readonly sequence: number; readonly path: 'packet' | 'stream' }
  | { readonly type: 'nack'; readonly sequence: number }
  | { readonly type: 'ping-req'; readonly sequence: number; readonly target: NodeId; readonly address: Endpoint }
  | { readonly type: 'claims' | 'join-reply'; readonly claims: readonly ClaimShape[] }
  | { readonly type: 'join'; readonly claim: ClaimShape | undefined }
  | { readonly type: 'tags-request'; readonly names: readonly NodeId[] }
  | {
      readonly type: 'tags';
      readonly members: readonly { readonly name: NodeId; readonly tags: ReadonlyMap<string, string> }[];
    };

/** The shape of a `RumorMessage`. */
export interface RumorMessageShape {
  readonly type: 'push';
  readonly rumors: readonly RumorShape[];
}

/** The shape of a `Bucket` of anti-entropy. */
export interface BucketShape {
  readonly level: number;
  readonly index: number;
  readonly fingerprints: readonly number[];
}

/** The shape of an `AntiEntropyMessage`. */
export type AntiEntropyMessageShape<R> =
  | {
      readonly type: 'probe';
      readonly session: number;
      readonly depth: number;
      readonly count: number;
      readonly sum: Uint8Array;
    }
  | { readonly type: 'equal'; readonly session: number }
  | {
      readonly type: 'digests';
      readonly session: number;
      readonly level: number;
      readonly nodes: readonly { readonly index: number; readonly children: readonly number[] }[];
    }
  | { readonly type: 'items' | 'want'; readonly session: number; readonly buckets: readonly BucketShape[] }
  | { readonly type: 'push'; readonly session: number; readonly records: readonly R[] }
  | { readonly type: 'done'; readonly session: number; readonly messageCount: number; readonly isComplete: boolean };

const ARITY = 16;
const LEVEL_MAX = 8;
const SUM_BYTES = 16;

/** Any message of the failure detector. */
export function arbitrarySwimMessage(domain: MessageDomain): fc.Arbitrary<SwimMessageShape> {
  const { name, endpoint, uint32: sequence, claim } = domain;
  const claims = fc.array(claim, { maxLength: domain.itemCountMax });
  const members = fc.array(fc.record({ name, tags: domain.tags }), { maxLength: domain.itemCountMax });
  const path = fc.constantFrom<('packet' | 'stream')[]>('packet', 'stream');
  return fc.oneof(
    fc.record({ type: fc.constant('ping'), sequence, target: fc.oneof(name, endpoint), path }),
    fc.record({ type: fc.constant('ack'), sequence, path }),
    fc.record({ type: fc.constant('nack'), sequence }),
    fc.record({ type: fc.constant('ping-req'), sequence, target: name, address: endpoint }),
    fc.record({ type: fc.constantFrom('claims', 'join-reply'), claims }),
    fc.record({ type: fc.constant('join'), claim: fc.option(claim, { nil: undefined }) }),
    fc.record({ type: fc.constant('tags-request'), names: fc.array(name, { maxLength: domain.itemCountMax }) }),
    fc.record({ type: fc.constant('tags'), members }),
  );
}

/** Any message of rumor spreading. */
export function arbitraryRumorMessage(domain: MessageDomain): fc.Arbitrary<RumorMessageShape> {
  return fc.record({ type: fc.constant('push'), rumors: fc.array(domain.rumor, { maxLength: domain.itemCountMax }) });
}

/** Any message of anti-entropy over the given records. */
export function arbitraryAntiEntropyMessage<R>(
  domain: MessageDomain,
  record: fc.Arbitrary<R>,
): fc.Arbitrary<AntiEntropyMessageShape<R>> {
  const { uint32, uint32: session, itemCountMax } = domain;
  const sum = fc.uint8Array({ minLength: SUM_BYTES, maxLength: SUM_BYTES });
  const buckets = fc.array(arbitraryBucket(uint32), { maxLength: itemCountMax });
  return fc.oneof(
    fc.record({
      type: fc.constant('probe'),
      session,
      depth: fc.integer({ min: 1, max: LEVEL_MAX }),
      count: uint32,
      sum,
    }),
    fc.record({ type: fc.constant('equal'), session }),
    arbitraryDigests(uint32, itemCountMax),
    fc.record({ type: fc.constantFrom('items', 'want'), session, buckets }),
    fc.record({ type: fc.constant('push'), session, records: fc.array(record, { maxLength: itemCountMax }) }),
    fc.record({ type: fc.constant('done'), session, messageCount: uint32, isComplete: fc.boolean() }),
  );
}

function arbitraryDigests(
  uint32: fc.Arbitrary<number>,
  nodeCountMax: number,
): fc.Arbitrary<AntiEntropyMessageShape<never>> {
  const children = fc.array(uint32, { minLength: ARITY, maxLength: ARITY });
  return fc.integer({ min: 1, max: LEVEL_MAX }).chain((level) =>
    fc.record({
      type: fc.constant('digests'),
      session: uint32,
      level: fc.constant(level),
      nodes: fc.array(fc.record({ index: arbitraryIndex(level - 1), children }), { maxLength: nodeCountMax }),
    }),
  );
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
