/**
 * Schema agreement: every member tells the digest of its schema, and they agree when all that are there tell the same.
 * [Cassandra] What a schema is, and how it gets to the others, is for the application to say.
 */

/** The key of node state under which a member's schema digest stands. */
export const SCHEMA_KEY = 'ring.schema';

/** Which members have which schema. */
export interface SchemaAgreement {
  /** Members by the digest that they tell; those that tell none are under ''. By name. */
  readonly versions: ReadonlyMap<string, readonly string[]>;
  /** All tell the same one. Nobody at all agrees with nobody. */
  readonly isAgreed: boolean;
}

/** Of the members that are there; one that is not cannot be waited for. */
export function schemaAgreement(
  members: Iterable<{ readonly name: string; readonly schema: string | undefined }>,
): SchemaAgreement {
  const versions = new Map<string, string[]>();
  for (const { name, schema = '' } of members) {
    const names = versions.get(schema);
    if (names === undefined) versions.set(schema, [name]);
    else names.push(name);
  }
  for (const names of versions.values()) names.sort((a, b) => (a < b ? -1 : 1));
  return { versions, isAgreed: versions.size <= 1 };
}
