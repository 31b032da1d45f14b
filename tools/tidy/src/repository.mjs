/** What the rules read: every text file that git would track, and the packages among them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SourceFile } from './source-file.mjs';

/**
 * @typedef {{ dir: string, name: string, isPrivate: boolean, manifest: Record<string, any>, path: string }} Package
 */

/** Larger files are data, and none of the rules is about data. */
const FILE_BYTES_MAX = 4_000_000;

export class Repository {
  /** @param {string} root @param {readonly SourceFile[]} files */
  constructor(root, files) {
    this.root = root;
    this.files = files;
    /** @type {ReadonlyMap<string, SourceFile>} */
    this.byPath = new Map(files.map((file) => [file.path, file]));
    /** @type {readonly Package[]} */
    this.packages = files.flatMap(packageAt);
    /** @type {ReadonlyMap<string, Package>} */
    this.packagesByName = new Map(this.packages.map((each) => [each.name, each]));
  }

  /** TypeScript and JavaScript. */
  get codeFiles() {
    return this.files.filter((file) => file.isCode);
  }

  /** The shipped code of packages: `packages/X/src`. */
  get packageSources() {
    return this.codeFiles.filter((file) => file.path.startsWith('packages/') && file.area === 'src');
  }
}

/**
 * Reads the tree below `root`, without what the root's .gitignore names. It does not ask git, so that an unpacked
 * archive is checked like a checkout.
 * @param {string} root @returns {Repository}
 */
export function readRepository(root) {
  const isIgnored = ignoreRules(root);
  /** @type {SourceFile[]} */
  const files = [];
  const visit = (/** @type {string} */ dir) => {
    const entries = readdirSync(join(root, dir), { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = dir === '' ? entry.name : `${dir}/${entry.name}`;
      if (isIgnored(entry.name, entry.isDirectory())) continue;
      if (entry.isDirectory()) visit(path);
      if (!entry.isFile()) continue;
      const bytes = readFileSync(join(root, path));
      if (bytes.length <= FILE_BYTES_MAX && !bytes.includes(0))
        files.push(new SourceFile(path, bytes.toString('utf8')));
    }
  };
  visit('');
  return new Repository(root, files);
}

/**
 * Understands the three kinds of line that our .gitignore has: `folder/`, `file` and `*.suffix`.
 * @param {string} root @returns {(name: string, isDirectory: boolean) => boolean}
 */
function ignoreRules(root) {
  const names = new Set(['.git']);
  const folders = new Set();
  /** @type {string[]} */
  const suffixes = [];
  const path = readdirSync(root).includes('.gitignore') ? join(root, '.gitignore') : undefined;
  for (const line of path === undefined ? [] : readFileSync(path, 'utf8').split('\n')) {
    const rule = line.trim();
    if (rule === '' || rule.startsWith('#')) continue;
    if (rule.startsWith('*.')) suffixes.push(rule.slice(1));
    else if (rule.endsWith('/')) folders.add(rule.slice(0, -1));
    else names.add(rule);
  }
  return (name, isDirectory) =>
    names.has(name) || (isDirectory && folders.has(name)) || suffixes.some((suffix) => name.endsWith(suffix));
}

/** @param {SourceFile} file @returns {Package[]} */
function packageAt(file) {
  const dir = file.packageDir;
  if (dir === '' || file.path !== `${dir}/package.json`) return [];
  const manifest = JSON.parse(file.text);
  return [{ dir, name: manifest.name, isPrivate: manifest.private === true, manifest, path: file.path }];
}
