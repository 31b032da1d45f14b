/** What the command line asks for, or what is wrong with it. */
import { parseArgs } from 'node:util';
import type { Scenario, ScenarioParameters } from './scenario.ts';

/** A command line that makes sense. */
export interface CliRequest {
  readonly scenarioName: string;
  readonly scenario: Scenario;
  readonly seedCount: number;
  /** Of the first seed. */
  readonly parameters: ScenarioParameters;
  readonly traceFile: string | undefined;
}

const SEED_MAX = 0xffff_ffff;
const SEED_COUNT_MAX = 1_000_000;
/** Below it there are fewer crashes than two, or more seeds than others. */
const NODE_COUNT_MIN = 16;
/** Each node remembers each: a thousand take 1.7 GB and minutes, two thousand more than Node's usual heap. */
const NODE_COUNT_MAX = 1_000;
const NODE_COUNT = 64;
/** Above it an unlucky member may be declared dead now and then, as it should be. */
const LOSS_PER_MILLE_MAX = 250;
const LOSS_PER_MILLE = 20;
/** Newest lines that are written: about 250 MB. */
const TRACE_LINE_COUNT_MAX = 1_000_000;

export const USAGE: readonly string[] = [
  'Usage: pnpm sim --seed N [--seeds COUNT] [--nodes N] [--loss PER_MILLE] [--scenario NAME] [--trace FILE]',
  '',
  `  --seed N          the seed of the run, an integer of 0 to ${SEED_MAX}`,
  '  --seeds COUNT     runs this many seeds, from --seed on, up to the first that fails (default 1)',
  `  --nodes N         nodes in the cluster, ${NODE_COUNT_MIN} to ${NODE_COUNT_MAX} (default ${NODE_COUNT})`,
  `  --loss PER_MILLE  packets lost, of a thousand, 0 to ${LOSS_PER_MILLE_MAX} (default ${LOSS_PER_MILLE})`,
  '  --scenario NAME   first-cluster (default), swim-at-scale or quiet-cluster',
  '  --trace FILE      writes every input, send, timer and event to FILE, one line each, the newest million; for one seed',
  '',
  'Exits 0 when every expectation held, 1 when one did not, 2 on bad usage.',
];

interface CliOptions {
  readonly help?: boolean | undefined;
  readonly seed?: string | undefined;
  readonly seeds?: string | undefined;
  readonly nodes?: string | undefined;
  readonly loss?: string | undefined;
  readonly scenario?: string | undefined;
  readonly trace?: string | undefined;
}

/** What is asked for; a problem as a sentence; or '' when it is help that is asked for. */
export function parsedRequest(args: readonly string[], scenarios: ReadonlyMap<string, Scenario>): CliRequest | string {
  const options = parsedOptions(args);
  if (typeof options === 'string') return options;
  if (options.help === true) return '';
  const { scenario: scenarioName = 'first-cluster', trace: traceFile } = options;
  const seed = wholeNumber(options.seed, 0, SEED_MAX);
  const seedCount = wholeNumber(options.seeds ?? '1', 1, SEED_COUNT_MAX);
  const nodeCount = wholeNumber(options.nodes ?? String(NODE_COUNT), NODE_COUNT_MIN, NODE_COUNT_MAX);
  const lossPerMille = wholeNumber(options.loss ?? String(LOSS_PER_MILLE), 0, LOSS_PER_MILLE_MAX);
  const scenario = scenarios.get(scenarioName);
  if (seed === undefined) return `--seed: give a whole number of 0 to ${SEED_MAX}`;
  if (seedCount === undefined) return `--seeds: ${options.seeds} is not a whole number of 1 to ${SEED_COUNT_MAX}`;
  if (seed + seedCount - 1 > SEED_MAX) return `--seeds: the last seed would be above ${SEED_MAX}`;
  if (nodeCount === undefined) {
    return `--nodes: ${options.nodes} is not a whole number of ${NODE_COUNT_MIN} to ${NODE_COUNT_MAX}`;
  }
  if (lossPerMille === undefined) return `--loss: ${options.loss} is not a whole number of 0 to ${LOSS_PER_MILLE_MAX}`;
  if (scenario === undefined) {
    return `--scenario: ${scenarioName} is unknown; there is ${[...scenarios.keys()].join(', ')}`;
  }
  if (traceFile !== undefined && seedCount > 1) return '--trace: works for one seed, leave --seeds away';
  const traceLineCountMax = traceFile === undefined ? 0 : TRACE_LINE_COUNT_MAX;
  return {
    scenarioName,
    scenario,
    seedCount,
    parameters: { seed, nodeCount, lossPerMille, traceLineCountMax },
    traceFile,
  };
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

function wholeNumber(text: string | undefined, min: number, max: number): number | undefined {
  if (text === undefined || !/^\d{1,10}$/.test(text)) return undefined;
  const value = Number(text);
  return value >= min && value <= max ? value : undefined;
}
