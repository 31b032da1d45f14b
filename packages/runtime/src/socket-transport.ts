/** The transport of real nodes: UDP for packets, TCP for frames, on one port. */
import { type Endpoint, type EndpointParts, endpointParts, formatEndpoint, TooLargeError } from '@hearsay/core';
import { type AddressFamily, canReach, lookupFamily, socketAddress } from './address-family.ts';
import { type BoundSockets, bindSockets } from './bind.ts';
import { type TransportConfig, transportConfig } from './config.ts';
import { Tally, type TransportCounters } from './counters.ts';
import { ErrorLog } from './error-log.ts';
import { InboundServer } from './inbound-server.ts';
import { OutboundPool } from './outbound-pool.ts';
import { PacketSocket } from './packet-socket.ts';
import { type Lookup, Resolver, systemLookup } from './resolver.ts';
import type { Receive, Transport, TransportOptions } from './transport.ts';

/**
 * Opens both sockets. Throws `ConfigError` for options, `AddressError` for an endpoint that is none, and `BindError`
 * when it cannot be bound; nothing is open then.
 */
export async function openTransport(options: TransportOptions): Promise<Transport> {
  const { bind, onReceive, onError = () => {}, lookup = systemLookup, ...limits } = options;
  const config = transportConfig(limits);
  const sockets = await bindSockets(bind, config);
  return new SocketTransport(config, sockets, onReceive, onError, lookup);
}

class SocketTransport implements Transport {
  readonly endpoint: Endpoint;
  readonly #config: Readonly<TransportConfig>;
  readonly #family: AddressFamily;
  readonly #tally: Tally = new Tally();
  readonly #errors: ErrorLog;
  readonly #resolver: Resolver;
  readonly #packets: PacketSocket;
  readonly #inbound: InboundServer;
  readonly #outbound: OutboundPool;
  #closed: Promise<void> | undefined;

  constructor(
    config: Readonly<TransportConfig>,
    sockets: BoundSockets,
    onReceive: Receive,
    onError: (error: Error) => void,
    lookup: Lookup,
  ) {
    this.endpoint = formatEndpoint(sockets.host, sockets.port);
    this.#config = config;
    this.#family = sockets.family;
    this.#errors = new ErrorLog(this.#tally, config.errorIntervalMs, onError);
    this.#resolver = new Resolver(config, lookupFamily(sockets.family), lookup, this.#tally, this.#errors);
    this.#packets = new PacketSocket(
      sockets.udp,
      config.packetQueueBytesMax,
      this.#tally,
      this.#errors,
      (from, bytes) => onReceive(from, bytes, 'packet'),
    );
    this.#inbound = new InboundServer(config, sockets.tcp, this.#tally, this.#errors, (from, bytes) =>
      onReceive(from, bytes, 'stream'),
    );
    this.#outbound = new OutboundPool(config, this.#resolver, this.#tally, this.#errors);
  }

  sendPacket(to: Endpoint, bytes: Uint8Array): void {
    const { packetBytesMax } = this.#config;
    if (bytes.length > packetBytesMax)
      throw new TooLargeError('a packet', bytes.length, packetBytesMax, 'packetBytesMax');
    const target = this.#target(to, bytes);
    if (target === undefined) return;
    if (target.family !== 'dns') return this.#sendPacketTo(target.host, target.port, bytes);
    this.#resolver.resolve(target.host, (address) => {
      if (address === undefined) this.#tally.dropped('unresolved');
      else this.#sendPacketTo(address, target.port, bytes);
    });
  }

  sendFrame(to: Endpoint, bytes: Uint8Array): void {
    const { frameBytesMax } = this.#config;
    if (bytes.length > frameBytesMax) throw new TooLargeError('a frame', bytes.length, frameBytesMax, 'frameBytesMax');
    const target = this.#target(to, bytes);
    if (target !== undefined) this.#outbound.send(to, target, bytes);
  }

  counters(): TransportCounters {
    return this.#tally.snapshot(this.#inbound.size, this.#outbound.size);
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#errors.close();
    const closings = [this.#packets.close(), this.#inbound.close(), this.#outbound.close()];
    this.#resolver.close();
    await Promise.all(closings);
  }

  /** The parts of `to`, or `undefined` when nothing can be sent there; that is counted. */
  #target(to: Endpoint, bytes: Uint8Array): EndpointParts | undefined {
    const target = endpointParts(to);
    if (this.#closed !== undefined) this.#tally.dropped('closed');
    else if (bytes.length === 0) this.#tally.dropped('empty');
    else if (target === undefined || target.port === 0) this.#tally.dropped('bad-endpoint');
    else if (!canReach(this.#family, target)) this.#tally.dropped('wrong-family');
    else return target;
    return undefined;
  }

  #sendPacketTo(address: string, port: number, bytes: Uint8Array): void {
    if (this.#closed !== undefined) return this.#tally.dropped('closed');
    this.#packets.send(socketAddress(this.#family, address), port, bytes);
  }
}
