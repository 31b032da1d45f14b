/**
 * The same things at the ends of their ranges: legal, and as awkward as they come. Long names, DNS and IPv6 endpoints,
 * uint32 and 48-bit maxima, text of all planes, keys such as `__proto__`.
 */
import type { Endpoint, HlcStamp, NodeId } from '@hearsay/core';
import { HLC_COUNTER_MAX, HLC_WALL_MS_MAX, NAME_BYTES_MAX } from '@hearsay/core';
import * as fc from 'fast-check';
import { arbitraryGrounds, type ClaimShape, type RecordShape, type RumorShape } from './arbitraries.ts';

const UINT32_MAX = 0xffff_ffff;
const UINT8_MAX = 0xff;
const UINT32_EDGES = [0, 1, 127, 128, 16_383, 16_384, 0x7fff_ffff, 0x8000_0000, UINT32_MAX];
const NAME_CHARACTERS = [...'ABYZabyz059._-'];
const LONGEST_DNS_NAME = ['a'.repeat(63), 'b'.repeat(63), 'c'.repeat(63), 'd'.repeat(61)].join('.');

/** Any uint32; often one where an encoding gets longer or a sign changes. */
export function extremeUint32(): fc.Arbitrary<number> {
  return fc.oneof(fc.constantFrom(...UINT32_EDGES), fc.integer({ min: 0, max: UINT32_MAX }));
}

/** 1 to 128 of the characters that a name may have; often names that JavaScript's objects know. */
export function extremeName(): fc.Arbitrary<NodeId> {
  const text = fc.string({ unit: fc.constantFrom(...NAME_CHARACTERS), minLength: 1, maxLength: NAME_BYTES_MAX });
  return fc.oneof(text, fc.constantFrom('__proto__', 'constructor', '0', '-', 'z'.repeat(NAME_BYTES_MAX)));
}

/** IPv4, IPv6 in short and long form, DNS names of up to 253 characters. */
export function extremeEndpoint(): fc.Arbitrary<Endpoint> {
  return fc.constantFrom(
    'h:1',
    '0.0.0.0:0',
    '255.255.255.255:65535',
    '[::]:1',
    '[fe80:1111:2222:3333:4444:5555:6666:7777]:65535',
    'node-1.example.org:7946',
    `${LONGEST_DNS_NAME}:65535`,
  );
}

/** Text of all planes without half characters, also empty; often the traps of JavaScript's objects. */
export function extremeText(maxLength = 64): fc.Arbitrary<string> {
  return fc.oneof(
    fc.string({ unit: 'binary', maxLength }),
    fc.constantFrom('__proto__', 'toString', '1', '', '\u0000', '\ufeff', '😀'),
  );
}

/** A claim with any legal field. */
export function extremeClaim(): fc.Arbitrary<ClaimShape> {
  return fc.record({
    name: extremeName(),
    address: extremeEndpoint(),
    generation: extremeUint32(),
    incarnation: extremeUint32(),
    status: fc.constantFrom('alive', 'suspect', 'dead', 'left'),
    zone: fc.oneof(fc.constant(''), fc.constant('z'.repeat(32))),
    tagsDigest: extremeUint32(),
    accuser: fc.oneof(fc.constant(''), extremeName()),
    grounds: fc.option(arbitraryGrounds(UINT8_MAX), { nil: undefined }),
    endedAtSeconds: extremeUint32(),
  });
}

/** Up to twenty tags of any text. */
export function extremeTags(): fc.Arbitrary<ReadonlyMap<string, string>> {
  return fc
    .uniqueArray(fc.tuple(extremeText(16), extremeText(16)), { maxLength: 20, selector: ([key]) => key })
    .map((entries) => new Map(entries));
}

/** A rumor with any legal field and up to 2 KiB of payload. */
export function extremeRumor(): fc.Arbitrary<RumorShape> {
  return fc.record(
    {
      id: fc.record({ origin: extremeName(), generation: extremeUint32(), sequence: extremeUint32() }),
      topic: extremeText(),
      payload: fc.uint8Array({ maxLength: 2_048, size: 'large' }),
      priority: fc.constantFrom('critical', 'high', 'normal', 'bulk'),
      publishedAtMs: fc.oneof(
        fc.constantFrom(1, UINT32_MAX, HLC_WALL_MS_MAX),
        fc.integer({ min: 1, max: HLC_WALL_MS_MAX }),
      ),
      isCounted: fc.constant(true as const),
      ttlMs: fc.oneof(fc.constant(UINT32_MAX), fc.integer({ min: 1, max: UINT32_MAX })),
      key: extremeText().filter((text) => text !== ''),
    },
    { requiredKeys: ['id', 'topic', 'payload', 'priority'] },
  );
}

/** Any stamp, the last of the 48-bit range included. */
export function extremeStamp(): fc.Arbitrary<HlcStamp> {
  const wallMs = fc.oneof(
    fc.constantFrom(0, UINT32_MAX, UINT32_MAX + 1, HLC_WALL_MS_MAX),
    fc.integer({ min: 0, max: HLC_WALL_MS_MAX }),
  );
  return fc.record({ wallMs, counter: fc.oneof(fc.constantFrom(0, HLC_COUNTER_MAX), fc.nat(HLC_COUNTER_MAX)) });
}

/** A record with any legal field and up to 2 KiB of value. */
export function extremeRecord(): fc.Arbitrary<RecordShape> {
  const expiresAtMs = fc.oneof(fc.constantFrom(1, 0xffff_ffff, 2 ** 32), fc.integer({ min: 1, max: HLC_WALL_MS_MAX }));
  return fc
    .record({
      key: extremeText().map((text) => `k${text}`),
      stamp: extremeStamp(),
      origin: extremeName(),
      kind: fc.constantFrom<RecordShape['kind'][]>('set', 'delete'),
      value: fc.uint8Array({ maxLength: 2_048, size: 'large' }),
      expiresAtMs: fc.option(expiresAtMs, { nil: undefined }),
    })
    .map(({ expiresAtMs: ending, ...record }) => (ending === undefined ? record : { ...record, expiresAtMs: ending }));
}
