/** One command line. */
import { parseArgs } from 'node:util';

/**
 * @typedef {object} Options
 * @property {number} agentCount
 * @property {number} rumorCount
 * @property {number} payloadBytes
 * @property {number} batchCount rumors of one request
 * @property {'push' | 'tree'} way
 * @property {string} preset
 * @property {readonly string[]} agentArgs
 */

export const USAGE = `usage: node throughput.mjs [flags] [-- flags of every agent]
  -n N            agents, 2 to 64 (10)
  --rumors N      rumors that one of them publishes, 1 to 16000 (10000); above what is logged some may get lost
  --bytes N       of payload each, 1 to 1000 (200)
  --batch N       rumors of one request; 1 publishes one by one (500)
  --way NAME      push, or along a broadcast tree (push)
  --preset NAME   timers: lan, wan or local (lan)`;

/** Throws `RangeError` with every problem at once, and `TypeError` for flags that do not exist. @param {string[]} args */
export function parseOptions(args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      n: { type: 'string', short: 'n', default: '10' },
      rumors: { type: 'string', default: '10000' },
      bytes: { type: 'string', default: '200' },
      batch: { type: 'string', default: '500' },
      way: { type: 'string', default: 'push' },
      preset: { type: 'string', default: 'lan' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  /** @type {string[]} */
  const problems = [];
  const number = (/** @type {'n' | 'rumors' | 'bytes' | 'batch'} */ flag, /** @type {number} */ min, max = 0) => {
    const value = Number(values[flag]);
    if (!(Number.isInteger(value) && value >= min && value <= max)) problems.push(`--${flag}: use ${min} to ${max}`);
    return value;
  };
  if (values.way !== 'push' && values.way !== 'tree') problems.push('--way: use push or tree');
  /** @type {Options} */
  const options = {
    agentCount: number('n', 2, 64),
    rumorCount: number('rumors', 1, 16_000),
    payloadBytes: number('bytes', 1, 1_000),
    batchCount: number('batch', 1, 1_000),
    way: values.way === 'tree' ? 'tree' : 'push',
    preset: values.preset,
    agentArgs: positionals,
  };
  if (problems.length > 0) throw new RangeError(problems.join('; '));
  return { options, isHelpWanted: values.help };
}
