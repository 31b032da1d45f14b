/**
 * What was written, who has held it, and so what must be there in the end: the truth that no node knows.
 *
 * A write is lost for good only when every disk that ever had it is lost. A deletion takes only what its writer had
 * seen: an older value that was written out of its sight may outlive it, once its tombstone has gone.
 */
import type { NodeId } from '@hearsay/core';
import { compareRecords, isLiveAt, type StoreRecord, versionOf } from '@hearsay/store';

interface Write {
  readonly record: StoreRecord;
  /** No disk has it any more. What it did may have outlived it all the same. */
  isLost: boolean;
  /** On whose disks it has been since, superseded or not. */
  readonly holders: Set<NodeId>;
  /** Versions of the key that its writer had held before. */
  readonly seen: ReadonlySet<string>;
}

/** What is wrong with a key at a node. */
export type Fault = 'lost' | 'resurrected';

/** Told of every write and of every merge. */
export class WriteLedger {
  /** By key, then version. */
  readonly #writes = new Map<string, Map<string, Write>>();
  #writeCount = 0;
  #diskLossCount = 0;

  get writeCount(): number {
    return this.#writeCount;
  }

  /** Writes that are gone from all disks. */
  get diskLossCount(): number {
    return this.#diskLossCount;
  }

  keys(): Iterable<string> {
    return this.#writes.keys();
  }

  /** A node has acknowledged this. */
  wrote(record: StoreRecord): void {
    const ofKey = this.#writes.get(record.key) ?? new Map<string, Write>();
    this.#writes.set(record.key, ofKey);
    const seen = new Set<string>();
    for (const [version, write] of ofKey) {
      if (!write.holders.has(record.origin)) continue;
      seen.add(version);
      for (const earlier of write.seen) seen.add(earlier);
    }
    ofKey.set(versionOf(record), { record, isLost: false, holders: new Set([record.origin]), seen });
    this.#writeCount += 1;
  }

  /** A node has merged this. Who holds a version has all that its writer had seen behind it. */
  held(name: NodeId, record: StoreRecord): void {
    const ofKey = this.#writes.get(record.key);
    const write = ofKey?.get(versionOf(record));
    if (ofKey === undefined || write === undefined) return;
    write.holders.add(name);
    for (const version of write.seen) ofKey.get(version)?.holders.add(name);
  }

  /** What a disk has had up to now, for `restored`. */
  image(name: NodeId): ReadonlySet<string> {
    const versions = new Set<string>();
    for (const [key, ofKey] of this.#writes) {
      for (const [version, { holders }] of ofKey) if (holders.has(name)) versions.add(`${key} ${version}`);
    }
    return versions;
  }

  /** The disk of a node has only this any more. */
  restored(name: NodeId, image: ReadonlySet<string>): void {
    for (const [key, ofKey] of this.#writes) {
      for (const [version, write] of ofKey) {
        const { holders } = write;
        if (!holders.has(name) || image.has(`${key} ${version}`)) continue;
        holders.delete(name);
        if (holders.size > 0) continue;
        write.isLost = true;
        this.#diskLossCount += 1;
      }
    }
  }

  /** What is wrong when a node reads `found` under a key; `undefined` when it may be so. */
  faultOf(key: string, found: StoreRecord | undefined, wallMs: number): Fault | undefined {
    const ofKey = this.#writes.get(key) ?? new Map<string, Write>();
    const inOrder = [...ofKey.values()].sort((a, b) => compareRecords(b.record, a.record));
    if (found === undefined) {
      // A deletion that is lost may still have been noticed: others saw that its writer had the key no more.
      const latest = inOrder.find(({ record, isLost }) => !isLost || !isLiveAt(record, wallMs));
      return latest !== undefined && isLiveAt(latest.record, wallMs) ? 'lost' : undefined;
    }
    const foundVersion = versionOf(found);
    // Taken for good: what the writer of a newer deletion, or of a value that has ended since, had seen.
    const taken = new Set<string>();
    for (const { record, seen, isLost } of inOrder) {
      const version = versionOf(record);
      if (version === foundVersion) return taken.has(version) ? 'resurrected' : undefined;
      if (isLost) continue;
      if (!isLiveAt(record, wallMs)) for (const earlier of seen) taken.add(earlier);
      else if (!taken.has(version)) return 'lost';
    }
    return 'resurrected';
  }
}
