/** Generation and incarnation, and the status within them, only rise in a table. A claim that was forgotten begins anew. */
import { type Claim, compareClaims } from '@hearsay/membership';
import { type Change, type ClusterChecker, must } from '../cluster-history.ts';
import { claimText } from './lives.ts';

export class ClaimOrder implements ClusterChecker {
  readonly name = 'claims only rise';
  checkedCount = 0;

  onClaim({ at, before, after }: Change<Claim>): void {
    if (before === undefined || after === undefined) return;
    this.checkedCount += 1;
    must(
      this,
      compareClaims(after, before) > 0,
      () => `${at.name} went from ${claimText(before)} to ${claimText(after)}`,
    );
  }
}
