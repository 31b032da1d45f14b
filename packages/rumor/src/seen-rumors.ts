/**
 * Which rumors this node has learned, so that each is delivered at most once: an interval set of sequence numbers per
 * life, which is a pair of origin and generation. The rumors themselves are not kept.
 *
 * A life is forgotten when all its rumors are over, so that none of them is learned again. One that has to go earlier,
 * at the bound, leaves a mark: what is older than its last rumor is not learned from any life that is not remembered.
 */
import type { RumorConfig } from './config.ts';
import { IntervalSet } from './interval-set.ts';
import type { RumorId } from './rumor.ts';
import type { SeenLife } from './seen-note.ts';

interface Life {
  readonly id: RumorId;
  readonly sequences: IntervalSet;
  /** When its newest rumor was published. */
  publishedAtMs: number;
  /** When we last learned one of its rumors, by our own monotonic clock. */
  learnedAtMs: number;
}

/** When a rumor was published, wall time; and when it came, monotonic time. */
interface SeenTimes {
  readonly publishedAtMs: number;
  readonly nowMs: number;
}

/** Bounded by `lifeCountMax` and `intervalCountMax`, where the overflow rules are told. */
export class SeenRumors {
  readonly #config: Readonly<RumorConfig>;
  /** The one that was silent for longest first. */
  readonly #lives = new Map<string, Life>();
  #intervalCount = 0;
  #forgottenLifeCount = 0;
  #closedGapCount = 0;
  #floorMs = -Infinity;

  constructor(config: Readonly<RumorConfig>) {
    this.#config = config;
  }

  /** Lives remembered. */
  get lifeCount(): number {
    return this.#lives.size;
  }

  /** Lives forgotten because of the bound, since the start. */
  get forgottenLifeCount(): number {
    return this.#forgottenLifeCount;
  }

  /** Gaps that count as seen because of the bound, since the start. */
  get closedGapCount(): number {
    return this.#closedGapCount;
  }

  has(id: RumorId): boolean {
    return this.#lives.get(lifeOf(id))?.sequences.has(id.sequence) ?? false;
  }

  /** Whether a rumor that `has` does not know may have been seen in a life that had to be forgotten. */
  mayHaveSeen(id: RumorId, publishedAtMs: number): boolean {
    return publishedAtMs <= this.#floorMs && !this.#lives.has(lifeOf(id));
  }

  /** Notes an id. Returns whether it was new. Also makes its life the last to be forgotten. */
  add(id: RumorId, { publishedAtMs, nowMs }: SeenTimes): boolean {
    const key = lifeOf(id);
    const life = this.#lives.get(key) ?? this.#makeRoom(id);
    life.publishedAtMs = Math.max(life.publishedAtMs, publishedAtMs);
    life.learnedAtMs = nowMs;
    this.#lives.delete(key);
    this.#lives.set(key, life);
    const before = life.sequences.intervalCount;
    const isNew = life.sequences.add(id.sequence);
    this.#intervalCount += life.sequences.intervalCount - before;
    if (this.#intervalCount > this.#config.intervalCountMax) this.#closeGaps();
    return isNew;
  }

  /** Forgets the lives whose rumors are all over, and have been for the retention by our own clock too. */
  forget(cutoffMs: number, nowMs: number): void {
    for (const [key, life] of this.#lives) {
      if (nowMs - life.learnedAtMs <= this.#config.rumorRetentionMs) return;
      if (life.publishedAtMs < cutoffMs) this.#remove(key, life);
    }
  }

  /** The lives remembered, and what was seen of each. */
  *lives(): Generator<SeenLife, void, undefined> {
    for (const { id, sequences, publishedAtMs } of this.#lives.values()) {
      yield { origin: id.origin, generation: id.generation, publishedAtMs, intervals: [...sequences.intervals()] };
    }
  }

  /** What an earlier life of this process had seen. Bounded like all. */
  restore({ origin, generation, publishedAtMs, intervals }: SeenLife): void {
    const id = { origin, generation, sequence: 0 };
    const key = lifeOf(id);
    if (this.#lives.has(key)) return;
    const life = this.#makeRoom(id);
    for (const [first, last] of intervals) life.sequences.append(first, last);
    life.publishedAtMs = publishedAtMs;
    life.learnedAtMs = 0;
    this.#lives.set(key, life);
    this.#intervalCount += life.sequences.intervalCount;
    if (this.#intervalCount > this.#config.intervalCountMax) this.#closeGaps();
  }

  #makeRoom(id: RumorId): Life {
    const oldest = this.#lives.entries().next();
    if (this.#lives.size >= this.#config.lifeCountMax && oldest.done !== true) {
      const [key, life] = oldest.value;
      this.#remove(key, life);
      this.#forgottenLifeCount += 1;
      this.#floorMs = Math.max(this.#floorMs, life.publishedAtMs);
    }
    return { id, sequences: new IntervalSet(), publishedAtMs: -Infinity, learnedAtMs: -Infinity };
  }

  #remove(key: string, life: Life): void {
    this.#lives.delete(key);
    this.#intervalCount -= life.sequences.intervalCount;
  }

  /** Of the life with the most gaps the lower half. */
  #closeGaps(): void {
    let widest: IntervalSet | undefined;
    for (const { sequences } of this.#lives.values()) {
      if (widest === undefined || sequences.intervalCount > widest.intervalCount) widest = sequences;
    }
    const closedCount = widest?.closeLowestGaps() ?? 0;
    this.#intervalCount -= closedCount;
    this.#closedGapCount += closedCount;
  }
}

function lifeOf(id: RumorId): string {
  return `${id.origin}:${id.generation}`;
}
