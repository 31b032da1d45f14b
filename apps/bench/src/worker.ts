/** Entry point of a worker thread: one job in, one outcome out. */
import { parentPort } from 'node:worker_threads';
import type { WorkerReply, WorkerRequest } from './pool.ts';
import { suiteNamed } from './suites/index.ts';

parentPort?.on('message', ({ suite, index, job }: WorkerRequest) => {
  const outcome = suiteNamed(suite).run(job);
  parentPort?.postMessage({ index, outcome } satisfies WorkerReply);
});
