/** What a store says to a record of a peer. */
import type { RecordHead } from './record.ts';
import type { RecordFault } from './record-check.ts';

/**
 * Why a peer's record was not accepted. `clock-skew`: its stamp is too far ahead. `full`: there is no room. `buried`: it
 * was here, was deleted, and its tombstone has gone since.
 */
export type RefusalReason = RecordFault | 'clock-skew' | 'full' | 'buried';

/** What became of a peer's record. */
export type StoreMergeOutcome =
  /** It is newer than what was held, if anything was. One that ended below the floor takes its place and is not kept. */
  | { readonly kind: 'accepted'; readonly previous: RecordHead | undefined }
  /** What is held is the same or newer. */
  | { readonly kind: 'stale' }
  /** The store is unchanged, and the refusal is counted. */
  | { readonly kind: 'refused'; readonly reason: RefusalReason };
