import { Rng } from '@hearsay/core';
import { Inbox } from '@hearsay/testkit';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type FaultyTransport, faultPlan, openFaultyTransport } from '../src/index.ts';
import { openStation } from './stations.ts';

const SOON = { timeout: 4_000, interval: 5 };

/** The payload is the sender's endpoint and a word, as a real packet names its sender. */
function letter(from: string, word: string): Uint8Array {
  return Buffer.from(`${from} ${word}`);
}

function wordOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString().split(' ')[1] ?? '';
}

async function openFaulty(seed = 1): Promise<{ transport: FaultyTransport; endpoint: string; inbox: Inbox }> {
  const inbox = new Inbox();
  const transport = await openFaultyTransport({
    bind: '127.0.0.1:0',
    rng: new Rng(seed),
    senderOf: (_from, bytes) => Buffer.from(bytes).toString().split(' ')[0],
    onReceive: (from, bytes, via) => inbox.put({ from, bytes, via }),
  });
  onTestFinished(() => transport.close());
  return { transport, endpoint: transport.endpoint, inbox };
}

describe('a blocked peer', () => {
  it('gets nothing and is heard by nobody, by packet or frame, until the fault is cleared', async () => {
    const a = await openFaulty();
    const b = await openStation();
    const c = await openStation();
    a.transport.set({ block: [b.endpoint] });
    a.transport.sendPacket(b.endpoint, letter(a.endpoint, 'out'));
    a.transport.sendFrame(b.endpoint, letter(a.endpoint, 'out'));
    b.transport.sendPacket(a.endpoint, letter(b.endpoint, 'in'));
    b.transport.sendFrame(a.endpoint, letter(b.endpoint, 'in'));
    await vi.waitFor(() => expect(a.transport.counters().drops['fault-blocked']).toBe(4), SOON);

    c.transport.sendPacket(a.endpoint, letter(c.endpoint, 'other'));
    c.transport.sendFrame(a.endpoint, letter(c.endpoint, 'other'));
    a.transport.sendPacket(c.endpoint, letter(a.endpoint, 'other'));
    expect(await a.inbox.countReached(2, 4_000)).toBe(true);
    await c.inbox.next();

    a.transport.clear();
    a.transport.sendFrame(b.endpoint, letter(a.endpoint, 'healed'));
    expect(wordOf((await b.inbox.next()).bytes)).toBe('healed');
    b.transport.sendFrame(a.endpoint, letter(b.endpoint, 'healed'));
    expect(await a.inbox.countReached(3, 4_000)).toBe(true);
    expect(b.inbox.receivedCount).toBe(1);
  });

  it('is not reached by what was under way when the block began', async () => {
    const a = await openFaulty();
    const b = await openStation();
    a.transport.set({ delayMs: 50 });
    a.transport.sendPacket(b.endpoint, letter(a.endpoint, 'late'));
    a.transport.sendFrame(b.endpoint, letter(a.endpoint, 'late'));
    a.transport.set({ block: [b.endpoint] });
    await vi.waitFor(() => expect(a.transport.counters().drops['fault-blocked']).toBe(2), SOON);
    expect(b.inbox.receivedCount).toBe(0);
  });
});

describe('loss', () => {
  it('takes its share of the packets, the same ones for the same seed, and no frame', async () => {
    const b = await openStation();
    const lost: number[] = [];
    const arrived: string[][] = [];
    for (const seed of [7, 7, 8]) {
      const a = await openFaulty(seed);
      a.transport.set({ lossPerMille: 300 });
      for (let index = 0; index < 100; index++) a.transport.sendPacket(b.endpoint, letter(a.endpoint, `${index}`));
      for (let index = 0; index < 10; index++) a.transport.sendFrame(b.endpoint, letter(a.endpoint, 'frame'));
      const lostCount = a.transport.counters().drops['fault-lost'];
      const words: string[] = [];
      for (let index = 0; index < 110 - lostCount; index++) words.push(wordOf((await b.inbox.next()).bytes));
      lost.push(lostCount);
      arrived.push(words.filter((word) => word !== 'frame').sort((x, y) => Number(x) - Number(y)));
      expect(words.filter((word) => word === 'frame')).toHaveLength(10);
    }
    expect(arrived[0]).toEqual(arrived[1]);
    expect(arrived[0]).not.toEqual(arrived[2]);
    for (const count of lost) expect(count).toBeGreaterThan(10);
    for (const count of lost) expect(count).toBeLessThan(60);
  });

  it('of a thousand of a thousand lets nothing out', async () => {
    const a = await openFaulty();
    const b = await openStation();
    a.transport.set({ lossPerMille: 1_000 });
    for (let index = 0; index < 20; index++) a.transport.sendPacket(b.endpoint, letter(a.endpoint, 'lost'));
    a.transport.clear();
    a.transport.sendPacket(b.endpoint, letter(a.endpoint, 'first'));
    expect(wordOf((await b.inbox.next()).bytes)).toBe('first');
  });
});

