import { Interner } from '@hearsay/core';
import { describe, expect, it } from 'vitest';
import {
  type Claim,
  type ClaimRefusal,
  lifeAfter,
  MEMBERSHIP_DEFAULTS,
  type MembershipConfig,
  MemberTable,
  membershipConfig,
} from '../src/index.ts';
import { ADDRESSES, claimOfM, inOrder } from './small-domain.ts';

const WALL_MS = 1_750_000_000_000;
const NOW_SECONDS = WALL_MS / 1_000;
const DAY_SECONDS = 86_400;
const UINT32_MAX = 0xffff_ffff;

const tableOf = (partial: Partial<MembershipConfig> = {}, zone = '') =>
  new MemberTable(membershipConfig(partial), { name: 'self', zone });
const claim = (partial: Partial<Claim> = {}): Claim => claimOfM({ generation: NOW_SECONDS, ...partial });

describe('MemberTable.merge', () => {
  it('answers with what was held before', () => {
    const table = tableOf();
    const [first, second] = [claim(), claim({ incarnation: 1 })];
    expect(table.merge(first, WALL_MS, 0)).toEqual({ kind: 'accepted', previous: undefined });
    expect(table.merge(second, WALL_MS, 0)).toEqual({ kind: 'accepted', previous: first });
    expect(table.merge(first, WALL_MS, 0)).toEqual({ kind: 'stale', held: second });
    expect(table.merge({ ...second }, WALL_MS, 0)).toEqual({ kind: 'stale', held: second });
    expect(table.get('m')).toBe(second);
    expect(table.get('n')).toBeUndefined();
    expect(table.member('n')).toBeUndefined();
  });

  it('keeps the evidence of who accused first', () => {
    const table = tableOf();
    table.merge(claim({ status: 'suspect', accuser: 'x' }), WALL_MS, 0);
    expect(table.merge(claim({ status: 'suspect', accuser: 'y' }), WALL_MS, 0).kind).toBe('stale');
    expect(table.get('m')?.accuser).toBe('x');
  });

  it('raises what it holds about the dead, so that claims between the two revive nobody', () => {
    const table = tableOf();
    table.merge(claim({ status: 'dead', endedAtSeconds: NOW_SECONDS }), WALL_MS, 0);
    table.merge(claim({ status: 'dead', incarnation: 5, endedAtSeconds: NOW_SECONDS }), WALL_MS, 0);
    for (const incarnation of [0, 1, 4, 5]) {
      expect(table.merge(claim({ incarnation }), WALL_MS, 0).kind).toBe('stale');
    }
    expect(table.merge(claim({ incarnation: 6 }), WALL_MS, 0).kind).toBe('accepted');
  });

  it('believes any restart, also one with a lower incarnation', () => {
    const table = tableOf();
    table.merge(claim({ status: 'left', incarnation: 9, endedAtSeconds: NOW_SECONDS }), WALL_MS, 0);
    const restarted = claim({ generation: NOW_SECONDS + 1, address: ADDRESSES[1] });
    expect(table.merge(restarted, WALL_MS, 0).kind).toBe('accepted');
    expect(table.get('m')).toBe(restarted);
  });
});

describe('MemberTable, two addresses in one life', () => {
  const [smaller, greater] = [claim({ address: ADDRESSES[0] }), claim({ address: ADDRESSES[1] })];

  it('reports both ways, and ends with the smaller address in any order', () => {
    for (const [first, second] of [
      [smaller, greater],
      [greater, smaller],
    ] as const) {
      const table = tableOf();
      table.merge(first, WALL_MS, 0);
      expect(table.merge(second, WALL_MS, 0)).toEqual({ kind: 'conflict', held: first });
      expect(table.get('m')).toBe(smaller);
      expect(table.peers.size).toBe(1);
    }
  });

  it('takes the greater claim also when it accuses the other', () => {
    const table = tableOf();
    table.merge(smaller, WALL_MS, 0);
    const accused: Claim = { ...greater, status: 'dead', endedAtSeconds: NOW_SECONDS };
    expect(table.merge(accused, WALL_MS, 0)).toEqual({ kind: 'conflict', held: smaller });
    expect(table.get('m')).toBe(accused);
    expect([table.peers.size, table.deadPeers.size]).toEqual([0, 1]);
  });

  it('is none between two lives: a member may move', () => {
    const table = tableOf();
    table.merge(greater, WALL_MS, 0);
    expect(table.merge({ ...smaller, incarnation: 1 }, WALL_MS, 0).kind).toBe('accepted');
    expect(table.merge({ ...greater, generation: NOW_SECONDS + 1 }, WALL_MS, 0).kind).toBe('accepted');
  });
});

