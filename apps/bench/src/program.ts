/** The command line: which commands there are, and how each of them ends. */
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { compareFolders } from './compare.ts';
import { CommandError, EXIT_FAILED, EXIT_INTERRUPTED, EXIT_OK, EXIT_USAGE, UsageError } from './failure.ts';
import { readResults } from './files.ts';
import { defaultThreadCount, type JobRunner, workerPool } from './pool.ts';
import { writeReport } from './report/index.ts';
import { hasPassed } from './result.ts';
import { runSuites } from './run.ts';
import type { Suite } from './suite.ts';
import { suites } from './suites/index.ts';
import { type Terminal, writeLine } from './terminal.ts';
import { packageVersion } from './version.ts';

const FOLDER_DEFAULT = 'bench-results';
const SEED_DEFAULT = 1;
const SEED_MAX = 0xffff_ffff;
const THREAD_COUNT_MAX = 1_024;

/** What the commands run. Tests give suites of their own, and run them without threads. */
export interface Harness {
  readonly suites: readonly Suite[];
  readonly jobRunner: (threadCount: number, signal: AbortSignal) => JobRunner;
}

const HARNESS: Harness = { suites, jobRunner: workerPool };

interface Flags {
  readonly quick: boolean;
  readonly seed: number;
  readonly out: string;
  readonly threads: number;
  readonly json: boolean;
}

/** Runs one command line, without the names of Node and of the script. Returns the exit code; throws on a bug only. */
export async function runCommand(
  args: readonly string[],
  terminal: Terminal,
  harness: Harness = HARNESS,
): Promise<number> {
  let exitCode = EXIT_OK;
  const program = benchProgram(terminal, harness, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_OK : EXIT_USAGE;
    if (error instanceof CommandError) {
      await writeLine(terminal.stderr, `hearsay-bench: ${error.message}`);
      return error.exitCode;
    }
    // The reader of a pipe has gone, as `hearsay-bench codec | head -1` does. Nobody is left to be told.
    if (error instanceof Error && 'code' in error && error.code === 'EPIPE') return EXIT_FAILED;
    throw error;
  }
}

function benchProgram(terminal: Terminal, harness: Harness, onExit: (exitCode: number) => void): Command {
  const names = harness.suites.map(({ name, isOnRequest }) => (isOnRequest === true ? `${name} (on request)` : name));
  const program = new Command('hearsay-bench');
  program
    .description('Measures the Hearsay protocols against theory and the literature.')
    .version(packageVersion())
    .argument('[suite...]', `suites to run: ${names.join(', ')}; none runs all but those on request`)
    .option('--quick', 'fewer trials and smaller clusters', false)
    .option('--seed <n>', 'everything random comes from it', wholeNumber(0, SEED_MAX), SEED_DEFAULT)
    .option('--out <dir>', 'where the result files go', FOLDER_DEFAULT)
    .option('--threads <n>', 'worker threads', wholeNumber(1, THREAD_COUNT_MAX), defaultThreadCount())
    .option('--json', 'print the results as JSON, in a list, instead of tables', false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void terminal.stdout.write(text),
      writeErr: (text) => void terminal.stderr.write(text),
      // One line per problem, also where commander adds a suggestion on a second one.
      outputError: (text, writeText) => {
        const problem = text
          .trim()
          .replace(/^error: /, '')
          .replace(/\n/g, ' ');
        writeText(`hearsay-bench: ${problem}; see hearsay-bench --help\n`);
      },
    })
    .action(async (chosen: string[], flags: Flags) => {
      onExit(await runChosen(chosenSuites(harness.suites, chosen), flags, terminal, harness));
    });
  program
    .command('report')
    .description('make one self-contained HTML page from the result files')
    .argument('[dir]', 'folder with the result files', FOLDER_DEFAULT)
    .action((dir: string) => writeLine(terminal.stdout, `wrote ${writeReport(dir, readResults(dir))}`));
  program
    .command('compare')
    .description('show two folders of results side by side')
    .argument('<a>', 'folder with the result files of one run')
    .argument('<b>', 'folder with those of another')
    .action((a: string, b: string) => writeLine(terminal.stdout, compareFolders(readResults(a), readResults(b))));
  return program;
}

async function runChosen(
  chosen: readonly Suite[],
  { quick, seed, out, threads, json }: Flags,
  terminal: Terminal,
  harness: Harness,
): Promise<number> {
  const { interrupted } = terminal;
  const options = { suites: chosen, isQuick: quick, seed, out, isJson: json, version: packageVersion() };
  try {
    const results = await runSuites(options, harness.jobRunner(threads, interrupted), terminal);
    return results.every(hasPassed) ? EXIT_OK : EXIT_FAILED;
  } catch (error) {
    if (!interrupted.aborted) throw error;
    const { reason } = interrupted;
    const exitCode = reason instanceof CommandError ? reason.exitCode : EXIT_INTERRUPTED;
    throw new CommandError(exitCode, `interrupted: only the suites that ended are in ${out}`);
  }
}

function chosenSuites(all: readonly Suite[], names: readonly string[]): readonly Suite[] {
  if (names.length === 0) return all.filter((suite) => suite.isOnRequest !== true);
  return [...new Set(names)].map((name) => {
    const suite = all.find((one) => one.name === name);
    if (suite !== undefined) return suite;
    throw new UsageError(
      `no suite is called "${name}": name ${all.map((one) => one.name).join(', ')}, or none for all`,
    );
  });
}

function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Use a whole number of ${min} to ${max}`);
  };
}
