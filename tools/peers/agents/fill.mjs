#!/usr/bin/env node
/**
 * A store is loaded at one agent, and an empty one joins. Prints one object of JSON: how fast it was filled, what this
 * machine's loopback carries, and what probes and the event loops felt of it. Exits with 1 when somebody was suspected.
 */
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { AgentProcess } from './agent-process.mjs';
import { loopbackBytesPerSecond } from './loopback.mjs';
import { quantile, rounded, untilEqual, withAgents } from './settle.mjs';

/** @typedef {{ keys: number, valueBytes: number }} FillOptions */

const USAGE = 'usage: node fill.mjs [--keys 100000] [--value-bytes 1024]';
const MS_PER_SECOND = 1_000;
/** An import takes 2 MiB at most; base64 takes a third more than the bytes. */
const IMPORT_BYTES = 1_000_000;
const QUIET_MS = 10_000;
const FILL_MS_MAX = 600_000;
const MEBIBYTE = 1_048_576;
const WATCH_EVERY_MS = 50;
const OK = 200;
const SUSPECTED = 'type="member-suspected"';

/** @param {FillOptions} options */
async function fill({ keys, valueBytes }) {
  /** @type {string[]} */
  const seeds = [];
  const make = (/** @type {string} */ folder) =>
    ['full', 'empty'].map((name) => new AgentProcess({ name, folder, join: seeds }));
  const limit = await loopbackBytesPerSecond();
  return withAgents(make, async (agents) => {
    const [full, empty] = /** @type {[AgentProcess, AgentProcess]} */ (agents);
    await full.start();
    await load(full, keys, valueBytes);
    seeds.push(full.gossip);
    const startMs = performance.now();
    await empty.start();
    const busy = new PingWatch(full, empty.name);
    await untilEqual(agents, FILL_MS_MAX, (status) => status.members.alive === 2 && status.store.liveCount === keys);
    const seconds = (performance.now() - startMs) / MS_PER_SECOND;
    const busyMs = await busy.end();
    const quiet = new PingWatch(full, empty.name);
    await setTimeout(QUIET_MS);
    const quietMs = await quiet.end();
    const suspected = await Promise.all(agents.map((agent) => agent.metric('hearsay_events_total', SUSPECTED)));
    const lagsSeconds = await Promise.all(agents.map((agent) => agent.metric('nodejs_eventloop_lag_max_seconds')));
    const bytesPerSecond = (keys * valueBytes) / seconds;
    return {
      keys,
      valueBytes,
      seconds: rounded(seconds),
      mebibytesPerSecond: rounded(bytesPerSecond / MEBIBYTE),
      recordsPerSecond: Math.round(keys / seconds),
      loopbackMebibytesPerSecond: rounded(limit / MEBIBYTE),
      perMilleOfLoopback: rounded((bytesPerSecond * 1_000) / limit),
      quietRttMsMedian: quantile(quietMs, 500),
      quietRttMs99: quantile(quietMs, 990),
      busyRttMsMedian: quantile(busyMs, 500),
      busyRttMs99: quantile(busyMs, 990),
      lostPingCount: busy.lostCount,
      eventLoopLagMsMax: lagsSeconds.map((lag) => rounded(lag * MS_PER_SECOND)),
      suspectedCount: suspected.reduce((sum, count) => sum + count, 0),
    };
  });
}

/** @param {AgentProcess} agent @param {number} keys @param {number} valueBytes */
async function load(agent, keys, valueBytes) {
  const perRequest = Math.max(1, Math.floor(IMPORT_BYTES / valueBytes));
  const value = 'x'.repeat(valueBytes);
  for (let from = 0; from < keys; from += perRequest) {
    const count = Math.min(perRequest, keys - from);
    const lines = Array.from({ length: count }, (_, nth) => JSON.stringify({ key: `key-${from + nth}`, value }));
    const { status } = await agent.ask({ method: 'POST', path: '/v1/import', body: lines.join('\n') });
    if (status !== OK) throw new Error(`the import was answered by ${status}`);
  }
}

/** Pings from one agent to another, one after the other, and how long they took. */
class PingWatch {
  /** @type {number[]} */
  #roundTripsMs = [];
  #isOver = false;
  #done;
  lostCount = 0;

  /** @param {AgentProcess} agent @param {string} name */
  constructor(agent, name) {
    this.#done = this.#run(agent, JSON.stringify({ name }));
  }

  async end() {
    this.#isOver = true;
    await this.#done;
    return this.#roundTripsMs;
  }

  /** @param {AgentProcess} agent @param {string} body */
  async #run(agent, body) {
    while (!this.#isOver) {
      const reply = await agent.ask({ method: 'POST', path: '/v1/ping', body });
      const { rttMs } = JSON.parse(reply.body.toString());
      // Who is not known yet is not lost.
      if (typeof rttMs === 'number') this.#roundTripsMs.push(rttMs);
      else if (reply.status === OK) this.lostCount += 1;
      await setTimeout(WATCH_EVERY_MS);
    }
  }
}

const { values } = parseArgs({
  options: {
    keys: { type: 'string', default: '100000' },
    'value-bytes': { type: 'string', default: '1024' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) console.log(USAGE);
else {
  const report = await fill({ keys: Number(values.keys), valueBytes: Number(values['value-bytes']) });
  console.log(JSON.stringify(report, undefined, 2));
  process.exitCode = report.suspectedCount > 0 ? 1 : 0;
}
