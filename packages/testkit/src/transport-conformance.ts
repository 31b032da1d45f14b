/**
 * What every transport must do, as a list of named properties: apply each to a factory, one test per property. The
 * types are structural, so that a transport needs no import from here, nor this file from a transport.
 */
import assert from 'node:assert/strict';
import { Inbox } from './inbox.ts';

/** The part of a transport that the properties use. */
export interface ConformingTransport {
  readonly endpoint: string;
  sendPacket(to: string, bytes: Uint8Array): void;
  sendFrame(to: string, bytes: Uint8Array): void;
  close(): Promise<void>;
}

/** What a property asks a factory for. */
export interface ConformingOptions {
  readonly bind: string;
  /** At least this much must be accepted, and one byte more refused with `ERR_TOO_LARGE`. */
  readonly packetBytesMax: number;
  readonly frameBytesMax: number;
  readonly onReceive: (from: string, bytes: Uint8Array, via: 'packet' | 'stream') => void;
}

/** Opens a transport on this machine. */
export type TransportFactory = (options: ConformingOptions) => Promise<ConformingTransport>;

/** One promise of a transport. `check` rejects when it is broken, and closes what it opened in any case. */
export interface TransportProperty {
  readonly name: string;
  readonly check: (open: TransportFactory) => Promise<void>;
}

/** An open transport and what it received. */
interface Station {
  readonly transport: ConformingTransport;
  readonly endpoint: string;
  readonly inbox: Inbox;
}

const ANY_PORT = '127.0.0.1:0';
const PACKET_BYTES_MAX = 1_400;
const FRAME_BYTES_MAX = 2 * 1_024 * 1_024;
const PACKET_COUNT = 1_000;
/** Packets sent before the receiver is waited for: less than any receive buffer holds. */
const BURST_COUNT = 50;
/** UDP may lose packets even on loopback; more than one in ten would be a fault of ours. */
const ARRIVED_COUNT_MIN = 900;
/** Once in so many tries a frame must pass: a transport notices a closed peer with one of them at the latest. */
const ATTEMPT_COUNT_MAX = 20;
const ATTEMPT_MS = 250;

