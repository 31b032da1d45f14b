/** Files that nobody imports: not reachable from an entry point, a program, a test or an example. */

import { resolveRelative } from '../imports.mjs';
import { literalOf } from '../scan.mjs';
import { violationIn } from '../violation.mjs';

/**
 * @typedef {import('../repository.mjs').Repository} Repository
 * @typedef {import('../source-file.mjs').SourceFile} SourceFile
 */

/** @type {import('../violation.mjs').Rule} */
export const orphans = {
  names: ['orphan'],
  *check(repository) {
    const reached = new Set(entryPoints(repository));
    // A set grows while it is walked, and each file is walked once.
    for (const file of reached) {
      for (const target of targetsOf(repository, file)) reached.add(target);
    }
    for (const file of repository.codeFiles) {
      if (!reached.has(file)) yield violationIn(file.path, 'orphan', 'nobody imports it: use it or delete it');
    }
  },
};

/** @param {Repository} repository @returns {SourceFile[]} */
function entryPoints(repository) {
  const mentioned = new Set(repository.packages.flatMap(({ dir, manifest }) => pathsIn(dir, manifest)));
  const root = repository.byPath.get('package.json');
  if (root !== undefined) for (const path of pathsIn('.', JSON.parse(root.text))) mentioned.add(path);
  return repository.codeFiles.filter(
    (file) =>
      file.isTestEntry ||
      file.text.startsWith('#!') ||
      file.area === 'examples' ||
      /\.config\.[cm]?[tj]s$/.test(file.path) ||
      file.path.startsWith('.') ||
      mentioned.has(file.path),
  );
}

/**
 * Everything in a manifest that reads like a path of code: exports, programs, and files that scripts start.
 * @param {string} dir @param {Record<string, unknown>} manifest @returns {string[]}
 */
function pathsIn(dir, manifest) {
  const { exports = {}, bin = {}, imports = {}, scripts = {} } = manifest;
  const text = JSON.stringify({ exports, bin, imports, scripts });
  const found = text.match(/[\w@./-]+\.(?:[cm]?ts|[cm]?js)\b/g) ?? [];
  return found.map((path) => (dir === '.' ? path : `${dir}/${path}`).replace(/(^|\/)\.\//, '$1'));
}

/** Every relative path in a string counts: imports, workers, child processes. @param {Repository} repository @param {SourceFile} file */
function* targetsOf(repository, file) {
  for (const token of file.tokens) {
    const path = literalOf(token);
    if (path === undefined || !/^\.\.?\//.test(path)) continue;
    const target = resolveRelative(repository.byPath, file.path, path);
    if (target !== undefined) yield target;
  }
}
