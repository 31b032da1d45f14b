/** One seed makes a whole world: how large and how far apart it is, how its nodes are tuned, what goes wrong, and the load. */
import { type NodeId, Rng } from '@hearsay/core';
import type { Preset, Profile, StackOptions } from '@hearsay/stack';
import type { NetworkConfig } from '../config.ts';
import { type Act, kindOf } from './act.ts';
import { drawFault, FAULT_KINDS, type FaultKind } from './fault-draws.ts';
import { drawWork, WORK_KINDS } from './work-draws.ts';

/** What a plan is drawn from. */
export interface PlanRequest {
  readonly seed: number;
  readonly nodeCount: number;
  /** Virtual minutes in which things go wrong. */
  readonly minutes: number;
  /** Only these acts, by index. Default: all. */
  readonly only?: readonly number[] | undefined;
}

/** Everything that a run depends on. */
export interface SwarmPlan extends PlanRequest {
  readonly preset: Preset;
  readonly stack: StackOptions;
  readonly network: Partial<NetworkConfig>;
  readonly isSealed: boolean;
  /** Damaged packets are believed: what is told need not be true any more, and only robustness is checked. */
  readonly isPoisoned: boolean;
  /** The zone of each node, by number; empty where there are none. */
  readonly zones: readonly string[];
  /** The last so many nodes look on and are no members. */
  readonly observerCount: number;
  /** Latency between nodes of different zones, ms. */
  readonly farMs: number;
  /** Nodes that all others join by. */
  readonly seedCount: number;
  readonly faultKinds: readonly FaultKind[];
  readonly faultsPerMinute: number;
  readonly worksPerMinute: number;
  readonly acts: readonly Act[];
}

const MS_PER_MINUTE = 60_000;
const SHARE_ON_PER_MILLE = 500;
/** Without a seal it takes the truth away, and with it most of what can be checked. */
const DAMAGE_PER_MILLE = 200;
const PRESETS: readonly Preset[] = ['lan', 'lan', 'local', 'wan'];
const PROFILES: readonly Profile[] = ['swim', 'swim', 'swim', 'cassandra', 'redis'];
const FAULT_RATES: readonly number[] = [1, 4, 10, 30];
const WORK_RATES: readonly number[] = [5, 20, 60];
const LEAVES_PER_FAULT_PER_MILLE = 100;
const LEAVE_LASTS_MS_MAX = 60_000;

/** The same for the same request, always. */
export function drawPlan(request: PlanRequest): SwarmPlan {
  const { seed, nodeCount, minutes, only } = request;
  const rng = new Rng(seed).fork('swarm plan');
  // Each draw has dice of its own, so that one more shifts no other.
  const draw = <V>(what: string, values: readonly V[]): V => pick(rng.fork(what), values);
  const preset = draw('preset', PRESETS);
  const zoneCount = draw('zones', [1, 1, 2, 3]);
  const isSealed = draw('seal', [true, false]);
  const faultKinds = drawKinds(rng.fork('kinds'));
  const plan = {
    ...request,
    preset,
    stack: drawStack(rng.fork('stack'), preset, nodeCount),
    network: drawNetwork(rng.fork('network'), preset),
    isSealed,
    isPoisoned: !isSealed && faultKinds.includes('damage'),
    zones: Array.from({ length: nodeCount }, (_, index) => (zoneCount === 1 ? '' : `zone-${index % zoneCount}`)),
    farMs: draw('far', preset === 'wan' ? [20, 80] : [1, 5]),
    seedCount: draw('seeds', [1, 2, 3]),
    observerCount: draw('observers', [0, 0, 1]),
    faultKinds,
    faultsPerMinute: draw('faults', FAULT_RATES),
    worksPerMinute: draw('work', WORK_RATES),
  };
  const acts = drawActs(plan, minutes * MS_PER_MINUTE);
  return { ...plan, acts: only === undefined ? acts : acts.filter(({ index }) => only.includes(index)) };
}

/** The draws on one line. */
export function planText(plan: SwarmPlan): string {
  const { seed, nodeCount, minutes, preset, seedCount, zones, farMs, isSealed, faultKinds, acts } = plan;
  const zoneCount = new Set(zones).size;
  const counts = new Map<string, number>();
  for (const act of acts) counts.set(kindOf(act), (counts.get(kindOf(act)) ?? 0) + 1);
  return [
    `seed ${seed} · swarm · ${nodeCount} nodes · ${minutes} min · ${preset}`,
    `${seedCount} seeds · ${plan.observerCount} observers · ${zoneCount} zones ${farMs} ms apart · ${isSealed ? 'sealed' : plan.isPoisoned ? 'poisoned' : 'plain'}`,
    `faults ${faultKinds.join(' ')} · ${plan.faultsPerMinute}/min · work ${plan.worksPerMinute}/min`,
    `network ${JSON.stringify(plan.network)} · stack ${JSON.stringify(plan.stack)}`,
    `acts ${[...counts].map(([kind, count]) => `${kind} ${count}`).join(', ')}`,
  ].join(' · ');
}

