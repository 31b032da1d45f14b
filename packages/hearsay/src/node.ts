/**
 * One node: the stack on real sockets, behind one friendly interface.
 *
 * Commands run to completion at once; what follows from them on the network takes its time. Events reach the
 * application in a microtask, so a listener may call the node freely.
 */
import type { Endpoint, NodeId, Via } from '@hearsay/core';
import type { Priority } from '@hearsay/damping';
import type { SpentReason, SpreadWay } from '@hearsay/rumor';
import type { Metric } from './counters.ts';
import type { NodeListener } from './event-stream.ts';
import type { NodeEvent, RumorEvent, StateChanged } from './events.ts';
import type { NodeRing } from './ring.ts';
import type { MemberSnapshot, StateEntry, StoreEntry } from './snapshots.ts';
import type { NodeStatus } from './status.ts';
import type { StoreChange } from './store-watch.ts';

/** Members as this node sees them, itself included. */
export interface NodeMembers {
  /** By name, in code unit order. */
  list(): readonly MemberSnapshot[];
  get(name: NodeId): MemberSnapshot | undefined;
  /**
   * Asks a member whether it is there, by packet and then by stream. Resolves with how it answered, or with `undefined`
   * when it did not, or nobody has that name. It is not suspected on that account. Rejects with `StoppedError`.
   */
  ping(name: NodeId): Promise<PingResult | undefined>;
  /**
   * Declares a member left, which takes a dead one off the lists at once instead of after the retention. A live one
   * refutes. Returns whether there was such a member.
   */
  forceLeave(name: NodeId): boolean;
}

/** How a member answered a ping. */
export interface PingResult {
  /** `stream` alone says that packets between us are lost. */
  readonly path: Via;
  readonly rttMs: number;
}

/** How a rumor is published. */
export interface PublishOptions {
  /** What goes first when there is more news than room. Default `normal`. */
  readonly priority?: Priority | undefined;
  /** For how long the rumor means anything, ms. Default: as long as rumors are logged, `rumor.rumorRetentionMs`. */
  readonly ttlMs?: number | undefined;
  /** A newer rumor of the same topic and key replaces this one wherever it still waits. 1-256 bytes. */
  readonly key?: string | undefined;
  /** By `push` to random members, or by a broadcast `tree`. Default: `rumor.way` of the node's options, `push`. */
  readonly way?: SpreadWay | undefined;
  /**
   * So many random members are asked, when spreading has ended, whether they have heard the rumor: `settled` then has
   * what they say. All of them when there are no more. Default 0: nobody.
   */
  readonly sample?: number | undefined;
  /**
   * `count`: each member that learns the rumor tells whoever told it, so that `settled` has the exact number, once it is
   * complete or has not grown for `rumor.tallyQuietMs`. It costs two or three small messages per member. Not together
   * with `sample`. Default: no count.
   */
  readonly ack?: 'count' | undefined;
}

/** How a rumor of ours has fared. */
export interface RumorSpread {
  readonly id: string;
  /**
   * Why it is no longer spread from here: as often as it should be; replaced by a newer one of its key; over; dropped
   * because too many were hot. The log still brings it to everybody within the retention, unless it is replaced or over.
   */
  readonly outcome: 'spread' | 'replaced' | 'expired' | 'dropped';
  /**
   * What ended a rumor that was spread: `transmit-limit`, or what the configured `rumor.policy` stops at; `tree` for one
   * that went along a broadcast tree.
   */
  readonly reason?: SpentReason | undefined;
  /** From `publish` to the end of spreading here, ms. */
  readonly elapsedMs: number;
  /** Members that could be reached then, this one included. */
  readonly memberCount: number;
  /**
   * Share of the members that have heard it: as counted with `ack`; of those that were asked and answered, if `sample` says so and any did;
   * otherwise what theory expects of a rumor that was spread, and 0 for one that was not.
   */
  readonly coverage: number;
  /** Members that have said that they learned it, this one included: all of them. Not there without `ack`. */
  readonly reached?: number | undefined;
  /** Members that were asked, that answered, and that had heard it. Not there without `sample`. */
  readonly counted?: { readonly asked: number; readonly answered: number; readonly heard: number } | undefined;
}

/** A rumor on its way. */
export interface PublishedRumor {
  readonly id: string;
  /** Resolves when it is no longer spread from here. Never rejects; `dropped` when the node stops before. */
  readonly settled: Promise<RumorSpread>;
}

