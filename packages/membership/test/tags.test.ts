import { describe, expect, it } from 'vitest';
import {
  MemberTable,
  membershipConfig,
  NO_TAGS,
  TAGS_BYTES_MAX,
  tagsBytes,
  tagsDigest,
  tagsProblem,
} from '../src/index.ts';
import { claim } from './claims.ts';

const ROLE = new Map([['role', 'web']]);
const digest = tagsDigest(ROLE);

function tableWith(...claims: readonly Parameters<typeof claim>[0][]): MemberTable {
  const table = new MemberTable(membershipConfig(), { name: 'self', zone: '' });
  for (const given of claims) table.merge(claim(given), 1_000, 0);
  return table;
}

describe('the digest of tags', () => {
  it('is 0 exactly for none, and does not depend on the order', () => {
    const [a, b] = [['x', '1'] as const, ['y', '2'] as const];
    expect(tagsDigest(NO_TAGS)).toBe(0);
    expect(tagsDigest(new Map([a, b]))).toBe(tagsDigest(new Map([b, a])));
    const others = [new Map([a]), new Map([b]), new Map([['x', '12']]), new Map([['x1', '']]), new Map([['', 'x1']])];
    expect(new Set(others.map(tagsDigest)).size).toBe(others.length);
  });

  it('counts bytes of UTF-8 and four for each pair', () => {
    expect(tagsBytes(new Map([['ü', '€']]))).toBe(2 + 3 + 4);
    expect(tagsProblem(new Map([['k', '\ud800']]))).toMatch(/well-formed/);
    expect(tagsProblem(new Map([['', 'v']]))).toMatch(/names/);
    expect(tagsProblem(ROLE)).toBeUndefined();
  });
});

describe('the shelf of tags', () => {
  it('misses what a claim speaks of until exactly that comes', () => {
    const { tags } = tableWith({ tagsDigest: digest });
    expect([tags.of('m'), tags.missingCount, [...tags.missing()]]).toEqual([undefined, 1, ['m']]);
    expect(tags.put('m', new Map([['role', 'db']]))).toBe(false);
    expect(tags.put('other', ROLE)).toBe(false);
    expect(tags.put('m', ROLE)).toBe(true);
    expect([tags.of('m'), tags.missingCount]).toEqual([ROLE, 0]);
    expect(tags.put('m', ROLE)).toBe(false);
  });

  it('refuses what is too large, whatever its digest', () => {
    const large = new Map([['k', 'v'.repeat(TAGS_BYTES_MAX)]]);
    const { tags } = tableWith({ tagsDigest: tagsDigest(large) });
    expect(tags.put('m', large)).toBe(false);
  });

  it('misses them again when they change, and not when only the incarnation does', () => {
    const table = tableWith({ tagsDigest: digest });
    table.tags.put('m', ROLE);
    table.merge(claim({ incarnation: 1, tagsDigest: digest }), 1_000, 0);
    expect(table.tags.of('m')).toBe(ROLE);
    table.merge(claim({ incarnation: 2, tagsDigest: 5 }), 1_000, 0);
    expect(table.tags.of('m')).toBeUndefined();
    table.merge(claim({ incarnation: 3 }), 1_000, 0);
    expect([table.tags.of('m'), table.tags.missingCount]).toEqual([NO_TAGS, 0]);
  });

  it('asks for no tags of who is gone, and for them again when it is back', () => {
    const table = tableWith({ tagsDigest: digest });
    table.merge(claim({ tagsDigest: digest, status: 'dead', endedAtSeconds: 1 }), 1_000, 0);
    expect(table.tags.missingCount).toBe(0);
    table.merge(claim({ tagsDigest: digest, incarnation: 1 }), 1_000, 0);
    expect([...table.tags.missing()]).toEqual(['m']);
  });
});