/** The name of a node by its number. */
export function nameOf(names: readonly NodeId[], index: number): NodeId {
  return names[index] ?? '';
}

function drawActs(plan: Omit<SwarmPlan, 'acts'>, endMs: number): Act[] {
  const rng = new Rng(plan.seed).fork('swarm acts');
  const { faultsPerMinute, worksPerMinute, faultKinds, minutes } = plan;
  const acts: Act[] = [];
  const add = (make: (dice: Rng) => DistributiveOmit<Act, 'index' | 'atMs'>): void => {
    const dice = rng.fork(`act ${acts.length}`);
    acts.push({ index: acts.length, atMs: Math.floor(dice.fraction() * endMs), ...make(dice) });
  };
  for (let count = Math.ceil(faultsPerMinute * minutes); count > 0; count--) {
    add((dice) => {
      const kind = pick(dice, faultKinds);
      return { fault: drawFault(kind, dice, plan.nodeCount), lastsMs: drawDurationMs(dice) };
    });
    if (rng.chance(LEAVES_PER_FAULT_PER_MILLE)) {
      add((dice) => ({
        leaver: dice.below(plan.nodeCount),
        exits: dice.chance(SHARE_ON_PER_MILLE),
        lastsMs: Math.floor(dice.fraction() * LEAVE_LASTS_MS_MAX),
      }));
    }
  }
  for (let count = Math.ceil(worksPerMinute * minutes); count > 0; count--) {
    add((dice) => ({ work: drawWork(pick(dice, WORK_KINDS), dice, plan.nodeCount) }));
  }
  return acts.toSorted((a, b) => a.atMs - b.atMs || a.index - b.index);
}

type DistributiveOmit<T, K extends string> = T extends unknown ? Omit<T, K> : never;

/** Most faults are short, some are longer than any suspicion. */
function drawDurationMs(dice: Rng): number {
  const longestMs = pick(dice, [1_000, 10_000, 30_000, 90_000]);
  return Math.ceil(dice.fraction() * longestMs);
}

function drawKinds(rng: Rng): FaultKind[] {
  const kinds = FAULT_KINDS.filter((kind) => rng.chance(kind === 'damage' ? DAMAGE_PER_MILLE : SHARE_ON_PER_MILLE));
  return kinds.length > 0 ? kinds : ['crash'];
}

function drawNetwork(rng: Rng, preset: Preset): Partial<NetworkConfig> {
  const latencyMsMin = preset === 'wan' ? pick(rng, [5, 20]) : pick(rng, [0.1, 0.5]);
  return {
    latencyMsMin,
    latencyMsMean: latencyMsMin * pick(rng, [1, 1.5, 3]),
    jitterMs: pick(rng, [0, 0, 2, 20]),
    lossPerMille: pick(rng, [0, 10, 50]),
    duplicatePerMille: pick(rng, [0, 0, 50]),
  };
}

/** Limits so low that they are reached, now and then, and options that change what is said. */
function drawStack(rng: Rng, preset: Preset, nodeCount: number): StackOptions {
  const draw = <V>(what: string, values: readonly V[]): V => pick(rng.fork(what), values);
  return {
    preset,
    profile: draw('profile', PROFILES),
    limits: { packetBytesMax: draw('packetBytesMax', [1_400, 1_400, 512]) },
    membership: { deadRetentionMs: draw('deadRetentionMs', [86_400_000, 86_400_000, 45_000]) },
    swim: {
      newsCountMax: draw('newsCountMax', [4_096, 4_096, Math.ceil(nodeCount / 2)]),
      probesByStream: draw('probesByStream', [true, true, true, true, false]),
      joinReplyClaimCountMax: draw('joinReplyClaimCountMax', [2_048, 5]),
      tagsCountMax: draw('tagsCountMax', [64, 4]),
    },
    rumor: { hotCountMax: draw('hotCountMax', [4_096, 4_096, 4]), way: draw('way', ['push', 'push', 'tree']) },
    membersAntiEntropy: {
      sessionNodeCountMax: draw('sessionNodeCountMax', [256, 8]),
      sessionRecordCountMax: draw('membersRecordCountMax', [1_024, 4]),
    },
    storeAntiEntropy: {
      sessionRecordCountMax: draw('sessionRecordCountMax', [1_024, 4]),
      listedCountMax: draw('listedCountMax', [16, 2]),
    },
  };
}

function pick<V>(rng: Rng, values: readonly V[]): V {
  return values[rng.below(values.length)] as V;
}
