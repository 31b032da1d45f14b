/**
 * What rumors promise where spreading alone is not enough: more news than room with packets lost, and a cluster in two
 * halves. All of it is everywhere in the end, once, and what is urgent comes first.
 */
import type { NodeId } from '@hearsay/core';
import { PRIORITIES } from '@hearsay/damping';
import type { RumorConfig } from '@hearsay/rumor';
import { reconcileBoundMs, rumorBoundMs } from './cluster-bounds.ts';
import { ClusterRun, type Phase } from './cluster-run.ts';
import { RumorLedger } from './rumor-ledger.ts';
import type { Interference, PhaseReport, ScenarioParameters, ScenarioReport } from './scenario.ts';
import { reunionBoundMs } from './swarm/convergence.ts';

const OVERLOAD_RUMOR_COUNT = 1_000;
const SPLIT_RUMOR_COUNT = 200;
const PAYLOAD_BYTES = 200;
/** Longer than a suspicion lasts: the halves hold each other for dead when the wall falls. */
const SPLIT_MS = 60_000;
/** All are published within it. */
const PUBLISH_MS = 1_000;
const QUANTILE_PER_MILLE = 990;
/** After the last was learned: what would come twice has its time. */
const AFTERMATH_MS = 10_000;
const MS_PER_SECOND = 1_000;

/**
 * An eighth of the rumors finds room in a queue, and a packet to each peer leaves ten times in a second: with 200 bytes
 * each, four of the hundred rumors of that time. The log takes them up in steps twice as long as usual: with the default
 * six of a thousand nodes got the last of what is critical from it after the last of bulk.
 */
const OVERLOADED: Readonly<Partial<RumorConfig>> = Object.freeze({
  hotCountMax: 128,
  forwardPacketMax: 1,
  forwardIntervalMs: 100,
  logStepMs: 1_000,
});

/** A thousand rumors of all classes in a second, in a cluster that has no room for them. See `Scenario`. */
export function* overload(
  parameters: ScenarioParameters,
  interfere: Interference = () => undefined,
): Generator<PhaseReport, ScenarioReport> {
  // A thousand nodes hear sixteen million pushes: no packet is turned into bytes, though each is measured.
  const options = { stack: { rumor: OVERLOADED }, hasCodec: false };
  const run = new ClusterRun('overload', parameters, interfere, options);
  const ledger = new RumorLedger(run.cluster, OVERLOAD_RUMOR_COUNT);
  return yield* run.play(overloadPhases(run, ledger));
}

/** Rumors on both sides of a wall between two halves, which falls. See `Scenario`. */
export function* splitNews(
  parameters: ScenarioParameters,
  interfere: Interference = () => undefined,
): Generator<PhaseReport, ScenarioReport> {
  const run = new ClusterRun('split-news', parameters, interfere);
  const ledger = new RumorLedger(run.cluster, SPLIT_RUMOR_COUNT);
  return yield* run.play(splitPhases(run, ledger));
}

function* overloadPhases(run: ClusterRun, ledger: RumorLedger): Generator<Phase, void> {
  yield run.startTogether();
  yield published(run, ledger, OVERLOAD_RUMOR_COUNT);
  yield {
    name: 'what is critical came before bulk',
    boundMs: 0,
    begin: () => undefined,
    what: 'have learned 99 % of what is critical before 99 % of bulk',
    holds: (name) =>
      ledger.quantileMs(name, 'critical', QUANTILE_PER_MILLE) < ledger.quantileMs(name, 'bulk', QUANTILE_PER_MILLE),
  };
  yield aftermath(run, ledger);
}

function* splitPhases(run: ClusterRun, ledger: RumorLedger): Generator<Phase, void> {
  const { cluster } = run;
  const { names, config } = cluster;
  yield run.startTogether();
  yield {
    name: 'two halves go on without each other',
    boundMs: SPLIT_MS,
    begin: () => {
      run.isSplit = true;
      cluster.partition([halfOf(names, 0), halfOf(names, 1)]);
      publishAll(run, SPLIT_RUMOR_COUNT, SPLIT_MS / 2);
    },
    what: 'have only what their half has published',
    holds: (name) => ledger.missingCountOf(name) === SPLIT_RUMOR_COUNT / 2 && cluster.world.nowMs >= SPLIT_MS,
  };
  const { nodeCount, lossPerMille } = run.parameters;
  const reunion = {
    nodeCount,
    lossPerMille,
    goneCount: 0,
    recordCount: 0,
    lateMs: 0,
    roundTripMs: 1,
    hasJumped: false,
  };
  const rumorsMs = reconcileMs(run, SPLIT_RUMOR_COUNT);
  yield {
    name: 'the wall falls, and all have the rumors of both',
    boundMs: reunionBoundMs(reunion, config) + rumorsMs,
    begin: () => cluster.world.heal(),
    what: `have all ${SPLIT_RUMOR_COUNT} rumors`,
    holds: (name) => ledger.missingCountOf(name) === 0,
  };
  yield aftermath(run, ledger);
}

