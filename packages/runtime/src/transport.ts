/** What a transport is: packets and frames between endpoints, nothing about what they say. */
import type { Endpoint, Via } from '@hearsay/core';
import type { TransportConfig } from './config.ts';
import type { TransportCounters } from './counters.ts';
import type { Lookup } from './resolver.ts';

/**
 * Called with everything that arrives. For a packet, `from` is the sender's bound endpoint. For a frame it is where
 * the connection came from, a port that nobody listens on: the sender's endpoint is inside the payload. `bytes`
 * belongs to the receiver. It may issue sends; what it throws is a programmer error and ends the process.
 */
export type Receive = (from: Endpoint, bytes: Uint8Array, via: Via) => void;

/** Sends packets and frames. Delivery is not promised; what is dropped is counted. */
export interface Transport {
  /** The bound endpoint, with the port that was picked. */
  readonly endpoint: Endpoint;
  /**
   * Sends one datagram. `bytes` must not change afterwards. Throws `TooLargeError` above `packetBytesMax`, whatever
   * the state; nothing else makes it throw.
   */
  sendPacket(to: Endpoint, bytes: Uint8Array): void;
  /**
   * Sends one frame on the connection to `to`, which is dialled when there is none. Frames to one endpoint arrive in
   * order. `bytes` must not change afterwards. Throws `TooLargeError` above `frameBytesMax`; nothing else.
   */
  sendFrame(to: Endpoint, bytes: Uint8Array): void;
  /** A copy of the counters. */
  counters(): TransportCounters;
  /**
   * Closes every socket at once; frames that the kernel has not taken are lost. Nothing is received from the moment
   * of the call. Resolves when all sockets are closed. Idempotent.
   */
  close(): Promise<void>;
}

/** How to open a transport: every option of `TransportConfig`, and these. */
export interface TransportOptions extends Partial<TransportConfig> {
  /** Where to listen. Port 0 picks one that is free for UDP and TCP. `[::]` takes IPv4 as well. */
  readonly bind: Endpoint;
  readonly onReceive: Receive;
  /** Told of errors of sockets and of DNS, which are expected in operation and always counted. Default: nobody. */
  readonly onError?: (error: Error) => void;
  /** Finds the address of a DNS name. Default: `dns.lookup`, the resolver of the system. */
  readonly lookup?: Lookup;
}
