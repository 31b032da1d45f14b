/**
 * Node state: what each member tells about itself, as keys and values, seen by all. Only the member itself writes its
 * map, so there is nothing to resolve: of two replicas of a map one has come further. [Scuttlebutt §3]
 *
 *   set --> next version --deltaFor--> peer --apply--> accepted | stale | refused
 *
 * A replica is ordered by (generation, version): a new life of the member begins with an empty map that outranks all
 * former ones. What was overwritten is never sent, so a watcher may miss values in between, but never sees an older
 * value after a newer one.
 */
import type { MapDelta, MapVersion, NodeId, VersionedEntry, VersionedMaps } from '@hearsay/core';
import {
  compareVersions,
  HearsayError,
  hash32,
  KeyError,
  mix32,
  OverflowError,
  TooLargeError,
  utf8Bytes,
} from '@hearsay/core';
import type { NodeStateConfig } from './node-state-config.ts';
import { OriginMap, type StateChange, stateChanges } from './origin-map.ts';
import { isPlausibleDelta, isStateKey, isStateValue, stateBytes } from './state-delta-check.ts';

/** Why a delta was not taken. */
export type StateRefusal =
  | 'malformed'
  | 'generation-ahead'
  /** It starts above what we hold, or would have to start over and does not. Ask again from what is held. */
  | 'gap'
  /** There is no room. */
  | 'full';

/** What became of a delta. */
export type StateMergeOutcome =
  /** We have come further with that map. The changes may be none. */
  | { readonly kind: 'accepted'; readonly changes: readonly StateChange[] }
  | { readonly kind: 'stale' }
  /** Somebody holds a map of ours that we did not write: ours begins a new life that outranks it. */
  | { readonly kind: 'renewed' }
  | { readonly kind: 'refused'; readonly reason: StateRefusal };

const MS_PER_SECOND = 1_000;
const VERSION_MAX = 0xffff_ffff;
const HEX_RADIX = 16;
const HEX_DIGITS_PER_WORD = 8;
/** Two independent sums: 64 bits, so that two states never share them by chance. */
const LANE_SEEDS = [0x5741_7e01, 0x2c9f_63b5] as const;

/** The maps of all members at one node. */
export class NodeState implements VersionedMaps {
  readonly #config: Readonly<NodeStateConfig>;
  readonly #self: NodeId;
  /** `size ≤ originCountMax + 1`: there is always room for ourselves. */
  readonly #maps = new Map<NodeId, OriginMap>();
  readonly #refusedCounts = new Map<StateRefusal, number>();
  /** `≤ totalBytesMax`, unless our own writes exceed it. */
  #totalBytes = 0;
  /** Sums of a hash over (origin, generation, version) of each map. */
  readonly #lanes = new Uint32Array(LANE_SEEDS.length);

  /** @param self who writes here, in this life of its process: a uint32 above 0, higher than in any earlier life. */
  constructor(deps: { config: Readonly<NodeStateConfig>; self: { name: NodeId; generation: number } }) {
    this.#config = deps.config;
    this.#self = deps.self.name;
    this.#place(new OriginMap(deps.self.name, deps.self.generation));
  }

  get originCount(): number {
    return this.#maps.size;
  }

  /** Keys and values of all members, in bytes of UTF-8. */
  get totalBytes(): number {
    return this.#totalBytes;
  }

  /** Deltas of peers that were refused since the start, by reason. */
  get refusedCounts(): ReadonlyMap<StateRefusal, number> {
    return this.#refusedCounts;
  }

  /** The longest unchanged first. */
  origins(): IterableIterator<NodeId> {
    return this.#maps.keys();
  }

  versionOf(origin: NodeId): MapVersion | undefined {
    return this.#maps.get(origin)?.head;
  }

  entriesAbove(origin: NodeId, version: number): Iterable<VersionedEntry> {
    return this.#maps.get(origin)?.entriesAbove(version) ?? [];
  }

  /** The value that a member gave a key, if we have heard of it. */
  get(origin: NodeId, key: string): string | undefined {
    return this.#maps.get(origin)?.get(key)?.value;
  }

  /** The entry with its version; deleted keys have none. */
  entry(origin: NodeId, key: string): VersionedEntry | undefined {
    const entry = this.#maps.get(origin)?.get(key);
    return entry?.value === undefined ? undefined : entry;
  }

