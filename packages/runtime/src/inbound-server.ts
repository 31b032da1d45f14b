/** The TCP half that listens. */
import type { Server, Socket } from 'node:net';
import type { TransportConfig } from './config.ts';
import type { Tally } from './counters.ts';
import type { ErrorLog } from './error-log.ts';
import { InboundConnection, type OnFrame } from './inbound-connection.ts';
import { OpenSet } from './open-set.ts';

/** Accepts up to `inboundCountMax` connections at a time. */
export class InboundServer {
  readonly #config: Readonly<TransportConfig>;
  readonly #server: Server;
  readonly #tally: Tally;
  readonly #errors: ErrorLog;
  readonly #onFrame: OnFrame;
  readonly #connections = new OpenSet<InboundConnection>();

  constructor(config: Readonly<TransportConfig>, server: Server, tally: Tally, errors: ErrorLog, onFrame: OnFrame) {
    this.#config = config;
    this.#server = server;
    this.#tally = tally;
    this.#errors = errors;
    this.#onFrame = onFrame;
    server.on('connection', (socket) => this.#onConnection(socket));
    server.on('error', (error) => errors.report(error));
  }

  /** `0 ≤ size ≤ inboundCountMax`. */
  get size(): number {
    return this.#connections.size;
  }

  /** Resolves when the server and every connection are closed. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const connection of this.#connections.values()) connection.destroy();
    await this.#connections.emptied();
    await closed;
  }

  #onConnection(socket: Socket): void {
    socket.on('error', (error) => this.#errors.report(error));
    if (this.#connections.size >= this.#config.inboundCountMax) {
      this.#tally.dropped('inbound-full');
      socket.destroy();
      return;
    }
    this.#tally.acceptedCount += 1;
    const connection = new InboundConnection(this.#config, socket, this.#tally, this.#onFrame);
    this.#connections.add(connection);
    socket.once('close', () => this.#connections.delete(connection));
  }
}
