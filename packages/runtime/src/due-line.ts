/** Values until they are due, with one timeout of Node for all: in order of time and, at the same time, of arrival. */
import { monotonicNowMs } from './clock.ts';
import { Deadline } from './deadline.ts';

interface Waiting<V> {
  readonly dueMs: number;
  readonly value: V;
}

/** Nothing is due early, whatever Node's timers do: they round, and fire at once above 2^31-1 ms. */
export class DueLine<V> {
  readonly #onDue: (value: V, dueMs: number, nowMs: number) => void;
  /** The earliest last, where it is cheap to remove. */
  readonly #waiting: Waiting<V>[] = [];
  readonly #deadline: Deadline = new Deadline(() => this.#release());
  #isReleasing = false;

  constructor(onDue: (value: V, dueMs: number, nowMs: number) => void) {
    this.#onDue = onDue;
  }

  get size(): number {
    return this.#waiting.length;
  }

  /** Hands `value` over once, at monotonic `dueMs` or later. */
  add(dueMs: number, value: V): void {
    const index = this.#indexFor(dueMs);
    this.#waiting.splice(index, 0, { dueMs, value });
    if (index === this.#waiting.length - 1 && !this.#isReleasing) this.#awaitNext();
  }

  /** Forgets everything. */
  clear(): void {
    this.#waiting.length = 0;
    this.#deadline.clear();
  }

  /** The first place, from the late end, whose holder is not later than `dueMs`: equals keep their order. */
  #indexFor(dueMs: number): number {
    let low = 0;
    let high = this.#waiting.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const waiting = this.#waiting[middle];
      if (waiting !== undefined && waiting.dueMs > dueMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** What one of them adds has to wait for the next time, or two that add each other would keep the process for ever. */
  #release(): void {
    const nowMs = monotonicNowMs();
    let dueCount = this.#waiting.length - this.#indexFor(nowMs);
    this.#isReleasing = true;
    try {
      for (; dueCount > 0; dueCount--) {
        const next = this.#waiting.pop();
        if (next === undefined) return;
        this.#onDue(next.value, next.dueMs, nowMs);
      }
    } finally {
      this.#isReleasing = false;
      this.#awaitNext();
    }
  }

  #awaitNext(): void {
    const next = this.#waiting.at(-1);
    if (next === undefined) this.#deadline.clear();
    else this.#deadline.set(Math.max(0, Math.ceil(next.dueMs - monotonicNowMs())));
  }
}
