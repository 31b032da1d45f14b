export type { Claim, Status } from './claim.ts';
export { claimProblem, compareClaims, lifeAfter, mergeClaims, TAGS_BYTES_MAX, tagsBytes } from './claim.ts';
export type { MembershipConfig } from './config.ts';
export { MEMBERSHIP_DEFAULTS, membershipConfig } from './config.ts';
export type { ClaimRefusal, Member, MergeOutcome } from './member-table.ts';
export { MemberTable } from './member-table.ts';
export { PeerSet } from './peer-set.ts';
export { ProbeOrder } from './probe-order.ts';
