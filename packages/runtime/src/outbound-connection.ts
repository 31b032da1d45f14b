/**
 * One connection that we dialled. It is only written: replies come on a connection that the peer dials.
 *
 *   connecting --connect--> open --idle | error | end | slow--> closed
 *       └------timeout | error------------------------------------^
 */
import { connect, type LookupFunction, type Socket } from 'node:net';
import { type Endpoint, formatEndpoint } from '@hearsay/core';
import type { TransportConfig } from './config.ts';
import type { Tally } from './counters.ts';
import { Deadline } from './deadline.ts';
import type { ErrorLog } from './error-log.ts';
import { FRAME_PREFIX_BYTES, framePrefix } from './frame-reader.ts';

/** Where to, and who is told of the end. */
export interface OutboundTarget {
  readonly host: string;
  readonly port: number;
  /** Only asked for names. */
  readonly lookup: LookupFunction;
  /** Called once, also when the connection was never established. */
  readonly onClosed: () => void;
}

/** Writes frames in order. A frame counts as sent when the kernel has taken all of it. */
export class OutboundConnection {
  readonly #config: Readonly<TransportConfig>;
  readonly #tally: Tally;
  readonly #errors: ErrorLog;
  readonly #name: Endpoint;
  readonly #socket: Socket;
  readonly #deadline: Deadline = new Deadline(() => this.#onDeadline());
  #isEstablished = false;
  /** `0 ≤ pendingBytes ≤ pendingBytesMax`, prefixes included. */
  #pendingBytes = 0;
  #pendingCount = 0;

  constructor(config: Readonly<TransportConfig>, target: OutboundTarget, tally: Tally, errors: ErrorLog) {
    this.#config = config;
    this.#tally = tally;
    this.#errors = errors;
    const { host, port, lookup } = target;
    this.#name = formatEndpoint(host, port);
    this.#socket = connect({ host, port, lookup, noDelay: true, autoSelectFamily: false });
    this.#deadline.set(config.connectTimeoutMs);
    this.#socket.once('connect', () => this.#onConnect());
    this.#socket.on('data', () => this.#onUnexpectedBytes());
    this.#socket.on('error', (error) => this.#errors.report(error));
    // The peer is gone or going: the next frame needs a connection of its own.
    this.#socket.once('end', () => this.destroy());
    this.#socket.once('close', () => {
      this.#onClose();
      target.onClosed();
    });
  }

  /** Nothing waits to be written, and it is not being established either. */
  get isIdle(): boolean {
    return this.#isEstablished && this.#pendingCount === 0;
  }

  /** Whether frames can still be given to it. */
  get isUsable(): boolean {
    return !this.#socket.destroyed;
  }

  /** Drops the frame when more than `pendingBytesMax` would wait. */
  write(frame: Uint8Array): void {
    const sizeBytes = FRAME_PREFIX_BYTES + frame.length;
    if (this.#pendingBytes + sizeBytes > this.#config.pendingBytesMax) return this.#tally.dropped('pending-full');
    this.#pendingBytes += sizeBytes;
    this.#pendingCount += 1;
    if (this.#isEstablished && this.#pendingCount === 1) this.#deadline.set(this.#config.frameTimeoutMs);
    this.#socket.cork();
    this.#socket.write(framePrefix(frame.length));
    this.#socket.write(frame, (error) => this.#onWritten(frame.length, error));
    this.#socket.uncork();
  }

  /** Frames not yet taken by the kernel are lost, and counted when the socket has closed. */
  destroy(): void {
    this.#deadline.clear();
    this.#socket.destroy();
  }

  #onConnect(): void {
    this.#isEstablished = true;
    this.#tally.establishedCount += 1;
    this.#awaitNext();
  }

  #onWritten(frameBytes: number, error: Error | null | undefined): void {
    // Frames of a connection that failed are counted when it has closed.
    if ((error !== null && error !== undefined) || this.#pendingCount === 0) return;
    this.#pendingBytes -= FRAME_PREFIX_BYTES + frameBytes;
    this.#pendingCount -= 1;
    this.#tally.sent('stream', frameBytes);
    if (this.isUsable) this.#awaitNext();
  }

  #awaitNext(): void {
    this.#deadline.set(this.#pendingCount > 0 ? this.#config.frameTimeoutMs : this.#config.idleTimeoutMs);
  }

  #onDeadline(): void {
    if (!this.#isEstablished) this.#errors.report(timeoutError(this.#name));
    else if (this.#pendingCount > 0) this.#tally.dropped('slow-frame');
    this.destroy();
  }

  /** Also what happens when a dial of a free local port is answered by that very socket. */
  #onUnexpectedBytes(): void {
    this.#tally.dropped('unexpected-bytes');
    this.destroy();
  }

  #onClose(): void {
    this.#deadline.clear();
    if (!this.#isEstablished) this.#tally.failedCount += 1;
    this.#tally.dropped('connection-lost', this.#pendingCount);
    this.#pendingCount = 0;
    this.#pendingBytes = 0;
  }
}

function timeoutError(endpoint: Endpoint): Error {
  return Object.assign(new Error(`connect ETIMEDOUT ${endpoint}`), { code: 'ETIMEDOUT' });
}
