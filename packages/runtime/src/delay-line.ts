/** Holds actions until their time: one timer for all, in order of time and, at the same time, of arrival. */
import { monotonicNowMs } from './clock.ts';
import { Deadline } from './deadline.ts';

interface Held {
  readonly dueMs: number;
  readonly sizeBytes: number;
  readonly release: () => void;
}

/** Bounded by the bytes that it holds. */
export class DelayLine {
  readonly #heldBytesMax: number;
  /** The earliest last, where it is cheap to remove. */
  readonly #held: Held[] = [];
  readonly #deadline: Deadline = new Deadline(() => this.#releaseDue());
  #heldBytes = 0;

  constructor(heldBytesMax: number) {
    this.#heldBytesMax = heldBytesMax;
  }

  get size(): number {
    return this.#held.length;
  }

  /** Calls `release` at monotonic `dueMs`, never before. Returns false, and forgets it, when the line is full. */
  hold(dueMs: number, sizeBytes: number, release: () => void): boolean {
    if (this.#heldBytes + sizeBytes > this.#heldBytesMax) return false;
    this.#heldBytes += sizeBytes;
    const index = this.#indexFor(dueMs);
    this.#held.splice(index, 0, { dueMs, sizeBytes, release });
    if (index === this.#held.length - 1) this.#awaitNext();
    return true;
  }

  /** Forgets everything. */
  clear(): void {
    this.#held.length = 0;
    this.#heldBytes = 0;
    this.#deadline.clear();
  }

  /** The first place, from the late end, whose holder is not later than `dueMs`: equals keep their order. */
  #indexFor(dueMs: number): number {
    let low = 0;
    let high = this.#held.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const held = this.#held[middle];
      if (held !== undefined && held.dueMs > dueMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #releaseDue(): void {
    const nowMs = monotonicNowMs();
    for (let next = this.#held.at(-1); next !== undefined && next.dueMs <= nowMs; next = this.#held.at(-1)) {
      this.#held.pop();
      this.#heldBytes -= next.sizeBytes;
      next.release();
    }
    this.#awaitNext();
  }

  #awaitNext(): void {
    const next = this.#held.at(-1);
    if (next === undefined) this.#deadline.clear();
    else this.#deadline.set(Math.max(0, Math.ceil(next.dueMs - monotonicNowMs())));
  }
}
