export type { StoreConfig } from './config.ts';
export { STORE_DEFAULTS, storeConfig } from './config.ts';
export type { StoreRecord } from './record.ts';
export { compareRecords, mergeRecords, versionOf } from './record.ts';
export type { ListOptions, RefusalReason, StoreMergeOutcome } from './store.ts';
export { Store } from './store.ts';
