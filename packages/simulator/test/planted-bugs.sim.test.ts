/**
 * Every checker is seen to fail: a bug is planted for each, and it must be the one that finds it. A checker that was
 * never seen to fail has not been tested; a run that gave it nothing to check proves nothing.
 */
import { describe, expect, it } from 'vitest';
import { drawPlan, playSwarm, type SwarmReport } from '../src/index.ts';
import { PLANTED_BUGS, type PlantedBug } from './planted-bugs.ts';

const NODE_COUNT = 5;
const MINUTES = 0.5;
/** Not every world gives every bug a chance. */
const SEED_COUNT_MAX = 8;
/** Worlds in which much is done. */
const BUSY_WORKS_PER_MINUTE = 60;
const BUSY_SEED_MAX = 40;

/** The first seed that finds the bug. */
function found({ plant, minutes = MINUTES, isCalm = false }: PlantedBug): SwarmReport | undefined {
  for (let seed = 1; seed <= SEED_COUNT_MAX; seed++) {
    const plan = drawPlan({ seed, nodeCount: NODE_COUNT, minutes, ...(isCalm ? { only: [] } : {}) });
    if (plan.isPoisoned || plan.preset === 'wan') continue;
    // Who is forgotten meanwhile is not held dead any more; and low limits make bounds that are soon reached.
    const swim = { ...plan.stack.swim, localHealthMax: 1, seedRetryMsMax: 5_000, suspicionMaxMultiplier: 2 };
    const stack = { ...plan.stack, profile: 'swim' as const, membership: {}, swim };
    const report = playSwarm({ ...plan, stack }, { plant, isTraced: false });
    if (report.violation !== undefined) return report;
  }
  return undefined;
}

describe('planted bugs', () => {
  it.each(PLANTED_BUGS)('$checker: $bug', (planted) => {
    const report = found(planted);
    expect(report?.violation?.message).toContain(planted.checker);
    expect(report?.violation?.checker).toBe(planted.checker);
  });
});

describe('without a planted bug', () => {
  it('nothing is found, and soon every checker that has a bug above has had something to check', () => {
    const planted = PLANTED_BUGS.map(({ checker }) => checker).filter((checker) => checker !== 'nothing is thrown');
    const idle = new Set(planted);
    for (let seed = 1; seed <= BUSY_SEED_MAX && idle.size > 0; seed++) {
      const plan = drawPlan({ seed, nodeCount: 6, minutes: 1 });
      if (plan.worksPerMinute < BUSY_WORKS_PER_MINUTE || plan.isPoisoned) continue;
      const report = playSwarm({ ...plan, stack: { ...plan.stack, profile: 'swim' } }, { isTraced: false });
      expect(report.violation?.message).toBeUndefined();
      expect(new Set(report.checkedCounts.keys())).toEqual(new Set(planted));
      for (const [name, count] of report.checkedCounts) if (count > 0) idle.delete(name);
    }
    expect([...idle]).toEqual([]);
  });
});
