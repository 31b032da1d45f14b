/** The pending timers of one node. */
import { monotonicNowMs } from './clock.ts';
import { DueLine } from './due-line.ts';
import { LagMeter } from './lag-meter.ts';

/**
 * Long timers fire at whole multiples of this, so that those of one process, and of many nodes in it, fire together: a
 * process that wakes up costs more than what most timers then do. Source: own measurement: with 100 nodes in a process,
 * a third less CPU; protocols count in hundreds of milliseconds.
 */
const SLOT_MS = 20;
/** Shorter delays fire when they are due. */
const SLOTTED_DELAY_MS_MIN = 100;

/** Timers that never fire early, and may be longer than `setTimeout` can count. */
export class TimerSet<T> {
  readonly #line: DueLine<T>;
  readonly #lag = new LagMeter();

  /** @param fire called with each timer, once. */
  constructor(fire: (timer: T) => void) {
    this.#line = new DueLine((timer, dueMs, nowMs) => {
      this.#lag.record(nowMs - dueMs, nowMs);
      fire(timer);
    });
  }

  get size(): number {
    return this.#line.size;
  }

  /** How late the last timer fired, in ms. */
  get latenessMs(): number {
    return this.#lag.lastMs;
  }

  /** How late a timer fired at most in the last 10 to 20 seconds, in ms. */
  get peakLatenessMs(): number {
    return this.#lag.peakMs(monotonicNowMs());
  }

  /** Fires `delayMs` from now or later. A delay that is no number counts as 0. */
  schedule(delayMs: number, timer: T): void {
    const restMs = Number.isNaN(delayMs) ? 0 : Math.max(0, delayMs);
    const askedMs = monotonicNowMs() + restMs;
    const dueMs = restMs < SLOTTED_DELAY_MS_MIN ? askedMs : Math.ceil(askedMs / SLOT_MS) * SLOT_MS;
    this.#line.add(dueMs, timer);
  }

  /** None of them fires any more. */
  clear(): void {
    this.#line.clear();
  }
}
