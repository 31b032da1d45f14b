/** Reports errors without flooding: a route that is down fails a thousand packets a second with one and the same error. */
import { BoundedMap } from '@hearsay/core';
import { monotonicNowMs } from './clock.ts';
import type { Tally } from './counters.ts';
import { codeOf } from './errors.ts';

const CODE_COUNT_MAX = 64;

/** Counts every error, and passes on at most one of each code per interval. */
export class ErrorLog {
  readonly #tally: Tally;
  readonly #intervalMs: number;
  #onError: (error: Error) => void;
  readonly #reportedMs = new BoundedMap<string, number>(CODE_COUNT_MAX);

  constructor(tally: Tally, intervalMs: number, onError: (error: Error) => void) {
    this.#tally = tally;
    this.#intervalMs = intervalMs;
    this.#onError = onError;
  }

  /** From now on errors are only counted: those of closing are nobody's concern. */
  close(): void {}

  report(error: Error): void {
    this.#tally.errorCount += 1;
    const code = codeOf(error);
    const nowMs = monotonicNowMs();
    const lastMs = this.#reportedMs.get(code);
    if (lastMs !== undefined && nowMs - lastMs < this.#intervalMs) return;
    this.#reportedMs.set(code, nowMs);
    this.#onError(error);
  }
}
