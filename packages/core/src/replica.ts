/**
 * What anti-entropy can reconcile: a set of keyed records that merge by a join. Anti-entropy only reads a replica;
 * records that arrive go to the replica's owner, who knows what a merge entails (a refutation, a watcher).
 */

/** Told about every change of a record, after it happened. */
export type ReplicaObserver<R> = (key: string, record: R | undefined) => void;

/**
 * Replicated state, read side. `keyOf`, `canonicalBytes` and `supersedes` are also asked of a peer's records, before the
 * owner has judged them: they must not throw for anything that the decoder lets through.
 */
export interface Replica<R> {
  /** Number of records. */
  readonly recordCount: number;
  /** Every key once, in any order. */
  keys(): Iterable<string>;
  /** The record under `key`, or `undefined`. */
  get(key: string): R | undefined;
  /** The key of a record. */
  keyOf(record: R): string;
  /**
   * Canonical bytes: equal exactly when two records are the same to the join. What does not take part in the join
   * (local times, evidence) stays out, or equal content would never have equal roots.
   */
  canonicalBytes(record: R): Uint8Array;
  /**
   * What `canonicalBytes` gives for the record under `key`, for replicas that can tell it without reading the record:
   * a tree over a million records on a disk is then built from their heads. Default: by `get`.
   */
  canonicalBytesAt?(key: string): Uint8Array | undefined;
  /**
   * Whether `record` wins over `held`, which has the same key: whether the merge would keep it. Without this, both
   * versions cross when two replicas differ in a record.
   */
  supersedes?(record: R, held: R): boolean;
  /** Adds an observer that is told of every change; `undefined` in its second argument means removed. */
  observe(observer: ReplicaObserver<R>): void;
}
