/** What a scenario is told, and what it tells: phases, each with a time and the bound that it must keep. */
import type { ClusterSimulation } from './cluster.ts';
import type { Traffic } from './traffic.ts';

/** What a run of a scenario depends on, and nothing else. */
export interface ScenarioParameters {
  /** Any 32-bit integer. */
  readonly seed: number;
  readonly nodeCount: number;
  /** Packets lost, of a thousand. */
  readonly lossPerMille: number;
  /** Newest trace lines kept; 0 for the digest alone. */
  readonly traceLineCountMax: number;
}

/** One phase of a run. */
export interface PhaseReport {
  readonly name: string;
  /** Virtual ms from the start of the phase until all that it expects held, or until the bound. */
  readonly tookMs: number;
  /** Virtual ms within which it must hold, computed from the configuration. */
  readonly boundMs: number;
  /** Live nodes that failed the phase's expectation when it ended. */
  readonly missedCount: number;
  /** How many may: 0 but where a protocol promises almost all, and then computed from the configuration. */
  readonly missedCountMax: number;
  /** What was measured, in words. Empty when nothing was. */
  readonly note: string;
  /** Every expectation that did not hold, as a sentence. Empty when all is well. */
  readonly violations: readonly string[];
}

/** A whole run. */
export interface ScenarioReport {
  readonly parameters: ScenarioParameters;
  readonly phases: readonly PhaseReport[];
  /** Equal for equal parameters. */
  readonly digest: string;
  readonly traceLines: readonly string[];
  readonly traffic: Traffic;
  /** Messages and timers handled. */
  readonly handledCount: number;
  /** Virtual ms in all. */
  readonly durationMs: number;
}

/** A scenario yields each phase as it ends, and returns the whole. It stops after the first phase that fails. */
export type Scenario = (parameters: ScenarioParameters) => Generator<PhaseReport, ScenarioReport>;
/** Changes the world before a scenario begins: for what the scenario must notice. */
export type Interference = (cluster: ClusterSimulation) => void;

/** Whether every expectation of every phase held. */
export function hasHeld(report: ScenarioReport): boolean {
  return report.phases.every((phase) => phase.violations.length === 0);
}
