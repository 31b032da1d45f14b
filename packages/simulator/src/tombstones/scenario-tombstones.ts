/**
 * No acknowledged write is lost, no deletion is undone, all replicas become equal, and no tombstone stays: whatever
 * happened before. See `Scenario`.
 */
import type { NodeId } from '@hearsay/core';
import type { Interference, PhaseReport, ScenarioParameters, ScenarioReport } from '../scenario.ts';
import { GRACE_MS, RETENTION_MS, TombstoneWorld } from './tombstone-world.ts';

/** More nodes make it longer, not harder. */
const NODE_COUNT_MAX = 8;
const CALM_MS = 10_000;
const STRUGGLE_MS = 150_000;
const LOOK_EVERY_MS = 1_000;
/** Everybody has probed everybody so often until the floor has been told around. */
const ROUND_COUNT = 8;
const SHOWN_COUNT_MAX = 5;

/** Writes, deletes and breaks things; then all is well, and must be right. */
export function* tombstones(
  parameters: ScenarioParameters,
  interfere: Interference = () => undefined,
): Generator<PhaseReport, ScenarioReport> {
  const { seed, nodeCount, lossPerMille } = parameters;
  const world = new TombstoneWorld(seed, Math.min(nodeCount, NODE_COUNT_MAX), lossPerMille);
  interfere(world.cluster);
  const reports = [struggle(world), part(world), settle(world)];
  yield* reports;
  const { trace, traffic, handledCount, nowMs } = world.cluster.world;
  return {
    parameters,
    phases: reports,
    digest: trace.digest,
    traceLines: trace.lines(),
    traffic,
    handledCount,
    durationMs: nowMs,
  };
}

function struggle(world: TombstoneWorld): PhaseReport {
  const { cluster } = world;
  world.startAll();
  cluster.world.run(CALM_MS);
  world.struggle(STRUGGLE_MS);
  const droppedCount = cluster.liveNames().reduce((sum, name) => sum + cluster.core(name).store.droppedCount, 0);
  const note = `${world.ledger.writeCount} writes, ${world.mishapCount} mishaps, ${droppedCount} tombstones dropped`;
  return report('everything goes wrong', CALM_MS + STRUGGLE_MS, CALM_MS + STRUGGLE_MS, note, []);
}

/** Mishaps by chance seldom leave a floor time to rise: these do, and each is one that it must survive. */
function part(world: TombstoneWorld): PhaseReport {
  const { cluster } = world;
  world.recover();
  const startMs = cluster.world.nowMs;
  cluster.world.run(CALM_MS);
  world.sever();
  cluster.world.run(CALM_MS);
  world.exile();
  const tookMs = cluster.world.nowMs - startMs;
  return report('one is away, and one for too long', tookMs, tookMs, '', []);
}

function settle(world: TombstoneWorld): PhaseReport {
  const { cluster } = world;
  world.recover();
  const startMs = cluster.world.nowMs;
  const { probePeriodMs } = cluster.config.swim;
  // The dead are forgotten, their last floor-holding word too; then everybody hears everybody, and the grace passes.
  const boundMs = RETENTION_MS + 3 * GRACE_MS + ROUND_COUNT * cluster.names.length * probePeriodMs;
  while (cluster.world.nowMs - startMs < boundMs && unsettled(world).length > 0) {
    world.rejoinAll();
    cluster.world.run(LOOK_EVERY_MS);
  }
  const { ledger, buriedCount } = world;
  const note = `${buriedCount} stale records dropped, ${ledger.diskLossCount} writes lost with their disks`;
  return report('all is well, and right', cluster.world.nowMs - startMs, boundMs, note, [
    ...unsettled(world),
    ...wrong(world),
  ]);
}

/** What is not yet as it will be. */
function unsettled({ cluster }: TombstoneWorld): string[] {
  const problems: string[] = [];
  const roots = new Set(cluster.names.map((name) => cluster.core(name).digests.store));
  if (roots.size > 1) problems.push(`one store on all nodes; there are ${roots.size} different ones`);
  for (const name of cluster.names) {
    const { store, floorOutlook } = cluster.core(name);
    if (store.droppableCount === 0) continue;
    problems.push(`${name} to have no tombstones; it has ${store.droppableCount}, held by ${floorOutlook.heldBy}`);
  }
  return problems;
}

/** What readers find that they may not, or do not find. */
function wrong({ cluster, ledger }: TombstoneWorld): string[] {
  const problems: string[] = [];
  for (const name of cluster.names) problems.push(...faultsAt(name));
  return problems.slice(0, SHOWN_COUNT_MAX);

  function faultsAt(name: NodeId): string[] {
    const { store } = cluster.core(name);
    const wallMs = cluster.wallMsOf(name);
    return [...ledger.keys()].flatMap((key) => {
      const fault = ledger.faultOf(key, store.read(key, wallMs), wallMs);
      return fault === undefined ? [] : [`${key} to be right at ${name}; it is ${fault}`];
    });
  }
}

function report(
  name: string,
  tookMs: number,
  boundMs: number,
  note: string,
  violations: readonly string[],
): PhaseReport {
  return { name, tookMs, boundMs, missedCount: 0, missedCountMax: 0, note, violations };
}
