import { describe, expect, it } from 'vitest';
import { type Claim, claimProblem, compareClaims, isPresent, isZone, lifeAfter } from '../src/index.ts';
import { claim, STATUSES } from './claims.ts';

const UINT32_MAX = 0xffff_ffff;
const grounds = { helperCount: 3, nackCount: 2, hasTriedStream: true, localHealth: 0 };

describe('a claim from outside', () => {
  it.each<[Partial<Claim>, string | undefined]>([
    [{}, undefined],
    [{ address: '[fd00::1]:1', zone: 'eu-1', tagsDigest: UINT32_MAX, accuser: 'x', grounds }, undefined],
    [{ address: 'node.example:7946', generation: UINT32_MAX, incarnation: UINT32_MAX }, undefined],
    [{ name: '' }, 'name'],
    [{ name: 'a b' }, 'name'],
    [{ accuser: ':' }, 'accuser'],
    [{ address: '10.0.0.1' }, 'address'],
    [{ address: '10.0.0.1:0' }, 'address'],
    [{ generation: -1 }, 'generation'],
    [{ generation: UINT32_MAX + 1 }, 'generation'],
    [{ incarnation: 0.5 }, 'incarnation'],
    [{ incarnation: Number.NaN }, 'incarnation'],
    [{ status: 'gone' as never }, 'status'],
    [{ status: 'toString' as never }, 'status'],
    [{ zone: 'a b' }, 'zone'],
    [{ zone: 'z'.repeat(33) }, 'zone'],
    [{ tagsDigest: -1 }, 'tagsDigest'],
    [{ endedAtSeconds: 2 ** 32 }, 'endedAtSeconds'],
    [{ grounds: { ...grounds, nackCount: 4 } }, 'grounds'],
    [{ grounds: { ...grounds, helperCount: 256 } }, 'grounds'],
    [{ grounds: { ...grounds, localHealth: -1 } }, 'grounds'],
  ])('%j: %s', (given, problem) => expect(claimProblem(claim(given))).toBe(problem));
});

describe('the life after', () => {
  it.each(STATUSES)('is above every claim about this one: %s', (status) => {
    for (const incarnation of [0, 1, UINT32_MAX - 1, UINT32_MAX]) {
      const held = claim({ status, incarnation, address: '10.0.0.0:1', zone: 'zz', tagsDigest: UINT32_MAX });
      expect(compareClaims(claim({ ...lifeAfter(held), status: 'alive' }), held)).toBeGreaterThan(0);
    }
  });

  it('goes on in the next generation where the incarnations end', () => {
    expect(lifeAfter({ generation: 5, incarnation: UINT32_MAX })).toEqual({ generation: 6, incarnation: 0 });
    expect(lifeAfter({ generation: 5, incarnation: 7 })).toEqual({ generation: 5, incarnation: 8 });
  });
});

it('who is alive or suspect is present', () => {
  expect(STATUSES.filter((status) => isPresent({ status }))).toEqual(['alive', 'suspect']);
});

it.each([
  ['', true],
  ['eu-1.a_B', true],
  ['a/b', false],
  ['ü', false],
])('zone %j: %s', (text, expected) => expect(isZone(text)).toBe(expected));
