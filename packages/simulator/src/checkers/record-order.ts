/**
 * Each key of a store only rises, through every write and merge: no older value takes the place of a newer one, and what
 * a deletion has hidden stays hidden, also when the tombstone is forgotten.
 */
import { compareRecords, type StoreRecord } from '@hearsay/store';
import { type Change, type ClusterChecker, type Life, must } from '../cluster-history.ts';

/** A record as a sentence without its verb. */
export function recordText({ key, kind, stamp, origin }: StoreRecord): string {
  return `${kind} ${key} ${stamp.wallMs}.${stamp.counter} of ${origin}`;
}

/** All that two records must have in common to be the same. */
export function contentOf({ key, kind, stamp, origin, expiresAtMs, value }: StoreRecord): unknown {
  return [key, kind, stamp.wallMs, stamp.counter, origin, expiresAtMs, value];
}

export class RecordOrder implements ClusterChecker {
  readonly name = 'records only rise';
  checkedCount = 0;

  onRecord({ at, before, after }: Change<StoreRecord>): void {
    if (before === undefined || after === undefined) return;
    this.checkedCount += 1;
    must(
      this,
      compareRecords(after, before) > 0,
      () => `${at.name} went from ${recordText(before)} to ${recordText(after)}`,
    );
  }
}

export class Deletions implements ClusterChecker {
  readonly name = 'no deleted value comes back';
  checkedCount = 0;
  /** The highest tombstone that each life has held, by key. */
  readonly #tombstones = new WeakMap<Life, Map<string, StoreRecord>>();

  onLife(life: Life): void {
    this.#tombstones.set(life, new Map());
  }

  onRecord({ at, key, after }: Change<StoreRecord>): void {
    if (after === undefined) return;
    const tombstones = this.#tombstones.get(at);
    const held = tombstones?.get(key);
    if (after.kind === 'delete') {
      if (held === undefined || compareRecords(after, held) > 0) tombstones?.set(key, after);
      return;
    }
    if (held === undefined) return;
    this.checkedCount += 1;
    must(this, compareRecords(after, held) > 0, () => `${at.name}: ${recordText(after)} after ${recordText(held)}`);
  }
}
