/**
 * How many contacts a node accepts in a round. [Demers §1.4, connection limit] A node that is refused may hunt: try up
 * to `huntCountMax` others in the same round.
 *
 * For push a limit is a gain: of those who push to one node in one round all but the first would find that it knows.
 * For pull it is a loss, because the same round in which many ask is the one that would have told many.
 */
import type { SpreadConfig } from './spread-config.ts';

/** Counts the contacts of one node. */
export class ConnectionLimit {
  readonly #connectionCountMax: number;
  #acceptedCount = 0;
  #refusedCount = 0;

  constructor({ connectionCountMax }: Readonly<Pick<SpreadConfig, 'connectionCountMax'>>) {
    this.#connectionCountMax = connectionCountMax;
  }

  /** Contacts refused since the start. */
  get refusedCount(): number {
    return this.#refusedCount;
  }

  /** One contact comes in. Returns whether it is accepted. */
  accept(): boolean {
    const isAccepted = this.#acceptedCount < this.#connectionCountMax;
    if (isAccepted) this.#acceptedCount += 1;
    else this.#refusedCount += 1;
    return isAccepted;
  }

  /** A new round begins. */
  noteRound(): void {
    this.#acceptedCount = 0;
  }
}
