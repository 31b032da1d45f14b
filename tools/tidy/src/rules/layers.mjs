/** The import DAG: sources by their imports, packages by their dependencies. */
import { posix } from 'node:path';
import { importsOf, packageNameOf } from '../imports.mjs';
import { isRaised, LAYERS, raisedLayer, TESTKIT } from '../layers.mjs';
import { violationAt, violationIn } from '../violation.mjs';

/**
 * @typedef {import('../repository.mjs').Package} Package
 * @typedef {import('../violation.mjs').Violation} Violation
 */

/** @type {import('../violation.mjs').Rule} */
export const layers = {
  names: ['layer'],
  *check(repository) {
    for (const each of repository.packages) yield* checkManifest(repository, each);
    for (const file of repository.codeFiles) yield* checkImports(repository, file);
  },
};

/**
 * One line per package, lowest layer first: what it imports in its shipped code.
 * @param {import('../repository.mjs').Repository} repository @returns {string[]}
 */
export function importGraph(repository) {
  /** @type {Map<string, Set<string>>} */
  const edges = new Map();
  for (const file of repository.codeFiles.filter((each) => each.area === 'src')) {
    for (const { specifier } of importsOf(file)) {
      const target = repository.packagesByName.get(packageNameOf(specifier));
      if (target === undefined || target.dir === file.packageDir) continue;
      edges.set(file.packageDir, (edges.get(file.packageDir) ?? new Set()).add(target.dir.replace(/^.*\//, '')));
    }
  }
  return [...LAYERS]
    .filter(([dir]) => repository.packages.some((each) => each.dir === dir))
    .map(([dir, layer]) => {
      const targets = [...(edges.get(dir) ?? [])].sort((a, b) => (a < b ? -1 : 1));
      return `  ${layer} ${dir.replace(/^packages\//, '').padEnd(14)} -> ${targets.join(', ') || 'nothing'}`;
    });
}

/** @param {import('../repository.mjs').Repository} repository @param {Package} each @returns {Iterable<Violation>} */
function* checkManifest(repository, each) {
  const layer = LAYERS.get(each.dir);
  if (each.dir.startsWith('tools/')) return;
  if (layer === undefined && each.dir !== TESTKIT) {
    yield violationIn(each.path, 'layer', `${each.dir} has no layer: add it to tools/tidy/src/layers.mjs`);
    return;
  }
  for (const field of ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies']) {
    for (const name of Object.keys(each.manifest[field] ?? {})) {
      const target = repository.packagesByName.get(name);
      if (target === undefined) continue;
      const problem = edgeProblem(each.dir, target.dir, field === 'devDependencies');
      if (problem !== undefined) yield violationIn(each.path, 'layer', `${field}: ${problem}`);
    }
  }
}

/**
 * @param {import('../repository.mjs').Repository} repository
 * @param {import('../source-file.mjs').SourceFile} file @returns {Iterable<Violation>}
 */
function* checkImports(repository, file) {
  if (file.packageDir === '') return;
  for (const { specifier, offset } of importsOf(file)) {
    if (specifier.startsWith('.') && leavesPackage(file, specifier)) {
      yield violationAt(file, offset, 'layer', `'${specifier}' leaves the package: import it by its name`);
    }
    if (isDescent(file, specifier)) {
      yield violationAt(file, offset, 'layer', `'${specifier}' is not pure: who is, has what it needs handed in`);
    }
    const target = repository.packagesByName.get(packageNameOf(specifier));
    if (target === undefined || target.dir === file.packageDir || file.packageDir.startsWith('tools/')) continue;
    const problem = edgeProblem(file.packageDir, target.dir, file.area !== 'src', raisedLayer(specifier));
    if (problem !== undefined) yield violationAt(file, offset, 'layer', problem);
  }
}

/**
 * Whether a source of a package reaches into a raised folder of its own.
 * @param {import('../source-file.mjs').SourceFile} file @param {string} specifier
 */
function isDescent(file, specifier) {
  if (file.area !== 'src' || !specifier.startsWith('.') || isRaised(file.path)) return false;
  return isRaised(posix.join(posix.dirname(file.path), specifier));
}

/**
 * @param {string} fromDir @param {string} toDir @param {boolean} isForTests
 * @param {number} [raised] the layer of what is imported, when it is not that of its package
 * @returns {string | undefined}
 */
function edgeProblem(fromDir, toDir, isForTests, raised) {
  if (toDir === TESTKIT) return isForTests ? undefined : 'testkit is for tests only';
  const from = fromDir === TESTKIT ? 1 : (LAYERS.get(fromDir) ?? -1);
  const to = raised ?? LAYERS.get(toDir);
  if (to === undefined) return `${toDir} is in no layer that ${fromDir} may use`;
  return to < from ? undefined : `${fromDir} (layer ${from}) may not use ${toDir} (layer ${to}): only lower layers`;
}

/** @param {import('../source-file.mjs').SourceFile} file @param {string} specifier @returns {boolean} */
function leavesPackage(file, specifier) {
  const depth = file.path.slice(file.packageDir.length + 1).split('/').length;
  const ups = specifier.split('/').filter((part) => part === '..').length;
  return ups >= depth;
}
