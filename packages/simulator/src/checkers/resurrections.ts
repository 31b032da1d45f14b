/** Who is dead or has left comes back in a higher life, and in no other. */
import { type Claim, isPresent } from '@hearsay/membership';
import { type Change, type ClusterChecker, must } from '../cluster-history.ts';
import { claimText } from './lives.ts';

export class Resurrections implements ClusterChecker {
  readonly name = 'no resurrection without a higher life';
  checkedCount = 0;

  onClaim({ at, before, after }: Change<Claim>): void {
    if (before === undefined || after === undefined || isPresent(before) || !isPresent(after)) return;
    this.checkedCount += 1;
    const isHigher =
      after.generation > before.generation ||
      (after.generation === before.generation && after.incarnation > before.incarnation);
    must(this, isHigher, () => `${at.name} went from ${claimText(before)} to ${claimText(after)}`);
  }
}
