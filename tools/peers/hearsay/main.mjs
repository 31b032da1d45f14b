#!/usr/bin/env -S node --expose-gc
/**
 * Runs our nodes in one process over loopback, does the same things to them as the program in `../memberlist` does to
 * members of memberlist, and prints one line of JSON per phase.
 */
import { startCluster } from './cluster.mjs';
import { PHASES, parseOptions, USAGE } from './options.mjs';
import {
  broadcastPhase,
  DETECTION_LIMIT_PROBES,
  detectionPhase,
  JOIN_LIMIT_PROBES,
  joinPhase,
  lossPhase,
  MESSAGE_DRAIN_GOSSIPS,
  MESSAGE_SLOT_GOSSIPS,
  SETTLE_GOSSIPS,
  steadyPhase,
} from './phases.mjs';
import { settledMemory } from './usage.mjs';

/**
 * @typedef {import('./cluster.mjs').Cluster} Cluster
 * @typedef {import('./options.mjs').Options} Options
 * @typedef {import('./options.mjs').Phase} Phase
 */

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
/** Time for what no phase counts: starting, stopping, and a machine that is busy. */
const SLACK_MS = 60_000;

await main(process.argv.slice(2));

/** @param {string[]} args */
async function main(args) {
  const { options, isHelpWanted } = parsed(args);
  if (isHelpWanted) return console.log(USAGE);
  const limitMs = limitOf(options);
  setTimeout(() => fail(EXIT_FAILED, new Error(`not done after ${limitMs} ms`)), limitMs).unref();
  try {
    await measure(options);
  } catch (error) {
    fail(EXIT_FAILED, error);
  }
}

/** @param {string[]} args */
function parsed(args) {
  try {
    return parseOptions(args);
  } catch (error) {
    return fail(EXIT_USAGE, error);
  }
}

/** @param {number} code @param {unknown} error @returns {never} */
function fail(code, error) {
  console.error('hearsay:', error instanceof Error ? error.message : error);
  process.exit(code);
}

/** Longer than all phases together can take. @param {Options} options */
function limitOf({ timing, windowMs, messageCount }) {
  const gossips = MESSAGE_SLOT_GOSSIPS * messageCount + MESSAGE_DRAIN_GOSSIPS + 2 * SETTLE_GOSSIPS;
  const pacedMs = (JOIN_LIMIT_PROBES + DETECTION_LIMIT_PROBES) * timing.probeMs + gossips * timing.gossipMs;
  return 2 * windowMs + pacedMs + SLACK_MS;
}

/** @param {Options} options */
async function measure(options) {
  const baseline = settledMemory();
  const cluster = await startCluster(options);
  /** @type {Readonly<Record<Phase, () => Promise<object>>>} */
  const run = {
    join: () => joinPhase(cluster),
    steady: () => steadyPhase(cluster, baseline),
    broadcast: () => broadcastPhase(cluster),
    loss: () => lossPhase(cluster),
    detection: () => detectionPhase(cluster),
  };
  const { nodeCount: nodes, preset, seed } = options;
  const heading = { peer: 'hearsay', version: cluster.version };
  try {
    for (const phase of PHASES) {
      if (phase !== 'join' && !options.phases.includes(phase)) continue;
      const line = { ...heading, phase, nodes, preset, seed, ...(await run[phase]()) };
      if (options.phases.includes(phase)) console.log(JSON.stringify(line));
    }
  } finally {
    await cluster.shutdown();
  }
}
