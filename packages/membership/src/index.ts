export type { Claim, Grounds, Life, Status } from './claim.ts';
export {
  aliveClaim,
  claimProblem,
  compareClaims,
  isPresent,
  isSameLife,
  isZone,
  lifeAfter,
  mergeClaims,
  worseStatus,
} from './claim.ts';
export type { MembershipConfig } from './config.ts';
export { MEMBERSHIP_DEFAULTS, membershipConfig } from './config.ts';
export type { Accusation, DetectorEvent, Evidence, FailureDetector, Finding } from './detector.ts';
export type { ClaimRefusal, Member, MergeOutcome, TableOwner, Verdict } from './member-table.ts';
export { MemberTable } from './member-table.ts';
export type { StateMergeOutcome, StateRefusal } from './node-state.ts';
export { NodeState } from './node-state.ts';
export type { NodeStateConfig } from './node-state-config.ts';
export { NODE_STATE_DEFAULTS, nodeStateConfig } from './node-state-config.ts';
export type { StateChange } from './origin-map.ts';
export { PeerSet } from './peer-set.ts';
export { ProbeOrder } from './probe-order.ts';
export type { TagShelf } from './tag-shelf.ts';
export type { Tags } from './tags.ts';
export { NO_TAGS, TAGS_BYTES_MAX, tagsBytes, tagsDigest, tagsProblem } from './tags.ts';
export type { ZonedPeers } from './zoned-sample.ts';
export { zonedSample } from './zoned-sample.ts';
