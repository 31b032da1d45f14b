/** Real agent processes, started from the build and watched from outside. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { AgentClient } from '../src/client/agent-client.ts';

const executable = fileURLToPath(new URL('../bin/hearsay.js', import.meta.url));

export interface Finished {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RealAgent {
  readonly name: string;
  readonly gossip: string;
  readonly http: string;
  readonly pid: number;
  readonly client: AgentClient;
  readonly stderr: () => string;
  /** Sends a signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<Finished>;
}

/** Processes and folders of one test file; `clean` ends exactly these. */
export class Bench {
  readonly #children = new Set<ChildProcess>();
  readonly #folders: string[] = [];

  folder(): string {
    const path = mkdtempSync(join(tmpdir(), 'hearsay-e2e-'));
    this.#folders.push(path);
    return path;
  }

  /** Starts the executable. */
  spawn(args: readonly string[], env: Record<string, string> = {}): ChildProcess {
    if (!existsSync(new URL('../dist/cli.js', import.meta.url))) {
      throw new Error('apps/node is not built: run "npx turbo run build --filter @hearsay/node" first');
    }
    const own = Object.entries(process.env).filter(([key]) => !key.startsWith('HEARSAY_'));
    const child = spawn(process.execPath, [executable, ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...Object.fromEntries(own), ...env },
    });
    this.#children.add(child);
    return child;
  }

  /** Runs a command to its end. */
  async run(
    args: readonly string[],
    options: { env?: Record<string, string>; input?: string } = {},
  ): Promise<Finished> {
    const child = this.spawn(args, options.env);
    child.stdin!.end(options.input ?? '');
    return finished(child, collect(child.stdout!), collect(child.stderr!));
  }

  async agent(name: string, args: readonly string[] = []): Promise<RealAgent> {
    const standard = ['--bind', '127.0.0.1:0', '--http', '127.0.0.1:0', '--preset', 'local', '--log-format', 'json'];
    const child = this.spawn(['agent', '--name', name, ...standard, ...args]);
    const stdout = collect(child.stdout!);
    const stderr = collect(child.stderr!);
    const line = await Promise.race([
      once(createInterface(child.stdout!), 'line'),
      once(child, 'exit').then(() => Promise.reject(new Error(`${name} ended: ${stderr()}`))),
    ]);
    const { gossip, http, pid } = JSON.parse(String(line[0])) as { gossip: string; http: string; pid: number };
    const end = (signal: NodeJS.Signals): Promise<Finished> => {
      const end = finished(child, stdout, stderr);
      child.kill(signal);
      return end;
    };
    return { name, gossip, http, pid, client: new AgentClient(new URL(`http://${http}`)), stderr, end };
  }

  clean(): void {
    for (const child of this.#children) {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    }
    for (const folder of this.#folders) rmSync(folder, { recursive: true, force: true });
  }
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString('utf8');
}

async function finished(child: ChildProcess, stdout: () => string, stderr: () => string): Promise<Finished> {
  // `close` and not `exit`: the output must be complete.
  await once(child, 'close');
  return { exitCode: child.exitCode, stdout: stdout(), stderr: stderr() };
}
