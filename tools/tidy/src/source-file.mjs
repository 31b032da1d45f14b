/** One text file of the repository, scanned when a rule first asks for its tokens. */
import { scan } from './scan.mjs';

const CODE = /\.(?:[cm]?ts|[cm]?js)$/;
const TEST = /\.test\.[cm]?[tj]s$/;

export class SourceFile {
  /** @type {import('./scan.mjs').Scan | undefined} */
  #scan;
  /** @type {number[] | undefined} */
  #lineStarts;

  /** @param {string} path relative to the root, with `/`. @param {string} text */
  constructor(path, text) {
    this.path = path;
    this.text = text;
  }

  /** Whether it is TypeScript or JavaScript. */
  get isCode() {
    return CODE.test(this.path);
  }

  get isMarkdown() {
    return this.path.endsWith('.md');
  }

  get isTest() {
    return this.area === 'test' || TEST.test(this.path);
  }

  /** Whether vitest runs it by itself. */
  get isTestEntry() {
    return TEST.test(this.path);
  }

  /** `packages/swim` for everything in it; `''` outside of packages, apps and tools. */
  get packageDir() {
    return /^(?:packages|apps|tools)\/[^/]+(?=\/)/.exec(this.path)?.[0] ?? '';
  }

  /** The folder below the package: `src`, `test`, `examples`, `bin`, `scripts`; `''` for a file at its top. */
  get area() {
    const rest = this.packageDir === '' ? this.path : this.path.slice(this.packageDir.length + 1);
    return rest.includes('/') ? rest.slice(0, rest.indexOf('/')) : '';
  }

  get tokens() {
    return this.#scanned().tokens;
  }

  get comments() {
    return this.#scanned().comments;
  }

  get lines() {
    return this.text.split('\n');
  }

  /** Number of lines; the line break at the end does not begin another. */
  get lineCount() {
    return this.lines.length - (this.text.endsWith('\n') ? 1 : 0);
  }

  /** 1 for the first line. @param {number} offset @returns {number} */
  lineAt(offset) {
    this.#lineStarts ??= [0, ...[...this.text.matchAll(/\n/g)].map((match) => match.index + 1)];
    let low = 0;
    let high = this.#lineStarts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }

  #scanned() {
    this.#scan ??= this.isCode ? scan(this.text) : { tokens: [], comments: [] };
    return this.#scan;
  }
}