function published(run: ClusterRun, ledger: RumorLedger, count: number): Phase {
  const { names, config } = run.cluster;
  const startMs = run.cluster.world.nowMs;
  const spreadMs = rumorBoundMs(names.length, run.parameters.lossPerMille, config.rumor);
  return {
    name: `${count} rumors are published in a second`,
    boundMs: PUBLISH_MS + spreadMs + reconcileMs(run, count),
    begin: () => publishAll(run, count, PUBLISH_MS),
    what: `have all ${count} rumors`,
    holds: (name) => ledger.missingCountOf(name) === 0,
    note: () => overloadText(run, ledger, startMs),
  };
}

/** All classes take turns, and each rumor has an origin that is drawn. */
function publishAll(run: ClusterRun, count: number, withinMs: number): void {
  const { cluster, rng } = run;
  const { world, names } = cluster;
  for (let number = 0; number < count; number++) {
    // Of two halves each has every second: with four classes, all of them.
    const origin = rng.pick(halfOf(names, Math.floor(number / PRIORITIES.length) % 2)) ?? '';
    const priority = PRIORITIES[number % PRIORITIES.length] ?? 'normal';
    world.at(world.nowMs + rng.fraction() * withinMs, () =>
      cluster.publish(origin, 'news', new Uint8Array(PAYLOAD_BYTES), priority),
    );
  }
}

/** Every second one. */
function halfOf(names: readonly NodeId[], first: number): readonly NodeId[] {
  return names.filter((_, index) => index % 2 === first);
}

/** Nothing more is to come, and nothing has come twice or grown above its bound. */
function aftermath(run: ClusterRun, ledger: RumorLedger): Phase {
  const { world, config } = run.cluster;
  const endMs = world.nowMs + AFTERMATH_MS;
  return {
    name: 'nothing comes twice',
    boundMs: AFTERMATH_MS,
    begin: () => undefined,
    what: `be told nothing twice, and to spread at most ${config.rumor.hotCountMax} rumors at a time`,
    holds: () => world.nowMs >= endMs && ledger.twiceCount === 0 && ledger.hotCountMax <= config.rumor.hotCountMax,
  };
}

/** Time in which anti-entropy alone brings so many rumors to all. */
function reconcileMs(run: ClusterRun, count: number): number {
  const { nodeCount, lossPerMille } = run.parameters;
  const change = { nodeCount, changeCount: count, recordCount: count, lossPerMille };
  return reconcileBoundMs(change, run.cluster.config.rumorAntiEntropy);
}

/** Of the median node: what it took to learn nearly all of each class; and what became of the rest. */
function overloadText(run: ClusterRun, ledger: RumorLedger, startMs: number): string {
  const { cluster } = run;
  const { names } = cluster;
  const middle = PRIORITIES.map((priority) => {
    const times = names.map((name) => ledger.quantileMs(name, priority, QUANTILE_PER_MILLE)).sort((a, b) => a - b);
    const medianMs = times[Math.floor(times.length / 2)] ?? Number.NaN;
    return `${priority} ${((medianMs - startMs) / MS_PER_SECOND).toFixed(2)} s`;
  });
  const counts = names.map((name) => cluster.core(name).rumors.counts());
  const mean = (of: (one: (typeof counts)[number]) => number): string =>
    (counts.reduce((sum, one) => sum + of(one), 0) / counts.length).toFixed(1);
  return (
    `99 % of each class at the median node: ${middle.join(', ')}; per node ${mean((one) => one.dropped)} dropped, ` +
    `${mean((one) => one.recovered)} by the log, ${mean((one) => one.pushed)} pushed, most hot ${ledger.hotCountMax}`
  );
}
