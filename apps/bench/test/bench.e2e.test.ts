/** The executable as a process of its own, with real worker threads. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { temporaryFolder } from './temporary-folder.ts';

const executable = fileURLToPath(new URL('../bin/hearsay-bench.js', import.meta.url));

const folder = temporaryFolder();
const started = new Set<ChildProcess>();
afterEach(() => {
  for (const child of started) child.kill('SIGKILL');
  started.clear();
});

function start(args: readonly string[]) {
  if (!existsSync(new URL('../dist/cli.js', import.meta.url))) {
    throw new Error('apps/bench is not built: run "npx turbo run build --filter @hearsay/bench" first');
  }
  const child = spawn(process.execPath, [executable, ...args, '--quick', '--out', folder.path], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.add(child);
  return child;
}

it('runs jobs on worker threads and prints what it writes', async () => {
  const bench = start(['swim', '--json', '--threads', '2']);
  const [stdout, stderr, [exitCode]] = await Promise.all([text(bench.stdout), text(bench.stderr), once(bench, 'exit')]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(JSON.parse(stdout)).toEqual([JSON.parse(readFileSync(join(folder.path, 'swim.json'), 'utf8'))]);
});

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('ends its threads on %s, says so, and keeps what is complete', async (signal, expected) => {
  const bench = start(['codec', 'spread']);
  bench.stdout.setEncoding('utf8').on('data', (shown: string) => {
    // The first suite has ended and the second, which is long, is under way.
    if (shown.includes('codec.json')) bench.kill(signal);
  });
  const [stderr, [exitCode]] = await Promise.all([text(bench.stderr), once(bench, 'exit')]);
  expect({ exitCode, stderr }).toEqual({
    exitCode: expected,
    stderr: `hearsay-bench: interrupted: only the suites that ended are in ${folder.path}\n`,
  });
  expect(readdirSync(folder.path)).toEqual(['codec.json']);
});
