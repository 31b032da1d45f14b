/** What the cluster knows of the lives of its members: who first said what, over all tables. */
import type { NodeId } from '@hearsay/core';
import type { Claim, Status } from '@hearsay/membership';
import type { Life } from '../cluster-history.ts';

/** `generation.incarnation` of one member. */
export function lifeKey({ name, generation, incarnation }: Pick<Claim, 'name' | 'generation' | 'incarnation'>): string {
  return `${name} ${generation}.${incarnation}`;
}

/** A claim as a sentence without its verb. */
export function claimText({ name, generation, incarnation, status, accuser }: Claim): string {
  return `${name} ${status} in life ${generation}.${incarnation}${accuser === '' ? '' : ` by ${accuser}`}`;
}

/**
 * Nodes that lost their disk and came back with a generation that they had before: their clock was behind. Nobody can
 * tell such a life from the earlier one, so what is said of the two may differ.
 */
export class Amnesia {
  readonly #generations = new Map<NodeId, number>();
  readonly #until = new Map<NodeId, number>();

  note({ name, core }: Life): void {
    const { generation } = core.self;
    const last = this.#generations.get(name) ?? -1;
    if (generation <= last) this.#until.set(name, last);
    this.#generations.set(name, Math.max(last, generation));
  }

  /** Whether a claim may speak of two lives at once. */
  covers({ name, generation }: Pick<Claim, 'name' | 'generation'>): boolean {
    return generation <= (this.#until.get(name) ?? -1);
  }
}

/** Facts that were seen before, anywhere. Bounded by the lives of a run. */
export class FirstWords {
  readonly #seen = new Set<string>();

  /** Whether nobody has held this status of this life before. */
  isFirst(claim: Claim): boolean {
    const key = `${lifeKey(claim)} ${claim.status}`;
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    return true;
  }

  has(claim: Claim, status: Status): boolean {
    return this.#seen.has(`${lifeKey(claim)} ${status}`);
  }
}
