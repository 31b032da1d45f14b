/** The dice of faults. */
import type { Rng } from '@hearsay/core';
import type { NetworkConfig } from '../config.ts';
import type { DiskFate } from '../virtual-disk.ts';
import type { Fault, Link } from './act.ts';

/** What a swarm may suffer from; each seed has some of it. */
export const FAULT_KINDS = [
  'partition',
  'bridge',
  'isolation',
  'one-way',
  'mesh',
  'no-packets',
  'no-streams',
  'weather',
  'damage',
  'bad-links',
  'resets',
  'pause',
  'slow',
  'blocked-io',
  'crash',
  'disk-loss',
  'outage',
  'flap',
  'move',
  'stray',
  'skew',
  'drift',
  'jump',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

const BAD_DISKS: readonly DiskFate[] = ['synced', 'torn', 'wiped', 'restored'];
/** Beyond half of `clockSkewMsMax` two wrong clocks could refuse each other's records for good. */
const SKEW_MS_MAX = 25_000;
/** Below the day that a generation may be ahead. */
const JUMP_MS_MAX = 43_200_000;
const DRIFT_PPM_MAX = 20_000;
const FINAL_PER_MILLE = 200;

/** One fault of a kind, in a world of `nodeCount`. */
export function drawFault(kind: FaultKind, rng: Rng, nodeCount: number): Fault {
  const all = Array.from({ length: nodeCount }, (_, index) => index);
  const some = (): number[] =>
    rng.sample(all, 1 + rng.below(Math.max(1, Math.ceil(nodeCount / pick(rng, [32, 8, 3])))));
  switch (kind) {
    case 'partition':
      return { kind: 'partition', groups: groupsOf(rng, all, 2 + rng.below(2)) };
    case 'bridge': {
      const groups = groupsOf(rng, all, 2);
      const bridge = rng.below(nodeCount);
      return { kind: 'partition', groups: groups.map((group) => [...group.filter((node) => node !== bridge), bridge]) };
    }
    case 'isolation':
      return { kind: 'blocks', links: some().flatMap((node) => bothWays(node, all)) };
    case 'one-way':
      return { kind: 'blocks', links: oneWay(rng, some(), all) };
    case 'mesh':
      return { kind: 'blocks', links: mesh(rng, all, pick(rng, [50, 300, 700])) };
    case 'no-packets':
      return { kind: 'blocks', links: some().flatMap((node) => bothWays(node, all)), via: 'packet' };
    case 'no-streams':
      return { kind: 'blocks', links: some().flatMap((node) => bothWays(node, all)), via: 'stream' };
    case 'weather':
      return { kind: 'weather', network: drawWeather(rng) };
    case 'damage':
      return { kind: 'weather', network: { corruptPerMille: pick(rng, [10, 200]) } };
    case 'bad-links':
      return { kind: 'bad-links', links: mesh(rng, all, pick(rng, [20, 200])), network: drawWeather(rng) };
    case 'resets':
      return { kind: 'resets', links: mesh(rng, all, 500) };
    case 'pause':
      return { kind: 'pause', nodes: some() };
    case 'slow':
      return { kind: 'slow', nodes: some(), stallMs: pick(rng, [50, 300, 2_000]), everyMs: pick(rng, [1_000, 3_000]) };
    case 'blocked-io':
      return { kind: 'blocked-io', nodes: some(), msPerMessage: pick(rng, [0, 1, 20]) };
    case 'crash':
      return { kind: 'crash', nodes: some(), disk: 'kept', isFinal: rng.chance(FINAL_PER_MILLE) };
    case 'disk-loss':
      return { kind: 'crash', nodes: some(), disk: pick(rng, BAD_DISKS), isFinal: false };
    case 'outage':
      return { kind: 'crash', nodes: rng.chance(500) ? all : all.slice(1), disk: 'kept', isFinal: false };
    case 'flap':
      return {
        kind: 'flap',
        nodes: some(),
        upMs: pick(rng, [100, 2_000, 8_000]),
        downMs: pick(rng, [10, 1_000, 8_000]),
      };
    case 'move':
      return { kind: 'move', nodes: some(), isSwap: rng.chance(500) };
    case 'stray':
      return { kind: 'weather', network: { strayPerMille: pick(rng, [10, 100]), strayMs: pick(rng, [5_000, 60_000]) } };
    case 'skew':
      return { kind: 'skew', nodes: some(), skewMs: Math.round((rng.fraction() * 2 - 1) * SKEW_MS_MAX) };
    case 'jump':
      return { kind: 'jump', nodes: some(), skewMs: Math.round((rng.fraction() * 2 - 1) * JUMP_MS_MAX) };
    case 'drift':
      return { kind: 'drift', nodes: some(), ppm: Math.round((rng.fraction() * 2 - 1) * DRIFT_PPM_MAX) };
  }
}

function drawWeather(rng: Rng): Partial<NetworkConfig> {
  return pick<Partial<NetworkConfig>>(rng, [
    { lossPerMille: pick(rng, [100, 300, 700]) },
    { latencyMsMin: pick(rng, [50, 400]) },
    { jitterMs: pick(rng, [100, 2_000]) },
    { duplicatePerMille: 500, jitterMs: 200 },
    { bytesPerSecond: pick(rng, [500, 5_000]), queueBytesMax: pick(rng, [3_000, 50_000]) },
    { mtuBytes: pick(rng, [200, 600, 1_200]) },
    { streamResetPerMille: pick(rng, [100, 500]) },
  ]);
}

function groupsOf(rng: Rng, all: readonly number[], count: number): number[][] {
  const groups: number[][] = Array.from({ length: count }, () => []);
  for (const node of all) groups[rng.below(count)]?.push(node);
  return groups;
}

function bothWays(node: number, all: readonly number[]): Link[] {
  return all.filter((other) => other !== node).flatMap((other) => [link(node, other), link(other, node)]);
}

function oneWay(rng: Rng, nodes: readonly number[], all: readonly number[]): Link[] {
  const isDeaf = rng.chance(500);
  return nodes.flatMap((node) =>
    all.filter((other) => other !== node).map((other) => (isDeaf ? link(other, node) : link(node, other))),
  );
}

function mesh(rng: Rng, all: readonly number[], perMille: number): Link[] {
  return all.flatMap((from) => all.filter((to) => to !== from && rng.chance(perMille)).map((to) => link(from, to)));
}

function link(from: number, to: number): Link {
  return { from, to };
}

function pick<V>(rng: Rng, values: readonly V[]): V {
  return values[rng.below(values.length)] as V;
}
