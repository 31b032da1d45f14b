/** Who owns which key, as the application sees it. */
import type { NodeId } from '@hearsay/core';
import type { TokenStatus, Tokens } from '@hearsay/ring';
import type { MovedTokens, RingChanged } from './events.ts';

/** Where a key belongs. */
export interface KeyPlace {
  /** Decimal: it has 64 bits. */
  readonly token: string;
  /** The first one owns it, the others hold replicas. */
  readonly owners: readonly NodeId[];
  /** Members that will own it and do not yet. */
  readonly pending: readonly NodeId[];
  /** 0 … 16383. */
  readonly slot: number;
  /** Undefined when nobody has claimed the slot. */
  readonly slotOwner: NodeId | undefined;
}

/** A member's part of the ring. */
export interface RingShare {
  readonly name: NodeId;
  readonly zone: string;
  readonly tokenCount: number;
  /** Of all keys, 0 … 1, replicas not counted. */
  readonly share: number;
}

/** A token and who has it. */
export interface TokenHolder {
  readonly token: string;
  readonly name: NodeId;
}

/** A member that claims slots. */
export interface SlotHolder {
  readonly name: NodeId;
  readonly epoch: number;
  /** What it has: less than it claims where another one has the higher epoch. `0-5460,10923`. */
  readonly slots: string;
}

/** Members by the schema digest that they tell; those that tell none are under ''. */
export interface SchemaVersions {
  readonly versions: Readonly<Record<string, readonly NodeId[]>>;
  readonly isAgreed: boolean;
}

/** How long to wait: for ever unless told otherwise. */
export interface Wait {
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Who owns which key. The same at every node once news has spread: a function of the members that are there and of what
 * they tell about themselves. Reads are local.
 */
export interface NodeRing {
  /** The owner first, then who holds replicas; 3 unless told otherwise, in different zones while there are such. */
  ownersOf(key: string | Uint8Array, count?: number): readonly NodeId[];
  locate(key: string | Uint8Array, count?: number): KeyPlace;
  /** By name. */
  shares(): readonly RingShare[];
  /** In the order of the ring. */
  tokens(): readonly TokenHolder[];
  /** By name. */
  slots(): readonly SlotHolder[];
  /** Ranges that will have other owners once all who are joining, leaving or moving have done so. */
  pending(): readonly MovedTokens[];
  schema(): SchemaVersions;
  /**
   * What we say of our tokens: `joining` before we hold what we will own, `normal` then, `leaving` before we go, `moving`
   * on the way to other `tokens`, `hibernate` while we own nothing. A node is `normal` unless it says otherwise. Not
   * each may follow each: not `leaving` after `joining`, for one.
   * `tokens` are so many, derived from our name, or a list; unless told, those that we have, and after `moving`
   * those that we moved to. Throws `ConfigError`, `StoppedError`.
   */
  setTokens(status: TokenStatus, tokens?: Tokens): void;
  /** Claims slots, with an epoch above all others: all that are ours, such as `0-5460,10923`. Throws `ConfigError`. */
  claimSlots(ranges: string): void;
  /** Tells the digest of our schema. */
  setSchema(digest: string): void;
  /** Whether all members that are there tell the same schema, at the latest after `timeoutMs`. Rejects with the signal. */
  schemaAgreed(options?: Wait): Promise<boolean>;
  /** What moves from now on, told when it has settled. Ends with the signal, with `break`, or with the node. */
  watch(options?: { readonly signal?: AbortSignal | undefined }): AsyncGenerator<RingChanged, undefined>;
}
