/** One agent of the demo: a real process, started from this package's own executable. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { AgentClient } from '../client/agent-client.ts';
import { OperationError } from '../failure.ts';

const EXECUTABLE = fileURLToPath(new URL('../../bin/hearsay.js', import.meta.url));
/** Until the ready line. Unit: ms. Source: guess; a busy machine starts Node in a few seconds. */
const READY_MS_MAX = 30_000;
/** Until an agent that was asked to leave is killed. Unit: ms. Source: more than the agent gives itself. */
const LEAVE_MS_MAX = 12_000;
/** Lines of its log that are kept for the case that something fails. */
const LOG_LINE_COUNT_MAX = 20;

const readyShape = z.object({ event: z.literal('ready'), gossip: z.string(), http: z.string(), pid: z.number() });

export class AgentProcess {
  readonly name: string;
  readonly gossip: string;
  readonly client: AgentClient;
  readonly #child: ChildProcess;
  readonly #logLines: string[];

  private constructor(child: ChildProcess, logLines: string[], name: string, ready: z.output<typeof readyShape>) {
    this.#child = child;
    this.#logLines = logLines;
    this.name = name;
    this.gossip = ready.gossip;
    this.client = new AgentClient(new URL(`http://${ready.http}`));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** The end of its log. */
  get logLines(): readonly string[] {
    return this.#logLines;
  }

  /**
   * Starts an agent and waits for its ready line. Throws `OperationError` when there is none; nothing runs then.
   *
   * It leads a process group of its own, so that Ctrl-C reaches the demo alone, and holds an IPC channel, whose end
   * tells it that the demo is gone, however that came.
   */
  static async start(name: string, args: readonly string[]): Promise<AgentProcess> {
    const child = spawn(process.execPath, [EXECUTABLE, 'agent', '--name', name, ...args], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
      env: ownEnv(process.env),
    });
    const logLines: string[] = [];
    if (child.stderr !== null) createInterface(child.stderr).on('line', (line) => keepLast(logLines, line));
    try {
      return new AgentProcess(child, logLines, name, await readyLine(child));
    } catch (error) {
      child.kill('SIGKILL');
      throw new OperationError(`${name} did not start: ${logLines.at(-1) ?? String(error)}`, { cause: error });
    }
  }

  /** SIGKILL, and waits until the process is gone. */
  async kill(): Promise<void> {
    this.killNow();
    await this.#gone();
  }

  /** SIGKILL without waiting; only ever this one process. */
  killNow(): void {
    if (this.isRunning) this.#child.kill('SIGKILL');
  }

  /** Asks it to leave, and kills it if it does not. */
  async stop(): Promise<void> {
    if (this.isRunning) this.#child.kill('SIGTERM');
    const patience = new AbortController();
    await Promise.race([
      this.#gone(),
      sleep(LEAVE_MS_MAX, undefined, { signal: patience.signal }).catch(() => undefined),
    ]);
    patience.abort();
    await this.kill();
  }

  async #gone(): Promise<void> {
    if (this.isRunning) await once(this.#child, 'exit');
  }
}

async function readyLine(child: ChildProcess): Promise<z.output<typeof readyShape>> {
  const { stdout } = child;
  if (stdout === null) throw new Error('no stdout');
  const signal = AbortSignal.timeout(READY_MS_MAX);
  const line = new Promise<string>((resolve, reject) => {
    createInterface(stdout).once('line', resolve);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`it ended with exit code ${code}`)));
    signal.addEventListener('abort', () => reject(new Error(`no ready line within ${READY_MS_MAX} ms`)));
  });
  return readyShape.parse(JSON.parse(await line));
}

/** Settings of this shell for agents would make the demo's agents something else than the demo describes. */
function ownEnv(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([key]) => !key.startsWith('HEARSAY_')));
}

function keepLast(lines: string[], line: string): void {
  lines.push(line);
  if (lines.length > LOG_LINE_COUNT_MAX) lines.shift();
}
