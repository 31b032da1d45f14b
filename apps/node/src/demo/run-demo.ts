/** `hearsay demo`: a cluster of real agents on this machine, to watch or to be told its story. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentConfig } from '../config/schema.ts';
import { EXIT_FAILED, EXIT_OK } from '../failure.ts';
import { formatDuration } from '../format/duration.ts';
import { type Output, type Terminal, write, writeLine } from '../terminal.ts';
import type { AgentProcess } from './agent-process.ts';
import { DemoCluster } from './demo-cluster.ts';
import { isPortFree } from './free-port.ts';
import { LiveArea, type LiveRow, liveLines } from './live-table.ts';
import { type StepReport, storyLines, tellStory } from './story.ts';

export interface DemoOptions {
  /** How many agents. */
  readonly nodes: number;
  /** HTTP port of the first agent; 0 picks one. */
  readonly httpPort: number;
  /** Whose rules judge the members. */
  readonly profile: AgentConfig['profile'];
  /** Tell the whole story and end. */
  readonly once: boolean;
}

/** Between two looks at the agents. Unit: ms. Source: guess; what feels live. */
const LOOK_INTERVAL_MS = 500;

/** Returns the exit code. Every agent is gone when it returns, however it went. */
export async function runDemo(options: DemoOptions, { stdout, stderr, interrupted }: Terminal): Promise<number> {
  const cluster = await DemoCluster.create(interrupted, options.profile);
  const killNow = (): void => cluster.killNow();
  process.once('exit', killNow);
  try {
    const http = await firstHttp(options.httpPort, stderr);
    await writeLine(stdout, `starting ${options.nodes} agents on this machine`);
    for (let number = 1; number <= options.nodes && !interrupted.aborted; number += 1) {
      await cluster.add(`node-${number}`, number === 1 ? http : undefined);
    }
    if (!options.once) return await watch(cluster, stdout, interrupted);
    return await tell(cluster, stdout, stderr);
  } finally {
    // Without waiting: the reader of a pipe may be gone, and the agents must end all the same.
    stdout.write('stopping the agents\n');
    await cluster.close();
    process.off('exit', killNow);
  }
}

async function firstHttp(port: number, stderr: Output): Promise<string> {
  if (port === 0 || (await isPortFree(port))) return `127.0.0.1:${port}`;
  await writeLine(stderr, `hearsay: port ${port} is in use, so the first agent takes a free one`);
  return '127.0.0.1:0';
}

async function tell(cluster: DemoCluster, stdout: Output, stderr: Output): Promise<number> {
  const reports = await tellStory(cluster, (report) => void stdout.write(`${progressLine(report)}\n`));
  await write(stdout, `\n${storyLines(reports).join('\n')}\n\n`);
  const failed = reports.find((report) => report.outcome === 'failed');
  if (failed === undefined) return EXIT_OK;
  for (const agent of cluster.agents) {
    await writeLine(stderr, `hearsay: the end of the log of ${agent.name}:`);
    for (const line of agent.logLines) await writeLine(stderr, `  ${line}`);
  }
  await writeLine(stderr, `hearsay: "${failed.title}" did not hold: ${failed.text}`);
  return EXIT_FAILED;
}

function progressLine({ title, outcome, elapsedMs }: StepReport): string {
  return elapsedMs === undefined ? `${title}: ${outcome}` : `${title}: ${outcome} after ${formatDuration(elapsedMs)}`;
}

async function watch(cluster: DemoCluster, stdout: Output, interrupted: AbortSignal): Promise<number> {
  await writeLine(stdout, hints(cluster.agents));
  const area = new LiveArea(stdout);
  while (!interrupted.aborted && stdout.writable) {
    area.draw(liveLines(await Promise.all(cluster.agents.map(rowOf))));
    await sleep(LOOK_INTERVAL_MS, undefined, { signal: interrupted }).catch(() => undefined);
  }
  return EXIT_OK;
}

function hints(agents: readonly AgentProcess[]): string {
  return [
    `Try in another terminal, with HEARSAY_HTTP=${agents[0]?.client.url.origin}:`,
    '  hearsay members            hearsay kv set color blue',
    `  hearsay events             kill -9 ${agents.at(-1)?.pid}`,
    'Ctrl-C stops all agents. Equal digests mean equal replicas.',
    '',
  ].join('\n');
}

async function rowOf({ name, pid, gossip, client, isRunning }: AgentProcess): Promise<LiveRow> {
  const status = isRunning ? await client.status().catch(() => undefined) : undefined;
  return { name, pid, gossip, url: client.url.origin, status };
}
