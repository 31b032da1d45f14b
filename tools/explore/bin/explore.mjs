#!/usr/bin/env node
/**
 * `pnpm explore`: plays the worlds of many seeds on all cores. Whatever fails is made smaller and printed with the
 * command that replays it. Exit 1 when anything failed, or when a checker had nothing to check in all the worlds.
 */
import { readCorpus } from '../src/corpus.mjs';
import { Coverage } from '../src/coverage.mjs';
import { parseOptions, USAGE } from '../src/options.mjs';
import { playAll } from '../src/pool.mjs';

/** A line after so many worlds. */
const PROGRESS_COUNT = 100;

/** @param {string[]} args @returns {Promise<number>} */
async function main(args) {
  const options = parseOptions(args);
  if (typeof options === 'string') {
    if (options !== '') console.log(options);
    for (const line of USAGE) console.log(line);
    return options === '' ? 0 : 2;
  }
  const { seedCount, firstSeed, nodeCount, minutes, workerCount, isShrinking } = options;
  console.log(
    `explore · seeds ${firstSeed} to ${firstSeed + seedCount - 1} · ${nodeCount} nodes · ${minutes} min · ${workerCount} workers`,
  );
  const startMs = performance.now();
  const corpus = readCorpus();
  const coverage = new Coverage();
  /** @type {import('../src/pool.mjs').Task[]} */
  const tasks = corpus.map(({ name, plan }) => ({ name: `corpus ${name}`, plan, isShrinking: false }));
  for (let seed = firstSeed; seed < firstSeed + seedCount; seed++) {
    tasks.push({ name: `seed ${seed}`, request: { seed, nodeCount, minutes }, isShrinking });
  }
  let doneCount = 0;
  await playAll(tasks, workerCount, (task, outcome) => {
    coverage.add(outcome);
    for (const line of outcome.lines) console.log(line);
    if (outcome.lines.length > 0) console.log(`${task.name} failed`);
    doneCount += 1;
    if (doneCount % PROGRESS_COUNT === 0) {
      console.log(`${doneCount} of ${tasks.length} worlds · ${coverage.violationCount} violations`);
    }
  });
  for (const line of coverage.lines()) console.log(line);
  const seconds = (performance.now() - startMs) / 1_000;
  console.log(
    `${corpus.length} of the corpus and ${seedCount} seeds in ${seconds.toFixed(1)} s: ${coverage.violationCount} violations`,
  );
  const idle = seedCount > 0 ? coverage.idleCheckers() : [];
  for (const name of idle) console.log(`nothing to check for: ${name}`);
  return coverage.violationCount > 0 || idle.length > 0 ? 1 : 0;
}

process.exitCode = await main(process.argv.slice(2).filter((argument) => argument !== '--'));
