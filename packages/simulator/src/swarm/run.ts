/** One swarm from its plan to its report: joins, chaos, healing, convergence, quiet. */
import type { NodeId } from '@hearsay/core';
import { Violation } from '../checker.ts';
import { Calm } from '../checkers/calm.ts';
import { clusterCheckers } from '../checkers/index.ts';
import { RumorEnd } from '../checkers/rumor-end.ts';
import { ClusterSimulation } from '../cluster.ts';
import { type ClusterChecker, ClusterHistory, type Life } from '../cluster-history.ts';
import type { Traffic } from '../traffic.ts';
import type { Fault } from './act.ts';
import {
  convergenceBoundMs,
  disagreement,
  type Healed,
  presentIn,
  reunionBoundMs,
  silenceBoundMs,
} from './convergence.ts';
import type { SwarmPlan } from './plan.ts';
import { Stage } from './stage.ts';

/** What came of a run. */
export interface SwarmReport {
  readonly plan: SwarmPlan;
  /** What did not hold, or `undefined`. */
  readonly violation: Violation | undefined;
  /** Virtual ms at the end. */
  readonly endMs: number;
  /** Virtual ms from the end of the faults to the agreement of all, and the bound on it. */
  readonly convergedMs: number;
  readonly boundMs: number;
  readonly checkedCounts: ReadonlyMap<string, number>;
  readonly playedCount: number;
  readonly handledCount: number;
  readonly traffic: Traffic;
  readonly digest: string;
  readonly traceLines: readonly string[];
}

/** How a run is watched. */
export interface SwarmOptions {
  /** Newest trace lines kept. Default 0. */
  readonly traceLineCountMax?: number;
  /** Whether there is a digest of all that happened. Default true; false is faster. */
  readonly isTraced?: boolean;
  /** Changes the cluster before it starts: for what the checkers must notice. */
  readonly plant?: (cluster: ClusterSimulation) => void;
  /** Checkers beside those that are always there. */
  readonly checkers?: (cluster: ClusterSimulation) => readonly ClusterChecker[];
}

const MS_PER_MINUTE = 60_000;
/** Nodes start within this time. */
const START_SPREAD_MS = 2_000;
/** How often agreement is looked for: the precision of `convergedMs`. */
const STEP_MS = 100;
/** After the agreement, for what should not happen any more. */
const QUIET_MS = 5_000;
const EXERCISE = 'a run exercises something';
const CONVERGENCE = 'a healed cluster converges';

/** Plays a plan. Never throws: what a checker or a core throws is the report's violation. */
export function playSwarm(plan: SwarmPlan, options: SwarmOptions = {}): SwarmReport {
  return new SwarmRun(plan, options).play();
}

class SwarmRun {
  readonly #plan: SwarmPlan;
  readonly #cluster: ClusterSimulation;
  readonly #stage: Stage;
  readonly #calm = new Calm();
  readonly #history: ClusterHistory;
  readonly #checkers: readonly ClusterChecker[];
  readonly #boundMs: number;
  #convergedMs = Number.NaN;
  #agreedCount = 0;

