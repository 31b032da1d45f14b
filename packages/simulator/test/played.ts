/** A scenario from its first phase to its report. */
import type { PhaseReport, ScenarioReport } from '../src/index.ts';

export function played(phases: Generator<PhaseReport, ScenarioReport>): ScenarioReport {
  let step = phases.next();
  while (step.done !== true) step = phases.next();
  return step.value;
}
