import { describe, expect, it } from 'vitest';
import { MemberTable, membershipConfig } from '../src/index.ts';
import { claim } from './claims.ts';

const DAY_MS = 86_400_000;
const NOW_S = 1_750_000_000;
const WALL_MS = NOW_S * 1_000;

function table(partial: Parameters<typeof membershipConfig>[0] = {}): MemberTable {
  return new MemberTable(membershipConfig(partial), { name: 'self', zone: '' });
}
const living = claim({ generation: NOW_S });

describe('what the table refuses, unchanged', () => {
  it.each([
    ['generation-ahead', claim({ generation: NOW_S + 86_401 })],
    ['end-ahead', claim({ status: 'dead', generation: NOW_S, endedAtSeconds: NOW_S + 86_401 })],
    ['expired', claim({ status: 'dead', generation: 1, endedAtSeconds: NOW_S - 86_401 })],
    ['expired', claim({ status: 'left', generation: 1, endedAtSeconds: 0 })],
    ['malformed', claim({ name: ':' })],
  ])('%s', (reason, hostile) => {
    const members = table();
    expect(members.merge(hostile, WALL_MS, 0)).toEqual({ kind: 'refused', reason });
    expect(members.recordCount).toBe(0);
  });

  it('a jump of the incarnation within a life, but not a new life', () => {
    const members = table({ incarnationJumpMax: 10 });
    members.merge(living, WALL_MS, 0);
    expect(members.merge({ ...living, incarnation: 11 }, WALL_MS, 0)).toMatchObject({ reason: 'incarnation-jump' });
    expect(members.merge({ ...living, incarnation: 10 }, WALL_MS, 0).kind).toBe('accepted');
    expect(members.merge({ ...living, generation: NOW_S + 1, incarnation: 900 }, WALL_MS, 0).kind).toBe('accepted');
  });

  it('an unknown member when it is full, but not news of a known one', () => {
    const members = table({ memberCountMax: 1 });
    members.merge(living, WALL_MS, 0);
    expect(members.merge({ ...living, name: 'n' }, WALL_MS, 0)).toMatchObject({ reason: 'table-full' });
    expect(members.merge({ ...living, status: 'suspect' }, WALL_MS, 0).kind).toBe('accepted');
  });
});

describe('evidence about the dead', () => {
  it('raises what is stored, so that an older life cannot come back', () => {
    const members = table();
    members.merge(living, WALL_MS, 0);
    members.merge({ ...living, status: 'dead', incarnation: 1, endedAtSeconds: NOW_S }, WALL_MS, 0);
    expect(members.merge({ ...living, status: 'dead', incarnation: 3, endedAtSeconds: NOW_S }, WALL_MS, 0).kind).toBe(
      'accepted',
    );
    expect(members.merge({ ...living, incarnation: 3 }, WALL_MS, 0).kind).toBe('stale');
    expect(members.merge({ ...living, incarnation: 4 }, WALL_MS, 0).kind).toBe('accepted');
  });
});

describe('two addresses in one life', () => {
  it('are a conflict, in which the smaller address stays', () => {
    const members = table();
    const other = { ...living, address: '10.0.0.9:1' };
    members.merge(other, WALL_MS, 0);
    expect(members.merge(living, WALL_MS, 0)).toEqual({ kind: 'conflict', held: other });
    expect(members.get('m')?.address).toBe('10.0.0.1:1');
    expect(members.merge(other, WALL_MS, 0).kind).toBe('conflict');
    expect(members.get('m')?.address).toBe('10.0.0.1:1');
  });
});

describe('when a status began', () => {
  it('is kept while the status stays, and begins anew with a new status or life', () => {
    const members = table();
    const sinceAfter = (given: Parameters<typeof claim>[0], nowMs: number) => {
      members.merge({ ...living, ...given }, WALL_MS, nowMs);
      return members.member('m')?.sinceMs;
    };
    expect(sinceAfter({}, 10)).toBe(10);
    expect(sinceAfter({ incarnation: 1 }, 20)).toBe(10);
    expect(sinceAfter({ incarnation: 1, status: 'suspect' }, 30)).toBe(30);
    expect(sinceAfter({ generation: NOW_S + 1, status: 'suspect' }, 40)).toBe(40);
  });
});

describe('forgetting', () => {
  const ended = { ...living, status: 'dead', endedAtSeconds: NOW_S } as const;

  it('takes who has been gone for the retention, by wall time, and nobody else', () => {
    const members = table();
    members.merge(ended, WALL_MS, 0);
    members.merge({ ...ended, name: 'left', status: 'left', endedAtSeconds: NOW_S + 60 }, WALL_MS, 0);
    members.merge({ ...living, name: 'alive' }, WALL_MS, 0);
    members.merge({ ...ended, name: 'self' }, WALL_MS, 0);
    expect(members.reap(WALL_MS + DAY_MS)).toEqual([]);
    expect(members.reap(WALL_MS + DAY_MS + 1)).toEqual(['m']);
    expect(members.reap(WALL_MS + DAY_MS + 60_001)).toEqual(['left']);
    expect([...members.keys()]).toEqual(['alive', 'self']);
    expect(members.deadPeers.size).toBe(0);
  });

  it('is for good: who forgets later cannot bring a member back to who has forgotten', () => {
    const [early, late] = [table(), table()];
    for (const members of [early, late]) members.merge(ended, WALL_MS, 0);
    early.reap(WALL_MS + DAY_MS + 1);
    const stillHeld = late.get('m');
    expect(stillHeld && early.merge(stillHeld, WALL_MS + DAY_MS + 1, 0)).toMatchObject({ reason: 'expired' });
    expect(early.merge({ ...living, generation: NOW_S + 90_000 }, WALL_MS + DAY_MS, 0).kind).toBe('accepted');
  });
});
