/** How often a measured value fell into which range. */

/** Values up to this, those of the smaller buckets included. */
export interface Bucket {
  readonly upTo: number;
  readonly count: number;
}

/** Counts values into fixed buckets. */
export class Histogram {
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;

  /** @param bounds rising; a last bucket without a bound is added. */
  constructor(bounds: readonly number[]) {
    this.#bounds = [...bounds, Number.POSITIVE_INFINITY];
    this.#counts = this.#bounds.map(() => 0);
  }

  note(value: number): void {
    const index = this.#bounds.findIndex((bound) => value <= bound);
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#sum += value;
  }

  get sum(): number {
    return this.#sum;
  }

  /** Cumulative, as Prometheus wants them. */
  buckets(): readonly Bucket[] {
    let count = 0;
    return this.#bounds.map((upTo, index) => {
      count += this.#counts[index] ?? 0;
      return { upTo, count };
    });
  }
}
