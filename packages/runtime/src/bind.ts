/** Takes one port for UDP and TCP together. */
import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { createServer, type Server } from 'node:net';
import { type Endpoint, parseEndpoint } from '@hearsay/core';
import { type AddressFamily, familyOf } from './address-family.ts';
import type { TransportConfig } from './config.ts';
import { BindError, codeOf } from './errors.ts';

/** Both sockets of a transport, bound. Whoever holds it closes them. */
export interface BoundSockets {
  readonly host: string;
  readonly port: number;
  readonly family: AddressFamily;
  readonly udp: Socket;
  readonly tcp: Server;
}

/**
 * Binds. With port 0 the kernel picks a port for UDP, and another one as long as TCP finds it taken, up to
 * `bindAttemptCountMax` times. Throws `AddressError` for an endpoint that is none, and `BindError`; no socket is open
 * then.
 */
export async function bindSockets(endpoint: Endpoint, config: Readonly<TransportConfig>): Promise<BoundSockets> {
  const { host, port, family } = parseEndpoint(endpoint);
  try {
    const address = family === 'dns' ? (await lookup(host)).address : host;
    return await bindBoth(address, port, config);
  } catch (error) {
    throw new BindError(endpoint, error);
  }
}

/** UDP first: a packet that comes too early is lost, but a connection that nobody reads yet would hang. */
async function bindBoth(host: string, port: number, config: Readonly<TransportConfig>): Promise<BoundSockets> {
  for (let attempt = 1; ; attempt++) {
    const udp = await bindUdp(host, port, config.receiveBufferBytes);
    const boundPort = udp.address().port;
    try {
      const tcp = await listen(host, boundPort);
      return { host, port: boundPort, family: familyOf(host), udp, tcp };
    } catch (error) {
      await closeUdp(udp);
      const isWorthAnother = port === 0 && codeOf(error) === 'EADDRINUSE' && attempt < config.bindAttemptCountMax;
      if (!isWorthAnother) throw error;
    }
  }
}

/** `exclusive`: workers of `node:cluster` would otherwise share the socket and each get some of the bytes. */
function listen(host: string, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer({ noDelay: true });
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', reject);
      resolve(server);
    });
  });
}

function bindUdp(host: string, port: number, receiveBufferBytes: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createSocket({ type: familyOf(host) === 'ipv4' ? 'udp4' : 'udp6', lookup: numericLookup });
    const onError = (error: Error): void => {
      socket.close();
      reject(error);
    };
    socket.once('error', onError);
    socket.bind({ address: host, port, exclusive: true }, () => {
      socket.off('error', onError);
      growReceiveBuffer(socket, receiveBufferBytes);
      resolve(socket);
    });
  });
}

/** Addresses are numeric by the time they get here. The default of `dgram` would ask `dns.lookup` for every packet. */
function numericLookup(
  host: string,
  _options: unknown,
  callback: (error: NodeJS.ErrnoException | null, address: string, family: number) => void,
): void {
  callback(null, host, host.includes(':') ? 6 : 4);
}

/** Linux cuts what is too much to its limit; others refuse, and then half of it is asked for, as memberlist does. */
function growReceiveBuffer(socket: Socket, wantedBytes: number): void {
  for (let sizeBytes = wantedBytes; sizeBytes >= 1_024; sizeBytes = Math.floor(sizeBytes / 2)) {
    try {
      return socket.setRecvBufferSize(sizeBytes);
    } catch {
      // A smaller buffer loses more packets in a burst; that is no reason not to start.
    }
  }
}

function closeUdp(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.close(() => resolve()));
}
