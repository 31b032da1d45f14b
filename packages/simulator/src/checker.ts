/**
 * Things that must always hold in a world, whatever it is made of: looked at after every input of every node, and once
 * more at the end.
 */
import type { NodeId } from '@hearsay/core';

/** One thing that must hold. It throws when it does not: a `Violation`, or whatever your assertions throw. */
export interface Checker {
  /** What holds, in a few words: it stands in reports. */
  readonly name: string;
  /** How often there was something to check. One that stays 0 in a run has proved nothing by it. */
  readonly checkedCount: number;
  /** After every input of every node. */
  onInput?(timeMs: number, id: NodeId): void;
  /** The run is over. */
  onEnd?(timeMs: number): void;
}

/** Something did not hold. */
export class Violation extends Error {
  override readonly name = 'Violation';
  /** Name of the checker. */
  readonly checker: string;

  constructor(checker: string, detail: string, options?: ErrorOptions) {
    super(`${checker}: ${detail}`, options);
    this.checker = checker;
  }
}

/** What a simulation offers to be watched by. */
interface Watched {
  readonly nowMs: number;
  onInput(observer: (timeMs: number, id: NodeId) => void): () => void;
}

/** Lets checkers look at a simulation. What one of them throws comes out of `run` as its `Violation`. */
export class Checks {
  readonly #world: Watched;
  readonly #checkers: Checker[] = [];

  constructor(world: Watched) {
    this.#world = world;
    world.onInput((timeMs, id) => {
      for (const checker of this.#checkers) guarded(checker, () => checker.onInput?.(timeMs, id));
    });
  }

  add(checker: Checker): this {
    this.#checkers.push(checker);
    return this;
  }

  /** The last look. Throws `Violation` as well when a checker had nothing to check in the whole run. */
  end(): void {
    for (const checker of this.#checkers) guarded(checker, () => checker.onEnd?.(this.#world.nowMs));
    const idle = this.#checkers.find(({ checkedCount }) => checkedCount === 0);
    if (idle !== undefined) throw new Violation(idle.name, 'the run gave it nothing to check');
  }

  /** How often each checker had something to check. */
  counts(): ReadonlyMap<string, number> {
    return new Map(this.#checkers.map(({ name, checkedCount }) => [name, checkedCount]));
  }
}

function guarded(checker: Checker, look: () => void): void {
  try {
    look();
  } catch (error) {
    if (error instanceof Violation) throw error;
    throw new Violation(checker.name, error instanceof Error ? error.message : String(error), { cause: error });
  }
}
