/**
 * What the failure detector promises, in clusters of hundreds: nobody who lives is declared dead, quiet costs two small
 * packets per node and second however large the cluster, and crashes are detected as fast as by memberlist.
 */
import { detectionBoundMs } from './cluster-bounds.ts';
import { ClusterRun, type Phase } from './cluster-run.ts';
import type { Interference, PhaseReport, ScenarioParameters, ScenarioReport } from './scenario.ts';
import { Verdicts } from './verdicts.ts';

/** After the joins, until their news has died out. */
const SETTLE_MS = 15_000;
const QUIET_MS = 600_000;
const MINUTE_MS = 60_000;
/** Events of a node in a quiet minute, at most. Source: own measurement: 390, ten of them at its start. */
const MINUTE_EVENT_COUNT_MAX = 2_000;
const CRASH_COUNT = 8;
const MS_PER_SECOND = 1_000;

/** Joins, and loses eight members at once. See `Scenario`. */
export function* swimAtScale(
  parameters: ScenarioParameters,
  interfere: Interference = () => undefined,
): Generator<PhaseReport, ScenarioReport> {
  const run = new ClusterRun('swim-at-scale', parameters, interfere);
  return yield* run.play(settledAnd(run, () => detectCrashes(run)));
}

/** Joins, and does nothing for ten minutes. See `Scenario`. */
export function* quietCluster(
  parameters: ScenarioParameters,
  interfere: Interference = () => undefined,
): Generator<PhaseReport, ScenarioReport> {
  const run = new ClusterRun('quiet-cluster', parameters, interfere);
  return yield* run.play(settledAnd(run, () => idle(run, 'nobody dies in ten minutes', QUIET_MS)));
}

/** Begins with members that know each other, and does nothing for a minute: what a world of so many costs. See `Scenario`. */
export function* scale(
  parameters: ScenarioParameters,
  interfere: Interference = () => undefined,
): Generator<PhaseReport, ScenarioReport> {
  const { nodeCount } = parameters;
  const options = { hasCodec: false, config: { eventCountMax: nodeCount * MINUTE_EVENT_COUNT_MAX } };
  const run = new ClusterRun('scale', parameters, interfere, options);
  return yield* run.play(quietMinute(run));
}

function* quietMinute(run: ClusterRun): Generator<Phase, void> {
  yield run.startTogether();
  yield idle(run, 'nobody dies in a minute', MINUTE_MS);
}

function* settledAnd(run: ClusterRun, next: () => Phase): Generator<Phase, void> {
  yield run.join();
  yield idle(run, 'the news of the joins dies out', SETTLE_MS);
  yield next();
}

/** Nothing is to happen, and the watch sees to it. */
function idle(run: ClusterRun, name: string, durationMs: number): Phase {
  const { world, names } = run.cluster;
  const endMs = world.nowMs + durationMs;
  const before = { ...world.traffic };
  return {
    name,
    boundMs: durationMs,
    begin: () => undefined,
    what: 'be left alone',
    holds: () => world.nowMs >= endMs,
    note: () => {
      const { sentBytes, packetCount, streamCount } = world.traffic;
      const nodeSeconds = (names.length * durationMs) / MS_PER_SECOND;
      const bytes = (sentBytes - before.sentBytes) / nodeSeconds;
      const packets = (packetCount - before.packetCount) / nodeSeconds;
      const frames = (streamCount - before.streamCount) / nodeSeconds;
      return `per node and second ${bytes.toFixed(1)} B in ${packets.toFixed(3)} packets and ${frames.toFixed(4)} stream frames`;
    },
  };
}

function detectCrashes(run: ClusterRun): Phase {
  const { cluster, parameters } = run;
  const { world, names, config } = cluster;
  let verdicts = new Verdicts(world.nowMs, [], names.length);
  world.onEvent((timeMs, id, event) => {
    if (event.type === 'member-failed') verdicts.note(timeMs, world.node(id).core.self.name, event.claim.name);
  });
  const spreadMs = run.membersBoundMs(CRASH_COUNT);
  return {
    name: `${CRASH_COUNT} crashes are detected by all`,
    boundMs: detectionBoundMs(names.length, CRASH_COUNT, parameters.lossPerMille, spreadMs, config.swim),
    begin: () => {
      run.crash(CRASH_COUNT);
      verdicts = new Verdicts(world.nowMs, [...run.crashed], names.length);
    },
    what: `hold all ${CRASH_COUNT} crashed members for dead`,
    holds: (name) => run.knowsCrashed(name),
    note: () =>
      `median ${seconds(verdicts.first)} s until the first declares one dead, ${seconds(verdicts.all)} s until all do`,
  };
}

/** The middle one. */
function seconds(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const middle = sorted.slice(Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2) + 1);
  return (middle.reduce((sum, ms) => sum + ms, 0) / middle.length / MS_PER_SECOND).toFixed(2);
}
