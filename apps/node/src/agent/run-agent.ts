/** `hearsay agent`: from a configuration to an exit code. */
import type { AgentConfig } from '../config/schema.ts';
import { EXIT_OK } from '../failure.ts';
import { type Terminal, writeLine } from '../terminal.ts';
import { Agent } from './agent.ts';
import { createLog } from './log.ts';

/** An end that takes longer is given up: the others will notice by themselves. Unit: ms. Source: guess. */
const END_MS_MAX = 10_000;

/** Runs until `terminal.interrupted`. */
export async function runAgent(config: AgentConfig, terminal: Terminal): Promise<number> {
  const { interrupted } = terminal;
  const log = createLog(config);
  const agent = await Agent.start(config, log);
  const { name, gossipAddress: gossip, httpAddress: http } = agent;
  await writeLine(terminal.stdout, JSON.stringify({ event: 'ready', name, gossip, http, pid: process.pid }));
  log.info({ event: 'ready', gossip, http }, `${name} gossips on ${gossip} and serves HTTP on ${http}`);
  await aborted(interrupted);
  log.info({ event: 'ending' }, 'leaving the cluster');
  const end = agent.end().then(
    () => true,
    (error: unknown) => {
      log.error({ err: error }, 'leaving failed');
      return false;
    },
  );
  const isClean = await Promise.race([end, afterMs(END_MS_MAX).then(() => false)]);
  if (isClean) log.info({ event: 'ended' }, 'left');
  else log.warn({ event: 'ended' }, 'the news of leaving may not have spread');
  return EXIT_OK;
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

function afterMs(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs).unref());
}
