/**
 * The first thing that a cluster has to do, under loss: find itself, spread a rumor, replicate a write, and notice
 * that some of its members are gone. Nobody who lives may be declared dead on the way.
 */
import { type NodeId, Rng, utf8Bytes } from '@hearsay/core';
import type { StackEvent } from '@hearsay/stack';
import { ClusterSimulation } from './cluster.ts';
import { detectionBoundMs, joinBoundMs, reconcileBoundMs, rumorBoundMs, rumorResidueMax } from './cluster-bounds.ts';
import { networkConfig } from './config.ts';
import type { Interference, PhaseReport, ScenarioParameters, ScenarioReport } from './scenario.ts';

const SEED_COUNT = 3;
/** Nodes other than the seeds start within this time. */
const START_SPREAD_MS = 1_000;
/** One of so many nodes crashes. */
const NODES_PER_CRASH = 8;
/** How often expectations are looked at: the precision of all times. */
const STEP_MS = 10;
const NAMES_SHOWN_MAX = 5;

/** Joins, spreads, writes, crashes, agrees. See `Scenario`. */
export function* firstCluster(
  parameters: ScenarioParameters,
  interfere: Interference = () => undefined,
): Generator<PhaseReport, ScenarioReport> {
  const run = new FirstClusterRun(parameters, interfere);
  const phases: PhaseReport[] = [];
  for (const phase of [
    () => run.join(),
    () => run.spreadRumor(),
    () => run.replicateWrite(),
    () => run.detectCrashes(),
    () => run.agree(),
  ]) {
    const report = phase();
    phases.push(report);
    yield report;
    if (report.violations.length > 0) break;
  }
  return run.report(phases);
}

/** What one phase expects of every live node, and within which time. */
interface Phase {
  readonly name: string;
  readonly boundMs: number;
  /** Completes the sentence `expected all nodes to …`. */
  readonly what: string;
  readonly holds: (name: NodeId) => boolean;
  /** Nodes that may fail the expectation when the time is over. Default 0. */
  readonly missedCountMax?: number;
}

/** One run. Its phases are called in order, each once. */
class FirstClusterRun {
  readonly #parameters: ScenarioParameters;
  readonly #cluster: ClusterSimulation;
  readonly #rng: Rng;
  /** What must never happen, and did. */
  readonly #breaches: string[] = [];
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
    this.#cluster.world.onEvent((timeMs, id, event) => this.#onEvent(timeMs, id, event));
    interfere(this.#cluster);
  }

