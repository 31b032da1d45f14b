/** Options of the transport, each with its unit, its default and where that comes from. */
import { COUNT, type ConfigRule, checkedConfig, DURATION, type NumberRange } from '@hearsay/core';
import { FRAME_PREFIX_BYTES } from './frame-reader.ts';

/** Limits and timeouts of one transport. */
export interface TransportConfig {
  /**
   * Largest packet that may be sent, in bytes of payload. Larger ones are fragmented by IP and lost as a whole when
   * one fragment is. 1 to 65 507. Default 1400. Source: an Ethernet frame with room for tunnels; memberlist's
   * `UDPBufferSize`.
   */
  readonly packetBytesMax: number;
  /**
   * Largest frame, in bytes of payload, in both directions. A longer one that arrives closes its connection. All
   * members need the same value. 1 to 2^30. Default 2 MiB. Source: guess, eight of the largest store records.
   */
  readonly frameBytesMax: number;
  /**
   * Kernel buffer for packets that arrive faster than they are handled, in bytes. The kernel may grant less. Default
   * 2 MiB. Source: memberlist's `udpRecvBufSize`.
   */
  readonly receiveBufferBytes: number;
  /** Packets waiting for the kernel, in bytes; a packet above it is dropped. Default 1 MiB. Source: guess, a 10 ms burst at 1 Gbit/s. */
  readonly packetQueueBytesMax: number;
  /**
   * Frames waiting for one connection, in bytes. A frame above it is dropped, not an older one: that is half sent
   * already. At least one frame. Default 8 MiB. Source: guess, four of the largest frames.
   */
  readonly pendingBytesMax: number;
  /** Connections that we dialled. One more closes the idlest; when all are busy, the frame is dropped. Default 256. Source: guess. */
  readonly outboundCountMax: number;
  /** Connections that others dialled. One more is closed at once. Default 512. Source: guess. */
  readonly inboundCountMax: number;
  /** Time to establish a connection, in ms, its DNS lookup included. Default 5000. Source: half of memberlist's `TCPTimeout`. */
  readonly connectTimeoutMs: number;
  /**
   * A connection that we dialled is closed after so many ms without a frame. Default 10 000. Source: guess: an exchange
   * by stream takes a second or two, and an open connection 4 KiB at either end.
   */
  readonly idleTimeoutMs: number;
  /**
   * A connection that others dialled is closed after so many ms without a frame. Above `idleTimeoutMs`, so that the
   * dialler closes first and no frame meets a closing door. Default 20 000. Source: twice `idleTimeoutMs`.
   */
  readonly inboundIdleTimeoutMs: number;
  /**
   * Time for one frame from its first byte to its last, in ms, sent or received. Slower peers lose the connection:
   * they would hold memory for as long as they like. Default 30 000. Source: guess, 2 MiB at 560 kbit/s.
   */
  readonly frameTimeoutMs: number;
  /** An answer of DNS is used for so many ms before it is asked again. Default 30 000. Source: guess, a usual TTL of service discovery. */
  readonly lookupTtlMs: number;
  /** A failed lookup is not repeated for so many ms. Default 2000. Source: guess. */
  readonly lookupRetryMs: number;
  /** DNS names remembered; the longest unasked is forgotten. Default 1024. Source: guess. */
  readonly lookupCountMax: number;
  /** Packets and dials that wait for DNS; one more is dropped. Default 256. Source: guess. */
  readonly lookupWaitingCountMax: number;
  /** With port 0: how often another port is tried until one is free for UDP and TCP. Default 16. Source: guess. */
  readonly bindAttemptCountMax: number;
  /** Errors of one code are reported to `onError` at most once in so many ms. All are counted. Default 1000. Source: guess. */
  readonly errorIntervalMs: number;
}

/** See `TransportConfig`. */
export const TRANSPORT_DEFAULTS: Readonly<TransportConfig> = Object.freeze({
  packetBytesMax: 1_400,
  frameBytesMax: 2 * 1_024 * 1_024,
  receiveBufferBytes: 2 * 1_024 * 1_024,
  packetQueueBytesMax: 1_024 * 1_024,
  pendingBytesMax: 8 * 1_024 * 1_024,
  outboundCountMax: 256,
  inboundCountMax: 512,
  connectTimeoutMs: 5_000,
  idleTimeoutMs: 10_000,
  inboundIdleTimeoutMs: 20_000,
  frameTimeoutMs: 30_000,
  lookupTtlMs: 30_000,
  lookupRetryMs: 2_000,
  lookupCountMax: 1_024,
  lookupWaitingCountMax: 256,
  bindAttemptCountMax: 16,
  errorIntervalMs: 1_000,
});

/** What one UDP datagram can carry over IPv4. */
const DATAGRAM_BYTES_MAX = 65_507;
const FRAME_BYTES: NumberRange = Object.freeze({ min: 1, max: 2 ** 30 });
const BUFFER_BYTES: NumberRange = Object.freeze({ min: 1_024, max: 2 ** 31 - 1 });

const RULES: readonly ConfigRule<TransportConfig>[] = [
  (config) =>
    config.pendingBytesMax < config.frameBytesMax + FRAME_PREFIX_BYTES
      ? 'pendingBytesMax: below frameBytesMax and its prefix'
      : undefined,
  (config) =>
    config.packetQueueBytesMax < config.packetBytesMax ? 'packetQueueBytesMax: below packetBytesMax' : undefined,
  (config) =>
    config.inboundIdleTimeoutMs <= config.idleTimeoutMs ? 'inboundIdleTimeoutMs: not above idleTimeoutMs' : undefined,
];

/** Fills in defaults, checks every rule, freezes. Throws one `ConfigError` naming all problems. */
export function transportConfig(partial: Partial<TransportConfig> = {}): Readonly<TransportConfig> {
  return checkedConfig(
    'openTransport',
    TRANSPORT_DEFAULTS,
    partial,
    {
      packetBytesMax: { min: 1, max: DATAGRAM_BYTES_MAX },
      frameBytesMax: FRAME_BYTES,
      receiveBufferBytes: BUFFER_BYTES,
      packetQueueBytesMax: COUNT,
      pendingBytesMax: COUNT,
      outboundCountMax: COUNT,
      inboundCountMax: COUNT,
      connectTimeoutMs: DURATION,
      idleTimeoutMs: DURATION,
      inboundIdleTimeoutMs: DURATION,
      frameTimeoutMs: DURATION,
      lookupTtlMs: DURATION,
      lookupRetryMs: DURATION,
      lookupCountMax: COUNT,
      lookupWaitingCountMax: COUNT,
      bindAttemptCountMax: COUNT,
      errorIntervalMs: DURATION,
    },
    RULES,
  );
}
