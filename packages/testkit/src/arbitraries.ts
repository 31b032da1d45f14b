/**
 * Arbitraries of what the protocols talk about, over small domains: few names, incarnations of 0 to 4, two bytes of
 * payload. Small domains make ties, and ties are where the bugs are.
 *
 * The shapes are written out here, because this package sits below the packages that it tests.
 */
import type { Endpoint, HlcStamp, NodeId } from '@hearsay/core';
import * as fc from 'fast-check';

/** The shape of a `Claim` of membership. */
export interface ClaimShape {
  readonly name: NodeId;
  readonly address: Endpoint;
  readonly generation: number;
  readonly incarnation: number;
  readonly status: 'alive' | 'suspect' | 'dead' | 'left';
  readonly zone: string;
  readonly tagsDigest: number;
  readonly accuser: NodeId;
  readonly grounds: GroundsShape | undefined;
  readonly endedAtSeconds: number;
}

/** The shape of the `Grounds` of a claim. */
export interface GroundsShape {
  readonly helperCount: number;
  readonly nackCount: number;
  readonly hasTriedStream: boolean;
  readonly localHealth: number;
}

/** The shape of a `Rumor`. */
export interface RumorShape {
  readonly id: { readonly origin: NodeId; readonly generation: number; readonly sequence: number };
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly priority: 'critical' | 'high' | 'normal' | 'bulk';
  readonly publishedAtMs?: number;
  readonly ttlMs?: number;
  readonly isCounted?: true;
  readonly key?: string;
}

/** The shape of a `StoreRecord`. */
export interface RecordShape {
  readonly key: string;
  readonly stamp: HlcStamp;
  readonly origin: NodeId;
  readonly kind: 'set' | 'delete';
  readonly value: Uint8Array;
  readonly expiresAtMs?: number | undefined;
}

/** All names that the small domains use. */
export const NAMES: readonly NodeId[] = ['a', 'b', 'c', 'd'];

/** One of four names. */
export function arbitraryName(): fc.Arbitrary<NodeId> {
  return fc.constantFrom(...NAMES);
}

/** One of three endpoints: fewer than names, so that addresses are fought over. */
export function arbitraryEndpoint(): fc.Arbitrary<Endpoint> {
  return fc.constantFrom('10.0.0.1:7946', '10.0.0.2:7946', '[fd00::1]:7946');
}

/** Up to two tags. */
export function arbitraryTags(): fc.Arbitrary<ReadonlyMap<string, string>> {
  return fc
    .uniqueArray(fc.tuple(fc.constantFrom('role', 'zone'), fc.constantFrom('', 'x', 'y')), {
      maxLength: 2,
      selector: ([key]) => key,
    })
    .map((entries) => new Map(entries));
}

/** A status, an accuser and a place in the order of news. */
export function arbitraryClaim(): fc.Arbitrary<ClaimShape> {
  return fc.record({
    name: arbitraryName(),
    address: arbitraryEndpoint(),
    generation: fc.nat(2),
    incarnation: fc.nat(4),
    status: fc.constantFrom('alive', 'suspect', 'dead', 'left'),
    zone: fc.constantFrom('', 'east'),
    tagsDigest: fc.nat(1),
    accuser: fc.constantFrom('', ...NAMES),
    grounds: fc.option(arbitraryGrounds(2), { nil: undefined }),
    endedAtSeconds: fc.nat(2),
  });
}

/** What an accuser tried: no more nacks than helpers. */
export function arbitraryGrounds(max: number): fc.Arbitrary<GroundsShape> {
  return fc
    .record({
      helperCount: fc.nat(max),
      nackCount: fc.nat(max),
      hasTriedStream: fc.boolean(),
      localHealth: fc.nat(max),
    })
    .map((grounds) => ({ ...grounds, nackCount: Math.min(grounds.nackCount, grounds.helperCount) }));
}

/** Two generations and four sequence numbers of each name. */
export function arbitraryRumor(): fc.Arbitrary<RumorShape> {
  return fc.record(
    {
      id: fc.record({ origin: arbitraryName(), generation: fc.nat(1), sequence: fc.nat(3) }),
      topic: fc.constantFrom('config', 'cache'),
      payload: fc.uint8Array({ maxLength: 2 }),
      priority: fc.constantFrom('critical', 'high', 'normal', 'bulk'),
      publishedAtMs: fc.integer({ min: 1, max: 3 }),
      ttlMs: fc.integer({ min: 1, max: 2 }),
      isCounted: fc.constant(true as const),
      key: fc.constantFrom('k', 'l'),
    },
    { requiredKeys: ['id', 'topic', 'payload', 'priority'] },
  );
}

/** Three milliseconds, two counters. */
export function arbitraryStamp(): fc.Arbitrary<HlcStamp> {
  return fc.record({ wallMs: fc.nat(2), counter: fc.nat(1) });
}

/** Three keys. A deletion has no value. */
export function arbitraryRecord(): fc.Arbitrary<RecordShape> {
  return fc
    .record({
      key: fc.constantFrom('x', 'y', 'z'),
      stamp: arbitraryStamp(),
      origin: arbitraryName(),
      kind: fc.constantFrom<RecordShape['kind'][]>('set', 'set', 'delete'),
      value: fc.uint8Array({ maxLength: 2 }),
      expiresAtMs: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
    })
    .map(({ expiresAtMs, ...record }) => {
      if (record.kind === 'delete') return { ...record, value: new Uint8Array(0) };
      return expiresAtMs === undefined ? record : { ...record, expiresAtMs };
    });
}
