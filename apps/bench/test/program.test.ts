import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { check } from '../src/check.ts';
import { RunError } from '../src/failure.ts';
import type { JobRunner } from '../src/pool.ts';
import { type Harness, runCommand } from '../src/program.ts';
import type { SuiteResult } from '../src/result.ts';
import type { Suite, SuiteOptions } from '../src/suite.ts';
import { capturedTerminal } from './captured-terminal.ts';
import { temporaryFolder } from './temporary-folder.ts';

const folder = temporaryFolder();

/** Its only row and check hold the seed, which may be at most 100. */
function suite(name: string, run: Suite['run'] = ({ seed }) => ({ seed })): Suite {
  return {
    name,
    title: `The ${name}`,
    about: 'A suite for tests.',
    jobs: ({ seed, isQuick }: SuiteOptions) => [{ seed, isQuick }],
    run,
    summarize: (_jobs, [outcome = {}]) => ({
      parameters: {},
      rows: [{ seed: Number(outcome.seed) }],
      checks: [check('seed', 100, Number(outcome.seed), { kind: 'at-most' })],
      plots: [],
      notes: [],
    }),
  };
}

const suites = [suite('alpha'), suite('beta')];

/** Runs jobs in this thread. */
function inThread(suites: readonly Suite[]): JobRunner {
  return async (name, jobs) => jobs.map((job) => suites.find((one) => one.name === name)!.run(job));
}

async function run(args: readonly string[], harness: Partial<Harness> = {}) {
  const terminal = capturedTerminal();
  const own = harness.suites ?? suites;
  const exitCode = await runCommand(args, terminal, { suites: own, jobRunner: () => inThread(own), ...harness });
  return { exitCode, stdout: terminal.stdout.text, stderr: terminal.stderr.text };
}

function written(name: string): SuiteResult {
  return JSON.parse(readFileSync(join(folder.path, `${name}.json`), 'utf8'));
}

describe('bad usage', () => {
  it.each([
    [['gamma'], /no suite is called "gamma": name alpha, beta, or none for all/],
    [['--nope'], /unknown option '--nope'; see hearsay-bench --help/],
    [['--quik'], /unknown option '--quik' \(Did you mean --quick\?\); see hearsay-bench --help/],
    [['alpha', '--seed', '-1'], /Use a whole number of 0 to 4294967295/],
    [['alpha', '--seed', '1.5'], /Use a whole number of 0 to 4294967295/],
    [['alpha', '--seed', ''], /Use a whole number of 0 to 4294967295/],
    [['alpha', '--seed', '4294967296'], /Use a whole number of 0 to 4294967295/],
    [['alpha', '--threads', '0'], /Use a whole number of 1 to 1024/],
    [['alpha', '--out'], /option '--out <dir>' argument missing/],
    [['compare', 'a'], /missing required argument 'b'/],
    [['report', 'a', 'b'], /too many arguments/],
  ])('%j exits with 2 and one line, and runs nothing', async (args, message) => {
    const { exitCode, stdout, stderr } = await run([...args], {
      jobRunner: () => () => Promise.reject(new Error('ran')),
    });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^hearsay-bench: [^\n]+\n$/);
  });

  it('looks at all names before it runs the first', async () => {
    expect(await run(['alpha', 'gamma', '--out', folder.path])).toMatchObject({ exitCode: 2 });
    expect(readdirSync(folder.path)).toEqual([]);
  });
});