describe('MemberTable, what cannot be true', () => {
  const held = claim({ incarnation: 10 });
  const jump = MEMBERSHIP_DEFAULTS.incarnationJumpMax;
  const gone = { status: 'dead', generation: NOW_SECONDS - 3 * DAY_SECONDS } as const;

  it.each<[ClaimRefusal | 'accepted', Partial<Claim>]>([
    ['accepted', { generation: NOW_SECONDS + DAY_SECONDS }],
    ['generation-ahead', { generation: NOW_SECONDS + DAY_SECONDS + 1 }],
    ['generation-ahead', { name: 'new', generation: UINT32_MAX }],
    ['accepted', { status: 'dead', incarnation: 11, endedAtSeconds: NOW_SECONDS + DAY_SECONDS }],
    ['end-ahead', { status: 'dead', incarnation: 11, endedAtSeconds: NOW_SECONDS + DAY_SECONDS + 1 }],
    ['end-ahead', { name: 'new', status: 'left', endedAtSeconds: UINT32_MAX }],
    ['accepted', { incarnation: 10 + jump }],
    ['incarnation-jump', { incarnation: 10 + jump + 1 }],
    ['incarnation-jump', { status: 'dead', incarnation: UINT32_MAX }],
    // Nothing is known of these lives, and a long one may have refuted often.
    ['accepted', { name: 'new', incarnation: UINT32_MAX }],
    ['accepted', { generation: NOW_SECONDS + 1, incarnation: UINT32_MAX }],
    ['accepted', { ...gone, name: 'new', endedAtSeconds: NOW_SECONDS - DAY_SECONDS }],
    ['expired', { ...gone, name: 'new', endedAtSeconds: NOW_SECONDS - DAY_SECONDS - 1 }],
    ['expired', { ...gone, name: 'new', status: 'left' }],
    // Who is there is not gone, however long ago it started, and whatever is said of an end.
    ['accepted', { name: 'new', generation: 1 }],
    ['accepted', { name: 'new', generation: 1, status: 'suspect', endedAtSeconds: 1 }],
    // Nobody ends before it has begun.
    ['accepted', { name: 'new', status: 'dead', endedAtSeconds: 0 }],
    ['malformed', { incarnation: 11, zone: 'eu west' }],
    ['malformed', { name: 'new', address: 'nowhere' }],
    ['malformed', { name: '' }],
  ])('%s: %j', (expected, partial) => {
    const table = tableOf();
    table.merge(held, WALL_MS, 0);
    const outcome = table.merge({ ...held, ...partial }, WALL_MS, 5);
    if (expected === 'accepted') return expect(outcome.kind).toBe('accepted');
    expect(outcome).toEqual({ kind: 'refused', reason: expected });
    expect([...table.members()]).toEqual([{ claim: held, status: 'alive', sinceMs: 0 }]);
    expect([...table.peers.values()]).toEqual(['m']);
    expect([table.countOf('alive'), table.countOf('dead'), table.countOf('left')]).toEqual([1, 0, 0]);
  });

  it('judges by the wall clock that it is given: what is ahead of time is believed when its time comes', () => {
    const table = tableOf();
    const ahead = claim({ generation: NOW_SECONDS + DAY_SECONDS + 1 });
    expect(table.merge(ahead, WALL_MS, 0).kind).toBe('refused');
    expect(table.merge(ahead, WALL_MS + 1_000, 0).kind).toBe('accepted');
  });

  it('lets no claim that it believes push a member where it cannot refute', () => {
    const table = tableOf();
    const accusation = claim({ generation: NOW_SECONDS + DAY_SECONDS, incarnation: UINT32_MAX, status: 'dead' });
    expect(table.merge(accusation, WALL_MS, 0).kind).toBe('accepted');
    const refutation: Claim = { ...accusation, ...lifeAfter(accusation), status: 'alive' };
    // A generation later is a second later.
    expect(table.merge(refutation, WALL_MS + 1_000, 0).kind).toBe('accepted');
    expect([...table.peers.values()]).toEqual(['m']);
  });

  it('at the bound learns of nobody new, goes on about those it knows, and always has room for itself', () => {
    const table = tableOf({ memberCountMax: 2 });
    for (const name of ['a', 'b']) table.merge(claim({ name }), WALL_MS, 0);
    expect(table.merge(claim({ name: 'c' }), WALL_MS, 0)).toEqual({ kind: 'refused', reason: 'table-full' });
    expect(table.merge(claim({ name: 'a', incarnation: 1 }), WALL_MS, 0).kind).toBe('accepted');
    expect(table.merge(claim({ name: 'self' }), WALL_MS, 0).kind).toBe('accepted');
    expect([...table.keys()]).toEqual(['a', 'b', 'self']);
    // The dead count too, until they are forgotten.
    for (const name of ['a', 'b']) table.merge(claim({ name, incarnation: 1, status: 'dead' }), WALL_MS, 0);
    expect(table.merge(claim({ name: 'c' }), WALL_MS, 0).kind).toBe('refused');
    table.reap(WALL_MS + DAY_SECONDS * 1_000 + 1);
    expect(table.merge(claim({ name: 'c' }), WALL_MS, 0).kind).toBe('accepted');
    expect(new Set(table.keys())).toEqual(new Set(['c', 'self']));
  });

  it('knows members with any name that is legal', () => {
    const table = tableOf();
    for (const name of ['__proto__', 'constructor', '0']) table.merge(claim({ name }), WALL_MS, 0);
    expect([...table.keys()]).toEqual(['__proto__', 'constructor', '0']);
    expect([...table.peers.values()]).toEqual(['__proto__', 'constructor', '0']);
  });
});

