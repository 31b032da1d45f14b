/**
 * One cluster of complete nodes under one profile: quiet for a while, then a change of state, then a crash; or some of its members
 * stand still again and again. Virtual time, real sizes.
 */
import { Rng } from '@hearsay/core';
import { ClusterSimulation, Verdicts } from '@hearsay/simulator';
import type { Profile } from '@hearsay/stack';

/** What a trial depends on. */
export interface ProfileTrial {
  readonly seed: number;
  readonly profile: Profile;
  readonly nodeCount: number;
  readonly lossPerMille: number;
  /** How long the quiet cluster is measured, ms. */
  readonly quietMs: number;
}

/** What was measured of a crash. */
export interface CrashCounts {
  /** Members declared dead that are well, before and after the crash. */
  readonly falseCount: number;
  /** Bytes that a node sends per second in the quiet cluster. */
  readonly bytesPerSecond: number;
  /** Until all nodes have heard what one of them tells about itself; NaN when they had not within the limit. */
  readonly stateMs: number;
  /** Until the first node declared the crashed one dead; NaN when none did. */
  readonly firstMs: number;
  /** Until all had. */
  readonly allMs: number;
}

/** What was measured of pauses. */
export interface PauseCounts {
  /** Reports of death of members that never stood still. */
  readonly falseCount: number;
  /** Reports of death of members that stood still for a while, and went on. */
  readonly pausedCount: number;
}

/** Before anything is measured: the windows of phi hold what is usual then. Source: guess, above a node timeout. */
const SETTLE_MS = 30_000;
/** A change that is not everywhere by then never will be. Source: guess, many rounds of any profile. */
const STATE_MS_MAX = 60_000;
/** Source: above the longest verdict by its rule, phi after intervals that are all at their cap. */
const DETECTION_MS_MAX = 120_000;
/** How long members stand still. Source: guess, a long garbage collection; below what phi and node timeout allow. */
export const PAUSE_MS = 10_000;
const PAUSE_COUNT = 4;
/** Between two pauses. */
const AWAKE_MS = 20_000;
/** One in so many members stands still. */
const PAUSED_DIVISOR = 10;
const MS_PER_SECOND = 1_000;
const KEY = 'bench.state';

/** Quiet, a change of state, a crash. */
export function crashTrial(trial: ProfileTrial): CrashCounts {
  const cluster = settled(trial);
  const { world, names } = cluster;
  const [writer = '', victim = ''] = new Rng(trial.seed).fork('cast').sample(names, 2);
  const before = watched(cluster, []);
  const sentBytes = world.traffic.sentBytes;
  world.run(trial.quietMs);
  const bytesPerSecond = ((world.traffic.sentBytes - sentBytes) * MS_PER_SECOND) / trial.quietMs / names.length;
  const stateMs = stateTime(cluster, writer);
  before.stop();
  const after = watched(cluster, [victim]);
  cluster.crash(victim);
  world.runUntil(() => after.verdicts.all.length === 1, DETECTION_MS_MAX);
  after.stop();
  const { verdicts } = after;
  return {
    falseCount: before.verdicts.falseCount + verdicts.falseCount,
    bytesPerSecond,
    stateMs,
    firstMs: verdicts.first[0] ?? Number.NaN,
    allMs: verdicts.all[0] ?? Number.NaN,
  };
}

/** A tenth of the members stand still together, several times. */
export function pauseTrial(trial: Omit<ProfileTrial, 'quietMs'>): PauseCounts {
  const cluster = settled(trial);
  const { world, names } = cluster;
  const pausedCount = Math.max(1, Math.floor(names.length / PAUSED_DIVISOR));
  const paused = new Set(new Rng(trial.seed).fork('cast').sample(names, pausedCount));
  const counts = { falseCount: 0, pausedCount: 0 };
  const stop = world.onEvent((_timeMs, _id, event) => {
    if (event.type === 'member-failed') counts[paused.has(event.claim.name) ? 'pausedCount' : 'falseCount'] += 1;
  });
  for (let count = 0; count < PAUSE_COUNT; count++) {
    for (const name of paused) world.pause(cluster.addressOf(name));
    world.run(PAUSE_MS);
    for (const name of paused) world.resume(cluster.addressOf(name));
    world.run(AWAKE_MS);
  }
  stop();
  return counts;
}

/** All members know each other and have done what they do for a while. */
function settled({ seed, profile, nodeCount, lossPerMille }: Omit<ProfileTrial, 'quietMs'>): ClusterSimulation {
  const cluster = new ClusterSimulation({
    seed,
    nodeCount,
    stack: { profile },
    network: { lossPerMille },
    config: { isTraced: false },
    hasCodec: false,
  });
  cluster.startTogether();
  cluster.world.run(SETTLE_MS);
  return cluster;
}

/** Counts verdicts from now on. */
function watched(cluster: ClusterSimulation, faulty: readonly string[]): { verdicts: Verdicts; stop: () => void } {
  const { world, names } = cluster;
  const nameOf = new Map(names.map((name) => [cluster.addressOf(name), name]));
  const verdicts = new Verdicts(world.nowMs, faulty, names.length);
  const stop = world.onEvent((timeMs, id, event) => {
    if (event.type === 'member-failed') verdicts.note(timeMs, nameOf.get(id) ?? id, event.claim.name);
  });
  return { verdicts, stop };
}

function stateTime(cluster: ClusterSimulation, writer: string): number {
  const { world, names } = cluster;
  const startMs = world.nowMs;
  const missing = new Set(names.filter((name) => name !== writer));
  const stop = world.onEvent((_timeMs, id, event) => {
    if (event.type === 'state-changed' && event.key === KEY) missing.delete(world.node(id).core.self.name);
  });
  cluster.command(writer, { type: 'state-set', key: KEY, value: '1' });
  const isEverywhere = world.runUntil(() => missing.size === 0, STATE_MS_MAX);
  stop();
  return isEverywhere ? world.nowMs - startMs : Number.NaN;
}
