/** A node holds itself alive, or gone if it has left, in the life that it tells of. */
import type { Claim } from '@hearsay/membership';
import { compareClaims } from '@hearsay/membership';
import { type Change, type ClusterChecker, type Life, must } from '../cluster-history.ts';
import { claimText } from './lives.ts';

export class SelfBelief implements ClusterChecker {
  readonly name = 'a node believes in itself';
  checkedCount = 0;
  readonly #changed = new Set<Life>();

  onClaim({ at, key }: Change<Claim>): void {
    if (key === at.name) this.#changed.add(at);
  }

  onStep(life: Life): void {
    if (!this.#changed.delete(life)) return;
    this.checkedCount += 1;
    const own = life.core.selfClaim;
    const held = life.core.table.get(life.name);
    // Another process has the name, by now or still: ours has lost it and says so no more.
    if (held !== undefined && held.address !== own.address) return;
    const isRight = held !== undefined && compareClaims(held, own) === 0;
    must(this, isRight, () => `${life.name} is ${claimText(own)} and holds ${held && claimText(held)}`);
    must(this, own.status === 'alive' || own.status === 'left', () => `${life.name} says of itself: ${own.status}`);
  }
}
