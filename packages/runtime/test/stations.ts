/** Real transports and raw peers for one test, closed at its end. */
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { parseEndpoint } from '@hearsay/core';
import { Inbox } from '@hearsay/testkit';
import { onTestFinished } from 'vitest';
import { openTransport, type Transport, type TransportOptions } from '../src/index.ts';

export interface Station {
  readonly transport: Transport;
  readonly endpoint: string;
  readonly inbox: Inbox;
  readonly errors: Error[];
}

/** A transport on loopback that remembers what it received and what went wrong. */
export async function openStation(options: Partial<TransportOptions> = {}): Promise<Station> {
  const inbox = new Inbox();
  const errors: Error[] = [];
  const transport = await openTransport({
    bind: '127.0.0.1:0',
    onReceive: (from, bytes, via) => inbox.put({ from, bytes, via }),
    onError: (error) => errors.push(error),
    ...options,
  });
  onTestFinished(() => transport.close());
  return { transport, endpoint: transport.endpoint, inbox, errors };
}

/** A peer that speaks TCP and none of our rules. Resolves when it is connected. */
export function dial(endpoint: string): Promise<Socket> {
  const { host, port } = parseEndpoint(endpoint);
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, allowHalfOpen: true });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      socket.on('error', () => {});
      resolve(socket);
    });
    onTestFinished(() => void socket.destroy());
  });
}

/** Resolves when the peer's connection has ended, from whichever side. */
export function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.resume();
    socket.once('end', () => socket.end());
    socket.once('close', () => resolve());
  });
}

/** A server that accepts and does with a connection what the test says. */
export function listenRaw(onConnection: (socket: Socket) => void): Promise<{ server: Server; endpoint: string }> {
  return new Promise((resolve) => {
    const sockets: Socket[] = [];
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
      sockets.push(socket);
      socket.on('error', () => {});
      onConnection(socket);
    });
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (typeof address === 'object' && address !== null) resolve({ server, endpoint: `127.0.0.1:${address.port}` });
    });
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
  });
}

/** A bare UDP socket. */
export function rawUdp(): Promise<UdpSocket> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1', () => resolve(socket));
    onTestFinished(() => void socket.close());
  });
}
