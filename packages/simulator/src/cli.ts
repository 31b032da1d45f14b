/** The command line of the simulator as a pure function: arguments in, lines and an exit code out. */
import { parseArgs } from 'node:util';
import { hasHeld, type PhaseReport, type Scenario, type ScenarioParameters, type ScenarioReport } from './scenario.ts';
import { firstCluster } from './scenario-first-cluster.ts';

/** How a run of the command line ended. */
export interface CliOutcome {
  /** 0: every expectation held; 1: one did not; 2: the arguments make no sense. */
  readonly exitCode: 0 | 1 | 2;
  /** Where the trace is to be written, and what, when it was asked for. */
  readonly trace?: { readonly file: string; readonly lines: readonly string[] };
}

interface CliRequest {
  readonly scenarioName: string;
  readonly scenario: Scenario;
  readonly seedCount: number;
  readonly parameters: ScenarioParameters;
  readonly traceFile: string | undefined;
}

export const USAGE: readonly string[] = [
  'Usage: pnpm sim --seed N [--seeds COUNT] [--nodes N] [--loss PER_MILLE] [--scenario NAME] [--trace FILE]',
  '',
  '  --seed N          the seed of the run, an integer of 0 to 4294967295',
  '  --seeds COUNT     runs this many seeds, from --seed on (default 1)',
  '  --nodes N         nodes in the cluster, 16 to 10000 (default 64)',
  '  --loss PER_MILLE  packets lost, of a thousand, 0 to 100 (default 20)',
  '  --scenario NAME   first-cluster (default)',
  '  --trace FILE      writes every input, send, timer and event to FILE, one line each; for one seed',
  '',
  'Exits 0 when every expectation held, 1 when one did not, 2 on bad usage.',
];

const SCENARIOS: ReadonlyMap<string, Scenario> = new Map([['first-cluster', firstCluster]]);
const DEFAULTS = Object.freeze({ scenario: 'first-cluster', seeds: 1, nodes: 64, loss: 20 });
const LIMITS = Object.freeze({ seed: 2 ** 32 - 1, seeds: 1_000_000, nodesMin: 16, nodes: 10_000, loss: 100 });
const TRACE_LINE_COUNT_MAX = 5_000_000;

/** Yields lines as they are known, seed and parameters first, the command that replays a failure last. */
export function* runCli(
  args: readonly string[],
  scenarios: ReadonlyMap<string, Scenario> = SCENARIOS,
): Generator<string, CliOutcome> {
  const request = parsedRequest(args, scenarios);
  if (typeof request === 'string') {
    if (request !== '') yield request;
    yield* USAGE;
    return { exitCode: request === '' ? 0 : 2 };
  }
  let traceLines: readonly string[] = [];
  for (let index = 0; index < request.seedCount; index++) {
    const parameters = { ...request.parameters, seed: request.parameters.seed + index };
    const report = yield* runSeed(request.scenarioName, request.scenario, parameters);
    traceLines = report.traceLines;
    if (!hasHeld(report)) return outcomeOf(1, request.traceFile, traceLines);
  }
  return outcomeOf(0, request.traceFile, traceLines);
}

function* runSeed(name: string, scenario: Scenario, parameters: ScenarioParameters): Generator<string, ScenarioReport> {
  yield `seed ${parameters.seed} · ${name} · ${parameters.nodeCount} nodes · ${parameters.lossPerMille} ‰ loss`;
  const phases = scenario(parameters);
  let step = phases.next();
  for (; step.done !== true; step = phases.next()) yield* phaseLines(step.value);
  const report = step.value;
  const { traffic } = report;
  yield `  ${seconds(report.durationMs)} of virtual time · ${report.handledCount} events · ${traffic.packetCount} packets · ` +
    `${traffic.streamCount} stream frames · ${Math.round(traffic.sentBytes / 1_024)} KiB · trace ${report.digest}`;
  if (!hasHeld(report)) yield `replay: ${replayCommand(name, parameters)}`;
  return report;
}

function* phaseLines(phase: PhaseReport): Generator<string, void> {
  const verdict = phase.violations.length === 0 ? 'ok  ' : 'FAIL';
  yield `  ${verdict} ${phase.name.padEnd(32)} ${seconds(phase.tookMs).padStart(9)}  of at most ${seconds(phase.boundMs)}`;
  for (const violation of phase.violations) yield `       expected ${violation}`;
}

/** The one command that runs the same again. */
export function replayCommand(name: string, { seed, nodeCount, lossPerMille }: ScenarioParameters): string {
  return `pnpm sim --seed ${seed} --nodes ${nodeCount} --loss ${lossPerMille} --scenario ${name} --trace trace.txt`;
}

/** What is asked for; a problem as a sentence; or '' when it is help that is asked for. */
function parsedRequest(args: readonly string[], scenarios: ReadonlyMap<string, Scenario>): CliRequest | string {
  const parsed = parsedOptions(args);
  if (typeof parsed === 'string') return parsed;
  if (parsed.help === true) return '';
  const { scenario: scenarioName = DEFAULTS.scenario, trace } = parsed;
  const scenario = scenarios.get(scenarioName);
  const seed = wholeNumber(parsed.seed, undefined, 0, LIMITS.seed);
  const seedCount = wholeNumber(parsed.seeds, DEFAULTS.seeds, 1, LIMITS.seeds);
  const nodeCount = wholeNumber(parsed.nodes, DEFAULTS.nodes, LIMITS.nodesMin, LIMITS.nodes);
  const lossPerMille = wholeNumber(parsed.loss, DEFAULTS.loss, 0, LIMITS.loss);
  if (seed === undefined) return '--seed: give an integer of 0 to 4294967295';
  if (seedCount === undefined) return `--seeds: ${parsed.seeds} is not a whole number of at least 1`;
  if (nodeCount === undefined) return `--nodes: ${parsed.nodes} is not a whole number of 16 to 10000`;
  if (lossPerMille === undefined) return `--loss: ${parsed.loss} is not a whole number of 0 to 100`;
  if (scenario === undefined) {
    return `--scenario: ${scenarioName} is unknown; there is ${[...scenarios.keys()].join(', ')}`;
  }
  if (trace !== undefined && seedCount > 1) return '--trace: works for one seed, leave --seeds away';
  const traceLineCountMax = trace === undefined ? 0 : TRACE_LINE_COUNT_MAX;
  return {
    scenarioName,
    scenario,
    seedCount,
    parameters: { seed, nodeCount, lossPerMille, traceLineCountMax },
    traceFile: trace,
  };
}

interface CliOptions {
  readonly help?: boolean | undefined;
  readonly seed?: string | undefined;
  readonly seeds?: string | undefined;
  readonly nodes?: string | undefined;
  readonly loss?: string | undefined;
  readonly scenario?: string | undefined;
  readonly trace?: string | undefined;
}

function parsedOptions(args: readonly string[]): CliOptions | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', short: 'h' },
        seed: { type: 'string' },
        seeds: { type: 'string' },
        nodes: { type: 'string' },
        loss: { type: 'string' },
        scenario: { type: 'string' },
        trace: { type: 'string' },
      },
    });
    return values;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function wholeNumber(
  text: string | undefined,
  byDefault: number | undefined,
  min: number,
  max: number,
): number | undefined {
  if (text === undefined) return byDefault;
  const value = Number(text);
  return /^\d+$/.test(text) && value >= min && value <= max ? value : undefined;
}

function outcomeOf(exitCode: 0 | 1, file: string | undefined, lines: readonly string[]): CliOutcome {
  return file === undefined ? { exitCode } : { exitCode, trace: { file, lines } };
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(2)} s`;
}
