/**
 * Claims: what someone says about a member, and which of two claims is the later news.
 *
 *   alive < suspect < dead < left    at equal (generation, incarnation)
 *
 * The order is total over what a claim says, so the greater of two claims is a join: applied in any order, any number
 * of times, it gives the same result. [SWIM §4.2]
 *
 * Deviation: the paper's Confirm beats everything for ever, which makes a member that was declared dead by mistake
 * unable to come back; here a higher incarnation beats dead, so that it can refute.
 */
import type { Endpoint, NodeId } from '@hearsay/core';
import { type CanonicalWriter, endpointParts, isName } from '@hearsay/core';

/** What a member is, in the order of preference. `left` is a voluntary `dead`. */
export type Status = 'alive' | 'suspect' | 'dead' | 'left';

/** What an accuser tried before it accused: one probe, by every path that it had. */
export interface Grounds {
  /** Helpers that were asked to probe as well. 0-255. */
  readonly helperCount: number;
  /** Helpers that answered that they could not reach the member either. 0-255. The others were silent. */
  readonly nackCount: number;
  /** Whether a probe by stream was tried too; it failed, or there would be no accusation. */
  readonly hasTriedStream: boolean;
  /** Local health of the accuser: 0 is well, the higher the less its word counts. 0-255. [Lifeguard §IV-A] */
  readonly localHealth: number;
}

/** One statement about one member. Immutable: what changes is a new claim. */
export interface Claim {
  readonly name: NodeId;
  readonly address: Endpoint;
  /** Which life of the process: uint32 seconds, raised at each start. Orders before `incarnation`. */
  readonly generation: number;
  /** uint32, raised only by the member itself, to refute or to announce a change. */
  readonly incarnation: number;
  readonly status: Status;
  /** Where it is: a rack, a data centre. 1-32 characters of `[A-Za-z0-9._-]`, or empty. */
  readonly zone: string;
  /** uint32 that stands for what the member tells about itself; 0 for nothing. See `tagsDigest`. */
  readonly tagsDigest: number;
  /** Who said so; empty when the member itself did. Evidence, not part of the order. */
  readonly accuser: NodeId;
  /** What the accuser tried. Evidence, not part of the order. */
  readonly grounds: Grounds | undefined;
  /** uint32 seconds of wall time at which it was found dead, or left; 0 for who is present. Not part of the order. */
  readonly endedAtSeconds: number;
}

const UINT32_MAX = 0xffff_ffff;
const UINT8_MAX = 0xff;
const ZONE_PATTERN = /^[A-Za-z0-9._-]{0,32}$/;
const RANK: Readonly<Record<Status, number>> = Object.freeze({ alive: 0, suspect: 1, dead: 2, left: 3 });

/** A claim as a member makes it of itself; what is not given is as at the start of a life without zone and tags. */
export function aliveClaim(given: Pick<Claim, 'name' | 'address' | 'generation'> & Partial<Claim>): Claim {
  return {
    incarnation: 0,
    status: 'alive',
    zone: '',
    tagsDigest: 0,
    accuser: '',
    grounds: undefined,
    endedAtSeconds: 0,
    ...given,
  };
}

/** Whether a member of this status can be contacted. */
export function isPresent({ status }: Pick<Claim, 'status'>): boolean {
  return status === 'alive' || status === 'suspect';
}

/** Of two statuses the one that is later in the order of preference. */
export function worseStatus(a: Status, b: Status): Status {
  return RANK[a] >= RANK[b] ? a : b;
}

/** Whether `value` may be a zone: up to 32 characters of `[A-Za-z0-9._-]`. */
export function isZone(value: string): boolean {
  return ZONE_PATTERN.test(value);
}

/**
 * Negative when `a` is older news than `b`, 0 when they say the same. By generation, incarnation and status; of two
 * claims about one life that differ in the rest, the smaller address is greater, then the greater zone and tags: any
 * fixed choice converges, and this one keeps the address of a name conflict stable.
 */
export function compareClaims(a: Claim, b: Claim): number {
  return (
    a.generation - b.generation ||
    a.incarnation - b.incarnation ||
    RANK[a.status] - RANK[b.status] ||
    compareText(b.address, a.address) ||
    compareText(a.zone, b.zone) ||
    a.tagsDigest - b.tagsDigest
  );
}

/** The later news of two claims about one member: a join. */
export function mergeClaims(a: Claim, b: Claim): Claim {
  return compareClaims(a, b) >= 0 ? a : b;
}

/** Whether both speak of the same point in the same life. */
export function isSameLife(a: Life, b: Life): boolean {
  return a.generation === b.generation && a.incarnation === b.incarnation;
}

/** A point in the life of a member. */
export type Life = Pick<Claim, 'generation' | 'incarnation'>;

/**
 * The least life above `claim`: the next incarnation, or the next generation at the end of the range. Without the
 * latter, a peer could push a member to the last incarnation, where it cannot refute any more (memberlist issue 358).
 */
export function lifeAfter({ generation, incarnation }: Life): Life {
  return incarnation < UINT32_MAX
    ? { generation, incarnation: incarnation + 1 }
    : { generation: generation + 1, incarnation: 0 };
}

/** What is wrong with a claim from outside, or `undefined`. Nobody can be reached at port 0, so it is no address. */
export function claimProblem(claim: Claim): string | undefined {
  if (!isName(claim.name)) return 'name';
  if (claim.accuser !== '' && !isName(claim.accuser)) return 'accuser';
  if ((endpointParts(claim.address)?.port ?? 0) === 0) return 'address';
  if (!isUpTo(claim.generation, UINT32_MAX)) return 'generation';
  if (!isUpTo(claim.incarnation, UINT32_MAX)) return 'incarnation';
  if (!Object.hasOwn(RANK, claim.status)) return 'status';
  if (!isZone(claim.zone)) return 'zone';
  if (!isUpTo(claim.tagsDigest, UINT32_MAX)) return 'tagsDigest';
  if (!isUpTo(claim.endedAtSeconds, UINT32_MAX)) return 'endedAtSeconds';
  return claim.grounds === undefined || isPlausible(claim.grounds) ? undefined : 'grounds';
}

/** Canonical bytes of what takes part in the order. */
export function canonicalClaim(claim: Claim, writer: CanonicalWriter): Uint8Array {
  return writer
    .text(claim.name)
    .uint32(claim.generation)
    .uint32(claim.incarnation)
    .uint8(RANK[claim.status])
    .text(claim.address)
    .text(claim.zone)
    .uint32(claim.tagsDigest)
    .finish();
}

function isPlausible({ helperCount, nackCount, localHealth }: Grounds): boolean {
  return isUpTo(helperCount, UINT8_MAX) && isUpTo(nackCount, helperCount) && isUpTo(localHealth, UINT8_MAX);
}

function isUpTo(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= max;
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
