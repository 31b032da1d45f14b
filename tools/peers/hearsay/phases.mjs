/**
 * What is done to the cluster, and what is measured. Phases are paced by the intervals of the preset, so that all
 * presets are measured alike.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { numberMessage } from './cluster.mjs';
import { median, ratesSince, rounded, sampleOf, settledMemory } from './usage.mjs';

/**
 * @typedef {import('./cluster.mjs').Cluster} Cluster
 * @typedef {import('./usage.mjs').Memory} Memory
 */

const MOST_SHARE = 0.99;
const HALF_SHARE = 0.5;
const PAYLOAD_BYTES = 100;
const BYTE_VALUES = 256;
const BYTES_PER_KIB = 1_024;
export const JOIN_LIMIT_PROBES = 30;
export const SETTLE_GOSSIPS = 25;
export const MESSAGE_SLOT_GOSSIPS = 7.5;
export const MESSAGE_DRAIN_GOSSIPS = 10;
export const DETECTION_LIMIT_PROBES = 60;

/** Lets everybody join the first node at once, until every node knows all others. @param {Cluster} cluster */
export async function joinPhase(cluster) {
  const { views, options } = cluster;
  const pairCount = options.nodeCount * (options.nodeCount - 1);
  const limitMs = JOIN_LIMIT_PROBES * options.timing.probeMs;
  const reached = { most: /** @type {number[]} */ ([]), all: /** @type {number[]} */ ([]) };
  let knownCount = 0;
  const startMs = performance.now();
  const isDone = new Promise((resolve) => {
    views.listen(({ kind, atMs }) => {
      if (kind !== 'joined' && kind !== 'dead') return;
      knownCount += kind === 'joined' ? 1 : -1;
      if (knownCount === Math.ceil(MOST_SHARE * pairCount) && reached.most.length === 0)
        reached.most.push(atMs - startMs);
      if (knownCount !== pairCount || reached.all.length > 0) return;
      reached.all.push(atMs - startMs);
      resolve(undefined);
    });
  });
  await cluster.join(limitMs);
  await endOf(isDone, startMs + limitMs);
  return { mostMs: median(reached.most), allMs: median(reached.all), missingPairs: views.missingPairCount };
}

/** Watches a cluster to which nothing happens. @param {Cluster} cluster @param {Memory} baseline */
export async function steadyPhase(cluster, baseline) {
  await settle(cluster);
  const watched = await watch(cluster);
  const now = settledMemory();
  const perNodeKib = (/** @type {number} */ bytes) => rounded(bytes / cluster.options.nodeCount / BYTES_PER_KIB);
  return {
    ...watched,
    heapKib: perNodeKib(now.heapBytes - baseline.heapBytes),
    rssKib: perNodeKib(now.residentBytes - baseline.residentBytes),
  };
}

/** Does the same while packets are lost. @param {Cluster} cluster */
export async function lossPhase(cluster) {
  const { lossPerMille } = cluster.options;
  cluster.lose(lossPerMille);
  const watched = await watch(cluster);
  cluster.lose(0);
  return { lossPerMille, ...watched };
}

/** @param {Cluster} cluster */
async function watch(cluster) {
  let suspicions = 0;
  let falseDeadViews = 0;
  cluster.views.listen(({ kind }) => {
    if (kind === 'suspected') suspicions += 1;
    if (kind === 'dead') falseDeadViews += 1;
  });
  const before = sampleOf(cluster);
  await sleep(cluster.options.windowMs);
  const rates = ratesSince(cluster, before);
  cluster.views.listen();
  return { ...rates, suspicions, falseDeadViews };
}

/**
 * Sends messages in slots of one length, so that both peers' rates are over the same time. Each begins somewhere in a
 * gossip interval.
 * @param {Cluster} cluster
 */
