/** Claims as bytes and back. */
import type { Claim } from '@hearsay/membership';
import { hearsay } from '#proto';
import { checkedCase, checkedEndpoint, checkedName, checkedNameOrNone } from './checks.ts';
import type { DecodeContext } from './decode-context.ts';
import { decodeFields } from './field-reader.ts';
import { wellFormed } from './well-formed.ts';
import { WireError } from './wire-error.ts';

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

export function encodeClaim(claim: Claim): Uint8Array {
  const tags = [];
  for (const [key, value] of claim.tags) tags.push({ key: wellFormed(key), value: wellFormed(value) });
  const { name, address, generation, incarnation, accuser } = claim;
  const status = NUMBER_OF_STATUS[claim.status];
  return Schema.encode({ name, address, generation, incarnation, status, tags, accuser }).finish();
}

export function decodeClaim(bytes: Uint8Array, context: DecodeContext): Claim {
  const fields = decodeFields(Schema, bytes, context);
  return {
    name: checkedName('claim.name', fields.name),
    address: checkedEndpoint('claim.address', fields.address, context),
    generation: fields.generation,
    incarnation: fields.incarnation,
    status: checkedCase('claim.status', fields.status, STATUS_OF_NUMBER),
    tags: tagsOf(fields.tags),
    accuser: checkedNameOrNone('claim.accuser', fields.accuser),
  };
}

function tagsOf(fields: readonly hearsay.wire.v1.Tag.$Properties[]): ReadonlyMap<string, string> {
  const tags = new Map<string, string>();
  for (const { key, value } of fields) tags.set(key ?? '', value ?? '');
  if (tags.size < fields.length) throw new WireError('malformed', 'claim.tags has a key twice');
  return tags;
}
