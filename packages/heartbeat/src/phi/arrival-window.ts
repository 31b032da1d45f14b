/** The intervals between the latest heartbeats of one member, and what they say about its silence. [Phi] */
import type { PhiConfig } from './config.ts';
import { phiOf } from './phi.ts';

/** At most `sampleCountMax` intervals; the oldest is dropped first. */
export class ArrivalWindow {
  readonly #config: Readonly<PhiConfig>;
  /** A ring once it is full: it grows until then, for most members are few and young. */
  readonly #intervalsMs: number[] = [];
  #oldestIndex = 0;
  #sumMs = 0;
  /** Of squared milliseconds. */
  #squareSum = 0;
  #lastMs: number;

  /** Begins with the first heartbeat. */
  constructor(config: Readonly<PhiConfig>, nowMs: number) {
    this.#config = config;
    this.#lastMs = nowMs;
    for (let count = 0; count < config.initialSampleCount; count++) this.#add(config.initialIntervalMs);
  }

  get sampleCount(): number {
    return this.#intervalsMs.length;
  }

  get meanMs(): number {
    return this.#sumMs / this.#intervalsMs.length;
  }

  /** Standard deviation, at least `deviationMsMin`. */
  get deviationMs(): number {
    const variance = this.#squareSum / this.#intervalsMs.length - this.meanMs * this.meanMs;
    return Math.max(this.#config.deviationMsMin, Math.sqrt(Math.max(0, variance)));
  }

  /** A heartbeat has arrived. An interval above `intervalMsMax` only ends the silence. */
  note(nowMs: number): void {
    const intervalMs = nowMs - this.#lastMs;
    this.#lastMs = nowMs;
    if (intervalMs <= this.#config.intervalMsMax) this.#add(intervalMs);
  }

  /** The member is heard of, and no interval has ended: silence begins again. */
  restart(nowMs: number): void {
    this.#lastMs = nowMs;
  }

  /** Time since the last heartbeat. */
  silentMs(nowMs: number): number {
    return nowMs - this.#lastMs;
  }

  /** How improbable the silence is by now: its chance is 10^-phi. In thousandths. */
  phi(nowMs: number): number {
    return phiOf(this.silentMs(nowMs), this.meanMs, this.deviationMs, this.#config);
  }

  #add(intervalMs: number): void {
    this.#sumMs += intervalMs;
    this.#squareSum += intervalMs * intervalMs;
    if (this.#intervalsMs.length < this.#config.sampleCountMax) {
      this.#intervalsMs.push(intervalMs);
      return;
    }
    const dropped = this.#intervalsMs[this.#oldestIndex] ?? 0;
    this.#intervalsMs[this.#oldestIndex] = intervalMs;
    this.#oldestIndex = (this.#oldestIndex + 1) % this.#intervalsMs.length;
    this.#sumMs -= dropped;
    this.#squareSum -= dropped * dropped;
  }
}
