/** Work left undone must say where it is tracked; tests left out must say why. */
import { literalOf } from '../scan.mjs';
import { violationAt } from '../violation.mjs';

const WORD = /\b(FIXME|XXX|TODO)\b(?!\s*\(?#\d+)/g;
const TEST_FUNCTIONS = new Set(['describe', 'it', 'test', 'suite', 'bench']);

/** @type {import('../violation.mjs').Rule} */
export const unfinished = {
  names: ['unfinished', 'only', 'skip'],
  *check(repository) {
    for (const file of repository.codeFiles) {
      for (const comment of file.comments) {
        for (const found of comment.text.matchAll(WORD)) {
          const offset = comment.start + found.index;
          yield violationAt(file, offset, 'unfinished', `${found[1]}: do it, or name its issue: TODO(#123)`);
        }
      }
      for (const [index, token] of file.tokens.entries()) {
        const problem = problemAt(file.tokens, index);
        if (problem !== undefined) yield violationAt(file, token.start, problem.rule, problem.message);
      }
    }
  },
};

/** @param {readonly import('../scan.mjs').Token[]} tokens @param {number} index */
function problemAt(tokens, index) {
  const name = tokens[index]?.text;
  if ((name !== 'only' && name !== 'skip') || tokens[index - 1]?.text !== '.') return undefined;
  const owner = tokens[index - 2]?.text ?? '';
  if (name === 'only' && TEST_FUNCTIONS.has(owner))
    return { rule: 'only', message: `${owner}.only hides every other test` };
  if (name !== 'skip' || tokens[index + 1]?.text !== '(') return undefined;
  if (TEST_FUNCTIONS.has(owner)) {
    return { rule: 'skip', message: `${owner}.skip gives no reason: context.skip('reason') inside the test does` };
  }
  const isReasonless = (owner === 'context' || owner === 'ctx') && !literalOf(tokens[index + 2]);
  return isReasonless ? { rule: 'skip', message: `${owner}.skip() without a reason: pass one` } : undefined;
}
