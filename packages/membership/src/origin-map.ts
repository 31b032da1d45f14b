/** The versioned map of one origin, as one replica holds it. */
import type { MapDelta, MapVersion, NodeId, VersionedEntry } from '@hearsay/core';
import { stateBytes } from './state-delta-check.ts';

/** A key that changed, with what it had before; `undefined` is no value. */
export interface StateChange {
  readonly origin: NodeId;
  readonly key: string;
  readonly value: string | undefined;
  readonly previous: string | undefined;
  /** Of the map, once it changed. Values that a new life does not have go with the version at which it began. */
  readonly version: number;
}

/**
 * Holds everything up to `version`: the latest write of each key, and deletions above `floor`. Entries are in the order
 * of their versions, because each write moves its key to the end.
 */
export class OriginMap {
  readonly origin: NodeId;
  readonly generation: number;
  readonly #entries = new Map<string, VersionedEntry>();
  #version = 0;
  /** `≤ #version`. */
  #floor = 0;
  #bytes = 0;
  #liveCount = 0;

  constructor(origin: NodeId, generation: number) {
    this.origin = origin;
    this.generation = generation;
  }

  get head(): MapVersion {
    return { origin: this.origin, generation: this.generation, version: this.#version, floor: this.#floor };
  }

  /** Keys and values, in bytes of UTF-8. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Keys that have a value. */
  get liveCount(): number {
    return this.#liveCount;
  }

  get tombstoneCount(): number {
    return this.#entries.size - this.#liveCount;
  }

  get(key: string): VersionedEntry | undefined {
    return this.#entries.get(key);
  }

  entries(): IterableIterator<VersionedEntry> {
    return this.#entries.values();
  }

  *entriesAbove(version: number): Generator<VersionedEntry> {
    for (const entry of this.#entries.values()) if (entry.version > version) yield entry;
  }

  /** A write of the origin: it gets the next version. */
  write(key: string, value: string | undefined): VersionedEntry {
    const entry = { key, version: this.#version + 1, value };
    this.#put(entry);
    return entry;
  }

  /** Takes a delta that starts at or below our version, and raises it. The delta is plausible and not below our floor. */
  apply(delta: MapDelta): void {
    for (const entry of delta.entries) if (entry.version > this.#version) this.#put(entry);
    this.#version = Math.max(this.#version, delta.version);
    this.raiseFloor(delta.floor);
  }

  /** Forgets deletions up to `floor`. */
  raiseFloor(floor: number): void {
    if (floor <= this.#floor) return;
    this.#floor = floor;
    for (const entry of this.#entries.values()) {
      if (entry.version > floor) break;
      if (entry.value === undefined) this.#drop(entry.key);
    }
  }

  /** Forgets the oldest deletions until `countMax` are left. */
  forgetTombstones(countMax: number): void {
    let surplus = this.tombstoneCount - countMax;
    if (surplus <= 0) return;
    for (const entry of this.#entries.values()) {
      if (entry.value !== undefined) continue;
      surplus -= 1;
      if (surplus === 0) return this.raiseFloor(entry.version);
    }
  }

  #put(entry: VersionedEntry): void {
    this.#drop(entry.key);
    this.#entries.set(entry.key, entry);
    this.#version = entry.version;
    this.#bytes += stateBytes(entry.key, entry.value);
    if (entry.value !== undefined) this.#liveCount += 1;
  }

  #drop(key: string): void {
    const held = this.#entries.get(key);
    if (held === undefined) return;
    this.#entries.delete(key);
    this.#bytes -= stateBytes(key, held.value);
    if (held.value !== undefined) this.#liveCount -= 1;
  }
}

/** What a watcher sees between two states of one origin's map. */
export function stateChanges(before: ReadonlyMap<string, string>, after: OriginMap): StateChange[] {
  const { origin } = after;
  const { version } = after.head;
  const changes: StateChange[] = [];
  for (const [key, previous] of before) {
    if (after.get(key)?.value === undefined) changes.push({ origin, key, value: undefined, previous, version });
  }
  for (const entry of after.entries()) {
    const previous = before.get(entry.key);
    if (entry.value === undefined || entry.value === previous) continue;
    changes.push({ origin, key: entry.key, value: entry.value, previous, version: entry.version });
  }
  return changes;
}
