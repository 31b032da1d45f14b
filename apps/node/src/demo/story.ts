/**
 * The story of the demo, as steps that each have a cause, a condition that must come to hold everywhere, and a
 * deadline. It knows agents only through `StoryWorld`, so a test can tell it without processes.
 */
import { formatDuration } from '../format/duration.ts';
import { tableLines } from '../format/table.ts';
import { storySteps } from './steps.ts';
import { NotHeldError, type StoryWorld } from './world.ts';

/** One step of the story. */
export interface Step {
  readonly title: string;
  /** How long the condition may take from the cause on. Unit: ms. */
  readonly deadlineMs: number;
  /** Does what it says. Throws `NotHeldError` when the condition did not come to hold in time. */
  run(world: StoryWorld, deadlineMs: number): Promise<StepResult>;
}

export interface StepResult {
  /** What was seen, in a few words. */
  readonly seen: string;
  /** From the cause until the condition held everywhere. */
  readonly elapsedMs: number;
}

export interface StepReport {
  readonly title: string;
  readonly outcome: 'held' | 'failed' | 'skipped';
  readonly text: string;
  readonly elapsedMs: number | undefined;
}

/** Tells the story. After a step that did not hold the rest is skipped, for each builds on those before. */
export async function tellStory(
  world: StoryWorld,
  onReport: (report: StepReport) => void,
  steps: readonly Step[] = storySteps(world.profile),
): Promise<readonly StepReport[]> {
  const reports: StepReport[] = [];
  for (const step of steps) {
    const hasFailed = reports.some((report) => report.outcome === 'failed');
    const report = hasFailed ? skipped(step) : await reportOf(step, world);
    reports.push(report);
    onReport(report);
  }
  return reports;
}

/** The table at the end: step, result, time. */
export function storyLines(reports: readonly StepReport[]): string[] {
  const rows = reports.map(({ title, outcome, text, elapsedMs }) => [
    title,
    text === '' ? outcome : `${outcome}: ${text}`,
    elapsedMs === undefined ? '-' : formatDuration(elapsedMs),
  ]);
  return tableLines([['STEP', 'RESULT', 'TIME'], ...rows]);
}

async function reportOf(step: Step, world: StoryWorld): Promise<StepReport> {
  try {
    const { seen, elapsedMs } = await step.run(world, step.deadlineMs);
    return { title: step.title, outcome: 'held', text: seen, elapsedMs };
  } catch (error) {
    const text = error instanceof NotHeldError ? error.message : `it broke off: ${String(error)}`;
    return { title: step.title, outcome: 'failed', text, elapsedMs: undefined };
  }
}

function skipped({ title }: Step): StepReport {
  return { title, outcome: 'skipped', text: '', elapsedMs: undefined };
}
