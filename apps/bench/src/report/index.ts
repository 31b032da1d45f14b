/** The report: one self-contained HTML page, no script and no request to anywhere. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, RunError } from '../failure.ts';
import type { SuiteResult } from '../result.ts';
import { page } from './page.ts';

/** Writes `DIR/report.html` and returns its path. Throws `RunError`. */
export function writeReport(folder: string, results: readonly SuiteResult[]): string {
  const file = join(folder, 'report.html');
  try {
    writeFileSync(file, page(results));
  } catch (error) {
    throw new RunError(`cannot write ${file}: ${messageOf(error)}`);
  }
  return file;
}
