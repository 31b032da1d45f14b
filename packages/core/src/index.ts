export { assertNever } from './assert-never.ts';
export { BoundedMap } from './bounded-map.ts';
export { BoundedQueue } from './bounded-queue.ts';
export { CanonicalWriter } from './canonical.ts';
export { CidrList } from './cidr-list.ts';
export type { ConfigRule, NumberRange, NumberRanges } from './config.ts';
export { COUNT, checkedConfig, DURATION, DURATION_MS_MAX, PER_MILLE } from './config.ts';
export type { Env } from './driver.ts';
export { Driver } from './driver.ts';
export type { Core, Input, Outbox, SizeOf, Via } from './envelope.ts';
export type { HearsayErrorCode } from './errors.ts';
export {
  AddressError,
  ClockSkewError,
  ConfigError,
  HearsayError,
  KeyError,
  NameError,
  OverflowError,
  TooLargeError,
  VersionError,
} from './errors.ts';
export { HASH128_BYTES, hash32, keyedHash128, mix32, utf8Bytes } from './hash.ts';
export type { HlcStamp } from './hlc.ts';
export { compareStamps, HLC_COUNTER_MAX, HLC_WALL_MS_MAX, HybridClock } from './hlc.ts';
export type { Endpoint, EndpointParts, NodeId } from './identity.ts';
export {
  ENDPOINT_BYTES_MAX,
  endpointParts,
  formatEndpoint,
  isEndpoint,
  isName,
  NAME_BYTES_MAX,
  parseEndpoint,
  parseName,
} from './identity.ts';
export { Interner } from './interner.ts';
export { KeyedHash } from './keyed-hash.ts';
export { NameList } from './name-list.ts';
export { NameMap } from './name-map.ts';
export { RecordingOutbox } from './recording-outbox.ts';
export type { Replica, ReplicaObserver } from './replica.ts';
export { Rng } from './rng.ts';
export type { MapDelta, MapPosition, MapVersion, VersionedEntry, VersionedMaps } from './versioned-maps.ts';
export { compareVersions, cutDelta, deltaFor } from './versioned-maps.ts';
export { WallClock } from './wall-clock.ts';