/** Every property of a transport. */
export const TRANSPORT_PROPERTIES: readonly TransportProperty[] = [
  property('binds a port of its own when asked for port 0', async (stations) => {
    const [a, b] = await stations.pair();
    assert.match(a.endpoint, /^127\.0\.0\.1:[1-9]\d*$/);
    assert.notEqual(a.endpoint, b.endpoint);
  }),
  property('hands over a packet whole, from the bound endpoint of its sender', async (stations) => {
    const [a, b] = await stations.pair();
    for (const size of [1, 2, PACKET_BYTES_MAX]) {
      a.transport.sendPacket(b.endpoint, pattern(size, size));
      const item = await b.inbox.next();
      assert.deepEqual({ from: item.from, via: item.via }, { from: a.endpoint, via: 'packet' });
      assertSame(item.bytes, pattern(size, size));
    }
  }),
  property('hands over frames whole, from one byte to a mebibyte', async (stations) => {
    const [a, b] = await stations.pair();
    for (const size of [1, 4, 65_535, 65_536, 65_537, 1_024 * 1_024, FRAME_BYTES_MAX]) {
      a.transport.sendFrame(b.endpoint, pattern(size, size));
      const item = await b.inbox.next();
      assert.equal(item.via, 'stream');
      assertSame(item.bytes, pattern(size, size));
    }
  }),
  property('keeps the order of frames to one endpoint', async (stations) => {
    const [a, b] = await stations.pair();
    const sizes = Array.from({ length: 300 }, (_, index) => 1 + ((index * 7_919) % 20_000));
    for (const [index, size] of sizes.entries()) a.transport.sendFrame(b.endpoint, pattern(size, index));
    for (const [index, size] of sizes.entries()) assertSame((await b.inbox.next()).bytes, pattern(size, index));
  }),
  property('delivers a thousand packets, give or take a few', async (stations) => {
    const [a, b] = await stations.pair();
    for (let sentCount = 0; sentCount < PACKET_COUNT; sentCount += BURST_COUNT) {
      for (let index = 0; index < BURST_COUNT; index++) a.transport.sendPacket(b.endpoint, pattern(200, index));
      await b.inbox.countReached(sentCount + BURST_COUNT, ATTEMPT_MS);
    }
    assert.ok(
      b.inbox.receivedCount >= ARRIVED_COUNT_MIN,
      `${b.inbox.receivedCount} of ${PACKET_COUNT} packets arrived`,
    );
    assert.ok(b.inbox.receivedCount <= PACKET_COUNT, 'packets were multiplied');
  }),
  property('carries both ways at the same time, between three', async (stations) => {
    const all = [await stations.open(), await stations.open(), await stations.open()];
    for (const from of all) {
      for (const to of all) if (to !== from) from.transport.sendFrame(to.endpoint, pattern(5_000, 1));
      for (const to of all) if (to !== from) from.transport.sendPacket(to.endpoint, pattern(100, 2));
    }
    for (const { inbox } of all) assert.ok(await inbox.countReached(4, Inbox.deadlineMs), 'something is missing');
  }),
  property('reaches itself', async (stations) => {
    const a = await stations.open();
    a.transport.sendPacket(a.endpoint, pattern(3, 1));
    assertSame((await a.inbox.next()).bytes, pattern(3, 1));
    a.transport.sendFrame(a.endpoint, pattern(3, 2));
    assertSame((await a.inbox.next()).bytes, pattern(3, 2));
  }),
  property('hands over bytes that later traffic does not change', async (stations) => {
    const [a, b] = await stations.pair();
    for (let index = 0; index < 100; index++) a.transport.sendFrame(b.endpoint, pattern(500 + index, index));
    const items = [];
    for (let index = 0; index < 100; index++) items.push(await b.inbox.next());
    for (const [index, item] of items.entries()) assertSame(item.bytes, pattern(500 + index, index));
  }),
  property('refuses what is larger than its limits, and only that', async (stations) => {
    const [a, b] = await stations.pair();
    const tooLarge = { code: 'ERR_TOO_LARGE' };
    assert.throws(() => a.transport.sendPacket(b.endpoint, new Uint8Array(PACKET_BYTES_MAX + 1)), tooLarge);
    assert.throws(() => a.transport.sendFrame(b.endpoint, new Uint8Array(FRAME_BYTES_MAX + 1)), tooLarge);
    a.transport.sendPacket(b.endpoint, pattern(PACKET_BYTES_MAX, 1));
    assertSame((await b.inbox.next()).bytes, pattern(PACKET_BYTES_MAX, 1));
  }),
  property('survives sends to endpoints that are wrong, or where nobody is', async (stations) => {
    const [a, b] = await stations.pair();
    const gone = await stations.open();
    await gone.transport.close();
    for (const to of [
      gone.endpoint,
      'nonsense',
      '',
      '127.0.0.1:0',
      '127.0.0.1:99999',
      '10.0.0.300:1',
      '[::1',
      ':7946',
    ]) {
      a.transport.sendPacket(to, pattern(10, 1));
      a.transport.sendFrame(to, pattern(10, 1));
    }
    a.transport.sendPacket(b.endpoint, new Uint8Array(0));
    a.transport.sendFrame(b.endpoint, new Uint8Array(0));
    a.transport.sendPacket(b.endpoint, pattern(10, 2));
    assertSame((await b.inbox.next()).bytes, pattern(10, 2));
    a.transport.sendFrame(b.endpoint, pattern(10, 3));
    assertSame((await b.inbox.next()).bytes, pattern(10, 3));
  }),
  property('reaches a peer again that was closed and opened at the same endpoint', async (stations) => {
    const [a, b] = await stations.pair();
    a.transport.sendFrame(b.endpoint, pattern(10, 1));
    await b.inbox.next();
    await b.transport.close();
    const again = await stations.open(b.endpoint);
    assert.equal(again.endpoint, b.endpoint);
    for (let attempt = 0; attempt < ATTEMPT_COUNT_MAX && again.inbox.receivedCount === 0; attempt++) {
      a.transport.sendFrame(b.endpoint, pattern(10, 2));
      await again.inbox.countReached(1, ATTEMPT_MS);
    }
    assertSame((await again.inbox.next()).bytes, pattern(10, 2));
  }),
  property('refuses an endpoint that is taken, with ERR_BIND', async (stations) => {
    const a = await stations.open();
    await assert.rejects(() => stations.open(a.endpoint), { code: 'ERR_BIND' });
  }),
  property('receives nothing after close, and drops what it is asked to send', async (stations) => {
    const [a, b] = await stations.pair();
    a.transport.sendFrame(b.endpoint, pattern(10, 1));
    await b.inbox.next();
    const closed = b.transport.close();
    const receivedCount = b.inbox.receivedCount;
    for (let index = 0; index < 10; index++) {
      a.transport.sendPacket(b.endpoint, pattern(10, 2));
      a.transport.sendFrame(b.endpoint, pattern(10, 2));
      b.transport.sendPacket(a.endpoint, pattern(10, 3));
      b.transport.sendFrame(a.endpoint, pattern(10, 3));
    }
    await closed;
    await b.transport.close();
    a.transport.sendPacket(a.endpoint, pattern(1, 4));
    assertSame((await a.inbox.next()).bytes, pattern(1, 4));
    assert.equal(b.inbox.receivedCount, receivedCount);
    assert.equal(a.inbox.receivedCount, 1);
  }),
  property('may be closed by its own receiver', async (stations) => {
    const [a, b] = await stations.pair();
    b.inbox.onItem = () => void b.transport.close();
    for (let index = 0; index < 50; index++) a.transport.sendFrame(b.endpoint, pattern(10, index));
    await b.inbox.next();
    await b.transport.close();
    assert.equal(b.inbox.receivedCount, 1);
  }),
];

