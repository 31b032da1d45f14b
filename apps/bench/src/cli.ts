/** `hearsay-bench`: runs suites, shows their tables, writes their files, draws the report. */
import { readFileSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { compareFolders } from './compare.ts';
import { readResults } from './files.ts';
import { writeReport } from './report/index.ts';
import { runSuites } from './run.ts';
import { suites } from './suites/index.ts';

const EXIT_OK = 0;
const EXIT_CHECK_FAILED = 1;
const EXIT_USAGE = 2;
const FOLDER_DEFAULT = 'bench-results';
const SEED_DEFAULT = 1;

/** Runs one command line. Returns the exit status: 0 all checks passed, 1 one failed or could not run, 2 bad usage. */
export async function main(argv: readonly string[]): Promise<number> {
  let exitCode = EXIT_OK;
  const program = new Command('hearsay-bench')
    .description('Measures the Hearsay protocols against theory and the literature.')
    .version(version())
    .argument('[suite...]', `suites to run: ${suites.map((suite) => suite.name).join(', ')}; none runs all`)
    .option('--quick', 'fewer trials and smaller clusters', false)
    .option('--seed <n>', 'everything random comes from it', wholeNumber, SEED_DEFAULT)
    .option('--out <dir>', 'where the result files go', FOLDER_DEFAULT)
    .option('--threads <n>', 'worker threads; default one per processor', wholeNumber)
    .option('--json', 'print the results as JSON instead of tables', false)
    .exitOverride()
    .showHelpAfterError('(hearsay-bench --help shows all options)')
    .action(async (names: string[], options) => {
      const allOk = await runSuites({ ...options, names, version: version(), isQuick: options.quick });
      exitCode = allOk ? EXIT_OK : EXIT_CHECK_FAILED;
    });
  program
    .command('report')
    .description('make one self-contained HTML page from the result files')
    .argument('[dir]', 'folder with the result files', FOLDER_DEFAULT)
    .action((dir: string) => {
      console.log(`wrote ${writeReport(dir, readResults(dir))}`);
    });
  program
    .command('compare')
    .description('show two folders of results side by side')
    .argument('<a>')
    .argument('<b>')
    .action((a: string, b: string) => {
      console.log(compareFolders(readResults(a), readResults(b)));
    });
  try {
    await program.parseAsync(argv);
  } catch (error) {
    return exitCodeOf(error);
  }
  return exitCode;
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === EXIT_OK ? EXIT_OK : EXIT_USAGE;
  console.error(error instanceof Error ? error.message : String(error));
  return error instanceof RangeError ? EXIT_USAGE : EXIT_CHECK_FAILED;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('use a whole number of at least 0');
  return value;
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const isManifest = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return isManifest ? String(manifest.version) : 'unknown';
}
