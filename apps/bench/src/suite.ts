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
  /** Whether it takes minutes, or programs that not everybody has: it runs when it is named, and not among all. */
  readonly isOnRequest?: boolean;
  /** Whether its jobs disturb each other: they run one at a time, in their order, with no other thread. */
  readonly isSerial?: boolean;
  /** The work, largest first so that the threads end together. */
  jobs(options: SuiteOptions): readonly Job[];
  /** Runs one job on a worker thread. */
  run(job: Job): Outcome;
  /** Puts the outcomes together, in the order of the jobs. */
  summarize(jobs: readonly Job[], outcomes: readonly Outcome[]): Findings;
  /** Removes what the jobs left on the disk; called however the run ended, after the last thread has. */
  end?(jobs: readonly Job[]): void;
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

/** The outcomes of all jobs that differ in nothing but their seed and the size of their batch. */
export interface Pool {
  /** One of the jobs: its parameters are those of the pool. */
  readonly job: Job;
  /** A list of the outcomes, joined. */
  numbers(key: string): readonly number[];
}

/** Joins what was split into jobs, by the parameters that tell one pool from another; in order of first appearance. */
export function pooled(
  jobs: readonly Job[],
  outcomes: readonly Outcome[],
  parameters: readonly string[],
): readonly Pool[] {
  const pools = new Map<string, { job: Job; outcomes: Outcome[] }>();
  for (const [index, job] of jobs.entries()) {
    const key = parameters.map((parameter) => job[parameter]).join('/');
    const pool = pools.get(key) ?? { job, outcomes: [] };
    pool.outcomes.push(outcomes[index] ?? {});
    pools.set(key, pool);
  }
  return [...pools.values()].map(({ job, outcomes }) => ({
    job,
    numbers: (key) => outcomes.flatMap((outcome) => numbersOf(outcome, key)),
  }));
}
