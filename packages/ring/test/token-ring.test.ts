import { describe, expect, it } from 'vitest';
import { movedRanges, type RingMember, TokenRing } from '../src/index.ts';

const member = (name: string, tokens: readonly number[], zone = '', generation = 1): RingMember => ({
  name,
  zone,
  generation,
  tokens: tokens.map(BigInt),
});
const owners = (ring: TokenRing, token: number, count: number): string =>
  ring.ownersOfToken(BigInt(token), count).join('');

describe('the token ring', () => {
  const ring = new TokenRing([member('c', [30]), member('a', [10, 40]), member('b', [20])]);

  it.each([
    [5, 'ab'],
    [10, 'ab'],
    [11, 'bc'],
    [20, 'bc'],
    [30, 'ca'],
    [31, 'ab'],
    [41, 'ab'],
  ])('gives the key of token %i to the next member, and replicas to those after it', (token, expected) =>
    expect(owners(ring, token, 2)).toBe(expected),
  );

  it('knows no more owners than members, and none for none', () => {
    expect(owners(ring, 15, 9)).toBe('bca');
    expect(owners(ring, 15, 0)).toBe('');
    expect(new TokenRing([]).ownersOf('key', 3)).toEqual([]);
    expect(new TokenRing([member('idle', [])]).ownersOf('key', 3)).toEqual([]);
  });

  it('has every range once, around the end', () => {
    const ranges = [...ring.ranges(1)].map(({ range, owners: [owner] }) => `(${range.start},${range.end}]${owner}`);
    expect(ranges).toEqual(['(40,10]a', '(10,20]b', '(20,30]c', '(30,40]a']);
  });

  it('gives a token that two claim to the newer life, and of equals to the smaller name', () => {
    const contested = new TokenRing([member('a', [10], '', 1), member('b', [10, 20], '', 2), member('c', [20], '', 2)]);
    expect([...contested.entries()].map(({ token, name }) => `${token}${name}`)).toEqual(['10b', '20b']);
  });

  it('puts replicas into different zones, as long as there are others', () => {
    const zoned = new TokenRing([
      member('a1', [10], 'a'),
      member('a2', [20], 'a'),
      member('b1', [30], 'b'),
      member('a3', [40], 'a'),
      member('c1', [50], 'c'),
    ]);
    expect(owners(zoned, 5, 3)).toBe('a1b1c1');
    // With no zone left the nearest who were passed over follow.
    expect(owners(zoned, 5, 5)).toBe('a1b1c1a2a3');
    expect(owners(zoned, 15, 4)).toBe('a2b1c1a3');
  });
});

describe('moved ranges', () => {
  const text = (before: TokenRing, after: TokenRing, count: number): string[] =>
    movedRanges(before, after, count).map(
      (range) => `(${range.start},${range.end}] ${range.before.join('')}>${range.after.join('')}`,
    );
  const two = new TokenRing([member('a', [10]), member('b', [20])]);
  const three = new TokenRing([member('a', [10]), member('b', [20]), member('c', [15])]);

  it('are exactly what a joiner takes, and gives back', () => {
    expect(text(two, three, 1)).toEqual(['(10,15] b>c']);
    expect(text(three, two, 1)).toEqual(['(10,15] c>b']);
    expect(text(two, two, 2)).toEqual([]);
  });

  it('have replicas that change in them, and a new order', () => {
    expect(text(two, three, 2)).toEqual(['(20,10] ab>ac', '(10,15] ba>cb']);
  });

  it('are joined with their neighbours, around the end too', () => {
    const before = new TokenRing([member('a', [10, 20, 90])]);
    const after = new TokenRing([member('b', [10, 20, 90])]);
    expect(text(before, after, 1)).toEqual(['(20,20] a>b'].map(() => text(before, after, 1)[0]!));
    expect(movedRanges(before, after, 1)).toHaveLength(1);
    const split = new TokenRing([member('a', [50]), member('b', [10, 90])]);
    const merged = new TokenRing([member('a', [10, 50, 90])]);
    expect(text(split, merged, 1)).toEqual(['(50,10] b>a']);
  });

  it('are the whole ring when it begins or ends', () => {
    const none = new TokenRing([]);
    expect(movedRanges(none, two, 1).map(({ before }) => before)).toEqual([[], []]);
    expect(movedRanges(none, none, 1)).toEqual([]);
  });
});
