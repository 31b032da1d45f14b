/** The tags of the members, as far as they have arrived, and whose are still missing. */
import type { NodeId } from '@hearsay/core';
import { NO_TAGS, TAGS_BYTES_MAX, type Tags, tagsBytes, tagsDigest } from './tags.ts';

/** What the latest claim about a member speaks of. */
interface Shelved {
  readonly digest: number;
  /** Undefined until they have arrived. */
  readonly tags: Tags | undefined;
}

/** At most one entry per member of the table that tells it of claims. */
export class TagShelf {
  /** Members that have tags. */
  readonly #shelved = new Map<NodeId, Shelved>();
  /** Those of them whose tags have not arrived, and that are not gone. */
  readonly #missing = new Set<NodeId>();

  /** Members whose tags we do not have, and should ask for. */
  get missingCount(): number {
    return this.#missing.size;
  }

  /** Their names, the longest missing first. */
  missing(): IterableIterator<NodeId> {
    return this.#missing.values();
  }

  /** The tags of a member; `undefined` while they are missing. Those of a gone member are none if they never came. */
  of(name: NodeId): Tags | undefined {
    return this.#missing.has(name) ? undefined : (this.#shelved.get(name)?.tags ?? NO_TAGS);
  }

  /** A shelf of its own with the same tags. */
  copy(): TagShelf {
    const copy = new TagShelf();
    for (const [name, shelved] of this.#shelved) copy.#shelved.set(name, shelved);
    for (const name of this.#missing) copy.#missing.add(name);
    return copy;
  }

  /** A claim speaks of tags with this digest. What we hold under another digest is out of date. */
  expect(name: NodeId, digest: number): void {
    if (digest === 0) return this.forget(name);
    const held = this.#shelved.get(name);
    const tags = held?.digest === digest ? held.tags : undefined;
    this.#shelved.set(name, { digest, tags });
    if (tags === undefined) this.#missing.add(name);
  }

  /** The member is gone: what it told about itself need not be asked for. */
  excuse(name: NodeId): void {
    this.#missing.delete(name);
  }

  /** Takes tags that have not arrived before. Returns whether they are the ones that the claim speaks of. */
  put(name: NodeId, tags: Tags): boolean {
    const held = this.#shelved.get(name);
    if (held === undefined || held.tags !== undefined) return false;
    if (tagsBytes(tags) > TAGS_BYTES_MAX || tagsDigest(tags) !== held.digest) return false;
    this.#shelved.set(name, { digest: held.digest, tags });
    this.#missing.delete(name);
    return true;
  }

  forget(name: NodeId): void {
    this.#shelved.delete(name);
    this.#missing.delete(name);
  }
}
