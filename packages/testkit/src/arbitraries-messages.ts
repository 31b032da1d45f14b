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
export type RumorMessageShape =
  | { readonly type: 'push'; readonly rumors: readonly RumorShape[] }
  | { readonly type: 'offer' | 'fetch'; readonly ids: readonly RumorShape['id'][] }
  | {
      readonly type: 'offer';
      readonly ids: readonly RumorShape['id'][];
      readonly digests: readonly Uint8Array[];
    }
  | {
      readonly type: 'exchange';
      readonly token: number;
      readonly answerTo: number;
      readonly isPull: boolean;
      readonly rumors: readonly RumorShape[];
      readonly standings: Uint8Array;
      readonly verdicts: Uint8Array;
    }
  | { readonly type: 'eager'; readonly rumors: readonly RumorShape[]; readonly hops: readonly number[] }
  | { readonly type: 'announce' | 'graft'; readonly ranges: readonly RumorRangeShape[] }
  | { readonly type: 'prune'; readonly origins: readonly string[] }
  | { readonly type: 'tally' | 'tallied'; readonly id: RumorShape['id']; readonly total: number }
  | { readonly type: 'query'; readonly token: number; readonly id: RumorShape['id'] }
  | { readonly type: 'seen'; readonly token: number; readonly isSeen: boolean };

/** The shape of a `RumorRange`. */
export interface RumorRangeShape {
  readonly origin: NodeId;
  readonly generation: number;
  readonly first: number;
  readonly count: number;
  readonly hops: number;
}

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

const DIGEST_BYTES = 16;

/** Any message of rumor spreading. */
export function arbitraryRumorMessage(domain: MessageDomain): fc.Arbitrary<RumorMessageShape> {
  const id = domain.rumor.map((rumor) => rumor.id);
  const { name: origin, uint32, itemCountMax: maxLength } = domain;
  const range = fc.record({ origin, generation: uint32, first: uint32, count: uint32, hops: uint32 });
  return fc.oneof(
    fc.record({ type: fc.constant('push'), rumors: fc.array(domain.rumor, { maxLength: domain.itemCountMax }) }),
    fc.record({ type: fc.constantFrom('offer', 'fetch'), ids: fc.array(id, { maxLength: domain.itemCountMax }) }),
    fc.record({
      type: fc.constant('offer'),
      ids: fc.array(id, { maxLength }),
      digests: fc.array(fc.uint8Array({ maxLength: DIGEST_BYTES }), { minLength: 1, maxLength }),
    }),
    fc.record({
      type: fc.constant('exchange'),
      token: uint32,
      answerTo: uint32,
      isPull: fc.boolean(),
      rumors: fc.array(domain.rumor, { maxLength }),
      standings: fc.uint8Array({ maxLength }),
      verdicts: fc.uint8Array({ maxLength }),
    }),
    fc.record({
      type: fc.constant('eager'),
      rumors: fc.array(domain.rumor, { maxLength }),
      hops: fc.array(uint32, { maxLength }),
    }),
    fc.record({ type: fc.constantFrom('announce', 'graft'), ranges: fc.array(range, { maxLength }) }),
    fc.record({ type: fc.constant('prune'), origins: fc.array(origin, { maxLength }) }),
    fc.record({ type: fc.constantFrom('tally', 'tallied'), id, total: uint32 }),
    fc.record({ type: fc.constant('query'), token: domain.uint32, id }),
    fc.record({ type: fc.constant('seen'), token: domain.uint32, isSeen: fc.boolean() }),
  );
}