/** Opens transports for one property, and closes them all at its end. */
class Stations {
  readonly #open: TransportFactory;
  readonly #opened: Station[] = [];

  constructor(open: TransportFactory) {
    this.#open = open;
  }

  async open(bind: string = ANY_PORT): Promise<Station> {
    const inbox = new Inbox();
    const transport = await this.#open({
      bind,
      packetBytesMax: PACKET_BYTES_MAX,
      frameBytesMax: FRAME_BYTES_MAX,
      onReceive: (from, bytes, via) => inbox.put({ from, bytes, via }),
    });
    const station = { transport, endpoint: transport.endpoint, inbox };
    this.#opened.push(station);
    return station;
  }

  async pair(): Promise<[Station, Station]> {
    return [await this.open(), await this.open()];
  }

  async closeAll(): Promise<void> {
    await Promise.all(this.#opened.map(({ transport }) => transport.close()));
  }
}

function property(name: string, check: (stations: Stations) => Promise<void>): TransportProperty {
  return {
    name,
    check: async (open) => {
      const stations = new Stations(open);
      try {
        await check(stations);
      } finally {
        await stations.closeAll();
      }
    },
  };
}

/** Bytes that differ by place and by `salt`, so that a shift or a mix-up shows. */
function pattern(sizeBytes: number, salt: number): Uint8Array {
  const bytes = new Uint8Array(sizeBytes);
  for (let index = 0; index < sizeBytes; index++) bytes[index] = index * 31 + (index >> 8) + salt * 17;
  return bytes;
}

/** `deepEqual` of a mebibyte takes seconds, and its message would fill the screen. */
function assertSame(actual: Uint8Array, expected: Uint8Array): void {
  assert.equal(actual.length, expected.length);
  assert.ok(Buffer.compare(actual, expected) === 0, 'the bytes differ');
}
