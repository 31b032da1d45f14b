/** Writes at a given rate to whichever agents are up, and remembers what was acknowledged. */
import { setTimeout } from 'node:timers/promises';
import { BATCH_PATH } from './agent-process.mjs';

/**
 * @typedef {import('./agent-process.mjs').AgentProcess} AgentProcess
 * @typedef {{ readonly key: string, readonly value?: string, readonly isDeleted?: true }} Line
 * @typedef {object} WriterOptions
 * @property {readonly AgentProcess[]} agents
 * @property {number} perSecond
 * @property {number} durationMs
 * @property {() => number} random In [0, 1).
 */

/** Overwritten again and again. */
const KEY_COUNT = 5_000;
/** Of all writes: those of keys that are written once and then deleted for good, and the deletions. */
const DELETED_PER_MILLE = 100;
const DOOMED = 'gone-';
const PER_MILLE = 1_000;
const MS_PER_SECOND = 1_000;
/** How often the writer looks whether it is behind. */
const TURN_MS = 5;
/** Batches that wait for their answer. Above, the writer waits, and falls behind its rate. */
const OPEN_COUNT_MAX = 16;
/** Writes in one request, at most: more would only wait longer for each other. Source: guess. */
const BATCH_COUNT_MAX = 100;
const OK = 200;

export class Writer {
  #options;
  #openCount = 0;
  #begunCount = 0;
  #batchCount = 0;
  /** Keys that wait for their deletion. @type {string[]} */
  #doomed = [];
  acknowledgedCount = 0;
  /** No answer: it may have been done or not. */
  unknownCount = 0;
  /** Ms from the request to the answer. @type {number[]} */
  latenciesMs = [];
  /** The latest acknowledged version of each key. @type {Map<string, string>} */
  versions = new Map();
  /** Keys whose deletion was acknowledged. @type {Set<string>} */
  deleted = new Set();

  /** @param {WriterOptions} options */
  constructor(options) {
    this.#options = options;
  }

  /** Resolves when the time is over and every write has been answered or given up. */
  async run() {
    const { perSecond, durationMs } = this.#options;
    const startMs = performance.now();
    for (let elapsedMs = 0; elapsedMs < durationMs; elapsedMs = performance.now() - startMs) {
      const dueCount = Math.floor((elapsedMs * perSecond) / MS_PER_SECOND);
      while (this.#begunCount < dueCount && this.#openCount < OPEN_COUNT_MAX) this.#begin(dueCount - this.#begunCount);
      await setTimeout(TURN_MS);
    }
    while (this.#openCount > 0) await setTimeout(TURN_MS);
  }

  /** @param {number} behindCount */
  #begin(behindCount) {
    const up = this.#options.agents.filter(({ isUp }) => isUp);
    const agent = up[this.#batchCount++ % up.length];
    if (agent === undefined) return;
    const numbers = Array.from({ length: Math.min(behindCount, BATCH_COUNT_MAX) }, () => this.#begunCount++);
    this.#openCount += 1;
    void this.#write(
      agent,
      numbers.map((number) => this.#drawn(number)),
    ).finally(() => {
      this.#openCount -= 1;
    });
  }

  /** A write, or the deletion of a key that was written once. @param {number} number @returns {Line} */
  #drawn(number) {
    const isForGood = this.#options.random() * PER_MILLE < DELETED_PER_MILLE;
    if (isForGood) {
      const key = this.#doomed.pop();
      if (key !== undefined) return { key, isDeleted: true };
      return { key: `${DOOMED}${number}`, value: `value ${number}` };
    }
    return { key: `key-${number % KEY_COUNT}`, value: `value ${number}` };
  }

  /** @param {AgentProcess} agent @param {readonly Line[]} lines */
  async #write(agent, lines) {
    // Whatever becomes of a deletion: the key may be gone.
    for (const { key, isDeleted } of lines) if (isDeleted) this.versions.delete(key);
    const startMs = performance.now();
    const body = lines.map((line) => JSON.stringify(line)).join('\n');
    const answer = await agent.ask({ method: 'POST', path: BATCH_PATH, body }).catch(() => undefined);
    if (answer?.status !== OK) {
      this.unknownCount += lines.length;
      return;
    }
    this.latenciesMs.push(performance.now() - startMs);
    /** @type {readonly { key: string, version?: string, isDeleted?: boolean }[]} */
    const written = JSON.parse(answer.body.toString());
    this.acknowledgedCount += written.length;
    for (const { key, version, isDeleted } of written) {
      if (isDeleted) this.deleted.add(key);
      if (version === undefined) continue;
      this.#note(key, version);
      if (key.startsWith(DOOMED)) this.#doomed.push(key);
    }
  }

  /** @param {string} key @param {string} version */
  #note(key, version) {
    const held = this.versions.get(key);
    if (held === undefined || isNewer(version, held)) this.versions.set(key, version);
  }
}

/** By time, then counter, then writer. @param {string} a @param {string} b */
export function isNewer(a, b) {
  const [wallA = '', counterA = '', ...originA] = a.split('.');
  const [wallB = '', counterB = '', ...originB] = b.split('.');
  const order = Number(wallA) - Number(wallB) || Number(counterA) - Number(counterB);
  return order > 0 || (order === 0 && originA.join('.') > originB.join('.'));
}

/**
 * What is wrong with a store that should hold all that was acknowledged.
 * @param {Writer} writer @param {ReadonlyMap<string, string>} held version by key
 */
export function faultsOf({ versions, deleted }, held) {
  const lost = [...versions].filter(([key, version]) => {
    const found = held.get(key);
    return found === undefined || isNewer(version, found);
  });
  const resurrected = [...deleted].filter((key) => held.has(key));
  return { lost: lost.map(([key]) => key), resurrected };
}