it('shows the help, with the suites, and the version', async () => {
  const help = await run(['--help']);
  expect(help).toMatchObject({ exitCode: 0, stderr: '' });
  expect(help.stdout).toMatch(/suites to run: alpha, beta; none runs\s+all/);
  expect((await run(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

describe('a run', () => {
  it('shows a table and writes a file for each suite, in a folder that it makes', async () => {
    const made = join(folder.path, 'made', 'here');
    const { exitCode, stdout, stderr } = await run(['--out', made, '--seed', '42']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/^The alpha \(alpha\)\nversion \d.* · seed 42 · full run, .* · all 1 checks pass\n\nseed\n/);
    expect(stdout).toContain(`→ ${join(made, 'beta.json')}\n`);
    expect(written('made/here/alpha')).toMatchObject({
      suite: 'alpha',
      seed: 42,
      isQuick: false,
      rows: [{ seed: 42 }],
    });
    expect(written('made/here/beta')).toMatchObject({ suite: 'beta', version: expect.stringMatching(/^\d/) });
  });

  it('is of the suites that are named, once each, in that order', async () => {
    const { stdout } = await run(['beta', 'alpha', 'beta', '--out', folder.path]);
    expect(stdout.match(/^The \w+/gm)).toEqual(['The beta', 'The alpha']);
  });

  it('hands seed, size and threads on', async () => {
    const asked: unknown[] = [];
    await run(['alpha', '--quick', '--threads', '7', '--out', folder.path], {
      jobRunner: (threadCount) => (name, jobs) => {
        asked.push(threadCount, name, jobs);
        return Promise.resolve([{ seed: 1 }]);
      },
    });
    expect(asked).toEqual([7, 'alpha', [{ seed: 1, isQuick: true }]]);
  });

  it('prints nothing but JSON with --json', async () => {
    const { stdout } = await run(['alpha', '--json', '--out', folder.path]);
    expect(JSON.parse(stdout)).toEqual([written('alpha')]);
  });

  it('exits with 1 when a check fails, and shows and writes everything all the same', async () => {
    const { exitCode, stdout } = await run(['--seed', '101', '--out', folder.path]);
    expect(exitCode).toBe(1);
    expect(stdout.match(/^✗ {2}seed/gm)).toHaveLength(2);
    expect(readdirSync(folder.path)).toEqual(['alpha.json', 'beta.json']);
    expect(await run(['--seed', '101', '--out', folder.path, '--json'])).toMatchObject({ exitCode: 1 });
  });

  it('ends with the first error, after the files of the suites before it', async () => {
    const broken = [suite('alpha'), suite('beta'), suite('delta')];
    const { exitCode, stderr } = await run(['--out', folder.path], {
      suites: broken,
      jobRunner: () => (name, jobs, onDone) =>
        name === 'beta'
          ? Promise.reject(new RunError('suite beta: no dice (job {})'))
          : inThread(broken)(name, jobs, onDone),
    });
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: 'hearsay-bench: suite beta: no dice (job {})\n',
    });
    expect(readdirSync(folder.path)).toEqual(['alpha.json']);
  });

  it('cannot write where a file is in the way, and says so before it runs', async () => {
    writeFileSync(join(folder.path, 'file'), '');
    const { exitCode, stderr } = await run(['--out', join(folder.path, 'file')], {
      jobRunner: () => () => Promise.reject(new Error('ran')),
    });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^hearsay-bench: cannot make the folder .*: name another with --out\n$/);
  });

  it('exits with 130 when it is interrupted, and keeps what is complete', async () => {
    const terminal = capturedTerminal();
    const runner = inThread(suites);
    const exitCode = await runCommand(['--out', folder.path], terminal, {
      suites,
      jobRunner: (_threadCount, signal) => async (name, jobs, onDone) => {
        if (name === 'beta') terminal.interruption.abort();
        signal.throwIfAborted();
        return runner(name, jobs, onDone);
      },
    });
    expect(exitCode).toBe(130);
    expect(terminal.stderr.text).toBe(`hearsay-bench: interrupted: only the suites that ended are in ${folder.path}\n`);
    expect(readdirSync(folder.path)).toEqual(['alpha.json']);
  });
});

describe('report and compare', () => {
  it('make a page of what was run', async () => {
    await run(['--out', folder.path]);
    expect(await run(['report', folder.path])).toEqual({
      exitCode: 0,
      stdout: `wrote ${join(folder.path, 'report.html')}\n`,
      stderr: '',
    });
    expect(readFileSync(join(folder.path, 'report.html'), 'utf8')).toContain('all 2 checks pass');
  });

  it('put two runs side by side', async () => {
    await run(['alpha', '--out', join(folder.path, 'a'), '--seed', '10']);
    await run(['alpha', '--out', join(folder.path, 'b'), '--seed', '20']);
    const { exitCode, stdout } = await run(['compare', join(folder.path, 'a'), join(folder.path, 'b')]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^alpha {2}seed +10 {2}20 +2 {2}✓ ✓$/m);
  });

  it.each([['report'], ['compare', 'nowhere']])('%s say what to do without results', async (...args) => {
    const { exitCode, stderr } = await run([...args, join(folder.path, 'nowhere')]);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^hearsay-bench: no results in .*nowhere: run hearsay-bench --out .*nowhere first\n$/);
    expect(existsSync(join(folder.path, 'nowhere'))).toBe(false);
  });
});
