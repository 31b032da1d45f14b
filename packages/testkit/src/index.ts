export type { ClaimShape, GroundsShape, RecordShape, RumorShape } from './arbitraries.ts';
export {
  arbitraryClaim,
  arbitraryEndpoint,
  arbitraryGrounds,
  arbitraryName,
  arbitraryRecord,
  arbitraryRumor,
  arbitraryStamp,
  arbitraryTags,
  NAMES,
} from './arbitraries.ts';
export type { AntiEntropyMessageShape, BucketShape } from './arbitraries-anti-entropy.ts';
export { arbitraryAntiEntropyMessage } from './arbitraries-anti-entropy.ts';
export { arbitraryDamaged, arbitraryNoise } from './arbitraries-bytes.ts';
export type { HeartbeatMessageShape, QuorumMessageShape } from './arbitraries-detectors.ts';
export { arbitraryHeartbeatMessage, arbitraryQuorumMessage } from './arbitraries-detectors.ts';
export {
  extremeClaim,
  extremeEndpoint,
  extremeName,
  extremeRecord,
  extremeRumor,
  extremeStamp,
  extremeTags,
  extremeText,
  extremeUint32,
} from './arbitraries-extreme.ts';
export type {
  MessageDomain,
  RumorMessageShape,
  SwimMessageShape,
} from './arbitraries-messages.ts';
export { arbitraryRumorMessage, arbitrarySwimMessage } from './arbitraries-messages.ts';
export type { PacketShape, WireMessageShape } from './arbitraries-packets.ts';
export { arbitraryMessage, arbitraryPacket, extremeMessage, extremePacket } from './arbitraries-packets.ts';
export type { EngineHeadShape, EngineRecordShape, EngineShape, EngineStation } from './engine-conformance.ts';
export { engineConformance } from './engine-conformance.ts';
export type { InboxItem } from './inbox.ts';
export { Inbox } from './inbox.ts';
export type {
  ConformingOptions,
  ConformingTransport,
  TransportFactory,
  TransportProperty,
} from './transport-conformance.ts';
export { TRANSPORT_PROPERTIES } from './transport-conformance.ts';
export type { AnnotatedHex, Vector } from './vectors.ts';
export { hexBytes, loadVectors, vectorFiles } from './vectors.ts';
