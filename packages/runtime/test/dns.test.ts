import { describe, expect, it, vi } from 'vitest';
import type { Lookup } from '../src/index.ts';
import { openStation } from './stations.ts';

const SOON = { timeout: 4_000, interval: 5 };
const HELLO = Buffer.from('hello');

function portOf(endpoint: string): string {
  return endpoint.slice(endpoint.lastIndexOf(':') + 1);
}

describe('DNS names in endpoints', () => {
  it('are asked once for many packets and frames', async () => {
    const lookup = vi.fn<Lookup>(async () => '127.0.0.1');
    const a = await openStation({ lookup });
    const b = await openStation();
    const to = `b.example:${portOf(b.endpoint)}`;
    for (let index = 0; index < 20; index++) a.transport.sendPacket(to, HELLO);
    a.transport.sendFrame(to, HELLO);
    expect(await b.inbox.countReached(21, 4_000)).toBe(true);
    a.transport.sendPacket(to, HELLO);
    await b.inbox.countReached(22, 4_000);
    expect(lookup).toHaveBeenCalledExactlyOnceWith('b.example', 4);
    expect(a.transport.counters().lookups).toEqual({ startedCount: 1, failedCount: 0 });
  });

  it('resolve through the system by default', async () => {
    const a = await openStation();
    const b = await openStation();
    a.transport.sendPacket(`localhost:${portOf(b.endpoint)}`, HELLO);
    expect((await b.inbox.next()).from).toBe(a.endpoint);
  });

  it('that have no address lose the packet, counted, and are not asked again for each', async () => {
    const lookup = vi.fn<Lookup>(() => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' })));
    const a = await openStation({ lookup });
    for (let index = 0; index < 5; index++) a.transport.sendPacket('gone.example:7946', HELLO);
    await vi.waitFor(() => expect(a.transport.counters().drops.unresolved).toBe(5), SOON);
    for (let index = 0; index < 5; index++) a.transport.sendPacket('gone.example:7946', HELLO);
    expect(a.transport.counters().drops.unresolved).toBe(10);
    a.transport.sendFrame('gone.example:7946', HELLO);
    await vi.waitFor(() => expect(a.transport.counters().drops['connection-lost']).toBe(1), SOON);
    expect(lookup).toHaveBeenCalledTimes(1);
    expect(a.errors.length).toBeGreaterThan(0);
  });

  it('that fail later go on with the last address, and are asked again', async () => {
    let isDown = false;
    const lookup = vi.fn<Lookup>(async () => {
      if (isDown) throw new Error('DNS is down');
      return '127.0.0.1';
    });
    const a = await openStation({ lookup, lookupTtlMs: 1, lookupRetryMs: 1 });
    const b = await openStation();
    const to = `b.example:${portOf(b.endpoint)}`;
    a.transport.sendPacket(to, HELLO);
    await b.inbox.next();
    isDown = true;
    for (let index = 0; index < 5; index++) {
      a.transport.sendPacket(to, HELLO);
      await b.inbox.next();
    }
    await vi.waitFor(() => {
      a.transport.sendPacket(to, HELLO);
      expect(a.transport.counters().lookups.failedCount).toBeGreaterThan(2);
    }, SOON);
    expect(a.transport.counters().drops.unresolved).toBe(0);
  });

  it('that move are followed when their answer is old', async () => {
    const answers = ['127.0.0.9', '127.0.0.1'];
    const lookup = vi.fn<Lookup>(async () => answers.shift() ?? '127.0.0.1');
    const a = await openStation({ lookup, lookupTtlMs: 1 });
    const b = await openStation();
    await vi.waitFor(() => {
      a.transport.sendPacket(`b.example:${portOf(b.endpoint)}`, HELLO);
      expect(b.inbox.receivedCount).toBeGreaterThan(0);
    }, SOON);
  });

  it('bound the packets that wait and the names that are asked', async () => {
    const lookup = vi.fn<Lookup>(() => new Promise(() => {}));
    const a = await openStation({ lookup, lookupWaitingCountMax: 3 });
    for (let index = 0; index < 5; index++) a.transport.sendPacket('one.example:1', HELLO);
    expect(a.transport.counters().drops.unresolved).toBe(2);
    for (let index = 0; index < 5; index++) a.transport.sendPacket(`n${index}.example:1`, HELLO);
    expect(lookup).toHaveBeenCalledTimes(3);
    expect(a.transport.counters().drops.unresolved).toBe(7);
    await a.transport.close();
    expect(a.transport.counters().drops.unresolved).toBe(10);
  });
});
