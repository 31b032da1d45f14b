/** What a change of belief about a member means to the owner. */
import { type Claim, type Evidence, isPresent } from '@hearsay/membership';
import type { SwimEvent } from './messages.ts';

/** Up to two events. A member that we hear of only after its end is no news. */
export function newsEvents(
  claim: Claim,
  previous: Claim | undefined,
  evidence: Evidence | undefined,
): readonly SwimEvent[] {
  if (!isPresent(claim)) return goneEvents(claim, previous, evidence);
  const events: SwimEvent[] = [];
  const isNewLife = previous === undefined || previous.status === 'left' || previous.generation < claim.generation;
  if (isNewLife) events.push({ type: 'member-joined', claim });
  else if (previous.status !== 'alive' && claim.status === 'alive') events.push({ type: 'member-recovered', claim });
  else if (isChanged(claim, previous)) events.push({ type: 'member-updated', claim });
  const isNewlySuspect = claim.status === 'suspect' && previous?.status !== 'suspect';
  if (isNewlySuspect && evidence !== undefined) events.push({ type: 'member-suspected', claim, evidence });
  return events;
}

function goneEvents(claim: Claim, previous: Claim | undefined, evidence: Evidence | undefined): readonly SwimEvent[] {
  if (previous === undefined || previous.status === 'left') return [];
  if (claim.status === 'left') return [{ type: 'member-left', claim }];
  if (previous.status === 'dead' || evidence === undefined) return [];
  return [{ type: 'member-failed', claim, evidence }];
}

/** Changed tags are reported when they have arrived, unless there are none any more. */
function isChanged(claim: Claim, previous: Claim): boolean {
  if (claim.address !== previous.address || claim.zone !== previous.zone) return true;
  return claim.tagsDigest === 0 && previous.tagsDigest !== 0;
}
