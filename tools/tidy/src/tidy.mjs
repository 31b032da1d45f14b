/** Reads the repository, applies every rule, and says what was found. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { applyAllowances } from './allowances.mjs';
import { readRepository } from './repository.mjs';
import { bannedNames } from './rules/banned-names.mjs';
import { budgets } from './rules/budgets.mjs';
import { citations } from './rules/citations.mjs';
import { deviations } from './rules/deviations.mjs';
import { documents } from './rules/documents.mjs';
import { errors } from './rules/errors.mjs';
import { fileNames } from './rules/file-names.mjs';
import { importGraph, layers } from './rules/layers.mjs';
import { literals } from './rules/literals.mjs';
import { machineTraces } from './rules/machine-traces.mjs';
import { orphans } from './rules/orphans.mjs';
import { protobuf } from './rules/protobuf.mjs';
import { syntax } from './rules/syntax.mjs';
import { unfinished } from './rules/unfinished.mjs';
import { units } from './rules/units.mjs';

/**
 * @typedef {import('./violation.mjs').Violation} Violation
 * @typedef {object} Report
 * @property {Violation[]} errors
 * @property {Violation[]} warnings
 * @property {import('./allowances.mjs').Allowance[]} allowances
 * @property {string[]} graph The import DAG, one line per package.
 * @property {number} fileCount
 */

/** @type {readonly import('./violation.mjs').Rule[]} */
const RULES = [
  layers,
  bannedNames,
  syntax,
  fileNames,
  unfinished,
  protobuf,
  literals,
  units,
  budgets,
  citations,
  deviations,
  errors,
  documents,
  orphans,
  machineTraces,
];

/** @param {string} root @returns {Report} */
export function tidy(root) {
  const repository = readRepository(root);
  const found = RULES.flatMap((rule) => [...rule.check(repository), ...staleness(repository, rule)]);
  const names = new Set(RULES.flatMap((rule) => rule.names));
  const { violations, allowances } = applyAllowances(repository, found, names);
  violations.sort((a, b) => (a.path === b.path ? a.line - b.line : a.path < b.path ? -1 : 1));
  return {
    errors: violations.filter((each) => each.isWarning !== true),
    warnings: violations.filter((each) => each.isWarning === true),
    allowances,
    graph: importGraph(repository),
    fileCount: repository.files.length,
  };
}

/** Brings the generated files up to date. Returns the paths that changed. @param {string} root @returns {string[]} */
export function writeGenerated(root) {
  const repository = readRepository(root);
  return RULES.flatMap((rule) => {
    const file = rule.generate?.(repository);
    if (file === undefined || repository.byPath.get(file.path)?.text === file.text) return [];
    mkdirSync(dirname(join(root, file.path)), { recursive: true });
    writeFileSync(join(root, file.path), file.text);
    return [file.path];
  });
}

/**
 * @param {import('./repository.mjs').Repository} repository @param {import('./violation.mjs').Rule} rule
 * @returns {Violation[]}
 */
function staleness(repository, rule) {
  const file = rule.generate?.(repository);
  if (file === undefined || repository.byPath.get(file.path)?.text === file.text) return [];
  return [{ path: file.path, line: 1, rule: rule.names[0] ?? '', message: 'is not up to date: run pnpm tidy --write' }];
}
