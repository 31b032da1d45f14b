export type { AntiEntropyDeps } from './anti-entropy.ts';
export { AntiEntropyCore } from './anti-entropy.ts';
export type { AntiEntropyConfig } from './config.ts';
export { ANTI_ENTROPY_DEFAULTS, antiEntropyConfig, NOTE_BYTES_MAX, STAMP_BYTES_MAX, SUM_PRIME } from './config.ts';
export { MerkleTree } from './merkle-tree.ts';
export type {
  AnswerEnd,
  AntiEntropyBody,
  AntiEntropyCommand,
  AntiEntropyEvent,
  AntiEntropyMessage,
  AntiEntropyTimer,
  Bucket,
  Envelope,
  NodeDigests,
  NodeSums,
  PlacedElement,
  SessionEnded,
  SessionOutcome,
  Strategy,
} from './messages.ts';
export type { OtherPeers } from './other-peers.ts';
export type { Offer, Presence, SessionOwner } from './owner.ts';
export type { ScuttlebuttConfig } from './scuttlebutt/config.ts';
export { SCUTTLEBUTT_DEFAULTS, scuttlebuttConfig } from './scuttlebutt/config.ts';
export type {
  ScuttlebuttCommand,
  ScuttlebuttEvent,
  ScuttlebuttMessage,
  ScuttlebuttTimer,
} from './scuttlebutt/messages.ts';
export type { ScuttlebuttDeps } from './scuttlebutt/scuttlebutt.ts';
export { ScuttlebuttCore } from './scuttlebutt/scuttlebutt.ts';
export type { Cell } from './sketch.ts';
export { depthFor } from './tree-shape.ts';
