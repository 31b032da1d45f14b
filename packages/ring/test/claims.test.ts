import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatSlotClaim,
  formatTokenClaim,
  nextTokenClaim,
  parseSlotClaim,
  parseTokenClaim,
  pendingOwnersOf,
  pendingRanges,
  type RingInput,
  RingReader,
  ringConfig,
  schemaAgreement,
  slotRangesOf,
  statusesAfter,
  TOKEN_STATUSES,
  type TokenClaim,
  type TokenStatus,
  tokensOf,
} from '../src/index.ts';

const COUNT_MAX = 4;

const STATUS_TABLE: readonly (readonly [TokenStatus, readonly TokenStatus[]])[] = [
  ['joining', ['normal', 'hibernate']],
  ['normal', ['joining', 'leaving', 'moving', 'hibernate']],
  ['leaving', ['normal']],
  ['moving', ['normal']],
  ['hibernate', ['joining', 'normal']],
];

describe('a status of tokens', () => {
  it.each(STATUS_TABLE)('%s may be followed by %j', (status, following) => {
    expect(statusesAfter(status)).toEqual([status, ...following]);
  });

  it('may be any in a new life', () => {
    expect(statusesAfter(undefined)).toEqual(TOKEN_STATUSES);
    expect(STATUS_TABLE.map(([status]) => status)).toEqual(TOKEN_STATUSES);
  });

  it('keeps the tokens, and has those of the target on arrival, unless it says others', () => {
    const normal: TokenClaim = { status: 'normal', tokens: [1n] };
    const moving: TokenClaim = { status: 'moving', tokens: [1n], target: 4 };
    expect(nextTokenClaim(normal, 'leaving')).toEqual({ status: 'leaving', tokens: [1n] });
    expect(nextTokenClaim(normal, 'moving', 4)).toEqual(moving);
    expect(nextTokenClaim(moving, 'moving')).toEqual(moving);
    expect(nextTokenClaim(moving, 'normal')).toEqual({ status: 'normal', tokens: 4 });
    expect(nextTokenClaim(moving, 'normal', [1n])).toEqual(normal);
  });
});

describe('a claim of tokens', () => {
  it.each<[string, TokenClaim]>([
    ['normal *128', { status: 'normal', tokens: 128 }],
    ['joining 1,-2', { status: 'joining', tokens: [1n, -2n] }],
    ['moving 1 to *2', { status: 'moving', tokens: [1n], target: 2 }],
    ['hibernate *3', { status: 'hibernate', tokens: 3 }],
    ['leaving -9223372036854775807', { status: 'leaving', tokens: [-(2n ** 63n) + 1n] }],
  ])('%s', (text, claim) => {
    expect(formatTokenClaim(claim)).toBe(text);
    expect(parseTokenClaim(text, 128)).toEqual(claim);
  });

  it.each([
    '',
    'normal',
    'normal ',
    'away *1',
    'normal *5',
    'normal 1,2,3,4,5',
    'normal 1,,2',
    'normal 1.5',
    'normal x',
    'normal 9223372036854775808',
    'normal -9223372036854775808',
    'normal *1 to *2',
    'moving *1',
    'moving *1 to',
    'moving *1 at *2',
    'moving *1 to *2 now',
    'normal  *1',
  ])('is none: %j', (text) => expect(parseTokenClaim(text, COUNT_MAX)).toBeUndefined());

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'normal moving to*,-0129') }), (text) => {
        parseTokenClaim(text, COUNT_MAX);
        parseSlotClaim(text);
      }),
    );
  });
});

describe('a claim of slots', () => {
  it.each([
    [
      '7 0-5460,10923',
      {
        epoch: 7,
        ranges: [
          { first: 0, last: 5460 },
          { first: 10923, last: 10923 },
        ],
      },
    ],
    ['0 ', { epoch: 0, ranges: [] }],
    ['9007199254740991 16383', { epoch: 9007199254740991, ranges: [{ first: 16383, last: 16383 }] }],
  ])('%j', (text, claim) => {
    expect(formatSlotClaim(claim)).toBe(text);
    expect(parseSlotClaim(text)).toEqual(claim);
  });

  it.each(['', '7', '-1 0', '7 5-4', '7 16384', '7 1,1', '7 2,1', '7 1-3,3', '7 a', '9007199254740992 0', '7 1 2'])(
    'is none: %j',
    (text) => expect(parseSlotClaim(text)).toBeUndefined(),
  );

  it('puts slots in order and joins them', () => {
    expect(slotRangesOf([3, 1, 2, 2, 9, -1, 16_384])).toEqual([
      { first: 1, last: 3 },
      { first: 9, last: 9 },
    ]);
  });
});

