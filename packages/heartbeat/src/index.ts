export type { HeartbeatConfig } from './gossip/config.ts';
export { heartbeatConfig, LAN as HEARTBEAT_LAN, LOCAL as HEARTBEAT_LOCAL } from './gossip/config.ts';
export type { Answer, Held } from './gossip/exchange.ts';
export { answerOf } from './gossip/exchange.ts';
export type { HeartbeatDeps } from './gossip/heartbeat-core.ts';
export { HeartbeatCore } from './gossip/heartbeat-core.ts';
export type {
  Delta,
  Digest,
  HeartbeatCommand,
  HeartbeatEvent,
  HeartbeatMessage,
  HeartbeatTimer,
  ShadowOutcome,
} from './gossip/messages.ts';
export type { RoundCounts } from './gossip/round-targets.ts';
export { isSeedContacted, isUnreachableContacted, roundTargets } from './gossip/round-targets.ts';
export { ArrivalWindow } from './phi/arrival-window.ts';
export type { PhiConfig } from './phi/config.ts';
export { PHI_DEFAULTS, PHI_LOCAL, phiConfig } from './phi/config.ts';
export { convictionMs, isConvicted, phiOf } from './phi/phi.ts';
export type { QuorumConfig } from './quorum/config.ts';
export {
  gossipEntryCount,
  pingAfterMs,
  QUORUM_LAN,
  QUORUM_LOCAL,
  QUORUM_WAN,
  quorumConfig,
  quorumOf,
  reportValidityMs,
} from './quorum/config.ts';
export { FailureReports } from './quorum/failure-reports.ts';
export type {
  GossipEntry,
  Opinion,
  QuorumCommand,
  QuorumEvent,
  QuorumMessage,
  QuorumTimer,
} from './quorum/messages.ts';
export type { QuorumDeps } from './quorum/quorum-core.ts';
export { QuorumCore } from './quorum/quorum-core.ts';
export type { Voters } from './quorum/voters.ts';
export { AllVoters } from './quorum/voters.ts';
