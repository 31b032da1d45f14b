import type { KnownEndpoints } from './known-endpoints.ts';

/** What the decoding of one packet has in common, on all levels. */
export interface DecodeContext {
  /** Byte fields and embedded messages so far: at most `VALUE_COUNT_MAX`. */
  valueCount: number;
  /** Fields and messages that were skipped because they are not known here. */
  skippedCount: number;
  readonly endpoints: KnownEndpoints;
}
