/** The connections that we dialled, one per endpoint. */
import type { LookupFunction } from 'node:net';
import type { Endpoint, EndpointParts } from '@hearsay/core';
import type { TransportConfig } from './config.ts';
import type { Tally } from './counters.ts';
import type { ErrorLog } from './error-log.ts';
import { OpenSet } from './open-set.ts';
import { OutboundConnection } from './outbound-connection.ts';
import type { Resolver } from './resolver.ts';

/** Dials when there is a frame to send, and keeps the connection for the next. When to try again is the caller's. */
export class OutboundPool {
  readonly #config: Readonly<TransportConfig>;
  readonly #resolver: Resolver;
  readonly #tally: Tally;
  readonly #errors: ErrorLog;
  /** The longest unused first. */
  readonly #usable = new Map<Endpoint, OutboundConnection>();
  /** Every socket that is not closed yet: those of `#usable`, and those on their way out. */
  readonly #open = new OpenSet<OutboundConnection>();

  constructor(config: Readonly<TransportConfig>, resolver: Resolver, tally: Tally, errors: ErrorLog) {
    this.#config = config;
    this.#resolver = resolver;
    this.#tally = tally;
    this.#errors = errors;
  }

  get size(): number {
    return this.#open.size;
  }

  send(to: Endpoint, parts: EndpointParts, frame: Uint8Array): void {
    const connection = this.#connectionTo(to, parts);
    if (connection === undefined) this.#tally.dropped('outbound-full');
    else connection.write(frame);
  }

  /** Resolves when every socket is closed. */
  close(): Promise<void> {
    for (const connection of this.#open.values()) connection.destroy();
    return this.#open.emptied();
  }

  #connectionTo(to: Endpoint, parts: EndpointParts): OutboundConnection | undefined {
    const held = this.#usable.get(to);
    this.#usable.delete(to);
    const connection = held?.isUsable === true ? held : this.#dial(to, parts);
    if (connection !== undefined) this.#usable.set(to, connection);
    return connection;
  }

  #dial(to: Endpoint, { host, port }: EndpointParts): OutboundConnection | undefined {
    if (this.#usable.size >= this.#config.outboundCountMax && !this.#closeIdlest()) return undefined;
    const connection: OutboundConnection = new OutboundConnection(
      this.#config,
      { host, port, lookup: this.#lookup, onClosed: () => this.#onClosed(to, connection) },
      this.#tally,
      this.#errors,
    );
    this.#open.add(connection);
    return connection;
  }

  #closeIdlest(): boolean {
    for (const [endpoint, connection] of this.#usable) {
      if (connection.isUsable && !connection.isIdle) continue;
      this.#usable.delete(endpoint);
      connection.destroy();
      return true;
    }
    return false;
  }

  #onClosed(to: Endpoint, connection: OutboundConnection): void {
    this.#open.delete(connection);
    if (this.#usable.get(to) === connection) this.#usable.delete(to);
  }

  readonly #lookup: LookupFunction = (host, _options, callback) => {
    this.#resolver.resolve(host, (address) => {
      if (address !== undefined) return callback(null, address, address.includes(':') ? 6 : 4);
      callback(Object.assign(new Error(`no address for ${host}`), { code: 'ENOTFOUND' }), '', 0);
    });
  };
}
