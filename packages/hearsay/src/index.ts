export type { Endpoint, HearsayErrorCode, NodeId } from '@hearsay/core';
export { HearsayError } from '@hearsay/core';
export type { Priority } from '@hearsay/damping';
export type { Status } from '@hearsay/membership';
export { isZone } from '@hearsay/membership';
export type { TokenStatus, Tokens } from '@hearsay/ring';
export { TOKEN_STATUSES } from '@hearsay/ring';
export type { SpentReason, SpreadWay } from '@hearsay/rumor';
export type { Preset } from '@hearsay/stack';
export type { Durability } from '@hearsay/store/lmdb';
export type { SwimVeto } from '@hearsay/swim';
export type { HistogramMetric, Metric, NumberMetric } from './counters.ts';
export { createNode } from './create-node.ts';
export { JoinError, StoppedError } from './errors.ts';
export type { NodeListener } from './event-stream.ts';
export type { MovedSlots, MovedTokens, NodeEvent, RingChanged, RumorEvent, StateChanged } from './events.ts';
export type { AccusationSnapshot, AccusationTried, EvidenceSnapshot } from './evidence.ts';
export type { Bucket } from './histogram.ts';
export type {
  HearsayNode,
  ListOptions,
  LoadedEntry,
  NodeFaultPlan,
  NodeFaults,
  NodeMembers,
  NodeRumors,
  NodeStates,
  NodeStore,
  OutgoingRumor,
  PingResult,
  PublishedRumor,
  PublishOptions,
  RoomOptions,
  RumorFilter,
  RumorSpread,
  SetOptions,
  StateFilter,
  WriteOptions,
} from './node.ts';
export type { NodeOptions } from './options.ts';
export type { KeyPlace, NodeRing, RingShare, SchemaVersions, SlotHolder, TokenHolder } from './ring.ts';
export type { MemberSnapshot, StateEntry, StoreEntry } from './snapshots.ts';
export type { NodeStatus, StoreStatus } from './status.ts';
export type { StoreChange } from './store-watch.ts';
export { isTopicOf } from './topic-filter.ts';
