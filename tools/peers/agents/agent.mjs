/** One agent: a process of its own, spoken to over its HTTP API. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent as HttpAgent, request } from 'node:http';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const EXECUTABLE = fileURLToPath(new URL('../../../apps/node/bin/hearsay.js', import.meta.url));
const READY_MS_MAX = 60_000;
const LEAVE_MS_MAX = 20_000;
const LOG_LINE_COUNT_MAX = 10;
const BUSY = 503;

export class Agent {
  /** @type {string[]} */
  #logLines = [];
  #http = new HttpAgent({ keepAlive: true });
  #child;

  /** @param {string} name @param {readonly string[]} args */
  constructor(name, args) {
    this.name = name;
    this.gossip = '';
    this.address = '';
    // Flags of Node.js are for it too, such as --cpu-prof. It leaves when the channel ends, however this process does.
    this.#child = spawn(process.execPath, [...process.execArgv, EXECUTABLE, 'agent', '--name', name, ...args], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: Object.fromEntries(Object.entries(process.env).filter(([key]) => !key.startsWith('HEARSAY_'))),
    });
    if (this.#child.stderr !== null) {
      createInterface(this.#child.stderr).on('line', (line) => {
        this.#logLines.push(line);
        if (this.#logLines.length > LOG_LINE_COUNT_MAX) this.#logLines.shift();
      });
    }
  }

  /** Until it can be reached. Throws with the end of its log. */
  async ready() {
    const { stdout } = this.#child;
    if (stdout === null) throw new Error('no stdout');
    const line = createInterface(stdout)[Symbol.asyncIterator]().next();
    const limit = AbortSignal.timeout(READY_MS_MAX);
    const expired = new Promise((_, reject) => limit.addEventListener('abort', () => reject(limit.reason)));
    const { value } = await Promise.race([line, expired]);
    if (typeof value !== 'string') throw new Error(`${this.name} did not start: ${this.#logLines.join('\n')}`);
    const { gossip, http } = JSON.parse(value);
    this.gossip = gossip;
    this.address = http;
  }

  /** Members that it knows alive, itself included. */
  async aliveCount() {
    const { members } = JSON.parse(await this.#ask('GET', '/v1/status'));
    return members.alive;
  }

  /**
   * Publishes lines of JSON, and waits until the agent has taken them, however long it has no room. Resolves with the
   * number of times it had none.
   * @param {readonly string[]} lines
   */
  async publish(lines) {
    let rest = lines;
    for (let busyCount = 0; ; busyCount++) {
      const { status, text } = await this.#send('POST', '/v1/rumors', rest.join('\n'));
      if (status !== BUSY) {
        if (status !== 200) throw new Error(`${this.name} refused: ${text}`);
        return busyCount;
      }
      rest = rest.slice(JSON.parse(text).error.doneCount);
    }
  }

  async metrics() {
    return new Metrics(await this.#ask('GET', '/metrics'));
  }

  /** Opens the stream of rumors. @param {string} topic @param {(text: string) => void} onText */
  async listen(topic, onText) {
    const response = await this.#open('GET', `/v1/events?types=rumor&topic=${topic}`);
    response.setEncoding('utf8').on('data', onText);
    response.on('error', () => {});
  }

  async stop() {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exit = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    const patience = setTimeout(() => this.#child.kill('SIGKILL'), LEAVE_MS_MAX);
    await exit;
    clearTimeout(patience);
    this.#http.destroy();
  }

  /** @param {string} method @param {string} path */
  async #ask(method, path) {
    const { status, text } = await this.#send(method, path);
    if (status !== 200) throw new Error(`${this.name}, ${path}: ${text}`);
    return text;
  }

  /** @param {string} method @param {string} path @param {string} [body] */
  async #send(method, path, body) {
    const response = await this.#open(method, path, body);
    let text = '';
    for await (const chunk of response.setEncoding('utf8')) text += chunk;
    return { status: response.statusCode ?? 0, text };
  }

  /** @param {string} method @param {string} path @param {string} [body] @returns {Promise<import('node:http').IncomingMessage>} */
  #open(method, path, body) {
    const [host, port] = this.address.split(':');
    const headers = body === undefined ? {} : { 'content-type': 'application/x-ndjson' };
    return new Promise((resolve, reject) => {
      const options = { host, port, method, path, headers, agent: this.#http };
      request(options, resolve).on('error', reject).end(body);
    });
  }
}

/** Samples of Prometheus' text format. */
export class Metrics {
  /** @type {[string, number][]} */
  #samples;

  /** @param {string} text */
  constructor(text) {
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    this.#samples = lines.map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at), Number(line.slice(at + 1))];
    });
  }

  /** The sum of all samples of a metric, or of those with a label. @param {string} name @param {string} [label] */
  sum(name, label = '') {
    return this.#samples
      .filter(([sample]) => (sample === name || sample.startsWith(`${name}{`)) && sample.includes(label))
      .reduce((sum, [, value]) => sum + value, 0);
  }
}
