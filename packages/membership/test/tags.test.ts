import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_TAGS, type Tags, tagsBytes, tagsDigest, tagsProblem } from '../src/index.ts';

const tagsOf = (...entries: readonly (readonly [key: string, value: string])[]): Tags => new Map(entries);
/** Few characters, and those that text formats give a meaning to. */
const text = fc.string({ unit: fc.constantFrom('a', 'b', '"', ',', '[', '\\', 'é', '😀'), maxLength: 3 });
const entries = fc.uniqueArray(fc.tuple(text, text), { maxLength: 4, selector: ([key]) => key });

describe('tagsDigest', () => {
  it('does not depend on the order in which tags were set', () => {
    const twice = entries.chain((some) =>
      fc.tuple(fc.constant(some), fc.shuffledSubarray(some, { minLength: some.length })),
    );
    fc.assert(
      fc.property(twice, ([some, shuffled]) => {
        expect(tagsDigest(new Map(shuffled))).toBe(tagsDigest(new Map(some)));
      }),
    );
  });

  it('tells different tags apart: names from values, one pair from two, and half characters', () => {
    const different: readonly Tags[] = [
      tagsOf(['a', 'b']),
      tagsOf(['b', 'a']),
      tagsOf(['ab', '']),
      tagsOf(['', 'ab']),
      tagsOf(['a', 'b'], ['c', 'd']),
      tagsOf(['a', 'b","c'], ['d', '']),
      tagsOf(['a', 'd'], ['c', 'b']),
      tagsOf(['a', '\ud83d']),
      tagsOf(['a', '\ude00']),
      tagsOf(['a', '\ufffd']),
      tagsOf(['', '']),
    ];
    expect(new Set(different.map(tagsDigest)).size).toBe(different.length);
  });

  it('is a uint32, and 0 exactly for no tags', () => {
    expect(tagsDigest(NO_TAGS)).toBe(0);
    fc.assert(
      fc.property(entries, (some) => {
        const digest = tagsDigest(new Map(some));
        expect(Number.isInteger(digest) && digest >= 0 && digest < 2 ** 32).toBe(true);
        expect(digest === 0).toBe(some.length === 0);
      }),
    );
  });

  it('never changes: nodes of all versions compare it', () => {
    expect(tagsDigest(tagsOf(['role', 'db'], ['version', '2']))).toBe(3_335_795_241);
  });
});

describe('tagsBytes', () => {
  it.each([
    [tagsOf(), 0],
    [tagsOf(['', '']), 4],
    [tagsOf(['role', 'db']), 10],
    [tagsOf(['role', 'db'], ['é', '😀']), 20],
  ])('of %j is %i', (tags, expected) => expect(tagsBytes(tags)).toBe(expected));
});

describe('tagsProblem', () => {
  it.each<[Tags]>([[NO_TAGS], [tagsOf(['role', ''])], [tagsOf(['__proto__', '😀'])], [tagsOf(['a', '\ufffd'])]])(
    'has nothing to say about %j',
    (tags) => expect(tagsProblem(tags)).toBeUndefined(),
  );

  it.each<[Tags]>([
    [tagsOf(['', 'x'])],
    [tagsOf(['a', 'b'], ['', ''])],
    [tagsOf(['a', '\ud83d'])],
    [tagsOf(['\ude00', 'b'])],
    // Two halves in two texts are no character.
    [tagsOf(['a\ud83d', '\ude00b'])],
  ])('refuses a tag without a name, and what has no UTF-8: %j', (tags) => {
    expect(tagsProblem(tags)).toMatch(/must have names/);
  });
});
