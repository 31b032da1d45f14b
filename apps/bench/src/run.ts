/** Runs suites one after the other, each on all threads. */
import { writeResult } from './files.ts';
import { defaultThreadCount, runJobs } from './pool.ts';
import { Progress } from './progress.ts';
import type { SuiteResult } from './result.ts';
import { environment } from './result.ts';
import type { Suite } from './suite.ts';
import { suiteNamed, suites } from './suites/index.ts';
import { checkRows, formatTable } from './table.ts';

/** What to run, and what to do with it. */
export interface RunOptions {
  /** Empty for all. */
  readonly names: readonly string[];
  readonly isQuick: boolean;
  readonly seed: number;
  readonly out: string;
  readonly threads?: number;
  readonly json: boolean;
  readonly version: string;
}

const MS_PER_SECOND = 1_000;

/** Returns whether every check passed. Throws `RangeError` for an unknown suite, before anything runs. */
export async function runSuites(options: RunOptions): Promise<boolean> {
  const chosen = options.names.length === 0 ? suites : options.names.map(suiteNamed);
  const results: SuiteResult[] = [];
  for (const suite of chosen) {
    const result = await runSuite(suite, options);
    const file = writeResult(options.out, result);
    results.push(result);
    if (!options.json) console.log(`${summary(result)}\n→ ${file}\n`);
  }
  if (options.json) console.log(JSON.stringify(results, undefined, 2));
  return results.every((result) => result.checks.every((check) => check.ok));
}

async function runSuite(suite: Suite, options: RunOptions): Promise<SuiteResult> {
  const startMs = performance.now();
  const jobs = suite.jobs(options);
  const progress = new Progress(process.stderr, suite.name, jobs.length);
  const threadCount = options.threads ?? defaultThreadCount();
  const outcomes = await runJobs(suite.name, jobs, threadCount, (doneCount) => progress.show(doneCount));
  progress.end();
  return {
    suite: suite.name,
    title: suite.title,
    version: options.version,
    seed: options.seed,
    isQuick: options.isQuick,
    environment: environment(),
    tookSeconds: (performance.now() - startMs) / MS_PER_SECOND,
    ...suite.summarize(jobs, outcomes, options),
  };
}

function summary(result: SuiteResult): string {
  const heading = `${result.suite} · ${result.title} · seed ${result.seed} · ${result.tookSeconds.toFixed(1)} s`;
  const notes = result.notes.map((note) => `· ${note}`).join('\n');
  return [heading, formatTable(result.rows), formatTable(checkRows(result.checks)), notes]
    .filter((part) => part !== '')
    .join('\n\n');
}
