/** Holds actions until their time, in order of time and, at the same time, of arrival. */
import { DueLine } from './due-line.ts';

interface Held {
  readonly sizeBytes: number;
  readonly release: () => void;
}

/** Bounded by the bytes that it holds. */
export class DelayLine {
  readonly #heldBytesMax: number;
  readonly #line = new DueLine<Held>(({ sizeBytes, release }) => {
    this.#heldBytes -= sizeBytes;
    release();
  });
  #heldBytes = 0;

  constructor(heldBytesMax: number) {
    this.#heldBytesMax = heldBytesMax;
  }

  get size(): number {
    return this.#line.size;
  }

  /** Calls `release` at monotonic `dueMs`, never before. Returns false, and forgets it, when the line is full. */
  hold(dueMs: number, sizeBytes: number, release: () => void): boolean {
    if (this.#heldBytes + sizeBytes > this.#heldBytesMax) return false;
    this.#heldBytes += sizeBytes;
    this.#line.add(dueMs, { sizeBytes, release });
    return true;
  }

  /** Forgets everything. */
  clear(): void {
    this.#line.clear();
    this.#heldBytes = 0;
  }
}
