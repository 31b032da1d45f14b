/**
 * Makes a failing plan smaller: leaves acts away, ever smaller parts of them, as long as the same invariant breaks. Each
 * act has dice of its own, so those that stay are as they were.
 */
import type { SwarmPlan } from './plan.ts';
import { playSwarm, type SwarmReport } from './run.ts';

/** Runs that are spent on one plan. Source: guess, a hundred acts take about as many. */
const RUN_COUNT_MAX = 150;

/** Yields after each run how many acts are left; returns the smallest plan that still fails, with its report. */
export function* shrunkPlan(
  failed: SwarmReport,
  play: (plan: SwarmPlan) => SwarmReport = playSwarm,
): Generator<number, SwarmReport> {
  const checker = failed.violation?.checker;
  let best = failed;
  let partCount = 2;
  for (let runCount = 0; best.plan.acts.length > 0 && partCount <= best.plan.acts.length * 2; ) {
    const size = Math.ceil(best.plan.acts.length / partCount);
    let isSmaller = false;
    for (let start = 0; start < best.plan.acts.length && !isSmaller; start += size) {
      if (runCount >= RUN_COUNT_MAX) return best;
      runCount += 1;
      const report = play(planWithout(best.plan, start, start + size));
      if (report.violation?.checker === checker) {
        best = report;
        isSmaller = true;
      }
      yield best.plan.acts.length;
    }
    if (isSmaller) partCount = Math.max(2, partCount - 1);
    else if (size === 1) return best;
    else partCount *= 2;
  }
  return best;
}

function planWithout(plan: SwarmPlan, start: number, end: number): SwarmPlan {
  const acts = plan.acts.filter((_act, place) => place < start || place >= end);
  return { ...plan, acts, only: acts.map(({ index }) => index).toSorted((a, b) => a - b) };
}
