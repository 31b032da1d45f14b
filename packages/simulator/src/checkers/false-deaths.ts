/** In a world that has been calm for long enough nobody who lives is declared dead. */
import type { Claim } from '@hearsay/membership';
import { type Change, type ClusterChecker, must } from '../cluster-history.ts';
import type { Calm } from './calm.ts';
import type { IsMember } from './lingering-deaths.ts';
import { claimText, FirstWords } from './lives.ts';

export class FalseDeaths implements ClusterChecker {
  readonly name = 'nobody who lives dies in calm';
  checkedCount = 0;
  readonly #calm: Calm;
  readonly #isMember: IsMember;
  readonly #settleMs: number;
  readonly #words = new FirstWords();

  /** @param settleMs how long a disturbance has effects. */
  constructor(calm: Calm, isMember: IsMember, settleMs: number) {
    this.#calm = calm;
    this.#isMember = isMember;
    this.#settleMs = settleMs;
  }

  onClaim({ at, after, timeMs }: Change<Claim>): void {
    if (after?.status !== 'dead' || !this.#words.isFirst(after)) return;
    this.checkedCount += 1;
    const calmMs = timeMs - this.#calm.sinceMs([at.name, after.name]);
    must(
      this,
      calmMs < this.#settleMs || !this.#isMember(after.name),
      () => `${at.name} holds ${claimText(after)} after ${calmMs.toFixed(0)} ms of calm`,
    );
  }
}
