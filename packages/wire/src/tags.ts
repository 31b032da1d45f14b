/** The tags of members, to and from the fields of the schema. */
import type { Tags } from '@hearsay/membership';
import type { TagsOf } from '@hearsay/swim';
import type { hearsay } from '#proto';
import { checkedName } from './checks.ts';
import { wellFormed } from './well-formed.ts';
import { WireError } from './wire-error.ts';

type MemberTagsFields = hearsay.wire.v1.MemberTags.$Properties;

export function memberTagsFields({ name, tags }: TagsOf): MemberTagsFields {
  return { name, tags: [...tags].map(([key, value]) => ({ key: wellFormed(key), value: wellFormed(value) })) };
}

export function memberTags({ name, tags }: MemberTagsFields): TagsOf {
  return { name: checkedName('member_tags.name', name ?? ''), tags: tagsOf(tags ?? []) };
}

function tagsOf(fields: readonly hearsay.wire.v1.Tag.$Properties[]): Tags {
  const tags = new Map<string, string>();
  for (const { key, value } of fields) tags.set(key ?? '', value ?? '');
  if (tags.size < fields.length) throw new WireError('malformed', 'member_tags.tags has a key twice');
  return tags;
}