  join(): PhaseReport {
    const { world, names, config } = this.#cluster;
    const seeds = names.slice(0, SEED_COUNT);
    for (const name of names) {
      const delayMs = seeds.includes(name) ? 0 : this.#rng.fraction() * START_SPREAD_MS;
      world.at(world.nowMs + delayMs, () => this.#cluster.start(name, seeds));
    }
    const spreadMs = this.#reconcileBoundMs('membersAntiEntropy');
    return this.#phase({
      name: `${names.length} nodes join by ${SEED_COUNT} seeds`,
      boundMs: joinBoundMs(START_SPREAD_MS, spreadMs, config.swim, networkConfig()),
      what: 'know all members',
      holds: (name) => this.#isStarted(name) && this.#cluster.core(name).table.countOf('alive') === names.length,
    });
  }

  /** A rumor may miss a few: the bound on them is part of what is expected. */
  spreadRumor(): PhaseReport {
    const { names, config } = this.#cluster;
    const { lossPerMille } = this.#parameters;
    this.#cluster.publish(this.#pick(), 'cache.invalidate', utf8Bytes('user:42'));
    return this.#phase({
      name: 'a rumor reaches all',
      boundMs: rumorBoundMs(names.length, config.rumor),
      what: 'have the rumor',
      holds: (name) => this.#hasRumor.has(name),
      missedCountMax: rumorResidueMax(names.length, lossPerMille, config.rumor),
    });
  }

  replicateWrite(): PhaseReport {
    const key = 'flags/dark-mode';
    const value = 'on';
    this.#cluster.command(this.#pick(), { type: 'store-set', key, value: utf8Bytes(value) });
    return this.#phase({
      name: 'a write is on all replicas',
      boundMs: this.#reconcileBoundMs('storeAntiEntropy'),
      what: 'have the written value',
      holds: (name) => {
        const record = this.#cluster.core(name).store.read(key);
        return record !== undefined && String.fromCharCode(...record.value) === value;
      },
    });
  }

  detectCrashes(): PhaseReport {
    const { names, config } = this.#cluster;
    const crashCount = Math.floor(names.length / NODES_PER_CRASH);
    for (const name of this.#rng.sample(names, crashCount)) {
      this.#crashed.add(name);
      this.#cluster.crash(name);
    }
    const spreadMs = this.#reconcileBoundMs('membersAntiEntropy');
    return this.#phase({
      name: `${crashCount} crashes are detected by all`,
      boundMs: detectionBoundMs(names.length, crashCount, spreadMs, config.swim),
      what: `hold all ${crashCount} crashed members for dead`,
      holds: (name) => {
        const { table } = this.#cluster.core(name);
        return [...this.#crashed].every((crashed) => table.get(crashed)?.status === 'dead');
      },
    });
  }

  agree(): PhaseReport {
    const [first = ''] = this.#liveNames();
    return this.#phase({
      name: 'all replicas are equal',
      boundMs: this.#reconcileBoundMs('membersAntiEntropy'),
      what: `have the digests of ${first}`,
      holds: (name) => this.#digestsOf(name) === this.#digestsOf(first),
    });
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

  /** Runs until all live nodes are so far, something forbidden happened, or the bound is reached. */
  #phase({ name, boundMs, what, holds, missedCountMax = 0 }: Phase): PhaseReport {
    const { world } = this.#cluster;
    const names = this.#liveNames();
    const startMs = world.nowMs;
    const endMs = startMs + boundMs;
    while (this.#breaches.length === 0 && world.nowMs < endMs && !names.every(holds)) {
      world.run(Math.min(STEP_MS, endMs - world.nowMs));
    }
    this.#checkTraffic();
    const violations = this.#breaches.splice(0);
    const missing = names.filter((live) => !holds(live));
    if (missing.length > missedCountMax) violations.push(missingText(what, names.length, missedCountMax, missing));
    return { name, tookMs: world.nowMs - startMs, boundMs, violations };
  }

  #onEvent(timeMs: number, id: NodeId, event: StackEvent): void {
    const { name } = this.#cluster.world.node(id).core.self;
    switch (event.type) {
      case 'rumor-learned':
        this.#hasRumor.add(name);
        return;
      case 'member-failed':
        if (this.#crashed.has(event.claim.name)) return;
        return this.#breach(timeMs, `no live member to be declared dead; ${name} declared ${event.claim.name}`);
      case 'name-conflict':
        return this.#breach(timeMs, `no name conflict; ${name} saw one about ${event.held.name}`);
      case 'claim-refused':
      case 'record-refused':
        return this.#breach(timeMs, `nothing to be refused; ${name} refused what ${event.from} said: ${event.reason}`);
      default:
        return;
    }
  }

  #checkTraffic(): void {
    const { world } = this.#cluster;
    const { oversizeCount, undecodableCount } = world.traffic;
    if (oversizeCount > 0) this.#breach(world.nowMs, `no packet above packetBytesMax; there were ${oversizeCount}`);
    if (undecodableCount > 0) this.#breach(world.nowMs, `every packet to decode; ${undecodableCount} did not`);
  }

  #breach(timeMs: number, expectation: string): void {
    this.#breaches.push(`${expectation} (at ${timeMs.toFixed(0)} ms)`);
  }

  #reconcileBoundMs(replica: 'membersAntiEntropy' | 'storeAntiEntropy'): number {
    const { names, config } = this.#cluster;
    return reconcileBoundMs(names.length, this.#parameters.lossPerMille, config[replica]);
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

function missingText(what: string, liveCount: number, missedCountMax: number, missing: readonly NodeId[]): string {
  const shown = missing.slice(0, NAMES_SHOWN_MAX).join(', ');
  const more = missing.length > NAMES_SHOWN_MAX ? ', …' : '';
  const allowed = missedCountMax > 0 ? ` but at most ${missedCountMax}` : '';
  return `all ${liveCount} live nodes${allowed} to ${what}; ${missing.length} did not: ${shown}${more}`;
}
