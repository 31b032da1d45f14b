/** Real agents on this machine, by the harness of `tools/peers`. Not part of this package. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { outputOf } from './peer-programs.ts';

/** What is asked of the agents. */
export interface AgentsFlags {
  readonly agentCount: number;
  readonly rumorCount: number;
  readonly payloadBytes: number;
  readonly batchCount: number;
  readonly way: string;
}

/** What the harness prints, each a number. CPU, packets and the rest are of all agents together. */
export const AGENTS_MEASURES = [
  'agents',
  'rumors',
  'bytes',
  'missed',
  'twice',
  'strange',
  'busy',
  'publishedSeconds',
  'seconds',
  'cpuSeconds',
  'publisherCpuSeconds',
  'packets',
  'packetBytes',
  'frames',
  'frameBytes',
  'pushed',
  'branched',
  'duplicates',
  'recovered',
  'dropped',
  'suspicions',
] as const;
export type AgentsReport = Readonly<Record<(typeof AGENTS_MEASURES)[number], number>>;

/** Source: twice what ten agents take for ten thousand rumors on two cores that do other things too. */
const RUN_LIMIT_MS = 1_200_000;

const repository = fileURLToPath(new URL('../../../../', import.meta.url));
const script = `${repository}tools/peers/agents/throughput.mjs`;
const executable = `${repository}apps/node/dist/cli.js`;

/** Why no agents can run here, or `undefined` if they can. */
export function agentsObstacle(): string | undefined {
  if (!existsSync(script)) return 'the harness is in the repository only';
  return existsSync(executable) ? undefined : 'the agent is not built: run "pnpm build"';
}

/** Runs the agents until all rumors are everywhere, or none has come for long. Throws with what the harness said. */
export function runAgents(flags: AgentsFlags): AgentsReport {
  const args = Object.entries({
    n: flags.agentCount,
    rumors: flags.rumorCount,
    bytes: flags.payloadBytes,
    batch: flags.batchCount,
    way: flags.way,
  }).flatMap(([name, value]) => [`--${name}`, `${value}`]);
  return parseAgentsReport(outputOf({ file: process.execPath, args: [script, ...args] }, RUN_LIMIT_MS));
}

/** Reads the one line of JSON. Throws `TypeError` unless it has all the measures, and no others. */
export function parseAgentsReport(text: string): AgentsReport {
  const values: unknown = JSON.parse(text);
  if (typeof values !== 'object' || values === null) throw new TypeError(`a report is ${JSON.stringify(values)}`);
  const unexpected = Object.keys(values).find((key) => !AGENTS_MEASURES.some((known) => known === key));
  if (unexpected !== undefined) throw new TypeError(`${unexpected} is not expected`);
  const entries = new Map<string, unknown>(Object.entries(values));
  return measuresOf((key) => {
    const value = entries.get(key);
    if (typeof value !== 'number') throw new TypeError(`${key} is ${JSON.stringify(value)}`);
    return value;
  });
}

/** All of them, each as `numberAt` says. */
export function measuresOf(numberAt: (key: string) => number): AgentsReport {
  const report: Partial<Record<(typeof AGENTS_MEASURES)[number], number>> = {};
  for (const key of AGENTS_MEASURES) report[key] = numberAt(key);
  return report as AgentsReport;
}
