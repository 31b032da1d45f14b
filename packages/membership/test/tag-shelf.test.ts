import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_TAGS, TAGS_BYTES_MAX, type Tags, tagsDigest } from '../src/index.ts';
import { TagShelf } from '../src/tag-shelf.ts';

const DB: Tags = new Map([['role', 'db']]);
const WEB: Tags = new Map([['role', 'web']]);

/** One key of one byte and a value, so that all is as large as asked. */
const tagsOfBytes = (sizeBytes: number): Tags => new Map([['k', 'v'.repeat(sizeBytes - 5)]]);

describe('TagShelf', () => {
  it('has no tags of who has none, and knows nothing to ask for', () => {
    const shelf = new TagShelf();
    shelf.expect('a', 0);
    expect(shelf.of('a')).toBe(NO_TAGS);
    expect(shelf.of('b')).toBe(NO_TAGS);
    expect(shelf.missingCount).toBe(0);
    expect(shelf.put('a', DB)).toBe(false);
    expect(shelf.put('a', NO_TAGS)).toBe(false);
  });

  it('misses tags that a claim speaks of until they come', () => {
    const shelf = new TagShelf();
    shelf.expect('a', tagsDigest(DB));
    expect(shelf.of('a')).toBeUndefined();
    expect([...shelf.missing()]).toEqual(['a']);
    expect(shelf.put('a', DB)).toBe(true);
    expect(shelf.of('a')).toBe(DB);
    expect(shelf.missingCount).toBe(0);
  });

  it('refuses other tags than those, nobody’s, and the same ones again', () => {
    const shelf = new TagShelf();
    shelf.expect('a', tagsDigest(DB));
    expect(shelf.put('a', WEB)).toBe(false);
    expect(shelf.put('a', NO_TAGS)).toBe(false);
    expect(shelf.put('b', DB)).toBe(false);
    expect(shelf.of('a')).toBeUndefined();
    expect(shelf.put('a', DB)).toBe(true);
    expect(shelf.put('a', new Map(DB))).toBe(false);
    expect(shelf.of('a')).toBe(DB);
  });

  it.each([
    [TAGS_BYTES_MAX, true],
    [TAGS_BYTES_MAX + 1, false],
  ])('takes tags of %i bytes: %s', (sizeBytes, expected) => {
    const shelf = new TagShelf();
    const tags = tagsOfBytes(sizeBytes);
    shelf.expect('a', tagsDigest(tags));
    expect(shelf.put('a', tags)).toBe(expected);
    expect(shelf.missingCount).toBe(expected ? 0 : 1);
  });

  it('keeps tags while claims speak of them, and drops them when claims speak of others', () => {
    const shelf = new TagShelf();
    shelf.expect('a', tagsDigest(DB));
    shelf.put('a', DB);
    shelf.expect('a', tagsDigest(DB));
    expect(shelf.of('a')).toBe(DB);
    shelf.expect('a', tagsDigest(WEB));
    expect(shelf.of('a')).toBeUndefined();
    expect(shelf.put('a', DB)).toBe(false);
    shelf.expect('a', tagsDigest(DB));
    expect(shelf.of('a')).toBeUndefined();
    shelf.expect('a', 0);
    expect(shelf.of('a')).toBe(NO_TAGS);
    expect(shelf.missingCount).toBe(0);
  });

  it('does not ask for tags of the gone, keeps those that it has, and takes those that still come', () => {
    const shelf = new TagShelf();
    for (const name of ['a', 'b']) shelf.expect(name, tagsDigest(DB));
    shelf.put('a', DB);
    for (const name of ['a', 'b']) shelf.excuse(name);
    expect(shelf.missingCount).toBe(0);
    expect([shelf.of('a'), shelf.of('b')]).toEqual([DB, NO_TAGS]);
    expect(shelf.put('b', WEB)).toBe(false);
    expect(shelf.put('b', DB)).toBe(true);
    expect(shelf.of('b')).toBe(DB);
  });

  it('asks again when the gone come back', () => {
    const shelf = new TagShelf();
    shelf.expect('a', tagsDigest(DB));
    shelf.excuse('a');
    shelf.expect('a', tagsDigest(DB));
    expect([...shelf.missing()]).toEqual(['a']);
    expect(shelf.of('a')).toBeUndefined();
  });

  it('forgets', () => {
    const shelf = new TagShelf();
    for (const name of ['a', 'b']) shelf.expect(name, tagsDigest(DB));
    shelf.put('a', DB);
    for (const name of ['a', 'b']) shelf.forget(name);
    expect(shelf.missingCount).toBe(0);
    expect(shelf.of('a')).toBe(NO_TAGS);
    expect(shelf.put('b', DB)).toBe(false);
  });

  it('names the longest missing first', () => {
    const shelf = new TagShelf();
    for (const name of ['a', 'b', 'c']) shelf.expect(name, tagsDigest(DB));
    shelf.expect('a', tagsDigest(WEB));
    expect([...shelf.missing()]).toEqual(['a', 'b', 'c']);
    shelf.excuse('a');
    shelf.expect('a', tagsDigest(WEB));
    expect([...shelf.missing()]).toEqual(['b', 'c', 'a']);
  });

  it('shows the tags that the last claim spoke of or none, whatever happens', () => {
    const tags = [NO_TAGS, DB, WEB];
    const turn = fc.record({ what: fc.constantFrom('expect', 'put', 'excuse', 'forget'), index: fc.nat(2) });
    fc.assert(
      fc.property(fc.array(turn, { maxLength: 30, size: 'max' }), (turns) => {
        const shelf = new TagShelf();
        let expected = NO_TAGS;
        let isGone = false;
        for (const { what, index } of turns) {
          const named = tags[index]!;
          const isWanted = expected === named && shelf.of('a') !== named;
          if (what === 'put') expect(shelf.put('a', named)).toBe(isWanted);
          else if (what === 'excuse') shelf.excuse('a');
          else if (what === 'forget') shelf.forget('a');
          else shelf.expect('a', tagsDigest(named));
          if (what === 'expect') expected = named;
          if (what === 'forget') expected = NO_TAGS;
          isGone = what === 'excuse' || (isGone && what === 'put');
          const shown = shelf.of('a');
          expect([expected, isGone ? NO_TAGS : undefined]).toContain(shown);
          expect([...shelf.missing()]).toEqual(shown === undefined ? ['a'] : []);
        }
      }),
    );
  });
});
