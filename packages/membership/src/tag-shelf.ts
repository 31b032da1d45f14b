/** The tags of the members, as far as they have arrived, and whose are still missing. */
import type { NodeId } from '@hearsay/core';
import { NO_TAGS, TAGS_BYTES_MAX, type Tags, tagsBytes, tagsDigest } from './tags.ts';

interface Held {
  readonly digest: number;
  readonly tags: Tags;
}

/** At most one entry per member of the table that tells it of claims. */
export class TagShelf {
  readonly #held = new Map<NodeId, Held>();
  /** Digests of tags that a claim speaks of and that we do not have. */
  readonly #missing = new Map<NodeId, number>();

  /** Members whose tags we do not have. */
  get missingCount(): number {
    return this.#missing.size;
  }

  /** Their names, the longest missing first. */
  missing(): IterableIterator<NodeId> {
    return this.#missing.keys();
  }

  /** The tags of a member; `undefined` while they are missing. */
  of(name: NodeId): Tags | undefined {
    return this.#missing.has(name) ? undefined : (this.#held.get(name)?.tags ?? NO_TAGS);
  }

  /** A claim speaks of tags with this digest. What we hold under another digest is out of date. */
  expect(name: NodeId, digest: number): void {
    if ((this.#held.get(name)?.digest ?? 0) === digest) {
      this.#missing.delete(name);
      return;
    }
    this.#held.delete(name);
    if (digest === 0) this.#missing.delete(name);
    else this.#missing.set(name, digest);
  }

  /** The member is gone: what it told about itself need not be asked for. */
  excuse(name: NodeId): void {
    this.#missing.delete(name);
  }

  /** Takes tags that were missing. Returns whether they are the ones that the claim speaks of. */
  put(name: NodeId, tags: Tags): boolean {
    const digest = this.#missing.get(name);
    if (digest === undefined || tagsBytes(tags) > TAGS_BYTES_MAX || tagsDigest(tags) !== digest) return false;
    this.#missing.delete(name);
    this.#held.set(name, { digest, tags });
    return true;
  }

  forget(name: NodeId): void {
    this.#held.delete(name);
    this.#missing.delete(name);
  }
}
