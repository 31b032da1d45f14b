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
import { type CanonicalWriter, endpointParts, isName, utf8Bytes } from '@hearsay/core';

/** What a member is, in the order of preference. `left` is a voluntary `dead`. */
export type Status = 'alive' | 'suspect' | 'dead' | 'left';

/** One statement about one member. Immutable: what changes is a new claim. */
export interface Claim {
  readonly name: NodeId;
  readonly address: Endpoint;
  /** Which life of the process: uint32 seconds, raised at each start. Orders before `incarnation`. */
  readonly generation: number;
  /** uint32, raised only by the member itself, to refute or to announce a change. */
  readonly incarnation: number;
  readonly status: Status;
  /** What the member tells about itself. */
  readonly tags: ReadonlyMap<string, string>;
  /** Who said so; empty when the member itself did. Evidence, not part of the order. */
  readonly accuser: NodeId;
}

/** All tags of a member together, in bytes of UTF-8 with two bytes per string. Source: memberlist's metadata limit. */
export const TAGS_BYTES_MAX = 512;
const UINT32_MAX = 0xffff_ffff;
const TAG_OVERHEAD_BYTES = 4;
const RANK: Readonly<Record<Status, number>> = Object.freeze({ alive: 0, suspect: 1, dead: 2, left: 3 });

/**
 * Negative when `a` is older news than `b`, 0 when they say the same. By generation, incarnation and status; of two
 * claims about one life that differ in the rest, the smaller address is greater, then the greater tags: any fixed
 * choice converges, and this one keeps the address of a name conflict stable.
 */
export function compareClaims(a: Claim, b: Claim): number {
  return (
    a.generation - b.generation ||
    a.incarnation - b.incarnation ||
    RANK[a.status] - RANK[b.status] ||
    compareText(b.address, a.address) ||
    compareText(tagsText(a.tags), tagsText(b.tags))
  );
}

/** The later news of two claims about one member: a join. */
export function mergeClaims(a: Claim, b: Claim): Claim {
  return compareClaims(a, b) >= 0 ? a : b;
}

/**
 * The least life above `claim`: the next incarnation, or the next generation at the end of the range. Without the
 * latter, a peer could push a member to the last incarnation, where it cannot refute any more (memberlist issue 358).
 */
export function lifeAfter({ generation, incarnation }: Claim): Pick<Claim, 'generation' | 'incarnation'> {
  return incarnation < UINT32_MAX
    ? { generation, incarnation: incarnation + 1 }
    : { generation: generation + 1, incarnation: 0 };
}

/** Bytes of the tags as limited by `TAGS_BYTES_MAX`. */
export function tagsBytes(tags: ReadonlyMap<string, string>): number {
  let sum = 0;
  for (const [key, value] of tags) sum += utf8Bytes(key).length + utf8Bytes(value).length + TAG_OVERHEAD_BYTES;
  return sum;
}

/** What is wrong with a claim from outside, or `undefined`. Nobody can be reached at port 0, so it is no address. */
export function claimProblem(claim: Claim): string | undefined {
  if (!isName(claim.name)) return 'name';
  if (claim.accuser !== '' && !isName(claim.accuser)) return 'accuser';
  if ((endpointParts(claim.address)?.port ?? 0) === 0) return 'address';
  if (!isUint32(claim.generation)) return 'generation';
  if (!isUint32(claim.incarnation)) return 'incarnation';
  if (!Object.hasOwn(RANK, claim.status)) return 'status';
  return tagsBytes(claim.tags) > TAGS_BYTES_MAX ? 'tags' : undefined;
}

/** Canonical bytes of what takes part in the order. */
export function canonicalClaim(claim: Claim, writer: CanonicalWriter): Uint8Array {
  return writer
    .text(claim.name)
    .uint32(claim.generation)
    .uint32(claim.incarnation)
    .uint8(RANK[claim.status])
    .text(claim.address)
    .text(tagsText(claim.tags))
    .finish();
}

function isUint32(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= UINT32_MAX;
}

/** Keys in code unit order, so that the order in which tags were set does not matter. */
function tagsText(tags: ReadonlyMap<string, string>): string {
  if (tags.size === 0) return '';
  return JSON.stringify([...tags].sort(([a], [b]) => compareText(a, b)));
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
