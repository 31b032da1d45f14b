#!/usr/bin/env node
/**
 * Agents with disks, a writer, and a SIGKILL every few seconds. Prints one object of JSON; exits with 1 when a write that
 * was acknowledged is lost, a deletion undone, the stores differ, or the writer did not get its rate.
 */
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Rng } from '@hearsay/core';
import { AgentProcess } from './agent-process.mjs';
import { quantile, rounded, untilEqual, withAgents } from './settle.mjs';
import { faultsOf, Writer } from './writer.mjs';

/** @typedef {{ nodes: number, rate: number, seconds: number, killEvery: number, durability: string, seed: number }} StormOptions */

const USAGE = `usage: node storm.mjs [--nodes 5] [--rate 2000] [--seconds 60] [--kill-every 3] [--durability batched] [--seed 1]`;
const MS_PER_SECOND = 1_000;
const DOWN_MS = 500;
const SETTLE_MS_MAX = 120_000;
/** Of the rate, so much must have been acknowledged: agents that were killed take their open requests along. */
const RATE_SHARE_MIN = 0.95;

/** @param {StormOptions} options */
async function storm({ nodes, rate, seconds, killEvery, durability, seed }) {
  const rng = new Rng(seed);
  const make = (/** @type {string} */ folder) =>
    Array.from(
      { length: nodes },
      (_, nth) => new AgentProcess({ name: `s${nth}`, folder, flags: ['--durability', durability], join: seeds }),
    );
  /** @type {string[]} */
  const seeds = [];
  return withAgents(make, async (agents) => {
    for (const agent of agents) {
      await agent.start();
      seeds.push(agent.gossip);
    }
    await untilEqual(agents, SETTLE_MS_MAX, (status) => status.members.alive === nodes);
    const writer = new Writer({
      agents,
      perSecond: rate,
      durationMs: seconds * MS_PER_SECOND,
      random: () => rng.fraction(),
    });
    const written = writer.run();
    const killCount = await killFor(agents, seconds * MS_PER_SECOND, killEvery * MS_PER_SECOND, rng);
    await written;
    const convergedMs = await untilEqual(agents, SETTLE_MS_MAX, (status) => status.members.alive === nodes);
    const [first] = agents;
    const held = await versionsAt(/** @type {AgentProcess} */ (first));
    const { lost, resurrected } = faultsOf(writer, held);
    return {
      nodes,
      seconds,
      durability,
      killCount,
      wantedPerSecond: rate,
      acknowledgedPerSecond: rounded(writer.acknowledgedCount / seconds),
      unknownCount: writer.unknownCount,
      latencyMsMedian: quantile(writer.latenciesMs, 500),
      latencyMs99: quantile(writer.latenciesMs, 990),
      convergedMs: rounded(convergedMs),
      keyCount: writer.versions.size,
      deletedCount: writer.deleted.size,
      lostCount: lost.length,
      resurrectedCount: resurrected.length,
      isFastEnough: writer.acknowledgedCount >= rate * seconds * RATE_SHARE_MIN,
    };
  });
}

/** @param {readonly AgentProcess[]} agents @param {number} durationMs @param {number} everyMs @param {Rng} rng */
async function killFor(agents, durationMs, everyMs, rng) {
  let count = 0;
  const endMs = performance.now() + durationMs;
  while (performance.now() + everyMs < endMs) {
    await setTimeout(everyMs - DOWN_MS);
    const victim = rng.pick(agents);
    if (victim === undefined) break;
    await victim.end('SIGKILL');
    count += 1;
    await setTimeout(DOWN_MS);
    await victim.start();
  }
  return count;
}

/** @param {AgentProcess} agent */
async function versionsAt(agent) {
  const { body } = await agent.ask({ method: 'GET', path: '/v1/export' });
  const lines = body
    .toString()
    .split('\n')
    .filter((line) => line !== '');
  return new Map(lines.map((line) => JSON.parse(line)).map(({ key, version }) => [key, version]));
}

const { values } = parseArgs({
  options: {
    nodes: { type: 'string', default: '5' },
    rate: { type: 'string', default: '2000' },
    seconds: { type: 'string', default: '60' },
    'kill-every': { type: 'string', default: '3' },
    durability: { type: 'string', default: 'batched' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) console.log(USAGE);
else {
  const report = await storm({
    nodes: Number(values.nodes),
    rate: Number(values.rate),
    seconds: Number(values.seconds),
    killEvery: Number(values['kill-every']),
    durability: values.durability,
    seed: Number(values.seed),
  });
  console.log(JSON.stringify(report, undefined, 2));
  process.exitCode = report.lostCount + report.resurrectedCount > 0 || !report.isFastEnough ? 1 : 0;
}
