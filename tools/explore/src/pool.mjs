/** Worker threads that take one task after another, so that a slow world holds up nobody. */
import { Worker } from 'node:worker_threads';

/**
 * A world to play: the request that it is drawn from, or the plan itself.
 * @typedef {object} Task
 * @property {string} name
 * @property {import('@hearsay/simulator').PlanRequest} [request]
 * @property {import('@hearsay/simulator').SwarmPlan} [plan]
 * @property {boolean} isShrinking
 */

/**
 * What came of it.
 * @typedef {object} Outcome
 * @property {readonly string[]} lines of the failure; none when all held
 * @property {readonly (readonly [string, number])[]} checkedCounts
 * @property {number} handledCount
 * @property {number} convergedMs NaN when it never did
 */

/**
 * Plays all tasks and tells of each as it ends. Rejects when a worker dies.
 * @param {readonly Task[]} tasks @param {number} workerCount @param {(task: Task, outcome: Outcome) => void} onOutcome
 * @returns {Promise<void>}
 */
export async function playAll(tasks, workerCount, onOutcome) {
  const queue = tasks.values();
  const count = Math.min(workerCount, tasks.length);
  await Promise.all(Array.from({ length: count }, () => playFrom(queue, onOutcome)));
}

/**
 * @param {IterableIterator<Task>} queue @param {(task: Task, outcome: Outcome) => void} onOutcome
 * @returns {Promise<void>}
 */
async function playFrom(queue, onOutcome) {
  const worker = new Worker(new URL('./worker.mjs', import.meta.url));
  try {
    for (const task of queue) onOutcome(task, await played(worker, task));
  } finally {
    await worker.terminate();
  }
}

/** @param {Worker} worker @param {Task} task @returns {Promise<Outcome>} */
function played(worker, task) {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.postMessage(task);
  }).finally(() => worker.removeAllListeners('error'));
}
