/** Runs jobs on worker threads. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Job, Outcome } from './suite.ts';

/** What a worker is asked. */
export interface WorkerRequest {
  readonly suite: string;
  readonly index: number;
  readonly job: Job;
}

/** What it answers. */
export interface WorkerReply {
  readonly index: number;
  readonly outcome: Outcome;
}

/**
 * Runs every job of a suite, one per thread at a time, and gives the outcomes in the order of the jobs. `onDone` is
 * called after each. Rejects with the first error of a job; the other threads are ended then.
 */
export async function runJobs(
  suite: string,
  jobs: readonly Job[],
  threadCount: number,
  onDone: (doneCount: number) => void,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  let nextIndex = 0;
  let doneCount = 0;
  const workers: Worker[] = [];
  const serve = (worker: Worker): Promise<void> =>
    new Promise((resolve, reject) => {
      const next = (): void => {
        const index = nextIndex++;
        const job = jobs[index];
        if (job === undefined) return resolve();
        worker.postMessage({ suite, index, job } satisfies WorkerRequest);
      };
      worker.on('error', reject);
      worker.on('message', (reply: WorkerReply) => {
        outcomes[reply.index] = reply.outcome;
        onDone(++doneCount);
        next();
      });
      next();
    });
  try {
    const count = Math.min(threadCount, jobs.length);
    for (let index = 0; index < count; index++) workers.push(new Worker(new URL('./worker.js', import.meta.url)));
    await Promise.all(workers.map(serve));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return outcomes;
}

/** As many threads as the machine runs at once. */
export function defaultThreadCount(): number {
  return availableParallelism();
}
