/** One command line: the same flags as the program in `../memberlist`. */
import { parseArgs } from 'node:util';

/**
 * @typedef {'join' | 'steady' | 'broadcast' | 'loss' | 'detection'} Phase
 * @typedef {'lan' | 'wan' | 'local'} Preset
 * @typedef {{ readonly probeMs: number, readonly gossipMs: number }} Timing Two intervals that phases are paced by.
 * @typedef {object} Options
 * @property {number} nodeCount
 * @property {Preset} preset
 * @property {Timing} timing
 * @property {readonly Phase[]} phases
 * @property {number} windowMs
 * @property {number} killCount
 * @property {number} messageCount
 * @property {number} lossPerMille
 * @property {number} seed
 */

/** All phases, in the order in which they run. @type {readonly Phase[]} */
export const PHASES = ['join', 'steady', 'broadcast', 'loss', 'detection'];

/** @type {ReadonlyMap<string, { preset: Preset, timing: Timing }>} */
const PRESETS = new Map([
  ['lan', { preset: 'lan', timing: { probeMs: 1_000, gossipMs: 200 } }],
  ['wan', { preset: 'wan', timing: { probeMs: 5_000, gossipMs: 500 } }],
  ['local', { preset: 'local', timing: { probeMs: 1_000, gossipMs: 100 } }],
]);

export const USAGE = `usage: node --expose-gc main.mjs [flags]
  -n N            nodes, 3 to 1000 (20)
  --preset NAME   timers: lan, wan or local (lan)
  --phases LIST   what to measure, of ${PHASES.join(',')}; join always runs first (all)
  --window S      seconds of the phases steady and loss (20)
  --kills N       nodes killed together in the phase detection (1)
  --messages N    messages in the phase broadcast, 1 to 1000 (10)
  --loss N        packets lost in the phase loss, per mille (200)
  --seed N        payloads, origins, victims and losses come from it (1)`;

/** Throws `RangeError` with every problem at once, and `TypeError` for flags that do not exist. @param {string[]} args */
export function parseOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      n: { type: 'string', short: 'n', default: '20' },
      preset: { type: 'string', default: 'lan' },
      phases: { type: 'string', default: PHASES.join(',') },
      window: { type: 'string', default: '20' },
      kills: { type: 'string', default: '1' },
      messages: { type: 'string', default: '10' },
      loss: { type: 'string', default: '200' },
      seed: { type: 'string', default: '1' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  /** @type {string[]} */
  const problems = [];
  const number = (/** @type {'n' | 'window' | 'kills' | 'messages' | 'loss' | 'seed'} */ flag, min = 0, max = 0) => {
    const value = Number(values[flag]);
    const isFit =
      flag === 'window' ? value > min && value <= max : Number.isInteger(value) && value >= min && value <= max;
    if (!isFit) problems.push(`--${flag}: use ${min} to ${max}`);
    return value;
  };
  const nodeCount = number('n', 3, 1_000);
  const chosen = PRESETS.get(values.preset);
  if (chosen === undefined) problems.push(`--preset: use ${[...PRESETS.keys()].join(', ')}`);
  const names = values.phases.split(',');
  for (const name of names) {
    if (!PHASES.some((phase) => phase === name))
      problems.push(`--phases: ${JSON.stringify(name)} is none of ${PHASES.join(', ')}`);
  }
  /** @type {Options} */
  const options = {
    nodeCount,
    ...(chosen ?? { preset: 'lan', timing: { probeMs: 1_000, gossipMs: 200 } }),
    phases: PHASES.filter((phase) => names.includes(phase)),
    windowMs: number('window', 0, 3_600) * 1_000,
    killCount: number('kills', 1, nodeCount - 2),
    messageCount: number('messages', 1, 1_000),
    lossPerMille: number('loss', 0, 1_000),
    seed: number('seed', 0, 2 ** 32 - 1),
  };
  if (problems.length > 0) throw new RangeError(problems.join('; '));
  return { options, isHelpWanted: values.help };
}
