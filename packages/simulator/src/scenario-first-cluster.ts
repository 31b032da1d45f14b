/**
 * The first thing that a cluster has to do, under loss: find itself, spread a rumor, replicate a write, and notice
 * that some of its members are gone. Nobody who lives may be declared dead on the way.
 */
import { type NodeId, Rng, utf8Bytes } from '@hearsay/core';
import { ClusterSimulation } from './cluster.ts';
import { detectionBoundMs, joinBoundMs, reconcileBoundMs, rumorBoundMs, rumorResidueMax } from './cluster-bounds.ts';
import { ClusterWatch } from './cluster-watch.ts';
import { networkConfig } from './config.ts';
import type { Interference, PhaseReport, ScenarioParameters, ScenarioReport } from './scenario.ts';

/** Nodes that all others join by. */
const SEED_COUNT = 3;
/** Nodes other than the seeds start within this time. */
const START_SPREAD_MS = 1_000;
/** One of so many nodes crashes. */
const NODES_PER_CRASH = 8;
/** How often expectations are looked at: the precision of all times. */
const STEP_MS = 10;
const NAMES_SHOWN_MAX = 5;
const KEY = 'flags/dark-mode';
const VALUE = 'on';

/** Joins, spreads, writes, crashes, agrees. See `Scenario`. */
export function* firstCluster(
  parameters: ScenarioParameters,
  interfere: Interference = () => undefined,
): Generator<PhaseReport, ScenarioReport> {
  const run = new FirstClusterRun(parameters, interfere);
  const reports: PhaseReport[] = [];
  for (const phase of run.phases()) {
    const report = run.play(phase);
    reports.push(report);
    yield report;
    if (report.violations.length > 0) break;
  }
  return run.report(reports);
}

/** What one phase does, what it expects of every live node, and within which time. */
interface Phase {
  readonly name: string;
  readonly boundMs: number;
  readonly begin: () => void;
  /** Completes the sentence `expected all nodes to …`. */
  readonly what: string;
  readonly holds: (name: NodeId) => boolean;
  /** Nodes that may fail the expectation when the time is over. Default 0. */
  readonly missedCountMax?: number;
}

/** One run: its phases, each to be played before the next is asked for. */
class FirstClusterRun {
  readonly #parameters: ScenarioParameters;
  readonly #cluster: ClusterSimulation;
  readonly #watch: ClusterWatch;
  readonly #rng: Rng;
  readonly #crashed = new Set<NodeId>();
  readonly #hasRumor = new Set<NodeId>();

