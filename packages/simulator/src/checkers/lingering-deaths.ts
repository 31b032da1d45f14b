/** A live member that is connected to a live observer is not dead for it, or gone, for longer than the bound. */
import type { NodeId } from '@hearsay/core';
import { type Claim, isPresent } from '@hearsay/membership';
import { type Change, type ClusterChecker, type Life, must } from '../cluster-history.ts';
import type { Calm } from './calm.ts';

/** Whether a node is up, and a member by its own word. */
export type IsMember = (name: NodeId) => boolean;

export class LingeringDeaths implements ClusterChecker {
  readonly name = 'no live connected member stays dead';
  checkedCount = 0;
  readonly #calm: Calm;
  readonly #isMember: IsMember;
  readonly #boundMs: number;
  /** When a life began to hold a member dead. */
  readonly #sinceMs = new WeakMap<Life, Map<NodeId, number>>();

  constructor(calm: Calm, isMember: IsMember, boundMs: number) {
    this.#calm = calm;
    this.#isMember = isMember;
    this.#boundMs = boundMs;
  }

  onLife(life: Life): void {
    this.#sinceMs.set(life, new Map());
  }

  onClaim({ at, key, before, after, timeMs }: Change<Claim>): void {
    const since = this.#sinceMs.get(at);
    if (after === undefined || isPresent(after)) since?.delete(key);
    else if (before === undefined || isPresent(before)) since?.set(key, timeMs);
  }

  onStep(life: Life, timeMs: number): void {
    for (const [name, deadSinceMs] of this.#sinceMs.get(life) ?? []) {
      if (!this.#isMember(name) || !this.#isMember(life.name)) continue;
      this.checkedCount += 1;
      const sinceMs = Math.max(deadSinceMs, this.#calm.sinceMs([life.name, name]));
      must(
        this,
        timeMs - sinceMs <= this.#boundMs,
        () =>
          `${life.name} holds ${name} dead since ${deadSinceMs.toFixed(0)} ms; bound ${this.#boundMs.toFixed(0)} ms`,
      );
    }
  }
}
