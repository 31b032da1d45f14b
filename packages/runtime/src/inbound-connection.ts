/**
 * One connection that a peer dialled, read frame by frame. Nothing is ever written to it.
 *
 *   idle --first byte--> in a frame --last byte--> idle      either --wrong length | too slow | end--> closed
 */
import type { Socket } from 'node:net';
import type { Endpoint } from '@hearsay/core';
import { peerEndpoint } from './address-family.ts';
import type { TransportConfig } from './config.ts';
import type { DropReason, Tally } from './counters.ts';
import { Deadline } from './deadline.ts';
import { FrameReader } from './frame-reader.ts';

/** Takes the frames of inbound connections. */
export type OnFrame = (from: Endpoint, frame: Uint8Array) => void;

/** Reads until the peer ends, breaks the rules or is too slow. The owner listens for the errors of the socket. */
export class InboundConnection {
  readonly #config: Readonly<TransportConfig>;
  readonly #socket: Socket;
  readonly #tally: Tally;
  readonly #onFrame: OnFrame;
  readonly #from: Endpoint;
  readonly #reader: FrameReader;
  readonly #deadline: Deadline = new Deadline(() => this.#onDeadline());
  #isGivenUp = false;

  constructor(config: Readonly<TransportConfig>, socket: Socket, tally: Tally, onFrame: OnFrame) {
    this.#config = config;
    this.#socket = socket;
    this.#tally = tally;
    this.#onFrame = onFrame;
    this.#from = peerEndpoint(socket.remoteAddress ?? '', socket.remotePort ?? 0);
    this.#reader = new FrameReader(config.frameBytesMax);
    this.#deadline.set(config.inboundIdleTimeoutMs);
    socket.on('data', (chunk: Buffer) => this.#onData(chunk));
    socket.once('close', () => this.#onClose());
  }

  /** Whatever is half read is forgotten. */
  destroy(): void {
    this.#isGivenUp = true;
    this.#deadline.clear();
    this.#socket.destroy();
  }

  #onData(chunk: Buffer): void {
    const wasPartial = this.#reader.isPartial;
    const frameCount = this.#reader.frameCount;
    const isSound = this.#reader.push(chunk, (frame) => this.#onFrameRead(frame));
    if (this.#isGivenUp) return;
    if (!isSound) return this.#giveUp('bad-frame-length');
    if (this.#reader.frameCount > frameCount) this.#yield();
    // The time of a frame that is under way runs on: a byte now and then must not stretch it.
    if (wasPartial && this.#reader.frameCount === frameCount) return;
    this.#deadline.set(this.#reader.isPartial ? this.#config.frameTimeoutMs : this.#config.inboundIdleTimeoutMs);
  }

  /**
   * Lets others have a turn. A socket hands over up to thirty-two chunks at once: while a peer fills our store, packets and
   * timers would wait for two megabytes of records.
   */
  #yield(): void {
    this.#socket.pause();
    setImmediate(() => {
      if (!this.#isGivenUp) this.#socket.resume();
    });
  }

  /** The receiver may close the transport, with more frames in the same chunk. */
  #onFrameRead(frame: Uint8Array): void {
    if (this.#isGivenUp) return;
    this.#tally.received('stream', frame.length);
    this.#onFrame(this.#from, frame);
  }

  #onDeadline(): void {
    if (this.#reader.isPartial) this.#giveUp('slow-frame');
    else this.destroy();
  }

  #giveUp(reason: DropReason): void {
    this.#tally.dropped(reason);
    this.destroy();
  }

  #onClose(): void {
    this.#deadline.clear();
    if (!this.#isGivenUp && this.#reader.isPartial) this.#tally.dropped('truncated-frame');
    this.#isGivenUp = true;
  }
}
