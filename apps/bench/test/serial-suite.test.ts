import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { RunError } from '../src/failure.ts';
import type { JobRunner } from '../src/pool.ts';
import { runCommand } from '../src/program.ts';
import type { Suite } from '../src/suite.ts';
import { capturedTerminal } from './captured-terminal.ts';

/** What was asked of whom, in order. */
const log: string[] = [];
beforeEach(() => void log.splice(0));

function suite(name: string, changes: Partial<Suite> = {}): Suite {
  return {
    name,
    title: name,
    about: 'A suite for tests.',
    jobs: () => [{ seed: 1 }, { seed: 2 }, { seed: 3 }],
    run: ({ seed }) => ({ seed }),
    summarize: (_jobs, outcomes) => {
      const notes = [outcomes.map(({ seed }) => seed).join()];
      return { parameters: {}, rows: [], checks: [], plots: [], notes };
    },
    end: (jobs) => void log.push(`end ${jobs.length}`),
    ...changes,
  };
}

/** Notes which jobs are asked for at once. */
const runJobs: JobRunner = async (name, jobs, onDone) => {
  log.push(`${name} ${jobs.map(({ seed }) => seed).join()}`);
  onDone(jobs.length);
  return jobs.map(({ seed }) => ({ seed }));
};

async function run(args: readonly string[], suites: readonly Suite[], runner = runJobs) {
  const terminal = capturedTerminal();
  const folder = mkdtempSync(join(tmpdir(), 'hearsay-bench-'));
  try {
    const exitCode = await runCommand([...args, '--out', folder], terminal, { suites, jobRunner: () => runner });
    return { exitCode, stdout: terminal.stdout.text, stderr: terminal.stderr.text };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('a serial suite', () => {
  it('has its jobs run one at a time, in their order', async () => {
    const { stdout } = await run([], [suite('alone', { isSerial: true }), suite('threads')]);
    expect(log).toEqual(['alone 1', 'alone 2', 'alone 3', 'end 3', 'threads 1,2,3', 'end 3']);
    expect(stdout).toMatch(/· 1,2,3\n[\s\S]*· 1,2,3\n/);
  });
});

describe('a suite that leaves something behind', () => {
  it('is told to remove it when a job fails, too', async () => {
    const failing: JobRunner = () => Promise.reject(new RunError('no port is free'));
    const { exitCode, stderr } = await run([], [suite('alpha')], failing);
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: 'hearsay-bench: no port is free\n' });
    expect(log).toEqual(['end 3']);
  });
});

describe('a suite on request', () => {
  const all = [suite('alpha'), suite('slow', { isOnRequest: true })];

  it('is listed, and runs only when it is named', async () => {
    await run(['--quick'], all);
    expect(log).toEqual(['alpha 1,2,3', 'end 3']);
    await run(['slow'], all);
    expect(log.slice(2)).toEqual(['slow 1,2,3', 'end 3']);
    const { stdout } = await run(['--help'], all);
    expect(stdout.replace(/\s+/g, ' ')).toContain(
      'suites to run: alpha, slow (on request); none runs all but those on',
    );
  });

  it('has no empty tables when it has nothing to show', async () => {
    expect((await run(['slow'], all)).stdout).toMatch(/no checks\n\n· 1,2,3\n→ /);
  });
});
