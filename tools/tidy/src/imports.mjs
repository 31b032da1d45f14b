/** Finds what a file imports, and where relative paths lead. */
import { posix } from 'node:path';
import { literalOf } from './scan.mjs';

/**
 * @typedef {import('./source-file.mjs').SourceFile} SourceFile
 * @typedef {{ specifier: string, offset: number }} Import
 */

/** Static, dynamic and type imports, re-exports and `require`, in the order of the text. @param {SourceFile} file */
export function importsOf(file) {
  const { tokens } = file;
  /** @type {Import[]} */
  const found = [];
  for (const [index, token] of tokens.entries()) {
    const specifier = literalOf(token);
    if (specifier === undefined) continue;
    const before = tokens[index - 1]?.text;
    const beforeThat = tokens[index - 2];
    const isCall = before === '(' && (beforeThat?.text === 'import' || beforeThat?.text === 'require');
    const isClause = (before === 'from' && beforeThat?.text !== '.') || before === 'import';
    if (isCall || isClause) found.push({ specifier, offset: token.start });
  }
  return found;
}

/** The package that a specifier names: `@hearsay/core`, `vitest`, `node:fs`. @param {string} specifier */
export function packageNameOf(specifier) {
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? '');
}

/**
 * The file that a relative path means, or `undefined`. What a build writes to `dist` stands for its source.
 * @param {ReadonlyMap<string, SourceFile>} byPath @param {string} fromPath @param {string} specifier
 * @returns {SourceFile | undefined}
 */
export function resolveRelative(byPath, fromPath, specifier) {
  const bare = specifier.replace(/[?#].*$/, '');
  const path = posix.normalize(posix.join(posix.dirname(fromPath), bare));
  const source = path.replace(/^((?:packages|apps|tools)\/[^/]+)\/dist\//, '$1/src/');
  return byPath.get(path) ?? byPath.get(source) ?? byPath.get(source.replace(/\.([cm]?)js$/, '.$1ts'));
}
