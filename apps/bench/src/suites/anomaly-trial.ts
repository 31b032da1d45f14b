/**
 * One run of the experiments of [Lifeguard §V]: some members of a settled cluster are in trouble, all at the same times,
 * and it is counted who declares whom dead.
 */
import { type NodeId, Rng } from '@hearsay/core';
import { aliveClaim } from '@hearsay/membership';
import { Simulation, Verdicts } from '@hearsay/simulator';
import type { Packet } from '@hearsay/stack';
import { type SwimCommand, type SwimConfig, type SwimEvent, type SwimTimer, swimConfig } from '@hearsay/swim';
import { Codec } from '@hearsay/wire';
import { SwimMember } from './swim-member.ts';

/**
 * What the trouble is. `threads`: I/O is blocked, and each thread of the program stands still at its next send, as in the
 * paper's, while the timers of suspicions go on. `queue`: I/O is blocked, and the program goes on; what it sends waits.
 * `pause`: the whole process stands still.
 */
export type Anomaly = 'threads' | 'queue' | 'pause';

/** What a run depends on. */
export interface Trial {
  readonly seed: number;
  readonly config: Partial<SwimConfig>;
  readonly nodeCount: number;
  readonly anomaly: Anomaly;
  readonly anomalousCount: number;
  /** Time in trouble, ms. */
  readonly blockedMs: number;
  /** Time without, before the trouble comes again, ms. */
  readonly normalMs: number;
}

/** What was counted after the cluster had settled. */
export interface TrialCounts {
  readonly verdicts: Verdicts;
  readonly messageCount: number;
  readonly sentBytes: number;
}

/** Before the first trouble. Source: the paper. */
const QUIESCE_MS = 15_000;
/** The interval experiment goes on for so long, and to the end of the trouble that it is in. Source: the paper. */
const INTERVAL_TOTAL_MS = 120_000;
/**
 * Time that a packet which waited takes: to be read from its socket, decoded and handled. Source: own measurement, 9 µs to
 * read and answer a small one, up to 11 µs to decode a full one, and the claims in it.
 */
const MS_PER_PACKET = 0.03;
const MS_PER_SECOND = 1_000;

type World = Simulation<SwimCommand, Packet, SwimTimer, SwimEvent, SwimMember>;

/** Repeats the trouble for two minutes. [Lifeguard §V, interval experiment] */
export function intervalTrial(trial: Trial): TrialCounts {
  const { blockedMs, normalMs } = trial;
  return counted(trial, (trouble, world) => {
    const endMs = world.nowMs + INTERVAL_TOTAL_MS;
    for (;;) {
      trouble.begin();
      world.run(blockedMs);
      trouble.end();
      if (world.nowMs >= endMs) return;
      world.run(normalMs);
    }
  });
}

/** One trouble, until all who are in it have been declared dead by all others, or it is over. [Lifeguard §V] */
export function thresholdTrial(trial: Trial): TrialCounts {
  return counted(trial, (trouble, world, verdicts) => {
    trouble.begin();
    world.runUntil(() => verdicts.all.length === trial.anomalousCount, trial.blockedMs);
  });
}

/** Nobody is in trouble, for `durationMs`. */
export function healthyTrial(cluster: Pick<Trial, 'seed' | 'config' | 'nodeCount'>, durationMs: number): TrialCounts {
  const trial: Trial = { ...cluster, anomaly: 'threads', anomalousCount: 0, blockedMs: 0, normalMs: 0 };
  return counted(trial, (_trouble, world) => world.run(durationMs));
}

function counted(trial: Trial, play: (trouble: Trouble, world: World, verdicts: Verdicts) => void): TrialCounts {
  const names = Array.from({ length: trial.nodeCount }, (_, index) => `n${String(index).padStart(3, '0')}`);
  const world = settledWorld(names, trial);
  const anomalous = new Rng(trial.seed).fork('anomalous').sample(names, trial.anomalousCount);
  const before = { ...world.traffic };
  const verdicts = new Verdicts(world.nowMs, anomalous, trial.nodeCount);
  world.onEvent((timeMs, id, event) => {
    if (event.type === 'member-failed') verdicts.note(timeMs, id, event.claim.name);
  });
  play(new Trouble(world, trial.anomaly, anomalous), world, verdicts);
  const { packetCount, streamCount, sentBytes } = world.traffic;
  return {
    verdicts,
    messageCount: packetCount + streamCount - before.packetCount - before.streamCount,
    sentBytes: sentBytes - before.sentBytes,
  };
}

/** All members know each other, and have probed for a while. */
function settledWorld(names: readonly NodeId[], { seed, config, anomaly }: Trial): World {
  const codec = new Codec();
  const swim = swimConfig(config);
  const overheadBytes = codec.overheadBytes(names[0] ?? '');
  const world: World = new Simulation({
    seed,
    config: { isTraced: false },
    sizeOf: ({ messages }) => messages.reduce((sum, message) => sum + codec.sizeOf(message), overheadBytes),
    ...(anomaly === 'threads' ? { threadOf } : {}),
  });
  const generation = Math.floor(world.wallMs / MS_PER_SECOND);
  const claims = names.map((name, index) => aliveClaim({ name, address: `10.0.0.${index}:7946`, generation }));
  for (const claim of claims) {
    const wallClock = world.wallClock();
    world.add(claim.name, (rng) => new SwimMember({ config: swim, claim, claims, rng, wallClock, codec }));
    world.command(claim.name, { type: 'start' });
  }
  world.run(QUIESCE_MS);
  return world;
}

/** The two loops of memberlist that send: one probes, the other gossips. Suspicions end without any send. */
function threadOf(timer: SwimTimer): string | undefined {
  switch (timer.type) {
    case 'period':
    case 'probe-timeout':
      return 'probe';
    case 'gossip':
      return 'gossip';
    default:
      return undefined;
  }
}

/** What happens to the anomalous members, in lock-step. */
class Trouble {
  readonly #world: World;
  readonly #anomaly: Anomaly;
  readonly #ids: readonly NodeId[];

  constructor(world: World, anomaly: Anomaly, ids: readonly NodeId[]) {
    this.#world = world;
    this.#anomaly = anomaly;
    this.#ids = ids;
  }

  begin(): void {
    for (const id of this.#ids) {
      this.#world.blockIo(id);
      if (this.#anomaly === 'pause') this.#world.pause(id);
    }
  }

  /** A process that goes on finds its timers first and then its socket full of packets, which take their time. */
  end(): void {
    for (const id of this.#ids) {
      this.#world.unblockIo(id, MS_PER_PACKET);
      this.#world.resume(id);
    }
  }
}
