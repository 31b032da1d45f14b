/** Virtual time: what happens next, and the bounds that keep a run from growing or standing still for ever. */
import { ConfigError, OverflowError } from '@hearsay/core';
import type { SimulationConfig } from './config.ts';
import { EventQueue } from './event-queue.ts';

/** Time moves from event to event and no other way. */
export class Timeline<V> {
  readonly #config: Readonly<SimulationConfig>;
  readonly #handle: (value: V) => void;
  readonly #queue = new EventQueue<V>();
  #nowMs = 0;
  #handledCount = 0;
  /** Events handled at `#nowMs`. `0 ≤ #instantCount ≤ instantEventCountMax`. */
  #instantCount = 0;
  #isRunning = false;

  constructor(config: Readonly<SimulationConfig>, handle: (value: V) => void) {
    this.#config = config;
    this.#handle = handle;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  get handledCount(): number {
    return this.#handledCount;
  }

  /** Throws `OverflowError` when `eventCountMax` values wait, `ConfigError` for a time that is past or no number. */
  push(timeMs: number, value: V): void {
    if (!(timeMs >= this.#nowMs && timeMs < Number.POSITIVE_INFINITY)) {
      throw new ConfigError('Simulation', [`${timeMs} ms is not a time from ${this.#nowMs} ms on`]);
    }
    if (this.#queue.size >= this.#config.eventCountMax) {
      throw new OverflowError('the event queue', this.#config.eventCountMax, 'eventCountMax');
    }
    this.#queue.push(timeMs, value);
  }

  /**
   * Handles everything up to and with `endMs`. Stops early, and returns true, when `isDone` holds after an event;
   * else time stands at `endMs`. Throws `OverflowError` when time does not move for `instantEventCountMax` events.
   */
  advance(endMs: number, isDone: (() => boolean) | undefined): boolean {
    if (!(endMs >= this.#nowMs)) throw new ConfigError('Simulation', [`a run cannot end at ${endMs} ms`]);
    if (this.#isRunning) throw new ConfigError('Simulation', ['run inside of run: use `at` for what comes later']);
    this.#isRunning = true;
    try {
      while (this.#queue.nextMs <= endMs) {
        this.#handleNext();
        if (isDone?.() === true) return true;
      }
    } finally {
      this.#isRunning = false;
    }
    this.#moveTo(endMs);
    return false;
  }

  #handleNext(): void {
    this.#moveTo(this.#queue.nextMs);
    this.#instantCount += 1;
    const { instantEventCountMax } = this.#config;
    if (this.#instantCount > instantEventCountMax) {
      throw new OverflowError(`the instant ${this.#nowMs} ms`, instantEventCountMax, 'instantEventCountMax');
    }
    this.#handledCount += 1;
    const value = this.#queue.pop();
    if (value !== undefined) this.#handle(value);
  }

  #moveTo(timeMs: number): void {
    if (timeMs === this.#nowMs) return;
    this.#nowMs = timeMs;
    this.#instantCount = 0;
  }
}