describe('MemberTable, since when', () => {
  const since = (...turns: readonly [nowMs: number, partial: Partial<Claim>][]): number | undefined => {
    const table = tableOf();
    for (const [nowMs, partial] of turns) table.merge(claim(partial), WALL_MS, nowMs);
    return table.member('m')?.sinceMs;
  };

  it.each<[expected: number, ...turns: [nowMs: number, partial: Partial<Claim>][]]>([
    [3, [3, {}]],
    [7, [3, {}], [7, { status: 'suspect' }]],
    [9, [3, {}], [7, { status: 'suspect' }], [9, { incarnation: 1 }]],
    [9, [3, {}], [7, { status: 'dead' }], [9, { status: 'left' }]],
    // The same status in another life is news of a restart,
    [7, [3, {}], [7, { generation: NOW_SECONDS + 1 }]],
    // but news about a member that is what it was is not.
    [3, [3, {}], [7, { incarnation: 1 }]],
    [3, [3, {}], [7, { incarnation: 1, tagsDigest: 5 }]],
    [3, [3, { status: 'dead' }], [7, { status: 'dead', incarnation: 1 }]],
    [3, [3, { address: ADDRESSES[1] }], [7, { address: ADDRESSES[0] }]],
    [3, [3, {}], [7, {}]],
    [7, [3, { incarnation: 1 }], [7, { incarnation: 1, status: 'suspect' }], [9, { status: 'dead' }]],
  ])('%i', (expected, ...turns) => expect(since(...turns)).toBe(expected));

  it('starts over for who was forgotten', () => {
    const table = tableOf();
    table.merge(claim({ status: 'dead', endedAtSeconds: NOW_SECONDS }), WALL_MS, 3);
    table.reap(WALL_MS + DAY_SECONDS * 1_000 + 1);
    table.merge(claim({ status: 'dead', endedAtSeconds: NOW_SECONDS }), WALL_MS, 7);
    expect(table.member('m')?.sinceMs).toBe(7);
  });
});

describe('MemberTable, who is a peer', () => {
  it('counts ourselves, and never contacts us', () => {
    const table = tableOf({}, 'east');
    for (const status of ['alive', 'suspect', 'dead', 'left'] as const) {
      table.merge(claim({ name: 'self', zone: 'east', status }), WALL_MS, 0);
      expect(table.countOf(status)).toBe(1);
      for (const set of [table.peers, table.nearPeers, table.farPeers, table.deadPeers]) expect(set.size).toBe(0);
    }
  });

  it('is near in our zone and far in any other, and a member without a zone is far', () => {
    const table = tableOf({}, 'east');
    const zones = { a: 'east', b: 'west', c: '' };
    for (const [name, zone] of Object.entries(zones)) table.merge(claim({ name, zone }), WALL_MS, 0);
    expect([...table.nearPeers.values()]).toEqual(['a']);
    expect([...table.farPeers.values()]).toEqual(['b', 'c']);
    table.merge(claim({ name: 'a', zone: 'west', incarnation: 1 }), WALL_MS, 0);
    table.merge(claim({ name: 'b', zone: 'east', incarnation: 1 }), WALL_MS, 0);
    expect([...table.nearPeers.values()]).toEqual(['b']);
    expect(inOrder(table.farPeers.values())).toEqual(['a', 'c']);
  });

  it('has no near and no far when we have no zone', () => {
    const table = tableOf();
    for (const zone of ['', 'east']) table.merge(claim({ name: `n${zone}`, zone }), WALL_MS, 0);
    expect([table.peers.size, table.nearPeers.size, table.farPeers.size]).toEqual([2, 0, 0]);
  });
});

