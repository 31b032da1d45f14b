import { describe, expect, it } from 'vitest';
import {
  aliveClaim,
  type Claim,
  claimProblem,
  type Grounds,
  isPresent,
  isSameLife,
  isZone,
  lifeAfter,
} from '../src/index.ts';
import { ALL_CLAIMS, claimOfM, STATUSES } from './small-domain.ts';

const UINT32_MAX = 0xffff_ffff;
const grounds = (partial: Partial<Grounds>): Partial<Claim> => ({
  grounds: { helperCount: 3, nackCount: 0, hasTriedStream: false, localHealth: 0, ...partial },
});

describe('claimProblem', () => {
  it('has nothing to say about legal claims', () => {
    for (const claim of ALL_CLAIMS) expect(claimProblem(claim)).toBeUndefined();
    expect(
      claimProblem({
        name: 'n'.repeat(128),
        address: '[::1]:65535',
        generation: UINT32_MAX,
        incarnation: UINT32_MAX,
        status: 'left',
        zone: 'z'.repeat(32),
        tagsDigest: UINT32_MAX,
        accuser: '__proto__',
        grounds: { helperCount: 255, nackCount: 255, hasTriedStream: true, localHealth: 255 },
        endedAtSeconds: UINT32_MAX,
      }),
    ).toBeUndefined();
  });

  it.each<[problem: string, partial: Partial<Claim>]>([
    ['name', { name: '' }],
    ['name', { name: 'a b' }],
    ['name', { name: 'a:1' }],
    ['name', { name: 'n'.repeat(129) }],
    ['accuser', { accuser: 'a:1' }],
    ['accuser', { accuser: 'n'.repeat(129) }],
    ['address', { address: '' }],
    ['address', { address: 'm' }],
    ['address', { address: '10.0.0.1:0' }],
    ['address', { address: '10.0.0.1:65536' }],
    ['address', { address: '10.0.0.300:1' }],
    ['generation', { generation: -1 }],
    ['generation', { generation: UINT32_MAX + 1 }],
    ['generation', { generation: 0.5 }],
    ['generation', { generation: Number.NaN }],
    ['incarnation', { incarnation: -1 }],
    ['incarnation', { incarnation: UINT32_MAX + 1 }],
    ['incarnation', { incarnation: Number.POSITIVE_INFINITY }],
    ['status', { status: 'up' as Claim['status'] }],
    ['status', { status: 'constructor' as Claim['status'] }],
    ['zone', { zone: 'z'.repeat(33) }],
    ['zone', { zone: 'eu west' }],
    ['zone', { zone: 'east\n' }],
    ['tagsDigest', { tagsDigest: -1 }],
    ['tagsDigest', { tagsDigest: UINT32_MAX + 1 }],
    ['endedAtSeconds', { endedAtSeconds: -1 }],
    ['endedAtSeconds', { endedAtSeconds: UINT32_MAX + 1 }],
    ['grounds', grounds({ helperCount: 256 })],
    ['grounds', grounds({ helperCount: -1 })],
    ['grounds', grounds({ nackCount: 4 })],
    ['grounds', grounds({ nackCount: 0.5 })],
    ['grounds', grounds({ localHealth: 256 })],
  ])('names the %s that is wrong: %j', (problem, partial) => {
    expect(claimProblem(claimOfM(partial))).toBe(problem);
  });
});

describe('isZone', () => {
  it.each([
    ['', true],
    ['eu-west_1.a', true],
    ['z'.repeat(32), true],
    ['z'.repeat(33), false],
    ['é', false],
    ['a/b', false],
    ['\n', false],
  ])('%j: %s', (value, expected) => expect(isZone(value)).toBe(expected));
});

describe('lifeAfter', () => {
  it.each([
    [0, 0, 0, 1],
    [7, 41, 7, 42],
    [7, UINT32_MAX - 1, 7, UINT32_MAX],
    // At the end of the range there is no next incarnation, and a member that is pushed there must still refute.
    [7, UINT32_MAX, 8, 0],
  ])('of generation %i, incarnation %i is generation %i, incarnation %i', (generation, incarnation, next, then) => {
    expect(lifeAfter({ generation, incarnation })).toEqual({ generation: next, incarnation: then });
  });

  it('is a legal claim even after the last incarnation', () => {
    const accusation = claimOfM({ generation: 7, incarnation: UINT32_MAX, status: 'dead' });
    expect(claimProblem({ ...accusation, ...lifeAfter(accusation), status: 'alive' })).toBeUndefined();
  });
});

describe('a claim', () => {
  it('is by default what a member says of itself at the start of a life', () => {
    expect(aliveClaim({ name: 'm', address: 'm.test:1', generation: 5 })).toEqual({
      name: 'm',
      address: 'm.test:1',
      generation: 5,
      incarnation: 0,
      status: 'alive',
      zone: '',
      tagsDigest: 0,
      accuser: '',
      grounds: undefined,
      endedAtSeconds: 0,
    });
    expect(claimOfM({ zone: 'east', incarnation: 3 })).toMatchObject({ zone: 'east', incarnation: 3 });
  });

  it('says that a member can be contacted while it is alive or suspect', () => {
    expect(STATUSES.filter((status) => isPresent({ status }))).toEqual(['alive', 'suspect']);
  });

  it('speaks of the same life as another when generation and incarnation agree', () => {
    const life = { generation: 1, incarnation: 2 };
    expect(isSameLife(claimOfM({ ...life, status: 'dead' }), life)).toBe(true);
    expect(isSameLife(claimOfM({ ...life, generation: 2 }), life)).toBe(false);
    expect(isSameLife(claimOfM({ ...life, incarnation: 1 }), life)).toBe(false);
  });
});
