/** The UDP half of a transport. */
import type { RemoteInfo, Socket } from 'node:dgram';
import type { Endpoint } from '@hearsay/core';
import { peerEndpoint } from './address-family.ts';
import type { Tally } from './counters.ts';
import type { ErrorLog } from './error-log.ts';

/** Sends to numeric addresses, and counts what the kernel does with it. */
export class PacketSocket {
  readonly #socket: Socket;
  readonly #queueBytesMax: number;
  readonly #tally: Tally;
  readonly #errors: ErrorLog;

  constructor(
    socket: Socket,
    queueBytesMax: number,
    tally: Tally,
    errors: ErrorLog,
    onPacket: (from: Endpoint, bytes: Uint8Array) => void,
  ) {
    this.#socket = socket;
    this.#queueBytesMax = queueBytesMax;
    this.#tally = tally;
    this.#errors = errors;
    socket.on('message', (bytes: Buffer, sender: RemoteInfo) => {
      if (bytes.length === 0) return tally.dropped('empty');
      tally.received('packet', bytes.length);
      onPacket(peerEndpoint(sender.address, sender.port), bytes);
    });
    socket.on('error', (error) => errors.report(error));
  }

  /** `address` as `socketAddress` gives it. Not after `close`. */
  send(address: string, port: number, bytes: Uint8Array): void {
    // A socket that the kernel does not drain queues inside libuv, without any bound of its own.
    if (this.#socket.getSendQueueSize() + bytes.length > this.#queueBytesMax) {
      return this.#tally.dropped('packet-queue-full');
    }
    this.#socket.send(bytes, port, address, (error) => {
      if (error === null) return this.#tally.sent('packet', bytes.length);
      this.#tally.dropped('send-failed');
      this.#errors.report(error);
    });
  }

  close(): Promise<void> {
    this.#socket.removeAllListeners('message');
    return new Promise((resolve) => this.#socket.close(() => resolve()));
  }
}
