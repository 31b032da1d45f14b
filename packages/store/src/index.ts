export type { StoreConfig } from './config.ts';
export { STORE_DEFAULTS, storeConfig } from './config.ts';
export type { StoreEngine } from './engine.ts';
export type { FloorMember, FloorOutlook } from './floor.ts';
export { FloorKeeper } from './floor.ts';
export { areGaps, GAP_COUNT_MAX, type Gap } from './gaps.ts';
export { Knowledge } from './knowledge.ts';
export type { KnowledgeEntry } from './knowledge-bytes.ts';
export { decodeKnowledge, decodeStamp, encodeKnowledge, encodeStamp } from './knowledge-bytes.ts';
export { MemoryEngine } from './memory-engine.ts';
export type { RefusalReason, StoreMergeOutcome } from './merge-outcome.ts';
export type { RecordHead, StoreRecord } from './record.ts';
export {
  canonicalHead,
  canonicalRecord,
  compareRecords,
  isLiveAt,
  mergeRecords,
  versionOf,
} from './record.ts';
export type { ListOptions, StoreDeps } from './store.ts';
export { Store } from './store.ts';
export { valueMark } from './value-mark.ts';
