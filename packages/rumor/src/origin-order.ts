/**
 * Delivery in the order in which each origin published: what comes too soon is held until the gap before it is filled,
 * for a bounded time. A gap that is given up stays closed: what belongs into it is not delivered any more.
 */
import { BoundedMap } from '@hearsay/core';
import type { RumorConfig } from './config.ts';
import type { RumorId } from './rumor.ts';
import type { SeenLife } from './seen-note.ts';

/** Number of an origin's first rumor. */
const FIRST_SEQUENCE = 1;

interface Held<E> {
  readonly event: E;
  readonly heldSinceMs: number;
}

interface LifeOrder<E> {
  /** What is delivered next. */
  next: number;
  readonly held: Map<number, Held<E>>;
}

/** Bounded by `lifeCountMax` and `holdCountMax`: at the latter a life delivers what it holds, with gaps. */
export class OriginOrder<E> {
  readonly #config: Readonly<RumorConfig>;
  readonly #lives: BoundedMap<string, LifeOrder<E>>;
  /** Lives that hold something. */
  readonly #holding = new Set<LifeOrder<E>>();
  #heldCount = 0;
  #skippedCount = 0;

  constructor(config: Readonly<RumorConfig>) {
    this.#config = config;
    this.#lives = new BoundedMap(config.lifeCountMax);
  }

  /** Events that wait for others before them. */
  get heldCount(): number {
    return this.#heldCount;
  }

  /** Rumors that came when their gap was given up, since the start. */
  get skippedCount(): number {
    return this.#skippedCount;
  }

  /** What an earlier life of this process has had, without a gap or with one, is not waited for. */
  resume({ origin, generation, intervals }: SeenLife): void {
    const [first, last] = [intervals[0], intervals.at(-1)];
    if (first === undefined || last === undefined) return;
    const end = first[0] <= FIRST_SEQUENCE ? first[1] : last[1];
    this.#lives.set(`${origin}:${generation}`, { next: end + 1, held: new Map() });
  }

  /** Takes an event about a rumor and returns what can be delivered now, in order. */
  offer(id: RumorId, event: E, nowMs: number): E[] {
    const key = `${id.origin}:${id.generation}`;
    const life = this.#lives.get(key) ?? { next: FIRST_SEQUENCE, held: new Map() };
    this.#lives.set(key, life);
    if (id.sequence < life.next) {
      this.#skippedCount += 1;
      return [];
    }
    life.held.set(id.sequence, { event, heldSinceMs: nowMs });
    this.#heldCount += 1;
    this.#holding.add(life);
    const released = this.#run(life);
    return this.#heldCount > this.#config.holdCountMax ? [...released, ...this.#giveUp(life)] : released;
  }

  /** What has waited for `holdMsMax` is delivered, and what comes right after it. */
  release(nowMs: number): E[] {
    const released: E[] = [];
    for (const life of this.#holding) {
      for (let first = firstOf(life); first !== undefined; first = firstOf(life)) {
        const since = Math.min(...[...life.held.values()].map(({ heldSinceMs }) => heldSinceMs));
        if (nowMs - since < this.#config.holdMsMax) break;
        life.next = first;
        released.push(...this.#run(life));
      }
    }
    return released;
  }

  #run(life: LifeOrder<E>): E[] {
    const released: E[] = [];
    for (let held = life.held.get(life.next); held !== undefined; held = life.held.get(life.next)) {
      life.held.delete(life.next);
      life.next += 1;
      this.#heldCount -= 1;
      released.push(held.event);
    }
    if (life.held.size === 0) this.#holding.delete(life);
    return released;
  }

  #giveUp(life: LifeOrder<E>): E[] {
    const released: E[] = [];
    for (let first = firstOf(life); first !== undefined; first = firstOf(life)) {
      life.next = first;
      released.push(...this.#run(life));
    }
    return released;
  }
}

function firstOf<E>({ held }: LifeOrder<E>): number | undefined {
  return held.size === 0 ? undefined : Math.min(...held.keys());
}
