/** One thread: plays the worlds that it is told to. */
import { parentPort } from 'node:worker_threads';
import { drawPlan, failureLines, planText, playSwarm, shrunkPlan } from '@hearsay/simulator';

/** The digest of all that happened costs time, and nobody looks at it here. */
const UNTRACED = { isTraced: false };
/** Kept of what led to a violation. */
const TRACE_LINE_COUNT = 100;

/** @param {import('./pool.mjs').Task} task @returns {import('./pool.mjs').Outcome} */
function outcomeOf({ plan: given, request, isShrinking }) {
  const plan = given ?? (request === undefined ? undefined : drawPlan(request));
  if (plan === undefined) throw new Error('a task has neither a plan nor a request');
  const report = playSwarm(plan, UNTRACED);
  const { checkedCounts, handledCount, convergedMs } = report;
  const lines = report.violation === undefined ? [] : [...linesOf(report, isShrinking)];
  return { lines, checkedCounts: [...checkedCounts], handledCount, convergedMs };
}

/**
 * @param {import('@hearsay/simulator').SwarmReport} report @param {boolean} isShrinking
 * @returns {Generator<string>}
 */
function* linesOf(report, isShrinking) {
  yield planText(report.plan);
  yield `  ${report.violation?.message}`;
  const least = isShrinking ? lastOf(shrunkPlan(report, (plan) => playSwarm(plan, UNTRACED))) : report;
  if (isShrinking) yield `  shrunk from ${report.plan.acts.length} acts to ${least.plan.acts.length}`;
  yield* failureLines(playSwarm(least.plan, { traceLineCountMax: TRACE_LINE_COUNT }));
}

/**
 * @template T
 * @param {Generator<unknown, T>} steps @returns {T}
 */
function lastOf(steps) {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

parentPort?.on('message', (task) => parentPort?.postMessage(outcomeOf(task)));
