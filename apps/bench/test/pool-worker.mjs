/** A worker whose jobs do what the tests of the pool need. */
import { getEnvironmentData, parentPort } from 'node:worker_threads';

/** Jobs done so far, shared with the test and the other workers. */
const doneCount = getEnvironmentData('doneCount');

parentPort.on('message', ({ suite, job }) => {
  if (job.throws !== undefined) throw new Error(job.throws);
  if (job.exits !== undefined) process.exit(job.exits);
  if (job.hangs) for (;;) Atomics.wait(doneCount, 0, -1, 10);
  for (;;) {
    const count = Atomics.load(doneCount, 0);
    if (count >= (job.waitsFor ?? 0)) break;
    Atomics.wait(doneCount, 0, count);
  }
  Atomics.add(doneCount, 0, 1);
  Atomics.notify(doneCount, 0);
  parentPort.postMessage({ answer: `${suite} ${job.seed}` });
});
