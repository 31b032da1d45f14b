/**
 * The monotonic clock of one machine: it runs a little faster or slower than the world's, and never back. Delays that
 * the machine waits for are measured by it as well.
 */

const PARTS_PER_MILLION = 1_000_000;

/** Equal to the world's clock until a drift is set. */
export class NodeClock {
  #rate = 1;
  /** World time and own time at which the rate last changed. */
  #sinceMs = 0;
  #ownMsThen = 0;

  /** How much faster than the world's, in parts per million; negative for slower. */
  get driftPpm(): number {
    return Math.round((this.#rate - 1) * PARTS_PER_MILLION);
  }

  /** Own time at a world time. */
  at(worldMs: number): number {
    return this.#rate === 1 && this.#ownMsThen === this.#sinceMs
      ? worldMs
      : this.#ownMsThen + (worldMs - this.#sinceMs) * this.#rate;
  }

  /** World time that passes while this clock counts so much. */
  worldDelayMs(ownDelayMs: number): number {
    return this.#rate === 1 ? ownDelayMs : ownDelayMs / this.#rate;
  }

  /** Runs at another rate from now on. `ppm` is above -1 000 000, or time would stand still. */
  setDrift(ppm: number, worldMs: number): void {
    this.#ownMsThen = this.at(worldMs);
    this.#sinceMs = worldMs;
    this.#rate = 1 + ppm / PARTS_PER_MILLION;
  }
}