const input = (name: string, tokens: string | undefined): RingInput => ({ name, zone: '', generation: 1, tokens });

describe('reading the ring', () => {
  const reader = new RingReader(ringConfig({ tokenCount: 4, tokenCountMax: 8, ringTokenCountMax: 12 }));

  it('has two rings while somebody is on the way, and one otherwise', () => {
    const settled = reader.read([input('a', 'normal 10'), input('b', 'normal 20'), input('idle', undefined)]);
    expect(settled.current).toBe(settled.future);
    expect(pendingOwnersOf(settled, 'key', 2)).toEqual([]);
    const { current, future } = reader.read([
      input('a', 'normal 10'),
      input('b', 'leaving 20'),
      input('c', 'joining 30'),
      input('d', 'moving 40 to 15'),
    ]);
    const names = (ring: typeof current): string =>
      [...ring.entries()].map(({ token, name }) => `${token}${name}`).join(' ');
    expect(names(current)).toBe('10a 20b 40d');
    expect(names(future)).toBe('10a 15d 30c');
  });

  it('tells exactly which ranges are pending, while somebody joins, leaves or moves', () => {
    const pending = (...inputs: RingInput[]): string[] =>
      pendingRanges(reader.read(inputs), 1).map(
        ({ start, end, before, after }) => `(${start},${end}] ${before.join()}>${after.join()}`,
      );
    const [a, b] = [input('a', 'normal 10'), input('b', 'normal 20')];
    expect(pending(a, b)).toEqual([]);
    expect(pending(a, b, input('c', 'joining 15'))).toEqual(['(10,15] b>c']);
    expect(pending(a, input('b', 'leaving 20'))).toEqual(['(10,20] b>a']);
    // What lies before its old place stays with it: its new one comes next.
    expect(pending(a, b, input('c', 'moving 12 to 17'))).toEqual(['(12,17] b>c']);
  });

  it('names who is going to own a key and does not yet', () => {
    const all = ['a', 'b', 'c'].map((name) => input(name, 'normal *4'));
    const before = reader.read(all);
    const joining = reader.read([...all.slice(0, 2), input('c', 'joining *4')]);
    const keys = Array.from({ length: 200 }, (_, index) => `key-${index}`);
    let pendingCount = 0;
    for (const key of keys) {
      const pending = pendingOwnersOf(joining, key, 1);
      const [owner] = before.current.ownersOf(key, 1);
      expect(pending).toEqual(owner === 'c' ? ['c'] : []);
      pendingCount += pending.length;
    }
    expect(pendingCount).toBeGreaterThan(20);
  });

  it('leaves out who claims what is none, or too much, and counts them', () => {
    const inputs = ['c', 'a', 'b'].map((name) => input(name, 'normal *5'));
    const reading = reader.read([...inputs, input('d', 'nonsense'), input('e', 'normal *9')]);
    expect(reading.current.members.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(reading.leftOutCount).toBe(3);
  });

  it('has tokens of a name that are nobody else’s', () => {
    const tokens = ['a', 'b', 'a1'].flatMap((name) => tokensOf(name, 64));
    expect(new Set(tokens).size).toBe(192);
    expect(tokensOf('a', 3)).toEqual(tokensOf('a', 64).slice(0, 3));
    expect(() => ringConfig({ tokenCount: 2_000 })).toThrow('tokenCountMax');
  });
});

describe('schema agreement', () => {
  it('is there when all that are there tell the same', () => {
    const agreement = schemaAgreement([
      { name: 'b', schema: 'x' },
      { name: 'a', schema: 'x' },
    ]);
    expect(agreement).toEqual({ versions: new Map([['x', ['a', 'b']]]), isAgreed: true });
    expect(schemaAgreement([]).isAgreed).toBe(true);
    expect(
      schemaAgreement([
        { name: 'a', schema: 'x' },
        { name: 'b', schema: 'y' },
      ]).isAgreed,
    ).toBe(false);
    expect(
      schemaAgreement([
        { name: 'a', schema: 'x' },
        { name: 'b', schema: undefined },
      ]),
    ).toMatchObject({
      versions: new Map([
        ['x', ['a']],
        ['', ['b']],
      ]),
      isAgreed: false,
    });
  });
});
