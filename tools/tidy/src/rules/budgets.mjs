/**
 * How long functions and files may be. What is above its limit today stands in ratchet.json with its length; an
 * entry may shrink and vanish, and `--write` does both, but it never adds or raises one.
 */
import { functionsOf } from '../functions.mjs';
import { violationAt, violationIn } from '../violation.mjs';

/**
 * @typedef {import('../source-file.mjs').SourceFile} SourceFile
 * @typedef {import('../repository.mjs').Repository} Repository
 * @typedef {import('../violation.mjs').Violation} Violation
 * @typedef {Record<string, number>} Ratchet Lines by file path, or by `path#function`.
 */

export const FUNCTION_LINES_MAX = 70;
export const FILE_LINES_WARNED = 300;
export const FILE_LINES_MAX = 400;
export const RATCHET_PATH = 'tools/tidy/ratchet.json';

/** @type {import('../violation.mjs').Rule} */
export const budgets = {
  names: ['function-length', 'file-length', 'ratchet'],
  *check(repository) {
    const ratchet = ratchetOf(repository);
    const lengths = lengthsOf(repository);
    for (const [key, { file, offset, lineCount, limit, rule }] of lengths) {
      const allowed = Math.max(limit, ratchet[key] ?? 0);
      const what = key === file.path ? 'file' : `function ${key.slice(file.path.length + 1)}`;
      if (lineCount > allowed) {
        yield violationAt(file, offset, rule, `${what} has ${lineCount} lines, more than ${allowed}: split it`);
      } else if (rule === 'file-length' && lineCount > FILE_LINES_WARNED) {
        yield {
          ...violationIn(file.path, rule, `file has ${lineCount} lines; aim at ${FILE_LINES_WARNED}`),
          isWarning: true,
        };
      }
    }
    for (const [key, held] of Object.entries(ratchet)) {
      const shrunk = shrunkTo(lengths.get(key));
      if (shrunk === held) continue;
      const now = shrunk === undefined ? 'remove it' : `lower it to ${shrunk}`;
      yield violationIn(RATCHET_PATH, 'ratchet', `${key} is below its ${held} lines: ${now} (pnpm tidy --write)`);
    }
  },
  generate(repository) {
    const lengths = lengthsOf(repository);
    /** @type {Ratchet} */
    const kept = {};
    for (const [key, held] of Object.entries(ratchetOf(repository))) {
      const shrunk = shrunkTo(lengths.get(key));
      if (shrunk !== undefined) kept[key] = Math.min(held, shrunk);
    }
    return { path: RATCHET_PATH, text: `${JSON.stringify(kept, null, 2)}\n` };
  },
};

/** @param {{ lineCount: number, limit: number } | undefined} length @returns {number | undefined} */
function shrunkTo(length) {
  return length !== undefined && length.lineCount > length.limit ? length.lineCount : undefined;
}

/** @param {Repository} repository @returns {Ratchet} */
function ratchetOf(repository) {
  const file = repository.byPath.get(RATCHET_PATH);
  return file === undefined ? {} : JSON.parse(file.text);
}

/** Every file and function with its length. @param {Repository} repository */
function lengthsOf(repository) {
  /** @type {Map<string, { file: SourceFile, offset: number, lineCount: number, limit: number, rule: string }>} */
  const lengths = new Map();
  for (const file of repository.codeFiles) {
    lengths.set(file.path, { file, offset: 0, lineCount: file.lineCount, limit: FILE_LINES_MAX, rule: 'file-length' });
    for (const { name, start, end } of functionsOf(file.tokens)) {
      const key = `${file.path}#${name}`;
      const lineCount = file.lineAt(end - 1) - file.lineAt(start) + 1;
      if (lineCount <= (lengths.get(key)?.lineCount ?? 0)) continue;
      lengths.set(key, { file, offset: start, lineCount, limit: FUNCTION_LINES_MAX, rule: 'function-length' });
    }
  }
  return lengths;
}
