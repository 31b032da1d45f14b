import { setEnvironmentData } from 'node:worker_threads';
import { beforeEach, describe, expect, it } from 'vitest';
import { RunError } from '../src/failure.ts';
import { type JobRunner, workerPool } from '../src/pool.ts';
import type { Job } from '../src/suite.ts';

const WORKER_URL = new URL('./pool-worker.mjs', import.meta.url);
const JOB_COUNT = 9;
const never = new AbortController().signal;

function pool(threadCount: number, signal: AbortSignal = never): JobRunner {
  return workerPool(threadCount, signal, WORKER_URL);
}

function jobs(changes: Readonly<Record<number, Record<string, number | string | boolean>>> = {}): readonly Job[] {
  return Array.from({ length: JOB_COUNT }, (_, seed) => ({ seed, ...changes[seed] }));
}

const answers = jobs().map(({ seed }) => ({ answer: `suite ${seed}` }));
const ignore = (): void => undefined;

/** Shared with the workers. */
const doneCount = new Int32Array(new SharedArrayBuffer(4));
setEnvironmentData('doneCount', doneCount);
beforeEach(() => {
  Atomics.store(doneCount, 0, 0);
});

describe('workerPool', () => {
  it.each([1, 2, 3, JOB_COUNT + 5])('gives the outcomes in the order of the jobs, with %i threads', async (threads) => {
    const counts: number[] = [];
    const outcomes = await pool(threads)('suite', jobs(), (count) => counts.push(count));
    expect(outcomes).toEqual(answers);
    expect(counts).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it.each([2, 3])('also when the first job ends last, with %i threads', async (threads) => {
    const outcomes = await pool(threads)('suite', jobs({ 0: { waitsFor: JOB_COUNT - 1 } }), ignore);
    expect(outcomes).toEqual(answers);
  });

  it('has nothing to do without jobs', async () => {
    expect(await pool(2)('suite', [], ignore)).toEqual([]);
  });

  it.each([1, 2])('rejects with what a job throws, and says which, with %i threads', async (threads) => {
    const run = pool(threads)('spread', jobs({ 4: { throws: 'no dice' } }), ignore);
    await expect(run).rejects.toThrow(RunError);
    await expect(run).rejects.toThrow('suite spread: no dice (job {"seed":4,"throws":"no dice"})');
  });

  it('rejects when a thread ends without an answer', async () => {
    const run = pool(2)('spread', jobs({ 4: { exits: 3 } }), ignore);
    await expect(run).rejects.toThrow('suite spread: its thread ended with code 3 (job {"seed":4,"exits":3})');
  });

  it('ends the other threads after an error, whatever they are doing', async () => {
    const run = pool(2)('spread', jobs({ 0: { hangs: true }, 5: { throws: 'enough' } }), ignore);
    await expect(run).rejects.toThrow('enough');
    expect(Atomics.load(doneCount, 0)).toBe(4);
  });

  it('ends all threads when it is interrupted', async () => {
    const controller = new AbortController();
    const run = pool(2, controller.signal)('spread', jobs({ 0: { hangs: true }, 3: { hangs: true } }), (count) => {
      if (count === 2) controller.abort(new Error('Ctrl-C'));
    });
    await expect(run).rejects.toThrow('Ctrl-C');
  });

  it('does not start when it was interrupted before', async () => {
    const controller = new AbortController();
    controller.abort(new Error('Ctrl-C'));
    await expect(pool(2, controller.signal)('spread', jobs(), ignore)).rejects.toThrow('Ctrl-C');
    expect(Atomics.load(doneCount, 0)).toBe(0);
  });
});
