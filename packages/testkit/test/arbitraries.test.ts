import { endpointParts, HLC_COUNTER_MAX, HLC_WALL_MS_MAX, isName } from '@hearsay/core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  arbitraryClaim,
  arbitraryDamaged,
  arbitraryPacket,
  extremeClaim,
  extremePacket,
  extremeRecord,
  extremeText,
} from '../src/index.ts';

describe('the arbitraries', () => {
  it.each([
    ['small', arbitraryClaim()],
    ['extreme', extremeClaim()],
  ])('make only claims with legal names and endpoints: %s', (_domain, claims) => {
    fc.assert(
      fc.property(claims, (claim) => {
        expect(isName(claim.name)).toBe(true);
        expect(endpointParts(claim.address)).toBeDefined();
        expect(claim.accuser === '' || isName(claim.accuser)).toBe(true);
      }),
    );
  });

  it('make small claims that often tie', () => {
    const claims = fc.sample(arbitraryClaim(), { seed: 1, numRuns: 200 });
    const places = new Set(claims.map(({ name, generation, incarnation }) => `${name} ${generation} ${incarnation}`));
    expect(places.size).toBeLessThan(claims.length / 2);
  });

  it('keep the stamps of extreme records in range', () => {
    fc.assert(
      fc.property(extremeRecord(), ({ stamp }) => {
        expect(stamp.wallMs).toBeLessThanOrEqual(HLC_WALL_MS_MAX);
        expect(stamp.counter).toBeLessThanOrEqual(HLC_COUNTER_MAX);
      }),
    );
  });

  it('make no text that UTF-8 cannot hold', () => {
    fc.assert(
      fc.property(extremeText(), (text) => {
        expect(text).not.toMatch(/\p{Surrogate}/u);
      }),
    );
  });

  it.each([
    ['small', arbitraryPacket()],
    ['extreme', extremePacket()],
  ])('make packets of all protocols and kinds: %s', (_domain, packets) => {
    const messages = fc.sample(packets, { seed: 1, numRuns: 800 }).flatMap((packet) => packet.messages);
    const kinds = new Set(messages.map(({ protocol, message }) => `${protocol} ${message.type}`));
    expect(kinds.size).toBe(9 + 5 + 3 + 12 + 13 + 13 + 13 + 3 + 4);
  });

  it('damage bytes in most cases, and never the original', () => {
    const original = Uint8Array.from({ length: 20 }, (_, index) => index);
    const damaged = fc.sample(arbitraryDamaged(fc.constant(original)), { seed: 1, numRuns: 200 });
    const isChanged = (bytes: Uint8Array): boolean => bytes.join() !== original.join();
    expect(damaged.filter(isChanged).length).toBeGreaterThan(150);
    expect(original).toEqual(Uint8Array.from({ length: 20 }, (_, index) => index));
  });
});
