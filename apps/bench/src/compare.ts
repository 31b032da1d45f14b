/** Two folders of results side by side: what each check measured then and now. */
import type { Row, SuiteResult } from './result.ts';
import { significant } from './statistics.ts';
import { formatTable } from './table.ts';

/** A table with every check that both folders have. */
export function compareFolders(before: readonly SuiteResult[], after: readonly SuiteResult[]): string {
  const rows: Row[] = [];
  for (const result of after) {
    const earlier = before.find((other) => other.suite === result.suite);
    for (const check of result.checks) {
      const twin = earlier?.checks.find((other) => other.name === check.name);
      if (twin === undefined) continue;
      rows.push({
        suite: result.suite,
        check: check.name,
        A: significant(twin.measured),
        B: significant(check.measured),
        'B / A': twin.measured === 0 ? '' : significant(check.measured / twin.measured, 3),
      });
    }
  }
  return rows.length === 0 ? 'the two folders have no check in common' : formatTable(rows);
}