export async function broadcastPhase(cluster) {
  const { views, rng, options } = cluster;
  const { nodeCount, messageCount, timing } = options;
  const spread = Array.from({ length: messageCount }, () => ({ startMs: 0, elapsedMs: /** @type {number[]} */ ([]) }));
  views.listen(({ kind, subject, atMs }) => {
    const one = kind === 'received' ? spread[subject] : undefined;
    one?.elapsedMs.push(atMs - one.startMs);
  });
  const before = sampleOf(cluster);
  for (const [number, one] of spread.entries()) {
    await sleepUntil(before.atMs + (MESSAGE_SLOT_GOSSIPS * number + rng.fraction()) * timing.gossipMs);
    const payload = Uint8Array.from({ length: PAYLOAD_BYTES }, () => rng.below(BYTE_VALUES));
    numberMessage(payload, number);
    one.startMs = performance.now();
    cluster.publish(rng.below(nodeCount), payload);
  }
  await sleepUntil(before.atMs + (MESSAGE_SLOT_GOSSIPS * messageCount + MESSAGE_DRAIN_GOSSIPS) * timing.gossipMs);
  const rates = ratesSince(cluster, before);
  views.listen();
  const reached = (/** @type {number} */ share) =>
    median(spread.flatMap(({ elapsedMs }) => elapsedMs[Math.ceil(share * nodeCount) - 1] ?? []));
  return {
    ...rates,
    messages: messageCount,
    halfMs: reached(HALF_SHARE),
    mostMs: reached(MOST_SHARE),
    allMs: reached(1),
    missed: spread.reduce((sum, { elapsedMs }) => sum + nodeCount - elapsedMs.length, 0),
  };
}

/** Kills nodes together and waits until every other node that knew them calls them dead. @param {Cluster} cluster */
export async function detectionPhase(cluster) {
  await settle(cluster);
  const { views, rng, options } = cluster;
  const chosen = rng.sample(views.running, options.killCount);
  const victims = new Map(chosen.map((index) => [index, new Victim(viewersOf(cluster, index, chosen))]));
  let falseDeadViews = 0;
  const startMs = performance.now();
  const isDone = new Promise((resolve) => {
    views.listen(({ kind, viewer, subject, atMs }) => {
      const victim = victims.get(subject);
      if (kind === 'dead' && victim === undefined) falseDeadViews += 1;
      if (kind === 'suspected') victim?.onSuspected(atMs - startMs);
      if (kind === 'dead') victim?.onDead(viewer, atMs - startMs);
      if ([...victims.values()].every(({ awaited }) => awaited.size === 0)) resolve(undefined);
    });
  });
  await cluster.stop(chosen);
  await endOf(isDone, startMs + DETECTION_LIMIT_PROBES * options.timing.probeMs);
  const noticed = [...victims.values()];
  return {
    kills: options.killCount,
    firstSuspectMs: median(noticed.flatMap(({ suspectMs }) => suspectMs ?? [])),
    firstDeadMs: median(noticed.flatMap(({ deadMs }) => deadMs ?? [])),
    allKnowMs: median(noticed.flatMap(({ allKnowMs }) => allKnowMs ?? [])),
    missingViews: noticed.reduce((sum, { awaited }) => sum + awaited.size, 0),
    falseDeadViews,
  };
}

/** What the others noticed of one killed node. */
class Victim {
  /** @type {number | undefined} */
  suspectMs;
  /** @type {number | undefined} */
  deadMs;
  /** @type {number | undefined} */
  allKnowMs;

  /** @param {Set<number>} awaited the viewers that know it and have not called it dead yet */
  constructor(awaited) {
    this.awaited = awaited;
  }

  /** @param {number} elapsedMs */
  onSuspected(elapsedMs) {
    this.suspectMs ??= elapsedMs;
  }

  /** @param {number} viewer @param {number} elapsedMs */
  onDead(viewer, elapsedMs) {
    if (!this.awaited.delete(viewer)) return;
    this.deadMs ??= elapsedMs;
    if (this.awaited.size === 0) this.allKnowMs = elapsedMs;
  }
}

/** The nodes that will go on and know `subject`. @param {Cluster} cluster @param {number} subject @param {readonly number[]} chosen */
function viewersOf({ views }, subject, chosen) {
  return new Set(views.running.filter((viewer) => !chosen.includes(viewer) && views.knows(viewer, subject)));
}

/** @param {Cluster} cluster */
async function settle({ options }) {
  await sleep(SETTLE_GOSSIPS * options.timing.gossipMs);
}

/** @param {number} atMs */
async function sleepUntil(atMs) {
  await sleep(Math.max(0, atMs - performance.now()));
}

/** Resolves with the promise, or when the time has come. @param {Promise<unknown>} done @param {number} deadlineMs */
async function endOf(done, deadlineMs) {
  const timeout = new AbortController();
  const limit = sleep(Math.max(0, deadlineMs - performance.now()), undefined, { signal: timeout.signal });
  await Promise.race([done, limit.catch(() => {})]);
  timeout.abort();
}
