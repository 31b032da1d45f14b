/** Rumors of one life by their numbers: in announcements, and in requests for what is missing. */
import { UINT32_MAX } from './config.ts';
import { IntervalSet } from './interval-set.ts';
import { formatRumorId, type RumorId, rumorIdProblem } from './rumor.ts';

/** `count` rumors of one life of an origin, from number `first` on. */
export interface RumorRange {
  readonly origin: RumorId['origin'];
  readonly generation: number;
  /** 0 … 2^32-1. */
  readonly first: number;
  /** 0 or more. With 0 it is only about the tree of the origin. */
  readonly count: number;
  /** Hops that the rumors have made to the sender, at most. */
  readonly hops: number;
}

/** For what peers send: it trusts no type. */
export function isRange(range: RumorRange): boolean {
  if (typeof range !== 'object' || range === null) return false;
  const { origin, generation, first, count, hops } = range;
  if (rumorIdProblem({ origin, generation, sequence: first }) !== undefined) return false;
  return isCount(count) && isCount(hops) && first + count - 1 <= UINT32_MAX;
}

/** Each rumor of the ranges, `countMax` at most. */
export function* idsOf(ranges: readonly RumorRange[], countMax: number): Generator<RumorId, void, undefined> {
  let leftCount = countMax;
  for (const { origin, generation, first, count } of ranges) {
    for (let sequence = first; sequence < first + count; sequence++) {
      if (leftCount <= 0) return;
      leftCount -= 1;
      yield { origin, generation, sequence };
    }
  }
}

/** Rumors to be told as ranges. */
export class RangeList {
  readonly #lives = new Map<string, { readonly id: RumorId; readonly sequences: IntervalSet; hops: number }>();
  #rangeCount = 0;

  get rangeCount(): number {
    return this.#rangeCount;
  }

  add(id: RumorId, hops = 0): void {
    const key = formatRumorId({ ...id, sequence: 0 });
    const life = this.#lives.get(key) ?? { id, sequences: new IntervalSet(), hops: 0 };
    this.#lives.set(key, life);
    const before = life.sequences.intervalCount;
    life.sequences.add(id.sequence);
    life.hops = Math.max(life.hops, hops);
    this.#rangeCount += life.sequences.intervalCount - before;
  }

  /** Everything, in lists of at most `rangeMax`; and forgets it. */
  drain(rangeMax: number): RumorRange[][] {
    const lists: RumorRange[][] = [];
    for (const { id, sequences, hops } of this.#lives.values()) {
      for (const [first, last] of sequences.intervals()) {
        if (lists.length === 0 || (lists.at(-1)?.length ?? 0) >= rangeMax) lists.push([]);
        lists.at(-1)?.push({ origin: id.origin, generation: id.generation, first, count: last - first + 1, hops });
      }
    }
    this.#lives.clear();
    this.#rangeCount = 0;
    return lists;
  }
}

function isCount(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= UINT32_MAX;
}
