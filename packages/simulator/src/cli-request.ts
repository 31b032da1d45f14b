/** What the command line asks for, or what is wrong with it. */
import { parseArgs } from 'node:util';
import type { Scenario, ScenarioParameters } from './scenario.ts';
import type { PlanRequest } from './swarm/plan.ts';

/** A command line that makes sense. */
export type CliRequest = ScenarioRequest | SwarmRequest;

/** Runs worlds that their seeds make. */
export interface SwarmRequest {
  readonly kind: 'swarm';
  /** Of the first seed. */
  readonly request: PlanRequest;
  readonly seedCount: number;
  readonly traceLineCountMax: number;
  readonly traceFile: string | undefined;
}

/** Runs a scenario. */
export interface ScenarioRequest {
  readonly kind: 'scenario';
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
/** Ten thousand that start together take 3.4 GiB; a thousand that join, each told of each, as much and minutes. */
const NODE_COUNT_MAX = 10_000;
const NODE_COUNT = 64;
/** Above it an unlucky member may be declared dead now and then, as it should be. */
const LOSS_PER_MILLE_MAX = 250;
const LOSS_PER_MILLE = 20;
const SWARM = 'swarm';
/** Below it there is nobody to ask for help. */
const SWARM_NODE_COUNT_MIN = 4;
const SWARM_NODE_COUNT = 32;
const MINUTES_MAX = 1_440;
const MINUTES = 2;
/** Newest lines that are written: about 250 MB. */
const TRACE_LINE_COUNT_MAX = 1_000_000;

export const USAGE: readonly string[] = [
  'Usage: pnpm sim --seed N [--seeds COUNT] [--nodes N] [--loss PER_MILLE] [--scenario NAME] [--minutes M]',
  '                [--only ACTS] [--trace FILE]',
  '',
  `  --seed N          the seed of the run, an integer of 0 to ${SEED_MAX}`,
  '  --seeds COUNT     runs this many seeds, from --seed on, up to the first that fails (default 1)',
  `  --nodes N         nodes in the cluster, ${NODE_COUNT_MIN} to ${NODE_COUNT_MAX} (default ${NODE_COUNT}; swarm ${SWARM_NODE_COUNT})`,
  `  --loss PER_MILLE  packets lost, of a thousand, 0 to ${LOSS_PER_MILLE_MAX} (default ${LOSS_PER_MILLE})`,
  '  --scenario NAME   first-cluster (default), swim-at-scale, quiet-cluster, scale, tombstones, overload, split-news, swarm',
  `  --minutes M       swarm: minutes in which things go wrong, 0.1 to ${MINUTES_MAX} (default ${MINUTES})`,
  '  --only 3,7,12     swarm: only these acts of the plan, or none',
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
  readonly minutes?: string | undefined;
  readonly only?: string | undefined;
}

/** What is asked for; a problem as a sentence; or '' when it is help that is asked for. */
export function parsedRequest(args: readonly string[], scenarios: ReadonlyMap<string, Scenario>): CliRequest | string {
  const options = parsedOptions(args);
  if (typeof options === 'string') return options;
  if (options.help === true) return '';
  const { scenario = 'first-cluster', trace: traceFile, seeds = '1' } = options;
  const seed = wholeNumber(options.seed, 0, SEED_MAX);
  const seedCount = wholeNumber(seeds, 1, SEED_COUNT_MAX);
  if (seed === undefined) return `--seed: give a whole number of 0 to ${SEED_MAX}`;
  if (seedCount === undefined) return `--seeds: ${seeds} is not a whole number of 1 to ${SEED_COUNT_MAX}`;
  if (seed + seedCount - 1 > SEED_MAX) return `--seeds: the last seed would be above ${SEED_MAX}`;
  if (traceFile !== undefined && seedCount > 1) return '--trace: works for one seed, leave --seeds away';
  const traceLineCountMax = traceFile === undefined ? 0 : TRACE_LINE_COUNT_MAX;
  const shared = { seed, seedCount, traceFile, traceLineCountMax };
  return scenario === SWARM ? swarmRequest(options, shared) : scenarioRequest(scenario, scenarios, options, shared);
}

/** What both kinds have in common. */
interface Shared {
  readonly seed: number;
  readonly seedCount: number;
  readonly traceFile: string | undefined;
  readonly traceLineCountMax: number;
}

function scenarioRequest(
  scenarioName: string,
  scenarios: ReadonlyMap<string, Scenario>,
  options: CliOptions,
  { seed, seedCount, traceFile, traceLineCountMax }: Shared,
): CliRequest | string {
  const nodeCount = wholeNumber(options.nodes ?? String(NODE_COUNT), NODE_COUNT_MIN, NODE_COUNT_MAX);
  const lossPerMille = wholeNumber(options.loss ?? String(LOSS_PER_MILLE), 0, LOSS_PER_MILLE_MAX);
  const scenario = scenarios.get(scenarioName);
  if (nodeCount === undefined) {
    return `--nodes: ${options.nodes} is not a whole number of ${NODE_COUNT_MIN} to ${NODE_COUNT_MAX}`;
  }
  if (lossPerMille === undefined) return `--loss: ${options.loss} is not a whole number of 0 to ${LOSS_PER_MILLE_MAX}`;
  if (scenario === undefined) {
    return `--scenario: ${scenarioName} is unknown; there is ${[...scenarios.keys(), SWARM].join(', ')}`;
  }
  if (options.minutes !== undefined || options.only !== undefined) return '--minutes and --only are for the swarm';
  const parameters = { seed, nodeCount, lossPerMille, traceLineCountMax };
  return { kind: 'scenario', scenarioName, scenario, seedCount, parameters, traceFile };
}

function swarmRequest(options: CliOptions, { seed, ...shared }: Shared): CliRequest | string {
  const { minutes: minutesText = String(MINUTES), only: onlyText } = options;
  const nodeCount = wholeNumber(options.nodes ?? String(SWARM_NODE_COUNT), SWARM_NODE_COUNT_MIN, NODE_COUNT_MAX);
  const minutes = /^\d{1,4}(\.\d{1,3})?$/.test(minutesText) ? Number(minutesText) : 0;
  const only = onlyText === undefined ? undefined : actNumbers(onlyText);
  if (nodeCount === undefined) {
    return `--nodes: ${options.nodes} is not a whole number of ${SWARM_NODE_COUNT_MIN} to ${NODE_COUNT_MAX}`;
  }
  if (!(minutes >= 0.1 && minutes <= MINUTES_MAX)) return `--minutes: ${minutesText} is not 0.1 to ${MINUTES_MAX}`;
  if (onlyText !== undefined && only === undefined) return `--only: ${onlyText} is no list of numbers`;
  if (options.loss !== undefined) return '--loss: the swarm draws its own';
  return { kind: 'swarm', request: { seed, nodeCount, minutes, only }, ...shared };
}

function actNumbers(text: string): number[] | undefined {
  if (text === 'none') return [];
  return /^\d{1,7}(,\d{1,7})*$/.test(text) ? text.split(',').map(Number) : undefined;
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
        minutes: { type: 'string' },
        only: { type: 'string' },
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
