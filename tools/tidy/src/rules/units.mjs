/** A number that is a duration, a size or a count says its unit in its name. */
import { violationAt } from '../violation.mjs';

/** Words that speak of a quantity without saying which unit. */
const QUANTITIES = new Set(
  (
    'timeout interval period delay duration deadline retention ttl age latency jitter backoff rtt elapsed ' +
    'size length limit budget capacity window quota fanout loss rate probability'
  ).split(' '),
);
/** A name ends in one of these, or in one of these and a qualifier. A fanout is by its definition a count of peers. */
const UNITS = new Set(
  (
    'ms us ns seconds second bytes bits count index multiplier factor exponent mille percent share ratio fraction fanout ' +
    'rounds periods'
  ).split(' '),
);
const QUALIFIERS = new Set(['max', 'min', 'mean', 'median', 'total', 'p50', 'p90', 'p99']);
/** Words that everybody reads as a count: of entries, of members. */
const ESTABLISHED = new Set(['size', 'length', 'limit', 'clustersize']);

/** @type {import('../violation.mjs').Rule} */
export const units = {
  names: ['unit'],
  *check(repository) {
    for (const file of repository.codeFiles.filter((each) => each.area === 'src')) {
      for (const [index, token] of file.tokens.entries()) {
        if (token.kind !== 'name' || !isNumberDeclared(file.tokens, index) || hasUnit(token.text)) continue;
        yield violationAt(file, token.start, 'unit', `${token.text} has no unit in its name: …Ms, …Bytes, …Count`);
      }
    }
  },
};

/** `name: number`, `name?: number`. @param {readonly import('../scan.mjs').Token[]} tokens @param {number} index */
function isNumberDeclared(tokens, index) {
  const colon = tokens[index + 1]?.text === '?' ? index + 2 : index + 1;
  return tokens[colon]?.text === ':' && tokens[colon + 1]?.text === 'number' && tokens[colon + 2]?.text !== '[';
}

/** @param {string} name @returns {boolean} */
export function hasUnit(name) {
  const words = name
    .replace(/^#/, '')
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[\s_]+/);
  if (ESTABLISHED.has(words.join(''))) return true;
  if (!words.some((word) => QUANTITIES.has(word))) return true;
  while (words.length > 1 && QUALIFIERS.has(words.at(-1) ?? '')) words.pop();
  return UNITS.has(words.at(-1) ?? '');
}