/** How long to wait for room: for ever unless told otherwise. */
export interface RoomOptions {
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** One rumor of `publishAll`. */
export interface OutgoingRumor extends PublishOptions {
  readonly topic: string;
  readonly payload: Uint8Array | string;
}

/** Which rumors a subscription gets. */
export interface RumorFilter {
  /** Only of this topic; with a `*` at its end, of all topics that begin with what is before it. Default: all. */
  readonly topic?: string | undefined;
}

/** Rumors of this node. */
export interface NodeRumors {
  /**
   * Spreads a rumor to the cluster. Strings are sent as UTF-8. `topic` is 1-256 bytes. Throws `TooLargeError` for a
   * payload above 1 MiB or a topic or key above its limit, `ERR_KEY` for a topic or key that is empty or not
   * well-formed, `ConfigError` for other options that are none, `StoppedError`.
   */
  publish(topic: string, payload: Uint8Array | string, options?: PublishOptions): PublishedRumor;
  /**
   * Resolves with true as soon as there is room for one more: while fewer than half as many rumors are spread from here as
   * may be. Who publishes faster than the cluster takes it should wait for this before each rumor: `publish` itself never
   * waits, and at the bound rumors are spread no longer and come to the others by the log, later. Resolves with false
   * after `timeoutMs`, and at once when 1024 calls wait. Rejects with the signal's reason and with `StoppedError`.
   */
  room(options?: RoomOptions): Promise<boolean>;
  /**
   * Publishes many, as fast as there is `room`, in as many turns as it takes. Resolves with their number, which is less
   * than all when no room came within `timeoutMs`; what is left can be published later. What was published stays when one
   * of them is refused. Rejects with what `publish` throws, and as `room` does.
   */
  publishAll(rumors: Iterable<OutgoingRumor> | AsyncIterable<OutgoingRumor>, options?: RoomOptions): Promise<number>;
  /** Calls `listener` with each rumor that fits, our own too, until the returned function is called. */
  subscribe(filter: RumorFilter, listener: (rumor: RumorEvent) => void): () => void;
  /** Rumors published and not settled yet. */
  readonly unsettledCount: number;
}

/** A condition of a write: refused with `VersionError` unless the key holds this version here and now. */
export interface WriteOptions {
  readonly ifVersion?: string | undefined;
}

/** How to write. */
export interface SetOptions extends WriteOptions {
  /**
   * After so many milliseconds of wall time, 1 to 2^31-1, the entry is gone, at all nodes at once as far as their clocks
   * agree. Default: it stays.
   */
  readonly ttlMs?: number | undefined;
}

/** One entry of `load`. */
export interface LoadedEntry {
  readonly key: string;
  readonly value: Uint8Array | string;
  readonly ttlMs?: number | undefined;
}

/** A page of keys. */
export interface ListOptions {
  readonly prefix?: string | undefined;
  /** Only keys after this one. */
  readonly after?: string | undefined;
  /** Default and most: 1,000. */
  readonly limit?: number | undefined;
}

/** The replicated store at this node. Reads are local; writes spread. */
export interface NodeStore {
  get(key: string): StoreEntry | undefined;
  /**
   * Throws `KeyError` (1-512 bytes), `TooLargeError` (above 256 KiB), `VersionError`, `OverflowError`, `ConfigError` for a
   * `ttlMs` out of range, `StoppedError`.
   */
  set(key: string, value: Uint8Array | string, options?: SetOptions): StoreEntry;
  /** Whether there was such a key. Throws `VersionError`, `StoppedError`. */
  delete(key: string, options?: WriteOptions): boolean;
  /**
   * Resolves when every write until now survives what `durability` says; at once without a `dataDir`. Rejects with
   * `SnapshotError` when the disk failed, and with `StoppedError`.
   */
  flushed(): Promise<void>;
  /**
   * Writes many entries, as many turns as it takes, and resolves with their number when they are flushed. What was written
   * stays when one of them is refused. Rejects with what `set` throws.
   */
  load(entries: Iterable<LoadedEntry> | AsyncIterable<LoadedEntry>): Promise<number>;
  /** All entries below a prefix, page by page: what is written meanwhile may be among them. */
  entries(prefix?: string): Iterable<StoreEntry>;
  /** Where a `watch` that begins now begins: take it before a `list`, and nothing falls between the two. */
  readonly cursor: string;
  /**
   * Changes of keys below a prefix at this node, whoever made them, from now on or behind the cursor `since`. Ends with the
   * signal, with `break`, or with the node. Who reads too slowly is told how many changes it missed.
   */
  watch(
    prefix?: string,
    options?: { readonly since?: string | undefined; readonly signal?: AbortSignal | undefined },
  ): AsyncIterableIterator<StoreChange>;
  /** By key, in code unit order. The next page begins `after` the last key of this one. */
  list(options?: ListOptions): readonly StoreEntry[];
}

/** Which entries of node state. Default: all. */
export interface StateFilter {
  /** Only of this member. */
  readonly origin?: NodeId | undefined;
  /** Only keys that begin with it. */
  readonly prefix?: string | undefined;
}

/** What each member tells about itself, seen by all. Only the member itself writes it. Reads are local. */
export interface NodeStates {
  /** Of this node itself, unless another member is named. */
  get(key: string, origin?: NodeId): StateEntry | undefined;
  /**
   * Tells all others. The same value again is no write. Throws `KeyError` (1-128 bytes), `TooLargeError` (above 64 KiB),
   * `OverflowError` (256 keys, 1 MiB in all), `ERR_KEY` for a value that is not well-formed, `StoppedError`.
   */
  set(key: string, value: string): StateEntry;
  /** Whether there was such a key of this node. Throws `StoppedError`. */
  delete(key: string): boolean;
  /** By origin, then by key, in code unit order. */
  list(filter?: StateFilter): readonly StateEntry[];
  /** Changes from now on, our own as well. Ends with the signal, with `break`, or with the node. */
  watch(filter?: StateFilter & { readonly signal?: AbortSignal | undefined }): AsyncGenerator<StateChanged, undefined>;
}

/** Faults of our own network, to make partitions possible without root. */
export interface NodeFaultPlan {
  /** Names of members that nothing is exchanged with. */
  readonly block?: readonly NodeId[] | undefined;
  readonly lossPerMille?: number | undefined;
  readonly delayMs?: number | undefined;
  readonly jitterMs?: number | undefined;
}

/** Faults, on a node created with `allowFaults`. */
export interface NodeFaults {
  /**
   * Replaces the current plan. Throws `ConfigError` without `allowFaults`, for unknown names and for bad numbers; the
   * plan is then unchanged.
   */
  set(plan: NodeFaultPlan): void;
  clear(): void;
}

/** A running node. `await using` leaves the cluster and stops at the end of the block. */
export interface HearsayNode extends AsyncDisposable {
  readonly name: NodeId;
  /** The endpoint that others use to reach us. */
  readonly address: Endpoint;
  /** Which life of this name this is. */
  readonly generation: number;
  readonly cluster: string;
  readonly members: NodeMembers;
  readonly rumors: NodeRumors;
  readonly store: NodeStore;
  readonly state: NodeStates;
  readonly ring: NodeRing;
  readonly faults: NodeFaults;
  /**
   * Contacts seeds until one answers. Resolves with the number of members known then. Rejects with `JoinError` after
   * `timeoutMs` (default 5,000), while the node goes on trying; with the signal's reason; with `ConfigError` for
   * addresses that are none, and with `StoppedError`. After a leave it rejoins; a leave under way is waited for.
   */
  join(
    addresses: readonly Endpoint[],
    options?: { readonly timeoutMs?: number | undefined; readonly signal?: AbortSignal | undefined },
  ): Promise<{ readonly memberCount: number }>;
  /**
   * Tells the cluster that we go, and resolves when the news has spread, after 5 s at the latest. The node may join
   * again. Rejects with `StoppedError` when the node is stopped meanwhile.
   */
  leave(): Promise<void>;
  /** Closes the sockets without a word: others will see a failure. Idempotent. */
  stop(): Promise<void>;
  /** Calls `listener` with every event until the returned function is called. */
  subscribe(listener: NodeListener): () => void;
  /** Events from now on. Ends with the signal, with `break`, or with the node. */
  events(options?: { readonly signal?: AbortSignal | undefined }): AsyncIterableIterator<NodeEvent>;
  /** Changes what others know about us. Throws `TooLargeError` above 4096 bytes in all, `StoppedError`. */
  setTags(tags: Readonly<Record<string, string>>): void;
  status(): NodeStatus;
  metrics(): readonly Metric[];
}
