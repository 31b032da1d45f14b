/** N of our nodes in this process, on loopback ports of their own. */
import { Rng } from '@hearsay/core';
import { createNode } from 'hearsay';
import { Views } from './views.mjs';

/**
 * @typedef {import('hearsay').HearsayNode} HearsayNode
 * @typedef {import('hearsay').NodeEvent} NodeEvent
 * @typedef {import('./options.mjs').Options} Options
 */

/** As short as a topic can be: memberlist's messages have none. */
const TOPIC = 'b';
const MESSAGE_NUMBER_BYTES = 4;

/** Starts nodes that know nobody yet. @param {Options} options */
export async function startCluster(options) {
  const rng = new Rng(options.seed);
  const cluster = new Cluster(options, rng.fork('phases'));
  try {
    for (let index = 0; index < options.nodeCount; index++) await cluster.add(index, rng.fork(nameOf(index)).seed);
  } catch (error) {
    await cluster.shutdown();
    throw error;
  }
  return cluster;
}

export class Cluster {
  /** @type {HearsayNode[]} */
  #nodes = [];

  /** @param {Options} options @param {Rng} rng */
  constructor(options, rng) {
    this.options = options;
    this.rng = rng;
    this.views = new Views(options.nodeCount);
  }

  /** @param {number} index @param {number} seed */
  async add(index, seed) {
    const { preset } = this.options;
    const node = await createNode({ name: nameOf(index), bind: '127.0.0.1:0', preset, allowFaults: true, seed });
    node.subscribe((event) => this.#onEvent(index, event));
    this.#nodes.push(node);
  }

  get version() {
    return this.#node(0).status().version;
  }

  /** Lets all nodes but the first join the first, all at once. @param {number} timeoutMs */
  async join(timeoutMs) {
    const [first, ...others] = this.#nodes;
    const seeds = first === undefined ? [] : [first.address];
    await Promise.all(others.map((node) => node.join(seeds, { timeoutMs })));
  }

  /** @param {number} origin @param {Uint8Array} payload begins with the message's number, see `messageNumberOf` */
  publish(origin, payload) {
    this.#node(origin).rumors.publish(TOPIC, payload);
  }

  /** @param {number} lossPerMille packets lost by each node; streams are left alone */
  lose(lossPerMille) {
    for (const node of this.#nodes) node.faults.set({ lossPerMille });
  }

  /** Of all nodes. */
  metrics() {
    return this.#nodes.flatMap((node) => node.metrics());
  }

  /** Ends nodes without a word. Their views are frozen from now on. @param {readonly number[]} indexes */
  async stop(indexes) {
    for (const index of indexes) this.views.stop(index);
    await Promise.all(indexes.map((index) => this.#node(index).stop()));
  }

  async shutdown() {
    await Promise.all(this.#nodes.map((node) => node.stop()));
  }

  /** @param {number} index */
  #node(index) {
    const node = this.#nodes[index];
    if (node === undefined) throw new RangeError(`there is no node ${index}`);
    return node;
  }

  /** @param {number} viewer @param {NodeEvent} event */
  #onEvent(viewer, event) {
    switch (event.type) {
      case 'member-joined':
      case 'member-recovered':
        return this.views.record('joined', viewer, indexOf(event.member.name));
      case 'member-suspected':
        if (event.member.accuser !== nameOf(viewer)) return;
        return this.views.record('suspected', viewer, indexOf(event.member.name));
      case 'member-failed':
        return this.views.record('dead', viewer, indexOf(event.member.name));
      case 'rumor':
        return this.views.record('received', viewer, messageNumberOf(event.payload));
      default:
    }
  }
}

/** Writes a message's number into the head of its payload. @param {Uint8Array} payload @param {number} number */
export function numberMessage(payload, number) {
  new DataView(payload.buffer, payload.byteOffset, MESSAGE_NUMBER_BYTES).setUint32(0, number);
}

/** @param {Uint8Array} payload */
function messageNumberOf(payload) {
  return new DataView(payload.buffer, payload.byteOffset, MESSAGE_NUMBER_BYTES).getUint32(0);
}

/** @param {number} index */
function nameOf(index) {
  return `n${index}`;
}

/** The inverse of `nameOf`. No other names exist: all members are in this process. @param {string} name */
function indexOf(name) {
  return Number(name.slice(1));
}