  /** Keys of a member that have a value, the longest unchanged first. */
  list(origin: NodeId): VersionedEntry[] {
    const map = this.#maps.get(origin);
    return map === undefined ? [] : [...map.entries()].filter(({ value }) => value !== undefined);
  }

  /** Equal on two nodes exactly when they have come equally far with all maps that were written to. */
  rootDigest(): string {
    return Array.from(this.#lanes, (lane) => lane.toString(HEX_RADIX).padStart(HEX_DIGITS_PER_WORD, '0')).join('');
  }

  /** The whole state in a salted uint32, to ride on a packet that leaves anyway. Constant time. */
  showRoot(salt: number): number {
    return this.#lanes.reduce((hash, lane) => mix32(hash ^ lane), mix32(salt));
  }

  /**
   * Writes a value of our own. The same value again is no write. Throws `KeyError`, `TooLargeError`, `OverflowError`, or
   * `ERR_KEY` for a value that is not well-formed; nothing is changed then.
   */
  set(key: string, value: string): StateChange | undefined {
    const { keyBytesMax, valueBytesMax } = this.#config;
    if (!isStateKey(key, this.#config)) throw new KeyError(utf8Bytes(key).length, keyBytesMax);
    const valueBytes = utf8Bytes(value).length;
    if (valueBytes > valueBytesMax)
      throw new TooLargeError('a state value', valueBytes, valueBytesMax, 'valueBytesMax');
    if (!isStateValue(value, this.#config)) throw new HearsayError('ERR_KEY', 'a state value must be well-formed text');
    const own = this.#own;
    const previous = own.get(key)?.value;
    if (previous === value) return undefined;
    const growthBytes = stateBytes(key, value) - (previous === undefined ? 0 : stateBytes(key, previous));
    if (previous === undefined && own.liveCount >= this.#config.entryCountMax) {
      throw new OverflowError('the state of this node', this.#config.entryCountMax, 'entryCountMax');
    }
    if (growthBytes > 0 && own.bytes + growthBytes > this.#config.originBytesMax) {
      throw new OverflowError('the state of this node', this.#config.originBytesMax, 'originBytesMax');
    }
    return this.#write(key, value, previous);
  }

  /** Deletes a key of our own. Nothing happens when it has no value. */
  delete(key: string): StateChange | undefined {
    const previous = this.#own.get(key)?.value;
    return previous === undefined ? undefined : this.#write(key, undefined, previous);
  }

  /** Takes what a peer sends, if it brings a map further. Never throws, and changes nothing unless it is accepted. */
  apply(delta: MapDelta, wallMs: number): StateMergeOutcome {
    if (!isPlausibleDelta(delta, this.#config)) return this.#refuse('malformed');
    const generationMax = (wallMs + this.#config.generationAheadMsMax) / MS_PER_SECOND;
    if (delta.generation > generationMax) return this.#refuse('generation-ahead');
    const held = this.#maps.get(delta.origin);
    if (held !== undefined && compareVersions(delta, held.head) <= 0) return { kind: 'stale' };
    if (delta.origin === this.#self) return this.#renew(delta.generation);
    const reason = gapBetween(held, delta) ?? this.#overflowOf(held, delta);
    return reason === undefined ? this.#accept(held, delta) : this.#refuse(reason);
  }

  /** Forgets the map of another member, which is forgotten itself. Returns what its watchers see. */
  forget(origin: NodeId): readonly StateChange[] {
    const held = this.#maps.get(origin);
    if (held === undefined || origin === this.#self) return [];
    this.#unplace(held);
    this.#maps.delete(origin);
    return stateChanges(valuesOf(held), new OriginMap(origin, held.generation));
  }

  get #own(): OriginMap {
    const own = this.#maps.get(this.#self);
    if (own === undefined) throw new Error('our own map is never forgotten');
    return own;
  }

  #write(key: string, value: string | undefined, previous: string | undefined): StateChange {
    // After four thousand million writes no version is left, but there are other lives.
    if (this.#own.head.version === VERSION_MAX) this.#renew(this.#own.generation);
    const own = this.#own;
    this.#unplace(own);
    const { version } = own.write(key, value);
    own.forgetTombstones(this.#config.tombstoneCountMax);
    this.#place(own);
    return { origin: this.#self, key, value, previous, version };
  }

  /**
   * A former life of ours left more than we have written, with the same clock or a faster one. Only a later life
   * outranks it, so all that we have written is written again in one.
   */
  #renew(generation: number): StateMergeOutcome {
    const own = this.#own;
    const renewed = new OriginMap(this.#self, generation + 1);
    for (const { key, value } of own.entries()) if (value !== undefined) renewed.write(key, value);
    this.#unplace(own);
    this.#place(renewed);
    return { kind: 'renewed' };
  }

  #accept(held: OriginMap | undefined, delta: MapDelta): StateMergeOutcome {
    const before = held === undefined ? new Map<string, string>() : valuesOf(held);
    if (held !== undefined) this.#unplace(held);
    const isContinued = held !== undefined && held.generation === delta.generation && held.head.version >= delta.floor;
    const map = isContinued ? held : new OriginMap(delta.origin, delta.generation);
    map.apply(delta);
    this.#place(map);
    return { kind: 'accepted', changes: stateChanges(before, map) };
  }

  /** As if all came on top of what is held: a bit too careful at the very limit, and quick. */
  #overflowOf(held: OriginMap | undefined, delta: MapDelta): StateRefusal | undefined {
    const { originCountMax, originBytesMax, entryCountMax, totalBytesMax } = this.#config;
    if (held === undefined && this.#maps.size > originCountMax) return 'full';
    const isContinued = held !== undefined && held.generation === delta.generation && held.head.version >= delta.floor;
    let bytes = isContinued ? held.bytes : 0;
    let liveCount = isContinued ? held.liveCount : 0;
    for (const { key, value } of delta.entries) {
      const replaced = isContinued ? held.get(key) : undefined;
      bytes += stateBytes(key, value) - (replaced === undefined ? 0 : stateBytes(key, replaced.value));
      liveCount += Number(value !== undefined) - Number(replaced?.value !== undefined);
    }
    // Deleted keys take room too, but no value: a writer at its limit may still delete.
    const tombstoneBytesMax = this.#config.tombstoneCountMax * this.#config.keyBytesMax;
    if (liveCount > entryCountMax || bytes > originBytesMax + tombstoneBytesMax) return 'full';
    return this.#totalBytes - (held?.bytes ?? 0) + bytes > totalBytesMax ? 'full' : undefined;
  }

  /** Counts a map in: it is complete as it stands. It is the last that has changed. */
  #place(map: OriginMap): void {
    this.#maps.delete(map.origin);
    this.#maps.set(map.origin, map);
    this.#totalBytes += map.bytes;
    this.#addToLanes(map, 1);
  }

  /** Counts a map out, before it changes. */
  #unplace(map: OriginMap): void {
    this.#totalBytes -= map.bytes;
    this.#addToLanes(map, -1);
  }

  /** A map without a write says nothing: a cluster that keeps no state has nothing to reconcile, however large it is. */
  #addToLanes({ head: { origin, generation, version } }: OriginMap, sign: 1 | -1): void {
    if (version === 0) return;
    for (const [lane, seed] of LANE_SEEDS.entries()) {
      const hash = hash32(`${origin} ${generation} ${version}`, seed);
      this.#lanes[lane] = (this.#lanes[lane] ?? 0) + sign * hash;
    }
  }

  #refuse(reason: StateRefusal): StateMergeOutcome {
    this.#refusedCounts.set(reason, (this.#refusedCounts.get(reason) ?? 0) + 1);
    return { kind: 'refused', reason };
  }
}

/** Whether a delta that is news leads on from what is held, or starts over. */
function gapBetween(held: OriginMap | undefined, delta: MapDelta): StateRefusal | undefined {
  const isSameLife = held?.generation === delta.generation;
  const version = isSameLife ? held.head.version : 0;
  if (version >= delta.floor) return delta.after <= version ? undefined : 'gap';
  // Below the floor we start over, and must come beyond it: what was deleted before it must not stay.
  return delta.after === 0 ? undefined : 'gap';
}

function valuesOf(map: OriginMap): Map<string, string> {
  const values = new Map<string, string>();
  for (const { key, value } of map.entries()) if (value !== undefined) values.set(key, value);
  return values;
}
