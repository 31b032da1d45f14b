/** Constructs that we do without. */
import { closingIndex } from '../scan.mjs';
import { violationAt } from '../violation.mjs';

/**
 * @typedef {import('../source-file.mjs').SourceFile} SourceFile
 * @typedef {import('../scan.mjs').Token} Token
 * @typedef {{ rule: string, message: string } | undefined} Problem
 */

const MODIFIERS = new Set(['private', 'public', 'protected', 'readonly', 'override']);
/** After these words a `!` negates what follows; after any other word it asserts what precedes. */
const WORDS_BEFORE_NOT = new Set(
  'return typeof instanceof in of new delete void throw case do else yield await extends and is'.split(' '),
);

/** @type {import('../violation.mjs').Rule} */
export const syntax = {
  names: ['enum', 'parameter-property', 'cast', 'export', 'module-let', 'sort'],
  *check(repository) {
    for (const file of repository.codeFiles) {
      const depths = braceDepths(file.tokens);
      for (const [index, token] of file.tokens.entries()) {
        const problem = problemAt(file, index, depths[index] ?? 0);
        if (problem !== undefined) yield violationAt(file, token.start, problem.rule, problem.message);
      }
    }
  },
};

/** @param {SourceFile} file @param {number} index @param {number} depth @returns {Problem} */
function problemAt(file, index, depth) {
  const { tokens } = file;
  const text = tokens[index]?.text ?? '';
  if (tokens[index]?.kind === 'punctuator') {
    return text === '!' && !file.isTest && isAssertion(tokens, index)
      ? { rule: 'cast', message: 'a non-null `!`: narrow the type, or give a default' }
      : undefined;
  }
  if (tokens[index]?.kind !== 'name') return undefined;
  switch (text) {
    case 'enum':
    case 'namespace':
      return declares(tokens, index) ? { rule: 'enum', message: `${text}: use a union, or a module` } : undefined;
    case 'constructor':
      return hasParameterProperty(tokens, index)
        ? { rule: 'parameter-property', message: 'a parameter property: declare the field' }
        : undefined;
    case 'as':
      return file.isTest ? undefined : castProblem(tokens, index);
    case 'export':
      return exportProblem(file, index);
    case 'let':
      return depth === 0 && file.area !== 'examples' && tokens[index + 1]?.kind === 'name'
        ? { rule: 'module-let', message: '`let` at module level is shared state: make it a field' }
        : undefined;
    case 'sort':
    case 'toSorted':
      return tokens[index - 1]?.text === '.' && tokens[index + 1]?.text === '(' && tokens[index + 2]?.text === ')'
        ? { rule: 'sort', message: `${text}() without a comparator orders numbers as text: pass one` }
        : undefined;
    default:
      return undefined;
  }
}

/** `enum Name {` and `namespace a.b {`. @param {readonly Token[]} tokens @param {number} index */
function declares(tokens, index) {
  const isName = tokens[index + 1]?.kind === 'name';
  return isName && (tokens[index + 2]?.text === '{' || tokens[index + 2]?.text === '.');
}

/** @param {readonly Token[]} tokens @param {number} index */
function hasParameterProperty(tokens, index) {
  if (tokens[index + 1]?.text !== '(') return false;
  const close = closingIndex(tokens, index + 1);
  return tokens.slice(index + 2, close).some((token, offset) => {
    const before = tokens[index + 1 + offset]?.text ?? '';
    return token.kind === 'name' && MODIFIERS.has(token.text) && (before === '(' || before === ',');
  });
}

/** @param {readonly Token[]} tokens @param {number} index @returns {Problem} */
function castProblem(tokens, index) {
  const target = tokens[index + 1]?.text;
  if (target === 'any') return { rule: 'cast', message: 'as any: write a type guard' };
  const isDouble = target === 'unknown' && tokens[index + 2]?.text === 'as';
  return isDouble ? { rule: 'cast', message: 'as unknown as: write a type guard' } : undefined;
}

/** Tools such as vitest read the default export of their configuration. @param {SourceFile} file @param {number} index */
function exportProblem(file, index) {
  const next = file.tokens[index + 1]?.text;
  const isConfig = /\.config\.[cm]?[tj]s$/.test(file.path);
  if (next === 'default' && !isConfig) return { rule: 'export', message: 'export default: export by name' };
  if (next === '*') return { rule: 'export', message: 'export *: name what is public' };
  return undefined;
}

/** @param {readonly Token[]} tokens @param {number} index */
function isAssertion(tokens, index) {
  const before = tokens[index - 1];
  if (before === undefined) return false;
  if (before.kind === 'name') return !WORDS_BEFORE_NOT.has(before.text);
  return before.text === ')' || before.text === ']' ? !startsOperand(tokens, index) : false;
}

/** `if (a) !b` negates: an operand follows. @param {readonly Token[]} tokens @param {number} index */
function startsOperand(tokens, index) {
  const next = tokens[index + 1];
  return next?.kind !== 'punctuator' || next.text === '(';
}

/** How many braces and brackets are open before each token. @param {readonly Token[]} tokens @returns {number[]} */
function braceDepths(tokens) {
  /** @type {number[]} */
  const depths = [];
  let depth = 0;
  for (const token of tokens) {
    const isPunctuator = token.kind === 'punctuator';
    if (isPunctuator && ')]}'.includes(token.text)) depth -= 1;
    depths.push(depth);
    if (isPunctuator && '([{'.includes(token.text)) depth += 1;
  }
  return depths;
}