  constructor(parameters: ScenarioParameters, interfere: Interference) {
    const { seed, nodeCount, lossPerMille, traceLineCountMax } = parameters;
    this.#parameters = parameters;
    this.#rng = new Rng(seed).fork('first-cluster');
    this.#cluster = new ClusterSimulation({
      seed,
      nodeCount,
      network: { lossPerMille },
      config: { traceLineCountMax },
    });
    const { world } = this.#cluster;
    this.#watch = new ClusterWatch(this.#cluster);
    world.onEvent((_timeMs, id, event) => {
      if (event.type === 'rumor-learned') this.#hasRumor.add(world.node(id).core.self.name);
    });
    interfere(this.#cluster);
  }

  *phases(): Generator<Phase, void> {
    yield this.#join();
    yield this.#spreadRumor();
    yield this.#replicateWrite();
    yield this.#detectCrashes();
    yield this.#agree();
  }

  /** Runs until all live nodes are so far, something forbidden happened, or the bound is reached. */
  play(phase: Phase): PhaseReport {
    const { world } = this.#cluster;
    const startMs = world.nowMs;
    let missing: readonly NodeId[] = [];
    try {
      missing = this.#missingAtEndOf(phase);
    } catch (error) {
      this.#watch.note(`nothing to be thrown; ${error instanceof Error ? error.stack : String(error)}`);
    }
    const { name, boundMs, missedCountMax = 0 } = phase;
    const violations = this.#watch.take();
    if (missing.length > missedCountMax) violations.push(missingText(phase, this.#liveNames().length, missing));
    return { name, tookMs: world.nowMs - startMs, boundMs, missedCount: missing.length, missedCountMax, violations };
  }

  report(phases: readonly PhaseReport[]): ScenarioReport {
    const { world } = this.#cluster;
    return {
      parameters: this.#parameters,
      phases,
      digest: world.trace.digest,
      traceLines: world.trace.lines(),
      traffic: world.traffic,
      handledCount: world.handledCount,
      durationMs: world.nowMs,
    };
  }

  #missingAtEndOf({ boundMs, begin, holds }: Phase): NodeId[] {
    const { world } = this.#cluster;
    const endMs = world.nowMs + boundMs;
    begin();
    const names = this.#liveNames();
    while (!this.#watch.isAlarmed && world.nowMs < endMs && !names.every(holds)) {
      world.run(Math.min(STEP_MS, endMs - world.nowMs));
    }
    return names.filter((name) => !holds(name));
  }

  // -- phases, in order --------------------------------------------------------------------------------------------

  /** A member may be under a passing suspicion: it is known all the same. */
  #join(): Phase {
    const { world, names } = this.#cluster;
    const seeds = names.slice(0, SEED_COUNT);
    const link = networkConfig({ lossPerMille: this.#parameters.lossPerMille });
    const spreadMs = this.#membersBoundMs(names.length);
    return {
      name: `${names.length} nodes join by ${SEED_COUNT} seeds`,
      boundMs: joinBoundMs(names.length, SEED_COUNT, START_SPREAD_MS, spreadMs, link),
      begin: () => {
        for (const name of names) {
          const delayMs = seeds.includes(name) ? 0 : this.#rng.fraction() * START_SPREAD_MS;
          world.at(world.nowMs + delayMs, () => this.#cluster.start(name, seeds));
        }
      },
      what: 'know all members',
      holds: (name) => this.#isStarted(name) && this.#cluster.core(name).table.peers.size === names.length - 1,
    };
  }

  /** A rumor may miss a few: the bound on them is part of what is expected. */
  #spreadRumor(): Phase {
    const { names, config } = this.#cluster;
    const { lossPerMille } = this.#parameters;
    return {
      name: 'a rumor reaches all',
      boundMs: rumorBoundMs(names.length, lossPerMille, config.rumor),
      begin: () => this.#cluster.publish(this.#pick(), 'cache.invalidate', utf8Bytes('user:42')),
      what: 'have the rumor',
      holds: (name) => this.#hasRumor.has(name),
      missedCountMax: rumorResidueMax(names.length, lossPerMille, config.rumor),
    };
  }

  #replicateWrite(): Phase {
    const { names, config } = this.#cluster;
    const { lossPerMille } = this.#parameters;
    const change = { nodeCount: names.length, changeCount: 1, recordCount: 1, lossPerMille };
    return {
      name: 'a write is on all replicas',
      boundMs: reconcileBoundMs(change, config.storeAntiEntropy),
      begin: () => this.#cluster.command(this.#pick(), { type: 'store-set', key: KEY, value: utf8Bytes(VALUE) }),
      what: 'have the written value',
      holds: (name) => {
        const record = this.#cluster.core(name).store.read(KEY);
        return record !== undefined && String.fromCharCode(...record.value) === VALUE;
      },
    };
  }

  #detectCrashes(): Phase {
    const { names, config } = this.#cluster;
    const crashCount = Math.floor(names.length / NODES_PER_CRASH);
    const spreadMs = this.#membersBoundMs(crashCount);
    return {
      name: `${crashCount} crashes are detected by all`,
      boundMs: detectionBoundMs(names.length, crashCount, this.#parameters.lossPerMille, spreadMs, config.swim),
      begin: () => {
        for (const name of this.#rng.sample(names, crashCount)) {
          this.#crashed.add(name);
          this.#cluster.crash(name);
        }
      },
      what: `hold all ${crashCount} crashed members for dead`,
      holds: (name) => {
        const { table } = this.#cluster.core(name);
        return [...this.#crashed].every((crashed) => table.get(crashed)?.status === 'dead');
      },
    };
  }

  /**
   * Under loss somebody may be under a passing suspicion at any moment, and the more nodes, the less often nobody is.
   * So the network is made well first: then the last probes end, each suspicion has to reach its member, and the
   * refutation everybody.
   */
  #agree(): Phase {
    const { world, names, config } = this.#cluster;
    const live = this.#liveNames();
    const [first = ''] = live;
    return {
      name: 'all replicas are equal',
      boundMs: config.swim.probePeriodMs + 2 * this.#membersBoundMs(names.length, 0),
      begin: () => world.setLoss(0),
      what: `hold ${live.length} members for alive and ${this.#crashed.size} for dead, as ${first} does, with equal digests`,
      holds: (name) => {
        const { table } = this.#cluster.core(name);
        const isRight = table.countOf('alive') === live.length && table.countOf('dead') === this.#crashed.size;
        return isRight && this.#digestsOf(name) === this.#digestsOf(first);
      },
    };
  }

  // -- what the phases ask ------------------------------------------------------------------------------------------

  /** Time in which anti-entropy brings changes of so many members to all. */
  #membersBoundMs(changeCount: number, lossPerMille = this.#parameters.lossPerMille): number {
    const { names, config } = this.#cluster;
    const change = { nodeCount: names.length, changeCount, recordCount: names.length, lossPerMille };
    return reconcileBoundMs(change, config.membersAntiEntropy);
  }

  #digestsOf(name: NodeId): string {
    const { members, store } = this.#cluster.core(name).digests;
    return `${members} ${store}`;
  }

  #isStarted(name: NodeId): boolean {
    return this.#cluster.world.has(this.#cluster.addressOf(name));
  }

  #liveNames(): NodeId[] {
    return this.#cluster.names.filter((name) => !this.#crashed.has(name));
  }

  #pick(): NodeId {
    return this.#rng.pick(this.#liveNames()) ?? '';
  }
}

function missingText({ what, missedCountMax = 0 }: Phase, liveCount: number, missing: readonly NodeId[]): string {
  const shown = missing.slice(0, NAMES_SHOWN_MAX).join(', ');
  const more = missing.length > NAMES_SHOWN_MAX ? ', …' : '';
  const allowed = missedCountMax > 0 ? ` but at most ${missedCountMax}` : '';
  return `all ${liveCount} live nodes${allowed} to ${what}; ${missing.length} did not: ${shown}${more}`;
}
