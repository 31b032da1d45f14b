/**
 * The first thing that a cluster has to do, under loss: find itself, spread a rumor, replicate a write, and notice
 * that some of its members are gone. Nobody who lives may be declared dead on the way.
 */
import { type NodeId, utf8Bytes } from '@hearsay/core';
import { detectionBoundMs, reconcileBoundMs, rumorBoundMs, rumorResidueMax } from './cluster-bounds.ts';
import { ClusterRun, type Phase } from './cluster-run.ts';
import type { Interference, PhaseReport, ScenarioParameters, ScenarioReport } from './scenario.ts';

/** One of so many nodes crashes. */
const NODES_PER_CRASH = 8;
const KEY = 'flags/dark-mode';
const VALUE = 'on';

/** Joins, spreads, writes, crashes, agrees. See `Scenario`. */
export function* firstCluster(
  parameters: ScenarioParameters,
  interfere: Interference = () => undefined,
): Generator<PhaseReport, ScenarioReport> {
  const run = new ClusterRun('first-cluster', parameters, interfere);
  return yield* run.play(phasesOf(run));
}

function* phasesOf(run: ClusterRun): Generator<Phase, void> {
  yield run.join();
  yield spreadRumor(run);
  yield replicateWrite(run);
  yield detectCrashes(run);
  yield agree(run);
}

/** A rumor may miss a few: the bound on them is part of what is expected. */
function spreadRumor(run: ClusterRun): Phase {
  const { cluster, parameters } = run;
  const { world, names, config } = cluster;
  const { lossPerMille } = parameters;
  const hasRumor = new Set<NodeId>();
  world.onEvent((_timeMs, id, event) => {
    if (event.type === 'rumor-learned') hasRumor.add(world.node(id).core.self.name);
  });
  return {
    name: 'a rumor reaches all',
    boundMs: rumorBoundMs(names.length, lossPerMille, config.rumor),
    begin: () => cluster.publish(run.pick(), 'cache.invalidate', utf8Bytes('user:42')),
    what: 'have the rumor',
    holds: (name) => hasRumor.has(name),
    missedCountMax: rumorResidueMax(names.length, lossPerMille, config.rumor),
  };
}

function replicateWrite(run: ClusterRun): Phase {
  const { cluster, parameters } = run;
  const { names, config } = cluster;
  const { lossPerMille } = parameters;
  const change = { nodeCount: names.length, changeCount: 1, recordCount: 1, lossPerMille };
  return {
    name: 'a write is on all replicas',
    boundMs: reconcileBoundMs(change, config.storeAntiEntropy),
    begin: () => cluster.command(run.pick(), { type: 'store-set', key: KEY, value: utf8Bytes(VALUE) }),
    what: 'have the written value',
    holds: (name) => {
      const record = cluster.core(name).store.read(KEY);
      return record !== undefined && String.fromCharCode(...record.value) === VALUE;
    },
  };
}

function detectCrashes(run: ClusterRun): Phase {
  const { names, config } = run.cluster;
  const crashCount = Math.floor(names.length / NODES_PER_CRASH);
  const spreadMs = run.membersBoundMs(crashCount);
  return {
    name: `${crashCount} crashes are detected by all`,
    boundMs: detectionBoundMs(names.length, crashCount, run.parameters.lossPerMille, spreadMs, config.swim),
    begin: () => run.crash(crashCount),
    what: `hold all ${crashCount} crashed members for dead`,
    holds: (name) => run.knowsCrashed(name),
  };
}

/**
 * Under loss somebody may be under a passing suspicion at any moment, and the more nodes, the less often nobody is.
 * So the network is made well first: then the last probes end, each suspicion has to reach its member, and the
 * refutation everybody.
 */
function agree(run: ClusterRun): Phase {
  const { cluster, crashed } = run;
  const { world, names, config } = cluster;
  const live = run.liveNames();
  const [first = ''] = live;
  const digestsOf = (name: NodeId): string => Object.values(cluster.core(name).digests).join(' ');
  return {
    name: 'all replicas are equal',
    boundMs: config.swim.probePeriodMs + 2 * run.membersBoundMs(names.length, 0),
    begin: () => world.setLoss(0),
    what: `hold ${live.length} members for alive and ${crashed.size} for dead, as ${first} does, with equal digests`,
    holds: (name) => {
      const { table } = cluster.core(name);
      const isRight = table.countOf('alive') === live.length && table.countOf('dead') === crashed.size;
      return isRight && digestsOf(name) === digestsOf(first);
    },
  };
}
