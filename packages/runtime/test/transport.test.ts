import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { BindError, openTransport, transportConfig } from '../src/index.ts';
import { listenRaw, openStation } from './stations.ts';

const SOON = { timeout: 4_000, interval: 5 };
const HELLO = Buffer.from('hello');

/** Sockets and timers of this process, ours and those of the test runner, after those closed by now have gone. */
async function resources(): Promise<Record<string, number>> {
  for (let turn = 0; turn < 4; turn++) await new Promise(setImmediate);
  const types = process.getActiveResourcesInfo();
  const watched = ['UDPWrap', 'TCPServerWrap', 'TCPSocketWrap', 'TCPConnectWrap', 'ConnectWrap', 'Timeout'];
  return Object.fromEntries(watched.map((type) => [type, types.filter((other) => other === type).length]));
}

describe('binding', () => {
  it('says what to do about a port that is taken for UDP alone, and leaves nothing open', async () => {
    const holder = createSocket('udp4').bind(0, '127.0.0.1');
    onTestFinished(() => void holder.close());
    await once(holder, 'listening');
    const bind = `127.0.0.1:${holder.address().port}`;
    const before = await resources();
    const error = await openTransport({ bind, onReceive: () => {} }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(BindError);
    expect(error).toMatchObject({ code: 'ERR_BIND', reason: 'EADDRINUSE', endpoint: bind });
    expect(String(error)).toMatch(/in use.*port 0/);
    expect(await resources()).toEqual(before);
  });

  it('says what to do about a port that is taken for TCP alone, and leaves nothing open', async () => {
    const { endpoint } = await listenRaw(() => {});
    const before = await resources();
    await expect(openTransport({ bind: endpoint, onReceive: () => {} })).rejects.toMatchObject({ code: 'ERR_BIND' });
    expect(await resources()).toEqual(before);
  });

  it.each([
    ['203.0.113.7:0', /bind 0\.0\.0\.0 or \[::\]/],
    ['no-such-host.invalid:0', /no address|repair DNS/],
  ])('says what to do about %s', async (bind, advice) => {
    await expect(openTransport({ bind, onReceive: () => {} })).rejects.toThrow(advice);
  });

  it('refuses an endpoint that is none, and options that break rules, all at once', async () => {
    await expect(openTransport({ bind: '7946', onReceive: () => {} })).rejects.toMatchObject({ code: 'ERR_ADDRESS' });
    const options = { packetBytesMax: 70_000, idleTimeoutMs: 60_000, pendingBytesMax: 0.5, colour: 1 };
    expect(() => transportConfig(options)).toThrow(/colour.*packetBytesMax.*pendingBytesMax/);
    expect(() => transportConfig({ pendingBytesMax: 100, idleTimeoutMs: 60_000 })).toThrow(
      /frameBytesMax.*idleTimeoutMs/,
    );
  });

  it('takes a name to bind to', async () => {
    const a = await openStation({ bind: 'localhost:0' });
    a.transport.sendPacket(a.endpoint, HELLO);
    expect((await a.inbox.next()).from).toBe(a.endpoint);
  });
});

describe('address families', () => {
  it('speaks IPv6', async () => {
    const a = await openStation({ bind: '[::1]:0' });
    const b = await openStation({ bind: '[::1]:0' });
    expect(a.endpoint).toMatch(/^\[::1\]:\d+$/);
    a.transport.sendPacket(b.endpoint, HELLO);
    expect(await b.inbox.next()).toMatchObject({ from: a.endpoint, via: 'packet' });
    a.transport.sendFrame(b.endpoint, HELLO);
    expect((await b.inbox.next()).from).toMatch(/^\[::1\]:\d+$/);
  });

  it('speaks IPv4 and IPv6 at once on [::], and shows IPv4 peers as such', async () => {
    const dual = await openStation({ bind: '[::]:0' });
    const v4 = await openStation();
    const v6 = await openStation({ bind: '[::1]:0' });
    const port = dual.endpoint.slice('[::]:'.length);
    v4.transport.sendPacket(`127.0.0.1:${port}`, HELLO);
    expect((await dual.inbox.next()).from).toBe(v4.endpoint);
    v4.transport.sendFrame(`127.0.0.1:${port}`, HELLO);
    expect((await dual.inbox.next()).from).toMatch(/^127\.0\.0\.1:\d+$/);
    for (const peer of [v4, v6]) {
      dual.transport.sendPacket(peer.endpoint, HELLO);
      expect(await peer.inbox.next()).toMatchObject({ via: 'packet' });
      dual.transport.sendFrame(peer.endpoint, HELLO);
      expect(await peer.inbox.next()).toMatchObject({ via: 'stream' });
    }
  });

  it('drops and counts what goes to the other family', async () => {
    const v4 = await openStation();
    const v6 = await openStation({ bind: '[::1]:0' });
    v4.transport.sendPacket(v6.endpoint, HELLO);
    v4.transport.sendFrame(v6.endpoint, HELLO);
    v6.transport.sendPacket(v4.endpoint, HELLO);
    expect(v4.transport.counters().drops['wrong-family']).toBe(2);
    expect(v6.transport.counters().drops['wrong-family']).toBe(1);
  });
});

describe('connections', () => {
  it('are shared by all frames to one endpoint, and closed when idle', async () => {
    const a = await openStation({ idleTimeoutMs: 150 });
    const b = await openStation();
    for (let index = 0; index < 20; index++) a.transport.sendFrame(b.endpoint, HELLO);
    expect(await b.inbox.countReached(20, 4_000)).toBe(true);
    expect(a.transport.counters().connections).toMatchObject({ establishedCount: 1, outboundCount: 1 });
    await vi.waitFor(() => expect(a.transport.counters().connections.outboundCount).toBe(0), SOON);
    await vi.waitFor(() => expect(b.transport.counters().connections.inboundCount).toBe(0), SOON);
    a.transport.sendFrame(b.endpoint, HELLO);
    expect(await b.inbox.countReached(21, 4_000)).toBe(true);
    expect(a.transport.counters().frames).toMatchObject({ sentCount: 21, sentBytes: 105 });
    expect(b.transport.counters().frames).toMatchObject({ receivedCount: 21, receivedBytes: 105 });
  });

  it('make room by closing the idlest, and drop the frame when all are busy', async () => {
    const a = await openStation({ outboundCountMax: 2 });
    const peers = await Promise.all([1, 2, 3].map(() => openStation()));
    const [first, second, third] = peers.map(({ endpoint }) => endpoint);
    for (const to of [first!, second!, third!]) a.transport.sendFrame(to, HELLO);
    expect(a.transport.counters().drops['outbound-full']).toBe(1);
    for (const { inbox } of peers.slice(0, 2)) await inbox.next();
    await vi.waitFor(() => expect(a.transport.counters().frames.sentCount).toBe(2), SOON);
    a.transport.sendFrame(first!, HELLO);
    await vi.waitFor(() => expect(a.transport.counters().frames.sentCount).toBe(3), SOON);
    a.transport.sendFrame(third!, HELLO);
    await peers[2]!.inbox.next();
    await vi.waitFor(() => expect(peers[1]!.transport.counters().connections.inboundCount).toBe(0), SOON);
    expect(peers[0]!.transport.counters().connections.inboundCount).toBe(1);
  });

  it('that fail are counted with their frames, and reported once per interval', async () => {
    const gone = await openStation();
    await gone.transport.close();
    const a = await openStation({ errorIntervalMs: 60_000 });
    for (let count = 1; count <= 3; count++) {
      a.transport.sendFrame(gone.endpoint, HELLO);
      a.transport.sendFrame(gone.endpoint, HELLO);
      await vi.waitFor(() => expect(a.transport.counters().connections.failedCount).toBe(count), SOON);
    }
    expect(a.transport.counters().drops['connection-lost']).toBe(6);
    expect(a.transport.counters().frames.sentCount).toBe(0);
    expect(a.transport.counters().errorCount).toBe(3);
    expect(a.errors).toMatchObject([{ code: 'ECONNREFUSED' }]);
  });

  it('that take too long to establish are given up', async () => {
    const a = await openStation({ connectTimeoutMs: 100, lookup: () => new Promise(() => {}) });
    a.transport.sendFrame('slow.example:7946', HELLO);
    await vi.waitFor(() => expect(a.transport.counters().connections.failedCount).toBe(1), SOON);
    expect(a.errors).toMatchObject([{ code: 'ETIMEDOUT', message: 'connect ETIMEDOUT slow.example:7946' }]);
    expect(a.transport.counters().drops['connection-lost']).toBe(1);
  });
});

describe('packets', () => {
  it('that the kernel refuses are counted and reported', async () => {
    const a = await openStation({ packetBytesMax: 65_507, errorIntervalMs: 60_000 });
    // Nobody may broadcast without having asked the kernel for it.
    for (let index = 0; index < 5; index++) a.transport.sendPacket('255.255.255.255:9', HELLO);
    await vi.waitFor(() => expect(a.transport.counters().drops['send-failed']).toBe(5), SOON);
    expect(a.errors).toHaveLength(1);
    expect(a.transport.counters().packets.sentCount).toBe(0);
  });
});

describe('close', () => {
  it('leaves no socket and no timer, whatever was under way', async () => {
    const silent = await listenRaw(() => {});
    const before = await resources();
    const a = await openStation({ lookup: () => new Promise(() => {}) });
    const b = await openStation();
    a.transport.sendFrame(b.endpoint, HELLO);
    b.transport.sendFrame(a.endpoint, HELLO);
    await a.inbox.next();
    for (let index = 0; index < 10; index++) a.transport.sendFrame(silent.endpoint, new Uint8Array(800_000));
    a.transport.sendFrame('192.0.2.1:9', HELLO);
    a.transport.sendFrame('waiting.example:9', HELLO);
    a.transport.sendPacket('waiting.example:9', HELLO);
    await Promise.all([a.transport.close(), b.transport.close()]);
    expect(a.transport.counters().connections).toMatchObject({ inboundCount: 0, outboundCount: 0 });
    expect(a.transport.counters().drops).toMatchObject({ unresolved: 1 });
    const after = await resources();
    // The silent server's end of a connection is the test's own.
    expect({ ...after, TCPSocketWrap: 0 }).toEqual({ ...before, TCPSocketWrap: 0 });
    expect(after.TCPSocketWrap).toBeLessThanOrEqual(before.TCPSocketWrap! + 1);
  });
});
