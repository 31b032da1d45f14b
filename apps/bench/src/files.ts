/** Result files: `DIR/<suite>.json`. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, RunError } from './failure.ts';
import type { SuiteResult } from './result.ts';

/** Makes the folder, its parents too, unless it is there. Throws `RunError` when that is not possible. */
export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new RunError(`cannot make the folder ${folder} (${messageOf(error)}): name another with --out`);
  }
}

/** Writes one result and returns the file's path. Throws `RunError`. */
export function writeResult(folder: string, result: SuiteResult): string {
  const file = join(folder, `${result.suite}.json`);
  try {
    writeFileSync(file, `${JSON.stringify(result, undefined, 2)}\n`);
  } catch (error) {
    throw new RunError(`cannot write ${file}: ${messageOf(error)}`);
  }
  return file;
}

/** Reads every result in a folder, by suite name. Throws `RunError`, with advice, when there is none or not only such. */
export function readResults(folder: string): readonly SuiteResult[] {
  const results = jsonFiles(folder).map((file) => readResult(join(folder, file)));
  if (results.length === 0) throw new RunError(`no results in ${folder}: run hearsay-bench --out ${folder} first`);
  return results;
}

function jsonFiles(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((file) => file.endsWith('.json'))
      .toSorted((a, b) => (a < b ? -1 : 1));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw new RunError(`cannot read ${folder}: ${messageOf(error)}`);
  }
}

function readResult(file: string): SuiteResult {
  try {
    // JSON has no NaN and no Infinity: they were written as null, and nothing else is.
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'), (_key, part: unknown) => part ?? Number.NaN);
    if (isResult(value)) return value;
  } catch (error) {
    throw new RunError(`cannot read ${file}: ${messageOf(error)}`);
  }
  throw new RunError(`${file} is no result of this version of hearsay-bench: move it away or run the suite again`);
}

const TEXTS = ['suite', 'title', 'about', 'version'] as const;
const LISTS = ['rows', 'checks', 'plots', 'notes'] as const;

/** By its outline: a file that was edited by hand can still be wrong inside. */
function isResult(value: unknown): value is SuiteResult {
  if (typeof value !== 'object' || value === null) return false;
  const fields = new Map<string, unknown>(Object.entries(value));
  return (
    TEXTS.every((name) => typeof fields.get(name) === 'string') &&
    LISTS.every((name) => Array.isArray(fields.get(name))) &&
    typeof fields.get('seed') === 'number' &&
    typeof fields.get('tookSeconds') === 'number' &&
    typeof fields.get('environment') === 'object'
  );
}
