/** What this process uses: processor, memory, network. */

/**
 * @typedef {import('./cluster.mjs').Cluster} Cluster
 * @typedef {{ heapBytes: number, residentBytes: number }} Memory
 * @typedef {object} Sample The state of all counters at one time.
 * @property {number} atMs
 * @property {number} cpuMs On all cores, in the kernel too.
 * @property {number} udpPackets
 * @property {number} udpBytes
 * @property {number} tcpMessages
 * @property {number} tcpBytes
 */

const US_PER_MS = 1_000;
const MS_PER_SECOND = 1_000;

/** Collects garbage first. Buffers outside of V8's heap count: Go has none, they would be in its heap. @returns {Memory} */
export function settledMemory() {
  if (globalThis.gc === undefined)
    throw new Error('start node with --expose-gc: memory is measured after a collection');
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heapBytes: heapUsed + external, residentBytes: rss };
}

/** The counters are read before the processor time, so that reading them is not measured. @param {Cluster} cluster */
export function sampleOf(cluster) {
  const traffic = trafficOf(cluster);
  return { ...traffic, ...timesNow() };
}

/** Rates per node and second. @param {Cluster} cluster @param {Sample} before */
export function ratesSince(cluster, before) {
  const times = timesNow();
  const now = { ...trafficOf(cluster), ...times };
  const seconds = (now.atMs - before.atMs) / MS_PER_SECOND;
  const rate = (/** @type {keyof Sample} */ key) =>
    rounded((now[key] - before[key]) / cluster.options.nodeCount / seconds);
  return {
    seconds: rounded(seconds),
    perNodeSecond: {
      cpuMs: rate('cpuMs'),
      udpPackets: rate('udpPackets'),
      udpBytes: rate('udpBytes'),
      tcpMessages: rate('tcpMessages'),
      tcpBytes: rate('tcpBytes'),
    },
  };
}

function timesNow() {
  const { user, system } = process.cpuUsage();
  return { atMs: performance.now(), cpuMs: (user + system) / US_PER_MS };
}

/** What all nodes together handed to the kernel. @param {Cluster} cluster */
function trafficOf(cluster) {
  const metrics = cluster.metrics();
  const total = (/** @type {string} */ name, /** @type {'packet' | 'stream'} */ via) =>
    metrics
      .filter((metric) => metric.name === name && metric.labels?.via === via)
      .reduce((sum, metric) => sum + (metric.type === 'histogram' ? 0 : metric.value), 0);
  return {
    udpPackets: total('hearsay_sent_total', 'packet'),
    udpBytes: total('hearsay_sent_bytes_total', 'packet'),
    tcpMessages: total('hearsay_sent_total', 'stream'),
    tcpBytes: total('hearsay_sent_bytes_total', 'stream'),
  };
}

/** Three decimals: more would only say how busy the machine was. @param {number} value */
export function rounded(value) {
  return Math.round(value * 1_000) / 1_000;
}

/** Null of nothing. @param {readonly number[]} values */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const low = sorted[Math.floor((sorted.length - 1) / 2)];
  const high = sorted[Math.floor(sorted.length / 2)];
  return low === undefined || high === undefined ? null : rounded((low + high) / 2);
}
