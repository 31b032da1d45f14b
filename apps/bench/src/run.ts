/** Runs suites one after the other, each on all threads. */
import { environment } from './environment.ts';
import { makeFolder, writeResult } from './files.ts';
import type { JobRunner } from './pool.ts';
import { Progress } from './progress.ts';
import { runText, type SuiteResult, verdictText } from './result.ts';
import type { Job, Outcome, Suite } from './suite.ts';
import { checkRows, formatTable } from './table.ts';
import { type Output, type Terminal, writeLine } from './terminal.ts';

/** What to run, and what to do with it. */
export interface RunOptions {
  readonly suites: readonly Suite[];
  readonly isQuick: boolean;
  readonly seed: number;
  /** Folder of the result files; made if it is not there. */
  readonly out: string;
  /** JSON on stdout, once, in place of the tables. */
  readonly isJson: boolean;
  readonly version: string;
}

const MS_PER_SECOND = 1_000;

/** Runs, shows and writes. Throws `RunError` when a job or a file fails; files of earlier suites are there then. */
export async function runSuites(
  options: RunOptions,
  runJobs: JobRunner,
  terminal: Terminal,
): Promise<readonly SuiteResult[]> {
  makeFolder(options.out);
  const results: SuiteResult[] = [];
  for (const suite of options.suites) {
    const result = await runSuite(suite, options, runJobs, terminal.stderr);
    const file = writeResult(options.out, result);
    results.push(result);
    if (!options.isJson) await writeLine(terminal.stdout, `${summary(result)}\n→ ${file}\n`);
  }
  if (options.isJson) await writeLine(terminal.stdout, JSON.stringify(results, undefined, 2));
  return results;
}

async function runSuite(
  suite: Suite,
  options: RunOptions,
  runJobs: JobRunner,
  progressOutput: Output,
): Promise<SuiteResult> {
  const startMs = performance.now();
  const jobs = suite.jobs(options);
  const progress = new Progress(progressOutput, suite.name, jobs.length);
  try {
    const outcomes = await outcomesOf(suite, jobs, runJobs, (doneCount) => progress.show(doneCount));
    return {
      suite: suite.name,
      title: suite.title,
      about: suite.about,
      version: options.version,
      seed: options.seed,
      isQuick: options.isQuick,
      environment: environment(),
      tookSeconds: (performance.now() - startMs) / MS_PER_SECOND,
      ...suite.summarize(jobs, outcomes),
    };
  } finally {
    suite.end?.(jobs);
    progress.end();
  }
}

/** Of a serial suite each job is a run of its own, so that no two of them are ever under way. */
async function outcomesOf(
  suite: Suite,
  jobs: readonly Job[],
  runJobs: JobRunner,
  onDone: (doneCount: number) => void,
): Promise<readonly Outcome[]> {
  if (suite.isSerial !== true) return runJobs(suite.name, jobs, onDone);
  const outcomes: Outcome[] = [];
  for (const job of jobs) {
    outcomes.push(...(await runJobs(suite.name, [job], () => onDone(outcomes.length + 1))));
  }
  return outcomes;
}

function summary(result: SuiteResult): string {
  return [
    `${result.title} (${result.suite})\n${runText(result)} · ${verdictText(result.checks)}`,
    formatTable(result.rows),
    formatTable(checkRows(result.checks)),
    result.notes.map((note) => `· ${note}`).join('\n'),
  ]
    .filter((part) => part.trim() !== '')
    .join('\n\n');
}