describe('MemberTable as a replica', () => {
  it('has a key per member, and canonical bytes that leave evidence out', () => {
    const table = tableOf();
    const held = claim({ status: 'dead', endedAtSeconds: NOW_SECONDS });
    table.merge(held, WALL_MS, 0);
    expect(table.keyOf(held)).toBe('m');
    expect(table.recordCount).toBe(1);
    const bytes = table.canonicalBytes(held);
    expect(table.canonicalBytes({ ...held, accuser: 'x', endedAtSeconds: 1 })).toEqual(bytes);
    expect(table.canonicalBytes({ ...held, incarnation: 1 })).not.toEqual(bytes);
    expect(table.canonicalBytes({ ...held, name: 'n' })).not.toEqual(bytes);
  });

  it('tells its observer of what it holds from now on, and of who is forgotten, after it happened', () => {
    const table = tableOf();
    const told: [name: string, claim: Claim | undefined][] = [];
    const [alive, dead] = [claim(), claim({ status: 'dead', endedAtSeconds: NOW_SECONDS })];
    table.merge(claim({ name: 'before' }), WALL_MS, 0);
    table.observe((name, seen) => {
      expect(table.get(name)).toBe(seen);
      expect(table.peers.has(name)).toBe(seen?.status === 'alive');
      told.push([name, seen]);
    });
    for (const heard of [alive, alive, dead, alive, { ...dead, accuser: 'x' }]) table.merge(heard, WALL_MS, 0);
    expect(table.reap(WALL_MS)).toEqual([]);
    expect(table.reap(WALL_MS + DAY_SECONDS * 1_000 + 1)).toEqual(['m']);
    expect(told).toEqual([
      ['m', alive],
      ['m', dead],
      ['m', undefined],
    ]);
  });
});

describe('a table with a twin', () => {
  it('begins as if it had been told the same claims, and goes its own way', () => {
    const interner = new Interner();
    const config = membershipConfig({});
    const owners = [
      { name: 'n1', zone: 'x' },
      { name: 'n2', zone: 'y' },
      { name: 'n3', zone: '' },
    ];
    const claims = ['n1', 'n2', 'n3', 'n4', 'n5', 'n6'].map((name, nth) =>
      claim({
        name,
        zone: nth % 2 === 0 ? 'x' : 'y',
        status: name === 'n5' ? 'dead' : name === 'n6' ? 'left' : 'alive',
        tagsDigest: name === 'n4' ? 7 : 0,
      }),
    );
    const told = owners.map((owner) => {
      const table = new MemberTable(config, owner);
      for (const one of claims) table.merge(one, WALL_MS, 0);
      return table;
    });
    const first = new MemberTable(config, owners[0]!, interner);
    for (const one of claims) first.merge(one, WALL_MS, 0);
    first.judge('n4', 'dead', 5);
    const tables = owners.map((owner, nth) => (nth === 0 ? first : new MemberTable(config, owner, interner, first)));
    first.judge('n4', 'alive', 6);
    for (const [nth, table] of tables.entries()) expect(viewOf(table)).toEqual(viewOf(told[nth]!));
    const news = claim({ name: 'n4', status: 'dead' });
    tables[1]!.merge(news, WALL_MS, 9);
    told[1]!.merge(news, WALL_MS, 9);
    for (const [nth, table] of tables.entries()) expect(viewOf(table)).toEqual(viewOf(told[nth]!));
  });
});

function viewOf(table: MemberTable) {
  const sets = [table.peers, table.nearPeers, table.farPeers, table.deadPeers];
  return {
    members: [...table.members()].map(({ claim: { name }, status }) => `${name} ${status}`).toSorted(byText),
    sets: sets.map((set) => [...set.values()].toSorted(byText)),
    counts: (['alive', 'suspect', 'dead', 'left'] as const).map((status) => table.countOf(status)),
    missing: [...table.tags.missing()],
  };
}

function byText(a: string, b: string): number {
  return a < b ? -1 : 1;
}
