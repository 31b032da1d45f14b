/** One real agent in a process of its own, which can be killed and started again on the same addresses and disk. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {object} Reply
 * @property {number} status
 * @property {Buffer} body
 * @typedef {object} Request
 * @property {string} method
 * @property {string} path
 * @property {string | Buffer} [body]
 * @typedef {object} AgentOptions
 * @property {string} name
 * @property {string} folder Its data directory is in here.
 * @property {readonly string[]} [join]
 * @property {readonly string[]} [flags]
 * @property {readonly string[]} [nodeFlags] Of Node itself, to profile it.
 */

const EXECUTABLE = fileURLToPath(new URL('../../../apps/node/bin/hearsay.js', import.meta.url));
/** Requests to one agent at a time. Source: guess: more than a core can serve in a turn of its event loop. */
const CONNECTION_COUNT_MAX = 64;
/** Where a writer sends what it writes. */
export const BATCH_PATH = '/v1/kv';
/** An agent that says nothing for so long is given up. Source: guess. */
const SILENCE_MS_MAX = 10_000;

export class AgentProcess {
  #options;
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #child;
  #http = '127.0.0.1:0';
  #connections = new Agent({ keepAlive: true, maxSockets: CONNECTION_COUNT_MAX });
  gossip = '127.0.0.1:0';
  isUp = false;

  /** @param {AgentOptions} options */
  constructor(options) {
    this.#options = options;
  }

  get name() {
    return this.#options.name;
  }

  /** The first time on free ports; then on those. Resolves when it is ready. */
  async start() {
    const { name, folder, join: seeds = [], flags = [], nodeFlags = [] } = this.#options;
    const args = ['agent', '--name', name, '--bind', this.gossip, '--http', this.#http, ...flags];
    args.push('--data-dir', join(folder, name), '--log-level', 'error', ...seeds.flatMap((seed) => ['--join', seed]));
    const child = spawn(process.execPath, [...nodeFlags, EXECUTABLE, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#child = child;
    const ready = await readyLine(child, name);
    this.gossip = ready.gossip;
    this.#http = ready.http.replace(/^http:\/\//, '');
    this.isUp = true;
  }

  /** @param {NodeJS.Signals} signal */
  async end(signal) {
    this.isUp = false;
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
    this.#connections.destroy();
    this.#connections = new Agent({ keepAlive: true, maxSockets: CONNECTION_COUNT_MAX });
  }

  /** Rejects when the agent is gone, and may have done it all the same. @param {Request} outgoing @returns {Promise<Reply>} */
  ask({ method, path, body }) {
    const [host, port] = this.#http.split(':');
    // Batches come one after the other. All else is rare, and would meet connections that the agent has closed meanwhile.
    const agent = path === BATCH_PATH ? this.#connections : false;
    return new Promise((resolve, reject) => {
      const sent = request({ host, port, method, path, agent, timeout: SILENCE_MS_MAX }, (response) => {
        /** @type {Buffer[]} */
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks) }));
        response.on('error', reject);
      });
      sent.on('timeout', () => sent.destroy(new Error(`${this.name} is silent`)));
      sent.on('error', reject);
      sent.end(body);
    });
  }

  /** @param {string} path @returns {Promise<any>} */
  async json(path) {
    return JSON.parse((await this.ask({ method: 'GET', path })).body.toString());
  }

  /** The sum of a metric over the label sets that contain `labels`. @param {string} name @param {string} [labels] */
  async metric(name, labels = '') {
    const text = (await this.ask({ method: 'GET', path: '/metrics' })).body.toString();
    const lines = text.split('\n').filter((line) => /^[a-z_]+/.exec(line)?.[0] === name && line.includes(labels));
    return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
  }
}

/** @param {import('node:child_process').ChildProcess} child @param {string} name @returns {Promise<{ gossip: string, http: string }>} */
async function readyLine(child, name) {
  if (child.stdout === null) throw new Error(`${name} has no output`);
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.includes('"ready"')) continue;
    child.stdout.resume();
    return JSON.parse(line);
  }
  throw new Error(`${name} ended before it was ready`);
}
