/** Which rumors were published in a cluster, and when each node learned each of them. */
import type { NodeId } from '@hearsay/core';
import type { Priority } from '@hearsay/damping';
import { formatRumorId, type Rumor } from '@hearsay/rumor';
import type { ClusterSimulation } from './cluster.ts';

const PER_MILLE = 1_000;

/** One array for all: a thousand nodes that learn a thousand rumors are a million times. */
export class RumorLedger {
  readonly #rumorCount: number;
  readonly #priorities: Priority[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #rows: ReadonlyMap<NodeId, number>;
  /** Node by node, ms of virtual time; NaN for what was not learned. */
  readonly #learnedMs: Float64Array;
  /** By node. */
  readonly #missingCounts: number[];
  #twiceCount = 0;
  #hotCountMax = 0;

  /** @param rumorCount rumors that are published from now on, no more. */
  constructor({ world, names }: ClusterSimulation, rumorCount: number) {
    this.#rumorCount = rumorCount;
    this.#rows = new Map(names.map((name, row) => [name, row]));
    this.#learnedMs = new Float64Array(names.length * rumorCount).fill(Number.NaN);
    this.#missingCounts = names.map(() => rumorCount);
    world.onEvent((timeMs, id, event) => {
      if (event.type !== 'rumor-learned') return;
      const { self, rumors } = world.node(id).core;
      this.#hotCountMax = Math.max(this.#hotCountMax, rumors.hotCount);
      if (event.from === undefined) this.#enter(event.rumor);
      this.#note(timeMs, self.name, formatRumorId(event.rumor.id));
    });
  }

  /** Rumors that were learned by a node that had learned them before, or that nobody has published. */
  get twiceCount(): number {
    return this.#twiceCount;
  }

  /** Most rumors that any node has spread at one time. */
  get hotCountMax(): number {
    return this.#hotCountMax;
  }

  /** Rumors that a node has still to learn, those that are not published yet among them. */
  missingCountOf(name: NodeId): number {
    return this.#missingCounts[this.#rows.get(name) ?? -1] ?? 0;
  }

  /** Until when a node had learned so many of a thousand rumors of a class; NaN as long as it has not. */
  quantileMs(name: NodeId, priority: Priority, perMille: number): number {
    const start = (this.#rows.get(name) ?? 0) * this.#rumorCount;
    const times = this.#priorities.flatMap((one, number) =>
      one === priority ? [this.#learnedMs[start + number] ?? Number.NaN] : [],
    );
    return times.toSorted((a, b) => a - b)[Math.ceil((perMille * times.length) / PER_MILLE) - 1] ?? Number.NaN;
  }

  #enter({ id, priority }: Rumor): void {
    this.#numbers.set(formatRumorId(id), this.#priorities.length);
    this.#priorities.push(priority);
  }

  #note(timeMs: number, name: NodeId, id: string): void {
    const row = this.#rows.get(name) ?? 0;
    const index = row * this.#rumorCount + (this.#numbers.get(id) ?? Number.NaN);
    if (Number.isNaN(this.#learnedMs[index])) {
      this.#learnedMs[index] = timeMs;
      this.#missingCounts[row] = (this.#missingCounts[row] ?? 0) - 1;
    } else {
      this.#twiceCount += 1;
    }
  }
}
