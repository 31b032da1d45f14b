/**
 * A Redis Cluster on this machine: what its nodes send when nothing happens, and when they know that one was killed.
 * Real servers on 127.0.0.1, in folders of their own, all gone at the end. Linux: bytes are read from /proc.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { isFailed, isWhole, slotShares } from './cluster-views.mjs';
import { RespClient } from './resp-client.mjs';

const USAGE = `usage: node main.mjs [flags]
  -n N            nodes, 3 to 100 (16)
  --timeout MS    cluster-node-timeout (15000)
  --settle S      seconds before anything is measured (20)
  --window S      seconds of the quiet phase (30)`;

/** The bus of a node is at its port and this. Source: Redis. */
const BUS_OFFSET = 10_000;
/** Two clusters that start together look for free ports at different places. */
const PORT_MIN = 17_000 + (process.pid % 50) * 200;
const POLL_MS = 50;
const READY_MS_MAX = 60_000;
/** The whole of it. Source: guess, twice what it takes. */
const LIMIT_MS = 400_000;

/** @typedef {{ port: number, process: import('node:child_process').ChildProcess, client: RespClient, id: string }} Server */

const { values } = parseArgs({
  options: {
    n: { type: 'string', short: 'n', default: '16' },
    timeout: { type: 'string', default: '15000' },
    settle: { type: 'string', default: '20' },
    window: { type: 'string', default: '30' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const nodeCount = Number(values.n);
const timeoutMs = Number(values.timeout);
if (values.help) process.stdout.write(`${USAGE}\n`);
else if (!(nodeCount >= 3 && nodeCount <= 100 && timeoutMs >= 1_000)) {
  process.stderr.write(`${USAGE}\n`);
  process.exitCode = 2;
} else await measure();

async function measure() {
  const folder = mkdtempSync(join(tmpdir(), 'redis-peer-'));
  /** @type {Server[]} */
  const servers = [];
  const killAll = () => {
    for (const server of servers) server.process.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => {
      killAll();
      process.exit(1);
    });
  }
  const limit = setTimeout(() => {
    process.stderr.write(`it took longer than ${LIMIT_MS} ms\n`);
    killAll();
    process.exit(1);
  }, LIMIT_MS);
  try {
    for (const port of await freePorts(nodeCount)) servers.push(await start(port, join(folder, `${port}`)));
    await joinAll(servers);
    await sleep(Number(values.settle) * 1_000);
    await steady(servers);
    await detection(servers);
  } finally {
    clearTimeout(limit);
    for (const { client } of servers) client.close();
    killAll();
  }
}

/** @param {number} port @param {string} folder @returns {Promise<Server>} */
async function start(port, folder) {
  const settings = {
    ...{ port, bind: '127.0.0.1', dir: makeFolder(folder), save: '""', appendonly: 'no', loglevel: 'warning' },
    ...{ 'cluster-enabled': 'yes', 'cluster-node-timeout': timeoutMs, 'cluster-config-file': 'nodes.conf' },
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, `${value}`]);
  const child = spawn('redis-server', args, { stdio: 'ignore' });
  const client = await within(READY_MS_MAX, async () => {
    // Somebody else may have taken the port meanwhile, and would answer in its place.
    if (child.exitCode !== null) throw new Error(`the server at port ${port} ended with code ${child.exitCode}`);
    const candidate = new RespClient(port);
    const pong = await candidate.ask('PING').catch(() => undefined);
    if (pong !== undefined) return candidate;
    candidate.close();
    return undefined;
  });
  return { port, process: child, client, id: await client.ask('CLUSTER', 'MYID') };
}

/** Everybody knows everybody, and every slot has an owner. @param {Server[]} servers */
async function joinAll(servers) {
  const [first] = servers;
  const shares = slotShares(servers.length);
  for (const [index, { client, port }] of servers.entries()) {
    const [from, to] = shares[index] ?? [0, 0];
    await client.ask('CLUSTER', 'ADDSLOTSRANGE', `${from}`, `${to}`);
    // Without an epoch of its own each would have to bump one after the other, over many seconds.
    await client.ask('CLUSTER', 'SET-CONFIG-EPOCH', `${index + 1}`);
    if (index > 0) await first?.client.ask('CLUSTER', 'MEET', '127.0.0.1', `${port}`);
  }
  await within(READY_MS_MAX, async () => {
    const replies = await Promise.all(servers.map(({ client }) => client.ask('CLUSTER', 'INFO')));
    return replies.every((reply) => isWhole(reply, servers.length)) ? true : undefined;
  });
}

/** @param {Server[]} servers */
async function steady(servers) {
  const windowSeconds = Number(values.window);
  const before = servers.map(writtenBytes);
  await sleep(windowSeconds * 1_000);
  const written = servers.map((server, index) => writtenBytes(server) - (before[index] ?? 0));
  const bytes = written.reduce((sum, each) => sum + each, 0) / servers.length / windowSeconds;
  report('steady', { perNodeSecond: { bytes } });
}

/** @param {Server[]} servers */
async function detection(servers) {
  const [victim, ...others] = servers;
  if (victim === undefined) return;
  victim.client.close();
  victim.process.kill('SIGKILL');
  await once(victim.process, 'exit');
  const startMs = performance.now();
  /** @type {Map<string, number>} */
  const knownMs = new Map();
  await within(timeoutMs * 4, async () => {
    for (const { client, id } of others) {
      if (!knownMs.has(id) && isFailed(await client.ask('CLUSTER', 'NODES'), victim.id)) {
        knownMs.set(id, performance.now() - startMs);
      }
    }
    return knownMs.size === others.length ? true : undefined;
  });
  const times = [...knownMs.values()];
  report('detection', { firstDeadMs: Math.min(...times), allKnowMs: Math.max(...times) });
}

/** @param {string} phase @param {object} measured */
function report(phase, measured) {
  const { stdout } = spawnSync('redis-server', ['--version'], { encoding: 'utf8' });
  const version = /v=(\S+)/.exec(stdout)?.[1] ?? 'unknown';
  process.stdout.write(
    `${JSON.stringify({ peer: 'redis', version, phase, nodes: nodeCount, timeoutMs, ...measured })}\n`,
  );
}

/** What a server has written to its sockets, and the little that went into files. @param {Server} server */
function writtenBytes({ process: { pid } }) {
  return Number(/wchar: (\d+)/.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1] ?? Number.NaN);
}

/** Asks until there is an answer. @template V @param {number} limitMs @param {() => Promise<V | undefined>} ask @returns {Promise<V>} */
async function within(limitMs, ask) {
  const endMs = performance.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > endMs) throw new Error(`nothing came of it within ${limitMs} ms`);
    await sleep(POLL_MS);
  }
}

/** Ports that are free, and their buses too. @param {number} count @returns {Promise<number[]>} */
async function freePorts(count) {
  const ports = [];
  for (let port = PORT_MIN; ports.length < count && port + BUS_OFFSET < 65_536; port++) {
    if ((await isFree(port)) && (await isFree(port + BUS_OFFSET))) ports.push(port);
  }
  return ports;
}

/** @param {number} port @returns {Promise<boolean>} */
async function isFree(port) {
  const server = createServer();
  const isListening = await new Promise((resolve) => {
    server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
  });
  if (isListening) await new Promise((resolve) => server.close(resolve));
  return isListening;
}

/** @param {string} folder */
function makeFolder(folder) {
  mkdirSync(folder, { recursive: true });
  return folder;
}
