/** A scenario on a cluster, phase after phase: what each does, what it expects, and what never may happen meanwhile. */
import { type NodeId, Rng } from '@hearsay/core';
import { type ClusterOptions, ClusterSimulation } from './cluster.ts';
import { joinBoundMs, reconcileBoundMs } from './cluster-bounds.ts';
import { ClusterWatch } from './cluster-watch.ts';
import { networkConfig } from './config.ts';
import type { Interference, PhaseReport, ScenarioParameters, ScenarioReport } from './scenario.ts';

/** Nodes that all others join by. */
const SEED_COUNT = 3;
/** Nodes other than the seeds start within this time. */
const START_SPREAD_MS = 1_000;
/** How often expectations are looked at: the precision of all times. */
const STEP_MS = 10;
const NAMES_SHOWN_MAX = 5;

/** What one phase does, what it expects of every live node, and within which time. */
export interface Phase {
  readonly name: string;
  readonly boundMs: number;
  readonly begin: () => void;
  /** Completes the sentence `expected all nodes to …`. */
  readonly what: string;
  readonly holds: (name: NodeId) => boolean;
  /** Nodes that may fail the expectation when the time is over. Default 0. */
  readonly missedCountMax?: number;
  /** What was measured in the phase, asked for when it is over. */
  readonly note?: () => string;
}

/** One run: the cluster, and the phases that scenarios share. */
export class ClusterRun {
  readonly parameters: ScenarioParameters;
  readonly cluster: ClusterSimulation;
  /** Dice of the scenario. */
  readonly rng: Rng;
  readonly crashed: Set<NodeId> = new Set();
  readonly #watch: ClusterWatch;

  /** @param options of the cluster, beside what the parameters say. */
  constructor(
    name: string,
    parameters: ScenarioParameters,
    interfere: Interference,
    options: Omit<Partial<ClusterOptions>, keyof ScenarioParameters> = {},
  ) {
    const { seed, nodeCount, lossPerMille, traceLineCountMax } = parameters;
    this.parameters = parameters;
    this.rng = new Rng(seed).fork(name);
    this.cluster = new ClusterSimulation({
      ...options,
      seed,
      nodeCount,
      network: { lossPerMille },
      config: { ...options.config, traceLineCountMax },
    });
    this.#watch = new ClusterWatch(this.cluster);
    interfere(this.cluster);
  }

  /** Plays each phase before it asks for the next, and stops after the first that fails. */
  *play(phases: Iterable<Phase>): Generator<PhaseReport, ScenarioReport> {
    const reports: PhaseReport[] = [];
    for (const phase of phases) {
      const report = this.#report(phase);
      reports.push(report);
      yield report;
      if (report.violations.length > 0) break;
    }
    const { world } = this.cluster;
    return {
      parameters: this.parameters,
      phases: reports,
      digest: world.trace.digest,
      traceLines: world.trace.lines(),
      traffic: world.traffic,
      handledCount: world.handledCount,
      durationMs: world.nowMs,
    };
  }

  // -- what scenarios share ----------------------------------------------------------------------------------------

  /** Whether members cannot reach each other, and may call each other dead. */
  set isSplit(isSplit: boolean) {
    this.#watch.isSplit = isSplit;
  }

  /** Every node is there from the start and knows all others. */
  startTogether(): Phase {
    return {
      name: `${this.cluster.names.length} nodes know each other`,
      boundMs: STEP_MS,
      begin: () => this.cluster.startTogether(),
      what: 'be there',
      holds: (name) => this.#isStarted(name),
    };
  }

  /** A member may be under a passing suspicion: it is known all the same. */
  join(): Phase {
    const { world, names } = this.cluster;
    const seeds = names.slice(0, SEED_COUNT);
    const link = networkConfig({ lossPerMille: this.parameters.lossPerMille });
    const spreadMs = this.membersBoundMs(names.length);
    return {
      name: `${names.length} nodes join by ${SEED_COUNT} seeds`,
      boundMs: joinBoundMs(names.length, SEED_COUNT, START_SPREAD_MS, spreadMs, link),
      begin: () => {
        for (const name of names) {
          const delayMs = seeds.includes(name) ? 0 : this.rng.fraction() * START_SPREAD_MS;
          world.at(world.nowMs + delayMs, () => this.cluster.start(name, seeds));
        }
      },
      what: 'know all members',
      holds: (name) => this.#isStarted(name) && this.cluster.core(name).table.peers.size === names.length - 1,
    };
  }

  /** Crashes so many nodes at once. */
  crash(count: number): void {
    for (const name of this.rng.sample(this.liveNames(), count)) {
      this.crashed.add(name);
      this.cluster.crash(name);
    }
  }

  /** Whether a node holds all that have crashed for dead. */
  knowsCrashed(name: NodeId): boolean {
    const { table } = this.cluster.core(name);
    return [...this.crashed].every((crashed) => table.get(crashed)?.status === 'dead');
  }

  /** Time in which anti-entropy brings changes of so many members to all. */
  membersBoundMs(changeCount: number, lossPerMille: number = this.parameters.lossPerMille): number {
    const { names, config } = this.cluster;
    const change = { nodeCount: names.length, changeCount, recordCount: names.length, lossPerMille };
    return reconcileBoundMs(change, config.membersAntiEntropy);
  }

  liveNames(): NodeId[] {
    return this.cluster.names.filter((name) => !this.crashed.has(name));
  }

  /** Any live node. */
  pick(): NodeId {
    return this.rng.pick(this.liveNames()) ?? '';
  }

  // -- one phase ---------------------------------------------------------------------------------------------------

  /** Runs until all live nodes are so far, something forbidden happened, or the bound is reached. */
  #report(phase: Phase): PhaseReport {
    const { world } = this.cluster;
    const startMs = world.nowMs;
    let missing: readonly NodeId[] = [];
    try {
      missing = this.#missingAtEndOf(phase);
    } catch (error) {
      this.#watch.note(`nothing to be thrown; ${error instanceof Error ? error.stack : String(error)}`);
    }
    const { name, boundMs, missedCountMax = 0, note } = phase;
    const violations = this.#watch.take();
    if (missing.length > missedCountMax) violations.push(missingText(phase, this.liveNames().length, missing));
    return {
      name,
      tookMs: world.nowMs - startMs,
      boundMs,
      missedCount: missing.length,
      missedCountMax,
      note: note?.() ?? '',
      violations,
    };
  }

  #missingAtEndOf({ boundMs, begin, holds }: Phase): NodeId[] {
    const { world } = this.cluster;
    const endMs = world.nowMs + boundMs;
    begin();
    const names = this.liveNames();
    while (!this.#watch.isAlarmed && world.nowMs < endMs && !names.every(holds)) {
      world.run(Math.min(STEP_MS, endMs - world.nowMs));
    }
    return names.filter((name) => !holds(name));
  }

  #isStarted(name: NodeId): boolean {
    return this.cluster.world.has(this.cluster.addressOf(name));
  }
}

function missingText({ what, missedCountMax = 0 }: Phase, liveCount: number, missing: readonly NodeId[]): string {
  const shown = missing.slice(0, NAMES_SHOWN_MAX).join(', ');
  const more = missing.length > NAMES_SHOWN_MAX ? ', …' : '';
  const allowed = missedCountMax > 0 ? ` but at most ${missedCountMax}` : '';
  return `all ${liveCount} live nodes${allowed} to ${what}; ${missing.length} did not: ${shown}${more}`;
}
