export type { AntiEntropyDeps } from './anti-entropy.ts';
export { AntiEntropyCore } from './anti-entropy.ts';
export type { AntiEntropyConfig } from './config.ts';
export { ANTI_ENTROPY_DEFAULTS, antiEntropyConfig } from './config.ts';
export { depthFor, MerkleTree } from './merkle-tree.ts';
export type {
  AntiEntropyCommand,
  AntiEntropyEvent,
  AntiEntropyMessage,
  AntiEntropyTimer,
  Bucket,
  NodeDigests,
  SessionOutcome,
} from './messages.ts';
