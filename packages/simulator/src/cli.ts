/** The command line of the simulator: arguments in, lines and an exit code out. */

import { parsedRequest, type ScenarioRequest, type SwarmRequest, USAGE } from './cli-request.ts';
import { hasHeld, type PhaseReport, type Scenario, type ScenarioParameters, type ScenarioReport } from './scenario.ts';
import { firstCluster } from './scenario-first-cluster.ts';
import { overload, splitNews } from './scenario-rumors.ts';
import { quietCluster, scale, swimAtScale } from './scenario-swim-at-scale.ts';
import { swarmAccount, swarmCommand } from './swarm/account.ts';
import { drawPlan } from './swarm/plan.ts';
import { tombstones } from './tombstones/scenario-tombstones.ts';

/** 0: every expectation held; 1: one did not; 2: the arguments make no sense. */
export type ExitCode = 0 | 1 | 2;

/** What a process has used. */
export interface Usage {
  readonly cpuMs: number;
  readonly memoryMiBMax: number;
}

/** What the command line works with. */
export interface CliEnvironment {
  readonly scenarios: ReadonlyMap<string, Scenario>;
  /** What the process has used so far. Default: nothing is told of it. */
  readonly usage?: () => Usage;
  /** Writes the lines of a trace. What it throws is told to the user. */
  readonly writeLines: (file: string, lines: readonly string[]) => void;
}

export const SCENARIOS: ReadonlyMap<string, Scenario> = new Map([
  ['first-cluster', firstCluster],
  ['swim-at-scale', swimAtScale],
  ['quiet-cluster', quietCluster],
  ['scale', scale],
  ['tombstones', tombstones],
  ['overload', overload],
  ['split-news', splitNews],
]);

/** Yields lines as they are known, seed and parameters first, the command that replays a failure last. */
export function* runCli(args: readonly string[], environment: CliEnvironment): Generator<string, ExitCode> {
  const request = parsedRequest(args, environment.scenarios);
  if (typeof request === 'string') {
    if (request !== '') yield request;
    yield* USAGE;
    return request === '' ? 0 : 2;
  }
  const { seedCount } = request;
  if (request.kind === 'swarm') {
    for (let count = 0; count < seedCount; count++) {
      if (!(yield* runSwarm(request, request.request.seed + count, environment))) return 1;
    }
    if (seedCount > 1) yield `all ${seedCount} seeds held`;
    return 0;
  }
  const { parameters } = request;
  for (let seed = parameters.seed; seed < parameters.seed + seedCount; seed++) {
    const isHeld = yield* runSeed(request, { ...parameters, seed }, environment);
    if (!isHeld) return 1;
  }
  if (seedCount > 1) yield `all ${seedCount} seeds held`;
  return 0;
}

function* runSwarm(
  { request, traceFile, traceLineCountMax }: SwarmRequest,
  seed: number,
  { writeLines }: CliEnvironment,
): Generator<string, boolean> {
  const plan = drawPlan({ ...request, seed });
  const report = yield* swarmAccount(plan, { traceLineCountMax });
  if (traceFile === undefined) return report.violation === undefined;
  try {
    writeLines(traceFile, report.traceLines);
    yield `  ${report.traceLines.length} lines written to ${traceFile}`;
    return report.violation === undefined;
  } catch (error) {
    yield `  FAIL ${error instanceof Error ? error.stack : String(error)}`;
    yield `replay: ${swarmCommand(plan)}`;
    return false;
  }
}

function* runSeed(
  { scenarioName, scenario, traceFile }: ScenarioRequest,
  parameters: ScenarioParameters,
  { writeLines, usage }: CliEnvironment,
): Generator<string, boolean> {
  const before = usage?.();
  yield `seed ${parameters.seed} · ${scenarioName} · ${parameters.nodeCount} nodes · ${parameters.lossPerMille} ‰ loss`;
  let isHeld = false;
  try {
    const report = yield* runScenario(scenario, parameters);
    isHeld = hasHeld(report);
    if (usage !== undefined && before !== undefined) yield costLine(report, before, usage());
    if (traceFile !== undefined) {
      writeLines(traceFile, report.traceLines);
      yield `  ${report.traceLines.length} lines written to ${traceFile}`;
    }
  } catch (error) {
    isHeld = false;
    yield `  FAIL ${error instanceof Error ? error.stack : String(error)}`;
  }
  if (!isHeld) yield `replay: ${replayCommand(scenarioName, parameters)}`;
  return isHeld;
}

function* runScenario(scenario: Scenario, parameters: ScenarioParameters): Generator<string, ScenarioReport> {
  const phases = scenario(parameters);
  let step = phases.next();
  for (; step.done !== true; step = phases.next()) yield* phaseLines(step.value);
  const report = step.value;
  const { traffic } = report;
  yield `  ${seconds(report.durationMs)} of virtual time · ${report.handledCount} events · ${traffic.packetCount} packets · ` +
    `${traffic.streamCount} stream frames · ${Math.round(traffic.sentBytes / 1_024)} KiB · trace ${report.digest}`;
  return report;
}

function costLine({ handledCount }: ScenarioReport, before: Usage, after: Usage): string {
  const cpuMs = after.cpuMs - before.cpuMs;
  const rate = Math.round(handledCount / (cpuMs / 1_000));
  return `  ${seconds(cpuMs)} of one core · ${rate} events/s · at most ${Math.round(after.memoryMiBMax)} MiB`;
}

function* phaseLines({
  name,
  tookMs,
  boundMs,
  missedCount,
  missedCountMax,
  note,
  violations,
}: PhaseReport): Generator<string> {
  const verdict = violations.length === 0 ? 'ok  ' : 'FAIL';
  const missed = missedCountMax > 0 ? ` · missed ${missedCount} of at most ${missedCountMax}` : '';
  yield `  ${verdict} ${name.padEnd(32)} ${seconds(tookMs).padStart(9)} of at most ${seconds(boundMs)}${missed}`;
  if (note !== '') yield `       ${note}`;
  for (const violation of violations) yield `       expected ${violation}`;
}

/** The one command that runs the same again, and writes down what happened. */
export function replayCommand(name: string, { seed, nodeCount, lossPerMille }: ScenarioParameters): string {
  return `pnpm sim --seed ${seed} --nodes ${nodeCount} --loss ${lossPerMille} --scenario ${name} --trace trace.txt`;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(2)} s`;
}
