/** Two folders of results side by side: how they were run, and what each check measured. */
import type { Check } from './check.ts';
import { numberText } from './number-format.ts';
import type { Row, SuiteResult } from './result.ts';
import { runText } from './result.ts';
import { formatTable } from './table.ts';

const CHECK_COLUMNS = ['suite', 'check', 'A', 'B', 'B / A', 'passed'];

/** Two tables: the runs, and every check of either folder. A value that a folder does not have is left out. */
export function compareFolders(a: readonly SuiteResult[], b: readonly SuiteResult[]): string {
  const suites = [...new Set([...a, ...b].map((result) => result.suite))];
  const pairs = suites.map((suite) => ({
    suite,
    before: a.find((result) => result.suite === suite),
    after: b.find((result) => result.suite === suite),
  }));
  const runs = pairs.map(({ suite, before, after }) => ({ suite, A: runOf(before), B: runOf(after) }));
  const checks = pairs.flatMap(({ suite, before, after }) => checkPairs(suite, before?.checks, after?.checks));
  return `${formatTable(runs)}\n\n${formatTable(checks, CHECK_COLUMNS)}`;
}

function runOf(result: SuiteResult | undefined): string {
  if (result === undefined) return 'not run';
  const { node, cpu, cpuCount } = result.environment;
  return `${runText(result)} · Node ${node} · ${cpuCount} × ${cpu}`;
}

function checkPairs(suite: string, before: readonly Check[] = [], after: readonly Check[] = []): readonly Row[] {
  const names = [...new Set([...before, ...after].map((check) => check.name))];
  return names.map((name): Row => {
    const a = before.find((check) => check.name === name);
    const b = after.find((check) => check.name === name);
    return {
      suite,
      check: name,
      ...(a && { A: numberText(a.measured) }),
      ...(b && { B: numberText(b.measured) }),
      ...(a && b && a.measured !== 0 && { 'B / A': numberText(b.measured / a.measured) }),
      passed: `${markOf(a)} ${markOf(b)}`,
    };
  });
}

function markOf(check: Check | undefined): string {
  if (check === undefined) return '·';
  return check.ok ? '✓' : '✗';
}
