/** Nobody but the member itself raises its life: what is said of a life, the member has lived. */
import type { Claim } from '@hearsay/membership';
import { type Change, type ClusterChecker, type Life, must } from '../cluster-history.ts';
import { Amnesia, claimText, lifeKey } from './lives.ts';

export class OwnLives implements ClusterChecker {
  readonly name = 'only the member raises its life';
  checkedCount = 0;
  readonly #amnesia = new Amnesia();
  readonly #lived = new Set<string>();

  onLife(life: Life): void {
    this.#amnesia.note(life);
  }

  onClaim({ at, after }: Change<Claim>): void {
    if (after === undefined) return;
    const key = lifeKey(after);
    if (at.name === after.name) {
      this.#lived.add(key);
      return;
    }
    this.checkedCount += 1;
    must(this, this.#lived.has(key), () => `${at.name} holds ${claimText(after)}, which it never began`);
  }
}
