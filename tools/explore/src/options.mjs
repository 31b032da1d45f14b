/** What the command line asks for. */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

const SEED_COUNT = 1_000;
const NODE_COUNT = 32;
const MINUTES = 2;
const SEED_MAX = 0xffff_ffff;

export const USAGE = [
  'Usage: pnpm explore [--seeds COUNT] [--from SEED] [--nodes N] [--minutes M] [--workers N] [--no-shrink]',
  '',
  `  --seeds COUNT  worlds to play, besides those of the corpus (default ${SEED_COUNT})`,
  '  --from SEED    the first seed (default 1)',
  `  --nodes N      nodes in each world, 4 to 1000 (default ${NODE_COUNT})`,
  `  --minutes M    virtual minutes in which things go wrong (default ${MINUTES})`,
  '  --workers N    threads (default: as many as there are cores)',
  '  --no-shrink    prints what fails as it was drawn',
  '',
  'Exits 0 when all held, 1 when something did not or was never checked, 2 on bad usage.',
];

/**
 * @typedef {object} Options
 * @property {number} seedCount
 * @property {number} firstSeed
 * @property {number} nodeCount
 * @property {number} minutes
 * @property {number} workerCount
 * @property {boolean} isShrinking
 */

/**
 * The options; a problem as a sentence; or '' when it is help that is asked for.
 * @param {string[]} args @returns {Options | string}
 */
export function parseOptions(args) {
  let values;
  try {
    ({ values } = parseArgs({
      args,
      options: {
        help: { type: 'boolean', short: 'h' },
        seeds: { type: 'string', default: String(SEED_COUNT) },
        from: { type: 'string', default: '1' },
        nodes: { type: 'string', default: String(NODE_COUNT) },
        minutes: { type: 'string', default: String(MINUTES) },
        workers: { type: 'string', default: String(availableParallelism()) },
        'no-shrink': { type: 'boolean' },
      },
    }));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  if (values.help === true) return '';
  const seedCount = numberOf(values.seeds, 0, 1_000_000);
  const firstSeed = numberOf(values.from, 0, SEED_MAX);
  const nodeCount = numberOf(values.nodes, 4, 1_000);
  const workerCount = numberOf(values.workers, 1, 256);
  const minutes = /^\d{1,4}(\.\d{1,3})?$/.test(values.minutes) ? Number(values.minutes) : 0;
  if (seedCount === undefined) return '--seeds: give a whole number of 0 to 1000000';
  if (firstSeed === undefined || firstSeed + seedCount > SEED_MAX) return `--from: seeds go up to ${SEED_MAX}`;
  if (nodeCount === undefined) return '--nodes: give a whole number of 4 to 1000';
  if (workerCount === undefined) return '--workers: give a whole number of 1 to 256';
  if (!(minutes >= 0.1 && minutes <= 1_440)) return '--minutes: give 0.1 to 1440';
  return { seedCount, firstSeed, nodeCount, minutes, workerCount, isShrinking: values['no-shrink'] !== true };
}

/** @param {string} text @param {number} min @param {number} max @returns {number | undefined} */
function numberOf(text, min, max) {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  return value >= min && value <= max ? value : undefined;
}
