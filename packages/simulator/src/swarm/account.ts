/** The account of a swarm in lines: the draws first, and of a failure what broke, what led to it, and how to see it again. */
import { kindOf } from './act.ts';
import { planText, type SwarmPlan } from './plan.ts';
import { playSwarm, type SwarmOptions, type SwarmReport } from './run.ts';

/** Events shown that led to a violation. */
const LAST_LINE_COUNT = 40;
const LINE_LENGTH_MAX = 240;
const ACT_COUNT_SHOWN_MAX = 12;
const MS_PER_SECOND = 1_000;

/** Plays a plan and tells of it. The first line is there before anything can go wrong. */
export function* swarmAccount(plan: SwarmPlan, options: SwarmOptions = {}): Generator<string, SwarmReport> {
  yield planText(plan);
  const report = playSwarm(plan, options);
  yield* reportLines(report);
  if (report.violation !== undefined) {
    const isTraced = options.traceLineCountMax !== undefined && options.traceLineCountMax >= LAST_LINE_COUNT;
    yield* failureLines(isTraced ? report : playSwarm(plan, { ...options, traceLineCountMax: LAST_LINE_COUNT }));
  }
  return report;
}

/** What was checked, and how it ended. */
export function* reportLines(report: SwarmReport): Generator<string> {
  const { violation, endMs, convergedMs, boundMs, handledCount, playedCount, traffic, digest } = report;
  if (violation === undefined && report.plan.isPoisoned) yield '  ok   all held that holds whatever peers say';
  else if (violation === undefined) yield `  ok   converged in ${seconds(convergedMs)} of at most ${seconds(boundMs)}`;
  yield `  ${seconds(endMs)} of virtual time · ${playedCount} acts · ${handledCount} events · ${traffic.packetCount} packets · ` +
    `${traffic.streamCount} stream frames · ${traffic.corruptCount} damaged · trace ${digest}`;
  for (const [name, count] of report.checkedCounts) yield `       ${String(count).padStart(9)} × ${name}`;
}

/** The broken invariant, the acts, the last events, and last of all the one command that shows it again. */
export function* failureLines({ plan, violation, traceLines, endMs }: SwarmReport): Generator<string> {
  yield `  FAIL at ${endMs.toFixed(3)} ms: ${violation?.message}`;
  if (plan.acts.length <= ACT_COUNT_SHOWN_MAX) {
    for (const act of plan.acts) {
      yield `  act ${act.index} at ${act.atMs} ms: ${kindOf(act)} ${JSON.stringify(act)}`.slice(0, LINE_LENGTH_MAX);
    }
  }
  yield '  last events:';
  for (const line of traceLines.slice(-LAST_LINE_COUNT)) yield `    ${line.slice(0, LINE_LENGTH_MAX)}`;
  yield `replay: ${swarmCommand(plan)}`;
}

/** The command that plays the same again and writes down what happened. */
export function swarmCommand({ seed, nodeCount, minutes, only }: SwarmPlan): string {
  const onlyText = only === undefined ? '' : ` --only ${only.length === 0 ? 'none' : only.join(',')}`;
  return `pnpm sim --scenario swarm --seed ${seed} --nodes ${nodeCount} --minutes ${minutes}${onlyText} --trace trace.txt`;
}

function seconds(ms: number): string {
  return `${(ms / MS_PER_SECOND).toFixed(2)} s`;
}
