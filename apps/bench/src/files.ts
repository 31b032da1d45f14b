/** Result files: `DIR/<suite>.json`. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SuiteResult } from './result.ts';

/** Writes one result and returns the file's path. */
export function writeResult(folder: string, result: SuiteResult): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${result.suite}.json`);
  writeFileSync(file, `${JSON.stringify(result, undefined, 2)}\n`);
  return file;
}

/** Reads every result in a folder, by suite name. Throws with advice when there is none. */
export function readResults(folder: string): readonly SuiteResult[] {
  const files = listJson(folder);
  const results = files.map((file) => parseResult(file, readFileSync(join(folder, file), 'utf8')));
  if (results.length === 0) throw new Error(`no results in ${folder}: run hearsay-bench first`);
  return results;
}

function listJson(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((file) => file.endsWith('.json'))
      .toSorted((a, b) => (a < b ? -1 : 1));
  } catch {
    return [];
  }
}

function parseResult(file: string, text: string): SuiteResult {
  const value: unknown = JSON.parse(text);
  if (!isResult(value)) throw new Error(`${file} is not a result of hearsay-bench: move it away`);
  return value;
}

function isResult(value: unknown): value is SuiteResult {
  return typeof value === 'object' && value !== null && 'suite' in value && 'rows' in value && 'checks' in value;
}
