import { once } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { framePrefix } from '../src/index.ts';
import { closed, dial, listenRaw, openStation, rawUdp } from './stations.ts';

const SOON = { timeout: 4_000, interval: 5 };

function frame(text: string): Buffer {
  return Buffer.concat([framePrefix(text.length), Buffer.from(text)]);
}

describe('a transport among hostile peers', () => {
  it('hands garbage packets on as they are, drops empty ones, and goes on', async () => {
    const a = await openStation();
    const udp = await rawUdp();
    const port = Number(a.endpoint.split(':')[1]);
    udp.send(Buffer.alloc(0), port, '127.0.0.1');
    udp.send(Buffer.from([0xff, 0x00, 0xfe]), port, '127.0.0.1');
    const item = await a.inbox.next();
    expect([...item.bytes]).toEqual([0xff, 0x00, 0xfe]);
    expect(item.from).toBe(`127.0.0.1:${udp.address().port}`);
    expect(a.transport.counters().drops.empty).toBe(1);
    expect(a.transport.counters().packets).toMatchObject({ receivedCount: 1, receivedBytes: 3 });
  });

  it('closes a connection at the first wrong length, and counts it', async () => {
    const a = await openStation();
    const b = await openStation();
    const wrongs = ['GET / HTTP/1.1\r\n\r\n', '\0\0\0\0', '\xff\xff\xff\xff', '\x00\x20\x00\x01'];
    for (const text of wrongs) {
      const socket = await dial(a.endpoint);
      socket.write(Buffer.concat([frame('good'), Buffer.from(text, 'latin1')]));
      expect(Buffer.from((await a.inbox.next()).bytes).toString()).toBe('good');
      await closed(socket);
    }
    expect(a.transport.counters().drops['bad-frame-length']).toBe(wrongs.length);
    expect(a.transport.counters().connections).toMatchObject({ inboundCount: 0, acceptedCount: wrongs.length });
    b.transport.sendFrame(a.endpoint, Buffer.from('still here'));
    expect(Buffer.from((await a.inbox.next()).bytes).toString()).toBe('still here');
  });

  it('lets others have a turn between the chunks of a peer that sends without end', async () => {
    const a = await openStation();
    const socket = await dial(a.endpoint);
    const frameCount = 200;
    const sixteenKibibytes = 'x'.repeat(16_384);
    socket.write(Buffer.concat(Array.from({ length: frameCount }, () => frame(sixteenKibibytes))));
    let mostAtOnce = 0;
    for (let seenCount = 0; seenCount < frameCount; ) {
      await new Promise((resolve) => setImmediate(resolve));
      mostAtOnce = Math.max(mostAtOnce, a.inbox.receivedCount - seenCount);
      seenCount = a.inbox.receivedCount;
    }
    // A chunk has 64 KiB; up to thirty-two of them come in one turn.
    expect(mostAtOnce).toBeLessThan(8);
  });

  it('counts a frame that ends in the middle', async () => {
    const a = await openStation();
    const polite = await dial(a.endpoint);
    polite.end(frame('whole').subarray(0, 6));
    await closed(polite);
    const rude = await dial(a.endpoint);
    rude.write(frame('whole').subarray(0, 6));
    await vi.waitFor(() => expect(a.transport.counters().connections.inboundCount).toBe(1), SOON);
    rude.resetAndDestroy();
    await vi.waitFor(() => expect(a.transport.counters().drops['truncated-frame']).toBe(2), SOON);
    expect(a.inbox.receivedCount).toBe(0);
    expect(a.transport.counters().connections.inboundCount).toBe(0);
  });

  it('does not let a peer stretch a frame by a byte now and then', async () => {
    const a = await openStation({ frameTimeoutMs: 150, idleTimeoutMs: 3_000, inboundIdleTimeoutMs: 4_000 });
    const slow = await dial(a.endpoint);
    slow.write(framePrefix(1_000));
    const dribble = setInterval(() => slow.write('x'), 20);
    const startMs = performance.now();
    await closed(slow);
    clearInterval(dribble);
    expect(performance.now() - startMs).toBeLessThan(2_500);
    expect(a.transport.counters().drops['slow-frame']).toBe(1);
  });

  it('closes inbound connections that say nothing, and keeps those that speak', async () => {
    const a = await openStation({ idleTimeoutMs: 100, inboundIdleTimeoutMs: 200, frameTimeoutMs: 60_000 });
    const silent = await dial(a.endpoint);
    const talker = await dial(a.endpoint);
    const talk = setInterval(() => talker.write(frame('hello')), 20);
    await closed(silent);
    expect(talker.destroyed).toBe(false);
    await vi.waitFor(() => expect(a.transport.counters().connections.inboundCount).toBe(1), SOON);
    clearInterval(talk);
    await closed(talker);
    expect(a.transport.counters().drops['slow-frame']).toBe(0);
  });

  it('refuses connections above inboundCountMax, and takes new ones when others have gone', async () => {
    const a = await openStation({ inboundCountMax: 2 });
    const held = [await dial(a.endpoint), await dial(a.endpoint)];
    await vi.waitFor(() => expect(a.transport.counters().connections.inboundCount).toBe(2), SOON);
    await closed(await dial(a.endpoint));
    expect(a.transport.counters().drops['inbound-full']).toBe(1);
    held[0]?.end();
    await vi.waitFor(() => expect(a.transport.counters().connections.inboundCount).toBe(1), SOON);
    const next = await dial(a.endpoint);
    next.write(frame('now'));
    await a.inbox.next();
  });

  it('ends a half-open connection from its own side', async () => {
    const a = await openStation();
    const socket = await dial(a.endpoint);
    socket.write(frame('last words'));
    socket.end();
    await a.inbox.next();
    await closed(socket);
    await vi.waitFor(() => expect(a.transport.counters().connections.inboundCount).toBe(0), SOON);
  });

  it('bounds what waits for a peer that does not read, then gives the peer up', async () => {
    const silent = await listenRaw(() => {});
    const frameBytes = 1_024 * 1_024;
    const a = await openStation({ pendingBytesMax: 3 * 1_024 * 1_024, frameTimeoutMs: 300 });
    for (let index = 0; index < 40; index++) a.transport.sendFrame(silent.endpoint, new Uint8Array(frameBytes));
    expect(a.transport.counters().drops['pending-full']).toBe(38);
    await vi.waitFor(() => {
      a.transport.sendFrame(silent.endpoint, new Uint8Array(frameBytes));
      expect(a.transport.counters().drops['slow-frame']).toBe(1);
    }, SOON);
    await vi.waitFor(() => expect(a.transport.counters().drops['connection-lost']).toBeGreaterThan(0), SOON);
  });

  it('gives up a connection on which bytes come back', async () => {
    const chatty = await listenRaw((socket) => void socket.write('welcome'));
    const a = await openStation();
    a.transport.sendFrame(chatty.endpoint, Buffer.from('hello'));
    await vi.waitFor(() => expect(a.transport.counters().drops['unexpected-bytes']).toBe(1), SOON);
    await vi.waitFor(() => expect(a.transport.counters().connections.outboundCount).toBe(0), SOON);
  });

  it('dials anew after the peer has closed', async () => {
    const peer = await listenRaw((socket) => {
      socket.resume();
      socket.once('data', () => socket.end());
    });
    const a = await openStation();
    for (let count = 1; count <= 3; count++) {
      const connection = once(peer.server, 'connection');
      a.transport.sendFrame(peer.endpoint, Buffer.from('hello'));
      await connection;
      await vi.waitFor(() => expect(a.transport.counters().connections.outboundCount).toBe(0), SOON);
      expect(a.transport.counters().connections.establishedCount).toBe(count);
    }
  });
});
