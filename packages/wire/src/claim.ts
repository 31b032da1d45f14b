/** Claims as bytes and back. */
import { type Claim, type Grounds, isZone } from '@hearsay/membership';
import { hearsay } from '#proto';
import { checkedCase, checkedEndpoint, checkedIn, checkedName, checkedNameOrNone, refuse } from './checks.ts';
import type { DecodeContext } from './decode-context.ts';
import { decodeFields } from './field-reader.ts';

const { Claim: Schema, Status } = hearsay.wire.v1;

const NUMBER_OF_STATUS: { readonly [S in Claim['status']]: hearsay.wire.v1.Status } = {
  alive: Status.STATUS_ALIVE,
  suspect: Status.STATUS_SUSPECT,
  dead: Status.STATUS_DEAD,
  left: Status.STATUS_LEFT,
};
const STATUS_OF_NUMBER: ReadonlyMap<number, Claim['status']> = new Map([
  [Status.STATUS_ALIVE, 'alive'],
  [Status.STATUS_SUSPECT, 'suspect'],
  [Status.STATUS_DEAD, 'dead'],
  [Status.STATUS_LEFT, 'left'],
]);

const UINT8_MAX = 0xff;

export function encodeClaim(claim: Claim): Uint8Array {
  return Schema.encode({
    name: claim.name,
    address: claim.address,
    generation: claim.generation,
    incarnation: unlessDefault(claim.incarnation),
    status: NUMBER_OF_STATUS[claim.status],
    zone: unlessDefault(claim.zone),
    tagsDigest: unlessDefault(claim.tagsDigest),
    accuser: unlessDefault(claim.accuser),
    grounds: claim.grounds ?? null,
    endedAt: unlessDefault(claim.endedAtSeconds),
  }).finish();
}

export function decodeClaim(bytes: Uint8Array, context: DecodeContext): Claim {
  const fields = decodeFields(Schema, bytes, context);
  return {
    name: checkedName('claim.name', fields.name),
    address: checkedEndpoint('claim.address', fields.address, context),
    generation: fields.generation,
    incarnation: fields.incarnation,
    status: checkedCase('claim.status', fields.status, STATUS_OF_NUMBER),
    zone: isZone(fields.zone) ? fields.zone : refuse('claim.zone', 'is not a zone'),
    tagsDigest: fields.tagsDigest,
    accuser: checkedNameOrNone('claim.accuser', fields.accuser),
    grounds: groundsOf(fields.grounds),
    endedAtSeconds: fields.endedAt,
  };
}

/** The encoder writes what it is given, also what a reader assumes anyway. */
function unlessDefault<V extends string | number>(value: V): V | null {
  return value === 0 || value === '' ? null : value;
}

function groundsOf(fields: hearsay.wire.v1.Grounds.$Properties | null | undefined): Grounds | undefined {
  if (fields === null || fields === undefined) return undefined;
  const helperCount = checkedIn('grounds.helper_count', fields.helperCount ?? 0, 0, UINT8_MAX);
  return {
    helperCount,
    nackCount: checkedIn('grounds.nack_count', fields.nackCount ?? 0, 0, helperCount),
    hasTriedStream: fields.hasTriedStream ?? false,
    localHealth: checkedIn('grounds.local_health', fields.localHealth ?? 0, 0, UINT8_MAX),
  };
}
