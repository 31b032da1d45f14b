/** Entry point of a worker thread: one job in, one outcome out. An error ends the thread, and reaches the pool so. */
import { parentPort } from 'node:worker_threads';
import type { WorkerRequest } from './pool.ts';
import { suites } from './suites/index.ts';

parentPort?.on('message', ({ suite: name, job }: WorkerRequest) => {
  const suite = suites.find((one) => one.name === name);
  if (suite === undefined) throw new Error('the worker does not know this suite');
  parentPort?.postMessage(suite.run(job));
});
