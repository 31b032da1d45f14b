#!/usr/bin/env node
/**
 * Real agents, each a process of its own: one publishes rumors as fast as it is let, and each tells a client what it has
 * heard. Prints one line of JSON.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent } from './agent.mjs';
import { Deliveries } from './deliveries.mjs';
import { parseOptions, USAGE } from './options.mjs';

/** @typedef {import('./options.mjs').Options} Options @typedef {import('./agent.mjs').Metrics} Metrics */

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const TOPIC = 'load';
const POLL_MS = 100;
const JOIN_MS_MAX = 60_000;
/** Without any delivery anywhere: what is missing then never comes. */
const STANDSTILL_MS = 30_000;
/** After the last delivery, until what is still repeated has been, and no longer. */
const SETTLE_MS_MAX = 30_000;
const MS_PER_SECOND = 1_000;

await main(process.argv.slice(2));

/** @param {string[]} args */
async function main(args) {
  const { options, isHelpWanted } = parsed(args);
  if (isHelpWanted) return console.log(USAGE);
  /** @type {Agent[]} */
  const agents = [];
  try {
    console.log(JSON.stringify(await measure(options, agents)));
  } catch (error) {
    console.error('agents:', error instanceof Error ? error.message : error);
    process.exitCode = EXIT_FAILED;
  } finally {
    await Promise.all(agents.map((agent) => agent.stop()));
  }
}

/** @param {string[]} args */
function parsed(args) {
  try {
    return parseOptions(args);
  } catch (error) {
    console.error('agents:', error instanceof Error ? error.message : error);
    process.exit(EXIT_USAGE);
  }
}

/** @param {Options} options @param {Agent[]} agents filled as they are started */
async function measure(options, agents) {
  await start(options, agents);
  const [publisher] = agents;
  if (publisher === undefined) throw new Error('no agent');
  const deliveries = await listenTo(agents, options.rumorCount);
  const before = await metricsOf(agents);
  const startMs = performance.now();
  const busyCount = await publishAll(publisher, options);
  const publishedMs = performance.now() - startMs;
  await deliveries.end;
  const lastMs = Math.max(...deliveries.of.map((one) => one.lastMs)) - startMs;
  await silence(agents);
  const after = await metricsOf(agents);
  const sum = (/** @type {(one: Deliveries) => number} */ of) =>
    deliveries.of.reduce((total, one) => total + of(one), 0);
  return {
    agents: options.agentCount,
    rumors: options.rumorCount,
    bytes: options.payloadBytes,
    missed: options.agentCount * options.rumorCount - sum((one) => one.count),
    twice: sum((one) => one.twiceCount),
    strange: sum((one) => one.strangeCount),
    busy: busyCount,
    publishedSeconds: publishedMs / MS_PER_SECOND,
    seconds: lastMs / MS_PER_SECOND,
    ...usage(before, after),
  };
}

/** All by the first, until each knows all. @param {Options} options @param {Agent[]} agents */
async function start({ agentCount, preset, agentArgs }, agents) {
  const args = [
    '--bind',
    '127.0.0.1:0',
    '--http',
    '127.0.0.1:0',
    '--preset',
    preset,
    '--log-level',
    'error',
    ...agentArgs,
  ];
  const first = new Agent('a1', args);
  agents.push(first);
  await first.ready();
  while (agents.length < agentCount) agents.push(new Agent(`a${agents.length + 1}`, [...args, '--join', first.gossip]));
  await Promise.all(agents.slice(1).map((agent) => agent.ready()));
  const limitMs = performance.now() + JOIN_MS_MAX;
  for (const agent of agents) {
    while ((await agent.aliveCount()) < agentCount) {
      if (performance.now() > limitMs) throw new Error(`${agent.name} does not know all ${agentCount} agents`);
      await sleep(POLL_MS);
    }
  }
}

/** @param {readonly Agent[]} agents @param {number} rumorCount */
async function listenTo(agents, rumorCount) {
  let waitingCount = agents.length;
  const end = deferred();
  const of = agents.map(
    () =>
      new Deliveries(rumorCount, () => {
        waitingCount -= 1;
        if (waitingCount === 0) end.resolve(undefined);
      }),
  );
  await Promise.all(agents.map((agent, index) => agent.listen(TOPIC, (text) => of[index]?.take(text))));
  const total = () => of.reduce((sum, one) => sum + one.count, 0);
  let standing = { total: -1, sinceMs: performance.now() };
  const watch = setInterval(() => {
    if (total() !== standing.total) standing = { total: total(), sinceMs: performance.now() };
    else if (performance.now() - standing.sinceMs > STANDSTILL_MS) end.resolve(undefined);
  }, POLL_MS);
  return { of, end: end.promise.finally(() => clearInterval(watch)) };
}

/** As Promise.withResolvers, which Node.js 20 lacks. */
function deferred() {
  /** @type {(value: undefined) => void} */
  let resolve = () => {};
  const promise = new Promise((/** @type {(value: undefined) => void} */ settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** @param {Agent} publisher @param {Options} options */
async function publishAll(publisher, { rumorCount, payloadBytes, batchCount, way }) {
  let busyCount = 0;
  for (let start = 0; start < rumorCount; start += batchCount) {
    const lines = Array.from({ length: Math.min(batchCount, rumorCount - start) }, (_, index) => {
      const payload = `${start + index}`.padEnd(payloadBytes, 'x').slice(0, payloadBytes);
      return JSON.stringify({ topic: TOPIC, payload, way });
    });
    busyCount += await publisher.publish(lines);
  }
  return busyCount;
}

/** Until nobody spreads anything any more. @param {readonly Agent[]} agents */
async function silence(agents) {
  const limitMs = performance.now() + SETTLE_MS_MAX;
  while (performance.now() < limitMs) {
    const metrics = await metricsOf(agents);
    if (metrics.every((one) => one.sum('hearsay_rumors_hot') === 0)) return;
    await sleep(POLL_MS);
  }
}

/** @param {readonly Agent[]} agents */
function metricsOf(agents) {
  return Promise.all(agents.map((agent) => agent.metrics()));
}

/** What all agents together have done meanwhile. @param {readonly Metrics[]} before @param {readonly Metrics[]} after */
function usage(before, after) {
  const since = (/** @type {string} */ name, label = '', end = after.length) =>
    after
      .slice(0, end)
      .reduce((sum, metrics, index) => sum + metrics.sum(name, label) - (before[index]?.sum(name, label) ?? 0), 0);
  return {
    cpuSeconds: since('process_cpu_seconds_total'),
    publisherCpuSeconds: since('process_cpu_seconds_total', '', 1),
    packets: since('hearsay_sent_total', 'via="packet"'),
    packetBytes: since('hearsay_sent_bytes_total', 'via="packet"'),
    frames: since('hearsay_sent_total', 'via="stream"'),
    frameBytes: since('hearsay_sent_bytes_total', 'via="stream"'),
    pushed: since('hearsay_rumors_pushed_total'),
    branched: since('hearsay_rumors_branched_total'),
    duplicates: since('hearsay_rumors_unlearned_total', 'reason="duplicate"'),
    recovered: since('hearsay_rumors_recovered_total'),
    dropped: since('hearsay_rumors_dropped_total'),
    suspicions: since('hearsay_events_total', 'type="member-suspected"'),
  };
}
