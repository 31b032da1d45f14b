/** Finds functions and how long they are, from tokens alone. */
import { closingIndex } from './scan.mjs';

/**
 * @typedef {import('./scan.mjs').Token} Token
 * @typedef {{ name: string, start: number, end: number }} FunctionSpan From its parameters to its last brace.
 */

/** Their parentheses are no parameters. */
const STATEMENTS = new Set(['if', 'for', 'while', 'switch', 'catch', 'with']);
/** A group of tests is a list, not a function with a thought. */
const TEST_GROUPS = new Set(['describe', 'suite']);
/** Where a return type would have ended. */
const TYPE_ENDS = new Set([';', ',', ')', '=', '=>', 'case', 'return', 'const', 'let', 'if', 'for']);

/** @param {readonly Token[]} tokens @returns {FunctionSpan[]} */
export function functionsOf(tokens) {
  /** @type {FunctionSpan[]} */
  const spans = [];
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== 'punctuator') continue;
    if (token.text === '(') addMethod(tokens, index, spans);
    if (token.text === '=>' && tokens[index + 1]?.text === '{') addArrow(tokens, index, spans);
  }
  return spans;
}

/**
 * `name(…) {`, `name(…): Type {` and `function (…) {`.
 * @param {readonly Token[]} tokens @param {number} open @param {FunctionSpan[]} spans
 */
function addMethod(tokens, open, spans) {
  const before = tokens[open - 1];
  if (before?.kind !== 'name' && before?.text !== '>' && before?.text !== ']') return;
  if (STATEMENTS.has(before.text) || (before.text === 'await' && tokens[open - 2]?.text === 'for')) return;
  const body = bodyIndex(tokens, closingIndex(tokens, open) + 1);
  if (body === undefined) return;
  const last = tokens[closingIndex(tokens, body)];
  spans.push({ name: before.text, start: before.start, end: last?.end ?? before.end });
}

/**
 * The `{` of the body after a parameter list. In a return type a `{` stands where a type begins, so it follows a
 * punctuator; the body's `{` stands after a complete type.
 * @param {readonly Token[]} tokens @param {number} after @returns {number | undefined}
 */
function bodyIndex(tokens, after) {
  if (tokens[after]?.text === '{') return after;
  if (tokens[after]?.text !== ':') return undefined;
  for (let index = after + 1; index < tokens.length; index++) {
    const token = tokens[index];
    if (token === undefined || TYPE_ENDS.has(token.text)) return undefined;
    if (token.text === '{' && isTypeComplete(tokens[index - 1])) return index;
    if ('([{'.includes(token.text)) index = closingIndex(tokens, index);
  }
  return undefined;
}

/** @param {Token | undefined} token @returns {boolean} */
function isTypeComplete(token) {
  if (token?.kind === 'punctuator') return '>])}'.includes(token.text);
  return token?.text !== 'is' && token?.text !== 'extends';
}

/** @param {readonly Token[]} tokens @param {number} arrow @param {FunctionSpan[]} spans */
function addArrow(tokens, arrow, spans) {
  const call = enclosingCall(tokens, arrow);
  if (call !== undefined && TEST_GROUPS.has(call)) return;
  const first = tokens[arrow];
  const last = tokens[closingIndex(tokens, arrow + 1)];
  if (first === undefined || last === undefined) return;
  spans.push({ name: call === undefined ? '=>' : `${call}(… =>`, start: first.start, end: last.end });
}

/**
 * The first word of the call whose argument holds `index`: `describe` in `describe.each(table)('…', () => {`.
 * @param {readonly Token[]} tokens @param {number} index @returns {string | undefined}
 */
function enclosingCall(tokens, index) {
  let at = openingIndex(tokens, index - 1);
  if (tokens[at]?.text !== '(') return undefined;
  for (at -= 1; at >= 0; at--) {
    const text = tokens[at]?.text ?? '';
    if (text === ')') at = openingIndex(tokens, at - 1);
    else if (tokens[at]?.kind === 'name' && tokens[at - 1]?.text !== '.') return text;
    else if (tokens[at]?.kind !== 'name' && text !== '.') return undefined;
  }
  return undefined;
}

/** The bracket that is open at `index`, or -1. @param {readonly Token[]} tokens @param {number} index */
function openingIndex(tokens, index) {
  let depth = 0;
  for (let at = index; at >= 0; at--) {
    const token = tokens[at];
    if (token?.kind !== 'punctuator') continue;
    if (')]}'.includes(token.text)) depth += 1;
    if ('([{'.includes(token.text)) depth -= 1;
    if (depth < 0) return at;
  }
  return -1;
}
