import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Claim, MemberTable, membershipConfig, tagsDigest } from '../src/index.ts';
import { claimOfM, STATUSES } from './small-domain.ts';

const RETENTION_SECONDS = 100;
const START_SECONDS = 1_000;
const config = membershipConfig({ deadRetentionMs: RETENTION_SECONDS * 1_000 });
const claim = (partial: Partial<Claim>): Claim => claimOfM({ generation: 900, ...partial });
const tableOf = (name = 'self'): MemberTable => new MemberTable(config, { name, zone: '' });
const msOf = (seconds: number): number => seconds * 1_000;

/** Tells `to` all that `from` holds, and returns how many of these claims it believed. */
function tell(from: MemberTable, to: MemberTable, wallSeconds: number): number {
  const outcomes = [...from.members()].map((member) => to.merge(member.claim, msOf(wallSeconds), 0));
  return outcomes.filter(({ kind }) => kind === 'accepted').length;
}

describe('MemberTable.reap', () => {
  it.each(STATUSES)('forgets who is %s, if gone, when retention is over by wall time, and not earlier', (status) => {
    const table = tableOf();
    table.merge(claim({ status, endedAtSeconds: START_SECONDS }), msOf(START_SECONDS), 0);
    expect(table.reap(msOf(START_SECONDS + RETENTION_SECONDS))).toEqual([]);
    const isGone = status === 'dead' || status === 'left';
    expect(table.reap(msOf(START_SECONDS + RETENTION_SECONDS) + 1)).toEqual(isGone ? ['m'] : []);
    expect(table.recordCount).toBe(isGone ? 0 : 1);
    expect(table.countOf(status)).toBe(isGone ? 0 : 1);
  });

  it('keeps a life for as long as it would had it ended when it began, whatever end is claimed', () => {
    const table = tableOf();
    table.merge(claim({ status: 'dead', generation: START_SECONDS, endedAtSeconds: 1 }), msOf(START_SECONDS), 0);
    expect(table.reap(msOf(START_SECONDS + RETENTION_SECONDS))).toEqual([]);
    expect(table.reap(msOf(START_SECONDS + RETENTION_SECONDS) + 1)).toEqual(['m']);
  });

  it('forgets everything about the gone: also tags, and that they could be contacted', () => {
    const table = tableOf();
    const tags = new Map([['role', 'db']]);
    table.merge(claim({ tagsDigest: tagsDigest(tags) }), msOf(START_SECONDS), 0);
    table.tags.put('m', tags);
    table.merge(claim({ tagsDigest: tagsDigest(tags), status: 'dead' }), msOf(START_SECONDS), 0);
    expect(table.tags.of('m')).toEqual(tags);
    table.reap(msOf(START_SECONDS + RETENTION_SECONDS) + 1);
    expect([table.member('m'), table.deadPeers.size, table.tags.of('m')?.size]).toEqual([undefined, 0, 0]);
  });

  it('never forgets ourselves, even if we have left long ago', () => {
    const table = tableOf('m');
    table.merge(claim({ status: 'left', endedAtSeconds: START_SECONDS }), msOf(START_SECONDS), 0);
    expect(table.reap(Number.POSITIVE_INFINITY)).toEqual([]);
    expect(table.recordCount).toBe(1);
  });

  it('lets a member come back whose former life was forgotten', () => {
    const table = tableOf();
    table.merge(claim({ status: 'dead', endedAtSeconds: START_SECONDS }), msOf(START_SECONDS), 0);
    table.reap(msOf(START_SECONDS + RETENTION_SECONDS + 1));
    const back = claim({ generation: START_SECONDS + RETENTION_SECONDS });
    expect(table.merge(back, msOf(START_SECONDS + RETENTION_SECONDS + 1), 0).kind).toBe('accepted');
  });
});

describe('two tables that forget at different times, because their wall clocks differ', () => {
  /** Both hold what they heard at the start; then each second each forgets, and tells the other all that it holds. */
  function live(ends: readonly (readonly [one: Claim, other: Claim])[], aheadSeconds: number) {
    const tables = [tableOf('x'), tableOf('y')] as const;
    for (const [one, other] of ends) {
      tables[0].merge(one, msOf(START_SECONDS), 0);
      tables[1].merge(other, msOf(START_SECONDS), 0);
    }
    const forgotten = [new Map<string, number>(), new Map<string, number>()] as const;
    let learnedLateCount = 0;
    for (let second = 0; second <= 2 * RETENTION_SECONDS; second++) {
      const wallSeconds = [START_SECONDS + second, START_SECONDS + second + aheadSeconds] as const;
      for (const index of [0, 1] as const) {
        for (const name of tables[index].reap(msOf(wallSeconds[index]) + 1)) {
          forgotten[index].set(name, (forgotten[index].get(name) ?? 0) + 1);
        }
        learnedLateCount += tell(tables[index], tables[1 - index]!, wallSeconds[1 - index]!);
      }
    }
    return { tables, counts: forgotten.flatMap((counts) => [...counts.values()]), learnedLateCount };
  }

  const gone = (name: string, endedAtSeconds: number): Claim => claim({ name, status: 'dead', endedAtSeconds });

  it.each([0, 1, 50, 99])('forget each member once, and learn it from nobody again: %i s apart', (aheadSeconds) => {
    const ends = ['a', 'b', 'c'].map((name, index) => {
      const end = gone(name, START_SECONDS - 10 * index);
      return [end, { ...end }] as const;
    });
    const { tables, counts, learnedLateCount } = live(ends, aheadSeconds);
    expect(tables.map(({ recordCount }) => recordCount)).toEqual([0, 0]);
    expect(learnedLateCount).toBe(0);
    expect(counts).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it('that found the death at different times remember until the later one, and then forget for good', () => {
    const second = fc.integer({ min: START_SECONDS - RETENTION_SECONDS, max: START_SECONDS });
    fc.assert(
      fc.property(fc.array(fc.tuple(second, second), { maxLength: 4 }), fc.nat(99), (ends, aheadSeconds) => {
        const claims = ends.map(([one, other], index) => [gone(`n${index}`, one), gone(`n${index}`, other)] as const);
        const { tables, counts } = live(claims, aheadSeconds);
        expect(tables.map(({ recordCount }) => recordCount)).toEqual([0, 0]);
        for (const count of counts) expect(count).toBeLessThanOrEqual(2);
      }),
    );
  });
});
