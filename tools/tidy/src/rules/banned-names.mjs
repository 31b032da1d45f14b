/** Names that some layers may not use, each with its replacement: a table. */
import { isPure, isRaised } from '../layers.mjs';
import { violationAt } from '../violation.mjs';

/**
 * @typedef {import('../source-file.mjs').SourceFile} SourceFile
 * @typedef {import('../scan.mjs').Token} Token
 * @typedef {{ rule: string, names: ReadonlySet<string>, isBanned(file: SourceFile): boolean, instead: string }} Ban
 */

/** Shipped code of packages. @param {SourceFile} file */
const isPackageSource = (file) => file.packageDir.startsWith('packages/') && file.area === 'src';
/** @param {SourceFile} file */
const isPureSource = (file) => isPackageSource(file) && isPure(file.packageDir) && !isRaised(file.path);
/** Layer 5 shows wall time to people, and runtime is where clocks live. @param {SourceFile} file */
const isTimeless = (file) => isPureSource(file) || (isPackageSource(file) && file.packageDir === 'packages/simulator');

/** @param {string} text */
const words = (text) => new Set(text.split(' '));

/** @type {readonly Ban[]} */
const BANS = [
  {
    rule: 'clock',
    names: words('Date performance setTimeout setInterval setImmediate queueMicrotask'),
    isBanned: isTimeless,
    instead: 'time is the argument nowMs, a delay is out.schedule',
  },
  {
    rule: 'async',
    names: words('async await Promise'),
    isBanned: isPureSource,
    instead: 'a core answers through its outbox, in the same step',
  },
  { rule: 'dice', names: words('crypto'), isBanned: isTimeless, instead: 'draw from the Rng given at construction' },
  {
    rule: 'console',
    names: words('console process'),
    isBanned: isPackageSource,
    instead: 'notify the owner; the application logs',
  },
  {
    rule: 'emitter',
    names: words('EventEmitter EventTarget'),
    isBanned: (file) => file.packageDir.startsWith('packages/') && file.packageDir !== 'packages/runtime',
    instead: 'out.notify, or a listener that subscribe returns an end for',
  },
  {
    rule: 'locale',
    names: words('Intl'),
    isBanned: () => true,
    instead: 'an explicit comparator: Intl depends on the ICU data of the machine',
  },
];

/** @type {import('../violation.mjs').Rule} */
export const bannedNames = {
  names: [...BANS.map((ban) => ban.rule), 'node-import'],
  *check(repository) {
    for (const file of repository.codeFiles) {
      const bans = BANS.filter((ban) => ban.isBanned(file));
      for (const [index, token] of file.tokens.entries()) {
        const problem = token.kind === 'name' ? problemAt(file, index, bans) : nodeImportProblem(file, token);
        if (problem !== undefined) yield violationAt(file, token.start, problem.rule, problem.message);
      }
    }
  },
};

/** @param {SourceFile} file @param {number} index @param {readonly Ban[]} bans */
function problemAt(file, index, bans) {
  const { tokens } = file;
  const text = tokens[index]?.text ?? '';
  const isMember = isMemberAt(tokens, index);
  const owner = isMember ? tokens[index - 2]?.text : undefined;
  if (owner === 'Math' && text === 'random' && file.path !== 'packages/runtime/src/entropy.ts') {
    return { rule: 'dice', message: 'Math.random: use the Rng given at construction, or runtime/entropy.ts' };
  }
  if (isMember && text === 'localeCompare') {
    return { rule: 'locale', message: 'localeCompare: its order depends on the ICU data of the machine' };
  }
  if (isMember && text === 'then' && tokens[index + 1]?.text === '(' && isPureSource(file)) {
    return { rule: 'async', message: '.then(: a core answers through its outbox, in the same step' };
  }
  if ((isMember && owner !== 'globalThis') || isKeyAt(tokens, index)) return undefined;
  const ban = bans.find((each) => each.names.has(text));
  return ban === undefined ? undefined : { rule: ban.rule, message: `${text}: ${ban.instead}` };
}

/** @param {SourceFile} file @param {Token} token */
function nodeImportProblem(file, token) {
  if (token.kind !== 'string' || !token.text.slice(1).startsWith('node:') || !isPureSource(file)) return undefined;
  return { rule: 'node-import', message: `${token.text}: layers 0 to 3 know no platform; runtime and the apps do` };
}

/** @param {readonly Token[]} tokens @param {number} index */
function isMemberAt(tokens, index) {
  const before = tokens[index - 1]?.text;
  return before === '.' || before === '?.';
}

/** `{ process: 1 }` and `readonly process: string` name a field. @param {readonly Token[]} tokens @param {number} index */
function isKeyAt(tokens, index) {
  const before = tokens[index - 1]?.text ?? '';
  const after = tokens[index + 1]?.text ?? '';
  const isFollowedByType = after === ':' || (after === '?' && tokens[index + 2]?.text === ':');
  return isFollowedByType && ['{', ',', ';', '}', 'readonly'].includes(before);
}
