/** What a suite is: jobs that run on worker threads, and the summary of their outcomes. */
import type { Findings } from './result.ts';

/** One independent piece of work: plain data, so that it can be sent to a worker. */
export interface Job {
  readonly seed: number;
  readonly [parameter: string]: number | string | boolean;
}

/** What one job measured: plain data. */
export type Outcome = Readonly<Record<string, number | string | readonly number[]>>;

/** A benchmark suite. Everything random comes from the seeds in its jobs. */
export interface Suite {
  readonly name: string;
  readonly title: string;
  /** One paragraph for the report: what is measured, and against what. */
  readonly about: string;
  /** The work, largest first so that the threads end together. */
  jobs(options: SuiteOptions): readonly Job[];
  /** Runs one job on a worker thread. */
  run(job: Job): Outcome;
  /** Puts the outcomes together, in the order of the jobs. */
  summarize(jobs: readonly Job[], outcomes: readonly Outcome[], options: SuiteOptions): Findings;
}

/** What the caller chose. */
export interface SuiteOptions {
  readonly seed: number;
  /** Fewer trials and smaller sizes; the same checks where they still make sense. */
  readonly isQuick: boolean;
}

/** A number parameter of a job. Throws when the suite forgot it. */
export function numberOf(data: Job | Outcome, key: string): number {
  const value = data[key];
  if (typeof value !== 'number') throw new TypeError(`${key} is missing`);
  return value;
}

/** A list of numbers of an outcome. Throws when the suite forgot it. */
export function numbersOf(outcome: Outcome, key: string): readonly number[] {
  const value = outcome[key];
  if (!Array.isArray(value)) throw new TypeError(`${key} is missing`);
  return value as readonly number[];
}
