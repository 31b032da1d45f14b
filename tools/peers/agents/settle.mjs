/** What the measurements have in common: waiting until stores are equal, quantiles, a folder, and the end. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

/** @typedef {import('./agent-process.mjs').AgentProcess} AgentProcess */

const LOOK_EVERY_MS = 100;
const PER_MILLE = 1_000;

/** Ms until all have the same digest and `isEnough` holds. Rejects after `limitMs`. @param {readonly AgentProcess[]} agents @param {number} limitMs @param {(status: any) => boolean} [isEnough] */
export async function untilEqual(agents, limitMs, isEnough = () => true) {
  const startMs = performance.now();
  for (;;) {
    const statuses = await Promise.all(agents.map((agent) => agent.json('/v1/status')));
    const digests = new Set(statuses.map(({ digests }) => digests.store));
    const elapsedMs = performance.now() - startMs;
    if (digests.size === 1 && statuses.every(isEnough)) return elapsedMs;
    if (elapsedMs > limitMs) throw new Error(`after ${limitMs} ms there are still ${digests.size} different stores`);
    await setTimeout(LOOK_EVERY_MS);
  }
}

/** Starts all, runs `body`, and ends all, whatever happens. @template R @param {(folder: string) => readonly AgentProcess[]} make @param {(agents: readonly AgentProcess[]) => Promise<R>} body */
export async function withAgents(make, body) {
  const folder = mkdtempSync(join(tmpdir(), 'hearsay-agents-'));
  const agents = make(folder);
  try {
    return await body(agents);
  } finally {
    await Promise.all(agents.map((agent) => agent.end('SIGKILL')));
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {readonly number[]} values @param {number} perMille */
export function quantile(values, perMille) {
  const sorted = values.toSorted((a, b) => a - b);
  return rounded(sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * perMille) / PER_MILLE))] ?? 0);
}

/** @param {number} value */
export function rounded(value) {
  return Math.round(value * 100) / 100;
}
