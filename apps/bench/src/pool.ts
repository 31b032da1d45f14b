/** Runs jobs on worker threads. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { messageOf, RunError } from './failure.ts';
import type { Job, Outcome } from './suite.ts';

/**
 * Runs the jobs of a suite and gives the outcomes in the order of the jobs, however they were spread. `onDone` is called
 * after each. Rejects with the first error of a job.
 */
export type JobRunner = (
  suite: string,
  jobs: readonly Job[],
  onDone: (doneCount: number) => void,
) => Promise<readonly Outcome[]>;

/** What a worker is asked: one job at a time. */
export interface WorkerRequest {
  readonly suite: string;
  readonly job: Job;
}

const WORKER_URL = new URL('./worker.js', import.meta.url);

/**
 * A runner with up to `threadCount` worker threads. They live as long as one suite; after an error, or when `signal`
 * is aborted, all of them are ended before the promise rejects.
 */
export function workerPool(threadCount: number, signal: AbortSignal, workerUrl: URL = WORKER_URL): JobRunner {
  return async (suite, jobs, onDone) => {
    signal.throwIfAborted();
    const queue = jobs.entries();
    const outcomes: Outcome[] = [];
    let doneCount = 0;
    const serve = async (worker: Worker): Promise<void> => {
      // Shared by all workers: whoever is free takes the next job.
      for (const [index, job] of queue) {
        outcomes[index] = await runOn(worker, { suite, job }, signal);
        onDone(++doneCount);
      }
    };
    const workers = Array.from({ length: Math.min(threadCount, jobs.length) }, () => new Worker(workerUrl));
    try {
      await Promise.all(workers.map(serve));
    } finally {
      await Promise.all(workers.map((worker) => worker.terminate()));
    }
    return outcomes;
  };
}

/** As many threads as the machine runs at once. */
export function defaultThreadCount(): number {
  return availableParallelism();
}

/** One job. Rejects when it throws, when its thread ends without an answer, and when `signal` is aborted. */
function runOn(worker: Worker, { suite, job }: WorkerRequest, signal: AbortSignal): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const onEnd = (settle: () => void): void => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      signal.removeEventListener('abort', onAbort);
      settle();
    };
    const fail = (cause: unknown, message: string): void =>
      reject(new RunError(`suite ${suite}: ${message} (job ${JSON.stringify(job)})`, { cause }));
    const onMessage = (outcome: Outcome): void => onEnd(() => resolve(outcome));
    const onError = (error: unknown): void => onEnd(() => fail(error, messageOf(error)));
    const onExit = (exitCode: number): void => onEnd(() => fail(undefined, `its thread ended with code ${exitCode}`));
    const onAbort = (): void => onEnd(() => reject(signal.reason));
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    signal.addEventListener('abort', onAbort);
    worker.postMessage({ suite, job } satisfies WorkerRequest);
  });
}