describe('delay', () => {
  it('holds packets and frames back at least so long', async () => {
    const a = await openFaulty();
    const b = await openStation();
    a.transport.set({ delayMs: 60 });
    for (const send of ['sendPacket', 'sendFrame'] as const) {
      const startMs = performance.now();
      a.transport[send](b.endpoint, letter(a.endpoint, 'late'));
      await b.inbox.next();
      expect(performance.now() - startMs).toBeGreaterThanOrEqual(60);
    }
  });

  it('with jitter lets packets overtake each other, and frames keep their order, also past a heal', async () => {
    const a = await openFaulty();
    const b = await openStation();
    a.transport.set({ delayMs: 1, jitterMs: 60 });
    for (let index = 0; index < 30; index++) {
      a.transport.sendPacket(b.endpoint, letter(a.endpoint, `${index}`));
      a.transport.sendFrame(b.endpoint, letter(a.endpoint, `${index}`));
    }
    a.transport.clear();
    a.transport.sendFrame(b.endpoint, letter(a.endpoint, '30'));
    const words: Record<'packet' | 'stream', number[]> = { packet: [], stream: [] };
    for (let count = 0; count < 61; count++) {
      const { bytes, via } = await b.inbox.next();
      words[via].push(Number(wordOf(bytes)));
    }
    const sorted = words.packet.toSorted((x, y) => x - y);
    expect(words.stream).toEqual(Array.from({ length: 31 }, (_, index) => index));
    expect(words.packet).not.toEqual(sorted);
    expect(sorted).toEqual(Array.from({ length: 30 }, (_, index) => index));
  });

  it('bounds what it holds', async () => {
    const a = await openFaulty();
    a.transport.set({ delayMs: 2 ** 31 - 1, jitterMs: 2 ** 31 - 1 });
    const frame = new Uint8Array(2 * 1_024 * 1_024);
    for (let index = 0; index < 34; index++) a.transport.sendFrame('127.0.0.1:9', frame);
    expect(a.transport.counters().drops['fault-overflow']).toBe(2);
    await a.transport.close();
    expect(a.transport.counters().connections.establishedCount).toBe(0);
  });

  it('does not hide that something is too large', async () => {
    const a = await openFaulty();
    a.transport.set({ delayMs: 1_000, block: ['127.0.0.1:9'], lossPerMille: 1_000 });
    const tooLarge = expect.objectContaining({ code: 'ERR_TOO_LARGE' });
    expect(() => a.transport.sendPacket('127.0.0.1:9', new Uint8Array(1_401))).toThrow(tooLarge);
    expect(() => a.transport.sendFrame('127.0.0.1:9', new Uint8Array(2 * 1_024 * 1_024 + 1))).toThrow(tooLarge);
  });
});

describe('a fault plan', () => {
  it('is checked as a whole, and a wrong one changes nothing', async () => {
    const a = await openFaulty();
    a.transport.set({ lossPerMille: 5 });
    const wrong = { block: ['nonsense'], lossPerMille: 10 };
    expect(() => a.transport.set(wrong)).toThrow(/block: "nonsense" is not an endpoint/);
    expect(() => a.transport.set({ lossPerMille: 1_001, delayMs: -1 })).toThrow(/lossPerMille.*delayMs/);
    expect(a.transport.plan).toMatchObject({ lossPerMille: 5, block: [] });
  });

  it('replaces the one before, and does not change with the list it was given', () => {
    const block = ['127.0.0.1:1'];
    const plan = faultPlan({ block });
    block.push('127.0.0.1:2');
    expect(plan).toEqual({ block: ['127.0.0.1:1'], lossPerMille: 0, delayMs: 0, jitterMs: 0 });
  });
});
