/** docs/ERRORS.md has one section per error code, and no section without its code. */
import { literalOf } from '../scan.mjs';
import { violationAt, violationIn } from '../violation.mjs';

const SOURCE_PATH = 'packages/core/src/errors.ts';
const PAGE_PATH = 'docs/ERRORS.md';
const UNION = 'HearsayErrorCode';

/** @type {import('../violation.mjs').Rule} */
export const errors = {
  names: ['error-page'],
  *check(repository) {
    const source = repository.byPath.get(SOURCE_PATH);
    const page = repository.byPath.get(PAGE_PATH);
    if (source === undefined) return;
    const codes = codesOf(source);
    const sections = [...(page?.text ?? '').matchAll(/^## `?(ERR_[A-Z_]+)`?$/gm)];
    const documented = new Set(sections.map((match) => match[1]));
    for (const [code, offset] of codes) {
      if (!documented.has(code))
        yield violationAt(source, offset, 'error-page', `${code} has no section in ${PAGE_PATH}`);
    }
    for (const match of sections) {
      const code = match[1] ?? '';
      if (page === undefined || codes.has(code)) continue;
      yield violationAt(page, match.index, 'error-page', `${code} is no code of ${UNION}`);
    }
    if (page === undefined && codes.size > 0) yield violationIn(PAGE_PATH, 'error-page', 'is missing');
  },
};

/** The string literals of the union, with their places. @param {import('../source-file.mjs').SourceFile} source */
function codesOf(source) {
  const { tokens } = source;
  /** @type {Map<string, number>} */
  const codes = new Map();
  const start = tokens.findIndex((token, index) => token.text === UNION && tokens[index - 1]?.text === 'type');
  for (let index = start; start >= 0 && index < tokens.length && tokens[index]?.text !== ';'; index++) {
    const token = tokens[index];
    const code = literalOf(token);
    if (code !== undefined && token !== undefined) codes.set(code, token.start);
  }
  return codes;
}
