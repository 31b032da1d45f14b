/**
 * Splits TypeScript or JavaScript into tokens and comments, so that rules never mistake a word in a comment, a string,
 * a template or a regular expression for code. TypeScript 7 has no JavaScript API, and a regex over the text would lie.
 *
 * It is a lexer and no parser: whether `/` starts a regular expression is decided by the token before it.
 */

/**
 * @typedef {'name' | 'number' | 'string' | 'template' | 'regex' | 'punctuator'} TokenKind
 * @typedef {{ kind: TokenKind, text: string, start: number, end: number }} Token `end` is exclusive.
 * @typedef {{ text: string, start: number, end: number }} Comment With its delimiters.
 * @typedef {{ tokens: Token[], comments: Comment[] }} Scan
 */

const NAME = /#?[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/uy;
const NUMBER = /0[xX][\da-fA-F_]+n?|0[bB][01_]+n?|0[oO][0-7_]+n?|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?n?/y;
const STRING = /'(?:[^'\\\n]|\\[\s\S])*'?|"(?:[^"\\\n]|\\[\s\S])*"?/y;
const REGEX = /\/(?:[^\\/[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;
const TEMPLATE_PART = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*(?:`|\$\{|$)/y;
const LINE_COMMENT = /(?:\/\/|^#!).*/y;
const BLOCK_COMMENT = /\/\*[\s\S]*?(?:\*\/|$)/y;
const SPACE = /\s+/y;
/** `>` is always a token of its own, so that `Map<string, Set<string>>` closes two brackets. */
const PUNCTUATOR = /\.\.\.|=>|[=!]==?|\*\*=?|<<=?|<=|&&=?|\|\|=?|\?\?=?|\?\.(?!\d)|\+\+|--|[-+*/%&|^]=|[\s\S]/y;

/** After these words an expression begins, so a `/` begins a regular expression. */
const WORDS_BEFORE_EXPRESSION = new Set(
  'return typeof instanceof in of new delete void throw case do else yield await default extends'.split(' '),
);
const STATEMENTS_WITH_PARENTHESES = new Set(['if', 'while', 'for', 'with']);

/** @param {string} text @returns {Scan} */
export function scan(text) {
  return new Scanner(text).run();
}

class Scanner {
  #text;
  #at = 0;
  /** @type {Token[]} */
  #tokens = [];
  /** @type {Comment[]} */
  #comments = [];
  /** For each open `(`: whether it belongs to a statement such as `if`, after which an expression begins. */
  /** @type {boolean[]} */
  #parentheses = [];
  /** For each open `{`: whether it is the `${` of a template. */
  /** @type {boolean[]} */
  #braces = [];
  #isExpressionNext = true;

  /** @param {string} text */
  constructor(text) {
    this.#text = text;
  }

  /** @returns {Scan} */
  run() {
    while (this.#at < this.#text.length) this.#next();
    return { tokens: this.#tokens, comments: this.#comments };
  }

  #next() {
    if (this.#match(SPACE) !== undefined) return;
    if (this.#comment(LINE_COMMENT) || this.#comment(BLOCK_COMMENT)) return;
    const character = this.#text[this.#at];
    if (character === '`') return this.#template(1);
    if (character === '}' && this.#braces.at(-1) === true) {
      this.#braces.pop();
      return this.#template(1);
    }
    if (character === "'" || character === '"') return this.#token('string', STRING, false);
    if (/\d/.test(character ?? '') || /^\.\d/.test(this.#text.slice(this.#at, this.#at + 2))) {
      return this.#token('number', NUMBER, false);
    }
    if (character === '/' && this.#isExpressionNext && this.#matches(REGEX)) return this.#token('regex', REGEX, false);
    if (this.#matches(NAME)) return this.#name();
    this.#punctuator();
  }

  #name() {
    const isMember = /^\??\.$/.test(this.#tokens.at(-1)?.text ?? '');
    this.#token('name', NAME, false);
    this.#isExpressionNext = !isMember && WORDS_BEFORE_EXPRESSION.has(this.#tokens.at(-1)?.text ?? '');
  }

  #punctuator() {
    const before = this.#tokens.at(-1);
    const text = this.#token('punctuator', PUNCTUATOR, true);
    if (text === '(') this.#parentheses.push(before?.kind === 'name' && STATEMENTS_WITH_PARENTHESES.has(before.text));
    if (text === '{') this.#braces.push(false);
    if (text === '}') this.#braces.pop();
    if (text === ')') this.#isExpressionNext = this.#parentheses.pop() === true;
    // A `}` at a line's end closes a block; a quotient of an object literal is never written.
    if (text === '}') this.#isExpressionNext = true;
    if (text === ']' || text === '++' || text === '--') this.#isExpressionNext = false;
  }

  /** @param {number} skip length of the delimiter that opens this part: a backtick or a closing brace. */
  #template(skip) {
    const start = this.#at;
    this.#at += skip;
    const part = this.#match(TEMPLATE_PART) ?? '';
    this.#tokens.push({ kind: 'template', text: this.#text.slice(start, this.#at), start, end: this.#at });
    const isOpen = part.endsWith('${');
    if (isOpen) this.#braces.push(true);
    this.#isExpressionNext = isOpen;
  }

  /** @param {RegExp} pattern @returns {boolean} */
  #comment(pattern) {
    const start = this.#at;
    const text = this.#match(pattern);
    if (text === undefined) return false;
    this.#comments.push({ text, start, end: this.#at });
    return true;
  }

  /** @param {TokenKind} kind @param {RegExp} pattern @param {boolean} isExpressionNext @returns {string} */
  #token(kind, pattern, isExpressionNext) {
    const start = this.#at;
    const text = this.#match(pattern) ?? '';
    this.#tokens.push({ kind, text, start, end: this.#at });
    this.#isExpressionNext = isExpressionNext;
    return text;
  }

  /** @param {RegExp} pattern @returns {boolean} */
  #matches(pattern) {
    pattern.lastIndex = this.#at;
    return pattern.test(this.#text);
  }

  /** @param {RegExp} pattern @returns {string | undefined} */
  #match(pattern) {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found === undefined || found === '') return undefined;
    this.#at += found.length;
    return found;
  }
}

/**
 * Index of the bracket that closes the one at `open`, or the last index when it is never closed.
 * @param {readonly Token[]} tokens @param {number} open @returns {number}
 */
export function closingIndex(tokens, open) {
  let depth = 0;
  for (let index = open; index < tokens.length; index++) {
    const token = tokens[index];
    if (token?.kind !== 'punctuator') continue;
    if ('([{'.includes(token.text)) depth += 1;
    if (')]}'.includes(token.text)) depth -= 1;
    if (depth === 0) return index;
  }
  return tokens.length - 1;
}

/**
 * The text of a string token without its quotes, or of a template without `${`; `undefined` for any other token.
 * @param {Token | undefined} token @returns {string | undefined}
 */
export function literalOf(token) {
  if (token?.kind === 'string') return token.text.slice(1, -1);
  if (token?.kind === 'template' && token.text.startsWith('`') && token.text.endsWith('`'))
    return token.text.slice(1, -1);
  return undefined;
}
