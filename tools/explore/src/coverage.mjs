/** What all worlds together have exercised. */

/** Sums up outcomes. */
export class Coverage {
  /** @type {Map<string, number>} */
  #checkedCounts = new Map();
  #handledCount = 0;
  #violationCount = 0;
  /** @type {number[]} */
  #convergedMs = [];

  /** @param {import('./pool.mjs').Outcome} outcome */
  add({ lines, checkedCounts, handledCount, convergedMs }) {
    if (lines.length > 0) this.#violationCount += 1;
    this.#handledCount += handledCount;
    if (!Number.isNaN(convergedMs)) this.#convergedMs.push(convergedMs);
    for (const [name, count] of checkedCounts) {
      this.#checkedCounts.set(name, (this.#checkedCounts.get(name) ?? 0) + count);
    }
  }

  /** @returns {number} */
  get violationCount() {
    return this.#violationCount;
  }

  /** Checkers that never had anything to check: they have proved nothing. @returns {string[]} */
  idleCheckers() {
    return [...this.#checkedCounts].filter(([, count]) => count === 0).map(([name]) => name);
  }

  /** @returns {Generator<string>} */
  *lines() {
    for (const [name, count] of this.#checkedCounts) yield `${String(count).padStart(14)} × ${name}`;
    const sorted = this.#convergedMs.toSorted((a, b) => a - b);
    const seconds = (/** @type {number} */ share) =>
      ((sorted[Math.floor(share * (sorted.length - 1))] ?? 0) / 1_000).toFixed(1);
    yield `${this.#handledCount} events · converged after ${seconds(0.5)} s (median), ${seconds(0.99)} s (99 of 100), ${seconds(1)} s (worst)`;
  }
}
