/** The prose of comments, and what it stands on. */

/**
 * @typedef {import('./source-file.mjs').SourceFile} SourceFile
 * @typedef {import('./scan.mjs').Token} Token
 */

const MODIFIERS = new Set(
  (
    'export const let function class interface type readonly async static private protected public get set abstract ' +
    'override declare * new'
  ).split(' '),
);
const NESTING = new Set(['class', 'interface', 'type', 'function', 'const']);

/**
 * The prose blocks of a file: each block comment, and each run of line comments, without its delimiters.
 * @param {SourceFile} file @returns {{ text: string, start: number, end: number }[]}
 */
export function proseOf(file) {
  /** @type {{ text: string, start: number, end: number, isLine: boolean }[]} */
  const blocks = [];
  for (const { text, start, end } of file.comments) {
    const isLine = text.startsWith('//');
    const prose = isLine ? text.replace(/^\/\/+ ?/, '') : blockProse(text);
    const last = blocks.at(-1);
    const isContinued = isLine && last?.isLine && /^\s*$/.test(file.text.slice(last.end, start));
    if (last !== undefined && isContinued && file.lineAt(start) === file.lineAt(last.end) + 1) {
      last.text += `\n${prose}`;
      last.end = end;
    } else blocks.push({ text: prose, start, end, isLine });
  }
  return blocks;
}

/** @param {string} text @returns {string} */
function blockProse(text) {
  return text
    .replace(/^\/\*+/, '')
    .replace(/\*\/$/, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, '').trim())
    .join('\n')
    .trim();
}

/**
 * What the code after a comment declares, with what it is declared in: `Core.piggyback`. `''` at the head of a file.
 * Names, unlike line numbers, stay true when something above them changes.
 * @param {SourceFile} file @param {number} offset @returns {string}
 */
export function subjectAfter(file, offset) {
  const { tokens } = file;
  const next = tokens.findIndex((token) => token.start >= offset);
  if (next < 0 || tokens[next]?.text === 'import') return enclosingName(tokens, next < 0 ? tokens.length : next);
  let index = next;
  while (MODIFIERS.has(tokens[index]?.text ?? '') && tokens[index + 1]?.kind !== 'punctuator') index += 1;
  const outer = enclosingName(tokens, next);
  const token = tokens[index];
  const after = tokens[index + 1]?.text ?? '';
  const isDeclared = token?.kind === 'name' && (index > next || ['(', ':', '?', '=', '<', '{'].includes(after));
  const inner = isDeclared ? token.text : '';
  return [outer, inner].filter((part) => part !== '').join('.');
}

/** The declaration whose braces are open at `index`, at the top level. @param {readonly Token[]} tokens @param {number} index */
function enclosingName(tokens, index) {
  let depth = 0;
  let declared = '';
  let name = '';
  for (const [at, token] of tokens.slice(0, index).entries()) {
    const isPunctuator = token.kind === 'punctuator';
    if (depth === 0 && NESTING.has(token.text) && tokens[at + 1]?.kind === 'name')
      declared = tokens[at + 1]?.text ?? '';
    if (isPunctuator && '([{'.includes(token.text)) depth += 1;
    if (isPunctuator && ')]}'.includes(token.text)) depth -= 1;
    if (depth === 0 && token.text === ';') declared = '';
    name = depth > 0 ? declared : '';
  }
  return name;
}
