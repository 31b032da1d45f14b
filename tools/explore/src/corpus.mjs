/** The worlds that have failed once: each is kept as the plan that showed it, with the commit that mended it. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = new URL('../corpus/', import.meta.url);

/**
 * The plan stands in full, because a new fault among the draws makes another world of the same seed.
 * @typedef {object} Case
 * @property {string} name
 * @property {string} checker that broke
 * @property {string} what went wrong, as a sentence
 * @property {string} fix the subject of the commit that mended it
 * @property {import('@hearsay/simulator').SwarmPlan} plan
 */

/** All cases in the order of their names. @returns {Case[]} */
export function readCorpus() {
  const files = readdirSync(fileURLToPath(FOLDER)).filter((file) => file.endsWith('.json'));
  return files
    .toSorted((a, b) => (a < b ? -1 : 1))
    .map((file) => ({
      name: file.replace(/\.json$/, ''),
      ...JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')),
    }));
}
