export type { CodecOptions } from './codec.ts';
export { Codec } from './codec.ts';
export { WIRE_VERSION } from './header.ts';
export { FRAME_BYTES_MAX, MESSAGE_COUNT_MAX, VALUE_COUNT_MAX } from './limits.ts';
export type { Buried, DecodeResult, Grave, Packet, Root, Roots, Stability, WireMessage } from './packet.ts';
export type { WireErrorReason } from './wire-error.ts';
export { WireError } from './wire-error.ts';
