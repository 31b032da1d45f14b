import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareRecords, mergeRecords, type StoreRecord } from '../src/index.ts';
import { canonicalRecord } from '../src/record.ts';
import { anyRecord, hex, ofOneKey } from './arbitrary.ts';

/** Every record of one key over two values of each field: small enough to try all triples. */
const ALL: readonly StoreRecord[] = [1, 2].flatMap((wallMs) =>
  [0, 1].flatMap((counter) =>
    ['a', 'b'].flatMap((origin) =>
      [{ kind: 'delete' as const, bytes: [] }, ...[[], [0], [1]].map((bytes) => ({ kind: 'set' as const, bytes }))].map(
        ({ kind, bytes }) => ({ key: 'k', stamp: { wallMs, counter }, origin, kind, value: Uint8Array.from(bytes) }),
      ),
    ),
  ),
);

describe('the order of records', () => {
  it('is total: only the same records are equal, and every pair agrees both ways', () => {
    for (const a of ALL) {
      for (const b of ALL) {
        expect(Math.sign(compareRecords(a, b))).toBe(-Math.sign(compareRecords(b, a)) + 0);
        expect(compareRecords(a, b) === 0).toBe(a === b);
      }
    }
  });

  it('goes by time, then counter, then origin, then deletion, then value', () => {
    const base: StoreRecord = {
      key: 'k',
      stamp: { wallMs: 5, counter: 5 },
      origin: 'm',
      kind: 'set',
      value: Uint8Array.of(5),
    };
    const ascending: StoreRecord[] = [
      { ...base, stamp: { wallMs: 4, counter: 9 }, origin: 'z', kind: 'delete', value: new Uint8Array(0) },
      { ...base, stamp: { wallMs: 5, counter: 4 }, origin: 'z' },
      { ...base, origin: 'a', kind: 'delete', value: new Uint8Array(0) },
      { ...base, value: Uint8Array.of(4, 9) },
      base,
      { ...base, value: Uint8Array.of(5, 0) },
      { ...base, value: Uint8Array.of(255) },
      { ...base, kind: 'delete', value: new Uint8Array(0) },
      { ...base, origin: 'z' },
    ];
    expect(ascending.toReversed().toSorted(compareRecords)).toEqual(ascending);
  });
});

describe('mergeRecords is a join', () => {
  it('over every triple of a small domain: commutative, associative, idempotent', () => {
    for (const a of ALL) {
      expect(mergeRecords(a, a)).toBe(a);
      for (const b of ALL) {
        expect(mergeRecords(a, b)).toBe(mergeRecords(b, a));
        for (const c of ALL) {
          if (mergeRecords(a, mergeRecords(b, c)) !== mergeRecords(mergeRecords(a, b), c)) expect.fail('associative');
        }
      }
    }
  });

  it('over random records', () => {
    fc.assert(
      fc.property(ofOneKey, ofOneKey, ofOneKey, (a, b, c) => {
        expect(mergeRecords(a, b)).toEqual(mergeRecords(b, a));
        expect(mergeRecords(a, mergeRecords(b, c))).toEqual(mergeRecords(mergeRecords(a, b), c));
        expect(mergeRecords(a, a)).toEqual(a);
      }),
    );
  });
});

describe('canonical bytes', () => {
  it('are equal exactly when the records are', () => {
    fc.assert(
      fc.property(anyRecord, anyRecord, (a, b) => {
        const isSame = a.key === b.key && compareRecords(a, b) === 0;
        expect(hex(canonicalRecord(a)) === hex(canonicalRecord(b))).toBe(isSame);
      }),
    );
    const seen = new Set(ALL.map((record) => hex(canonicalRecord(record))));
    expect(seen.size).toBe(ALL.length);
  });

  it.each([0, 1, 63, 64, 65, 66, 1_000])('notice every changed byte of a value of %d bytes', (sizeBytes) => {
    const value = new Uint8Array(sizeBytes).fill(7);
    const record = { ...(ALL[1] as StoreRecord), value };
    const digests = new Set([hex(canonicalRecord(record))]);
    for (let index = 0; index < sizeBytes; index++) {
      const changed = value.slice();
      changed[index] = 8;
      digests.add(hex(canonicalRecord({ ...record, value: changed })));
    }
    digests.add(hex(canonicalRecord({ ...record, value: new Uint8Array(sizeBytes + 1).fill(7) })));
    expect(digests.size).toBe(sizeBytes + 2);
  });

  it('do not grow with a large value', () => {
    const value = new Uint8Array(262_144);
    expect(canonicalRecord({ ...(ALL[1] as StoreRecord), value }).length).toBeLessThan(100);
  });
});