  constructor(plan: SwarmPlan, { traceLineCountMax = 0, isTraced = true, plant, checkers }: SwarmOptions) {
    const calm = this.#calm;
    this.#plan = plan;
    this.#cluster = new ClusterSimulation({
      seed: plan.seed,
      nodeCount: plan.nodeCount,
      stack: plan.stack,
      network: plan.network,
      // A seal costs time, and there is nothing to notice without damage.
      isSealed: plan.isSealed && plan.faultKinds.includes('damage'),
      config: { traceLineCountMax, isTraced: isTraced || traceLineCountMax > 0 },
    });
    // First, so that it can change what the history is told.
    plant?.(this.#cluster);
    this.#stage = new Stage(this.#cluster, plan, calm);
    this.#boundMs = convergenceBoundMs(this.#healed(), this.#cluster.config);
    this.#checkers = [
      ...clusterCheckers(this.#cluster, calm, {
        boundMs: this.#boundMs,
        reunionMs: reunionBoundMs(this.#healed(), this.#cluster.config),
        clockAheadMsMax: this.#clockAheadMsMax,
        isPoisoned: plan.isPoisoned,
        survivors: () => this.#survivors(),
      }),
      ...(checkers?.(this.#cluster) ?? []),
    ];
    this.#history = new ClusterHistory(this.#cluster, this.#checkers);
  }

  play(): SwarmReport {
    let violation: Violation | undefined;
    try {
      this.#join();
      this.#chaos();
      this.#converge();
      this.#history.end();
      this.#mustHavePlayed();
    } catch (error) {
      violation = asViolation(error);
    }
    const { world } = this.#cluster;
    return {
      plan: this.#plan,
      violation,
      endMs: world.nowMs,
      convergedMs: this.#convergedMs,
      boundMs: this.#boundMs,
      checkedCounts: new Map([
        ...this.#checkers.map(({ name, checkedCount }) => [name, checkedCount] as const),
        [CONVERGENCE, this.#agreedCount],
      ]),
      playedCount: this.#stage.playedCount,
      handledCount: world.handledCount,
      traffic: world.traffic,
      digest: world.trace.digest,
      traceLines: world.trace.lines(),
    };
  }

  /** A run in which nothing happened proves nothing. */
  #mustHavePlayed(): void {
    const isIdle = this.#plan.acts.length > 0 && this.#stage.playedCount === 0;
    if (isIdle) throw new Violation(EXERCISE, `none of ${this.#plan.acts.length} acts had an effect`);
  }

  #join(): void {
    const { names, world } = this.#cluster;
    const spreadMs = START_SPREAD_MS / names.length;
    for (const [index, name] of names.entries()) world.at(index * spreadMs, () => this.#stage.start(name));
    world.run(START_SPREAD_MS);
  }

  #chaos(): void {
    const { world } = this.#cluster;
    const startMs = world.nowMs;
    for (const act of this.#plan.acts) world.at(startMs + act.atMs, () => this.#stage.play(act));
    world.run(this.#plan.minutes * MS_PER_MINUTE);
  }

  #converge(): void {
    const { world, names, config } = this.#cluster;
    this.#stage.heal();
    this.#catchUp();
    const healedMs = world.nowMs;
    // Nobody can agree on what is not true.
    if (this.#plan.isPoisoned) return world.run(QUIET_MS);
    let found = disagreement(this.#cluster);
    for (; found !== undefined && world.nowMs - healedMs < this.#boundMs; found = disagreement(this.#cluster)) {
      world.run(STEP_MS);
    }
    this.#convergedMs = world.nowMs - healedMs;
    if (found !== undefined) throw new Violation(CONVERGENCE, `not within ${this.#boundMs.toFixed(0)} ms: ${found}`);
    this.#agreedCount += 1;
    // Who was alone kept its rumors, and began to spread them when it found the others.
    const silenceMs = silenceBoundMs(names.length, this.#lossPerMille, config) + this.#lateMs;
    for (const checker of this.#checkers) {
      if (checker instanceof RumorEnd) checker.expectEnd(world.nowMs, silenceMs);
    }
    world.run(silenceMs + QUIET_MS);
  }

  /** Who still takes in what came while its sockets stood still answers late, and nobody can agree that it is well. */
  #catchUp(): void {
    const { world } = this.#cluster;
    const namesBehind = (): NodeId[] => {
      const nodes = world.nodes().filter(({ state, isBehind }) => state === 'running' && isBehind);
      return nodes.map(({ core }) => core.self.name);
    };
    const names = namesBehind();
    const endMs = world.nowMs + this.#boundMs;
    this.#calm.begin(names);
    while (namesBehind().length > 0 && world.nowMs < endMs) world.run(STEP_MS);
    this.#calm.end(names, world.nowMs);
  }

  /** Lives that go on, of nodes that have not left. */
  #survivors(): Life[] {
    const present = new Set(presentIn(this.#cluster).map((name) => this.#cluster.core(name)));
    return this.#history.lives.filter(({ core }) => present.has(core));
  }

  get #lossPerMille(): number {
    return this.#plan.network.lossPerMille ?? 0;
  }

  get #roundTripMs(): number {
    const { latencyMsMean = 1, jitterMs = 0 } = this.#plan.network;
    return 2 * (latencyMsMean + jitterMs + this.#plan.farMs);
  }

  /** How long after the last fault something of before may still arrive. */
  get #lateMs(): number {
    const lateMs = this.#plan.acts.map((act) => ('fault' in act ? lateMsOf(act.fault) : 0));
    return Math.max(this.#roundTripMs, ...lateMs);
  }

  get #clockAheadMsMax(): number {
    const faults = this.#plan.acts.map((act) => ('fault' in act && 'skewMs' in act.fault ? act.fault.skewMs : 0));
    return Math.max(0, ...faults);
  }

  /** All final crashes are counted that may happen. */
  #healed(): Healed {
    const gone = new Set<number>();
    const keys = new Set<NodeId>();
    for (const act of this.#plan.acts) {
      const isFinal = 'fault' in act && act.fault.kind === 'crash' && act.fault.isFinal;
      if (isFinal) for (const node of act.fault.nodes) gone.add(node);
      if ('work' in act && act.work.kind === 'set') keys.add(act.work.key);
    }
    const { nodeCount } = this.#plan;
    return {
      nodeCount,
      goneCount: Math.min(gone.size, nodeCount - 1),
      recordCount: Math.max(1, keys.size),
      hasJumped: this.#plan.acts.some((act) => 'fault' in act && act.fault.kind === 'jump'),
      lateMs: this.#lateMs,
      roundTripMs: this.#roundTripMs,
      lossPerMille: this.#lossPerMille,
    };
  }
}

function lateMsOf(fault: Fault): number {
  const { strayMs = 0, jitterMs = 0 } = 'network' in fault ? fault.network : {};
  return strayMs + jitterMs;
}

function asViolation(error: unknown): Violation {
  if (error instanceof Violation) return error;
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new Violation('nothing is thrown', detail, { cause: error });
}
