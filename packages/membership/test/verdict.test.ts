import { Rng } from '@hearsay/core';
import { describe, expect, it } from 'vitest';
import { type Claim, MemberTable, membershipConfig, type Status, worseStatus } from '../src/index.ts';
import { claimOfM } from './small-domain.ts';

const WALL_MS = 1_750_000_000_000;
const NOW_SECONDS = WALL_MS / 1_000;
const claim = (partial: Partial<Claim> = {}): Claim => claimOfM({ generation: NOW_SECONDS, zone: 'a', ...partial });

function tableWithM(partial: Partial<Claim> = {}): MemberTable {
  const table = new MemberTable(membershipConfig(), { name: 'self', zone: 'a' });
  table.merge(claim(partial), WALL_MS, 5);
  return table;
}

describe('MemberTable.judge', () => {
  it('counts like a claim, here', () => {
    const table = tableWithM();
    expect(table.judge('m', 'suspect', 10)).toBe('alive');
    expect(table.member('m')).toMatchObject({ status: 'suspect', sinceMs: 10 });
    expect(table.peers.has('m')).toBe(true);
    expect(table.judge('m', 'dead', 20)).toBe('suspect');
    expect(table.member('m')).toMatchObject({ status: 'dead', sinceMs: 20 });
    expect([table.countOf('alive'), table.countOf('suspect'), table.countOf('dead')]).toEqual([0, 0, 1]);
    for (const set of [table.peers, table.nearPeers, table.farPeers]) expect(set.has('m')).toBe(false);
    expect(table.deadPeers.has('m')).toBe(true);
    expect(table.judge('m', 'alive', 30)).toBe('dead');
    expect(table.nearPeers.has('m')).toBe(true);
    expect(table.deadPeers.size).toBe(0);
  });

  it('is in no digest, and no claim changes by it', () => {
    const table = tableWithM();
    const held = table.get('m');
    const changes: string[] = [];
    table.observe((key) => changes.push(key));
    table.judge('m', 'dead', 10);
    expect(table.get('m')).toBe(held);
    expect(changes).toEqual([]);
  });

  it('keeps the time of a verdict that is repeated', () => {
    const table = tableWithM();
    table.judge('m', 'dead', 10);
    expect(table.judge('m', 'dead', 20)).toBe('dead');
    expect(table.member('m')?.sinceMs).toBe(10);
  });

  it('stands over later claims, and never makes a claim look better', () => {
    const table = tableWithM();
    table.judge('m', 'dead', 10);
    table.merge(claim({ incarnation: 3 }), WALL_MS, 20);
    expect(table.member('m')?.status).toBe('dead');
    expect(table.peers.has('m')).toBe(false);
    table.merge(claim({ incarnation: 3, status: 'left', endedAtSeconds: NOW_SECONDS }), WALL_MS, 30);
    expect(table.judge('m', 'alive', 40)).toBe('left');
    expect(table.countOf('left')).toBe(1);
    expect(table.peers.sample(new Rng(1), 1)).toEqual([]);
  });

  it('knows nothing of who is not in the table, and forgets with it', () => {
    const table = tableWithM({ status: 'left', endedAtSeconds: NOW_SECONDS });
    expect(table.judge('n', 'dead', 10)).toBeUndefined();
    table.judge('m', 'dead', 10);
    expect(table.reap(WALL_MS + 2 * 86_400_000)).toEqual(['m']);
    table.merge(claim({ generation: NOW_SECONDS + 1 }), WALL_MS, 20);
    expect(table.member('m')?.status).toBe('alive');
  });
});

describe('worseStatus', () => {
  it('is the later in the order of preference', () => {
    const order: Status[] = ['alive', 'suspect', 'dead', 'left'];
    for (const [a, first] of order.entries()) {
      for (const [b, second] of order.entries()) expect(worseStatus(first, second)).toBe(order[Math.max(a, b)]);
    }
  });
});
