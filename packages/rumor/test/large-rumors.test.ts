import { RecordingOutbox, Rng, WallClock } from '@hearsay/core';
import { PeerSet } from '@hearsay/membership';
import { describe, expect, it } from 'vitest';
import {
  type Rumor,
  type RumorConfig,
  RumorCore,
  type RumorEvent,
  type RumorId,
  type RumorMessage,
  type RumorTimer,
  rumorConfig,
} from '../src/index.ts';

const WALL_MS = 1_000_000;
const id = (origin: string, sequence: number): RumorId => ({ origin, generation: 1, sequence });
const large = (origin: string, sequence: number): Rumor => ({
  id: id(origin, sequence),
  topic: 'blob',
  payload: new Uint8Array(5_000),
  priority: 'normal',
  publishedAtMs: WALL_MS,
});

function harness(config: Partial<RumorConfig> = {}, hasClock = true) {
  const peers = new PeerSet();
  for (const peer of ['b', 'c', 'd']) peers.add(peer);
  const core = new RumorCore({
    config: rumorConfig({ fetchTimeoutMs: 500, ...config }),
    self: 'self',
    peers,
    rng: new Rng(1),
    sizeOf: ({ payload }) => payload.length + 10,
    wallClock: hasClock ? new WallClock(WALL_MS, 0) : undefined,
  });
  const out = new RecordingOutbox<RumorMessage, RumorTimer, RumorEvent>();
  return {
    core,
    out,
    sent: () => out.sends.splice(0).map(({ to, message, via }) => `${message.type} ${to} ${via}`),
    publish: (rumor: Rumor) => core.step({ kind: 'command', command: { type: 'publish', rumor } }, 0, out),
    hear: (from: string, message: RumorMessage) => core.step({ kind: 'message', from, message }, 0, out),
    expire: (sequence: number, attempt: number) =>
      core.step({ kind: 'timer', timer: { type: 'fetch', key: `b:1:${sequence}`, attempt } }, 0, out),
  };
}

describe('a rumor that no packet can carry', () => {
  it('is offered by its id, in packets, and given by stream to peers that fetch it', () => {
    const { publish, hear, sent, core } = harness();
    publish(large('self', 1));
    const offers = sent();
    expect(offers.length).toBeGreaterThan(1);
    expect(new Set(offers)).toEqual(new Set(['offer b packet', 'offer c packet', 'offer d packet']));
    hear('c', { type: 'fetch', ids: [id('self', 1), id('self', 2), id('self', -1)] });
    hear('stranger', { type: 'fetch', ids: [id('self', 1)] });
    hear('c', { type: 'fetch' } as never);
    expect(sent()).toEqual(['push c stream']);
    expect(core.counts().served).toBe(1);
  });

  it('is fetched from one peer at a time, once, and offered on when it has come', () => {
    const { hear, sent, out, core } = harness();
    for (const peer of ['b', 'c', 'c']) hear(peer, { type: 'offer', ids: [id('b', 1)] });
    expect(sent()).toEqual(['fetch b packet']);
    expect(out.timers).toEqual([{ timer: { type: 'fetch', key: 'b:1:1', attempt: 1 }, delayMs: 500 }]);
    hear('b', { type: 'push', rumors: [large('b', 1)] });
    expect(out.events.map(({ type }) => type)).toEqual(['rumor-learned']);
    expect(sent().every((line) => line.startsWith('offer'))).toBe(true);
    hear('d', { type: 'offer', ids: [id('b', 1)] });
    expect(sent()).toEqual([]);
    expect(core.hasSeen(id('b', 1))).toBe(true);
  });

  it('is fetched from another who has offered it when the first does not give it, and then left to the log', () => {
    const { hear, sent, expire, core } = harness({ fetchProviderCountMax: 1 });
    for (const peer of ['b', 'c', 'd']) hear(peer, { type: 'offer', ids: [id('b', 1)] });
    sent();
    expire(1, 1);
    expect(sent()).toEqual(['fetch c packet']);
    // A timer of the first attempt says nothing about the second.
    expire(1, 1);
    expect(sent()).toEqual([]);
    expect(core.counts().fetchGivenUp).toBe(0);
    expire(1, 2);
    expect(sent()).toEqual([]);
    expect(core.counts()).toMatchObject({ fetchRetried: 1, fetchGivenUp: 1 });
    hear('d', { type: 'offer', ids: [id('b', 1)] });
    expect(sent()).toEqual(['fetch d packet']);
  });

  it('is refused when it is another one than was offered, and fetched from the next who has offered it', () => {
    const { publish, hear, sent, out, core } = harness();
    publish(large('self', 1));
    const offer = out.sends.map(({ message }) => message).find(({ type }) => type === 'offer');
    const { digests } = offer as Extract<RumorMessage, { type: 'offer' }>;
    // Over what it says, and not over its id: the same here as for another's rumor.
    for (const peer of ['b', 'c']) hear(peer, { type: 'offer', ids: [id('b', 1)], digests });
    sent();
    out.events.length = 0;
    const wrong = { ...large('b', 1), payload: new Uint8Array(5_000).fill(1, 4_999) };
    hear('b', { type: 'push', rumors: [wrong] });
    expect(out.events).toEqual([{ type: 'rumor-refused', reason: 'digest', from: 'b' }]);
    expect(sent()).toEqual(['fetch c packet']);
    expect(core.counts()).toMatchObject({ fetchWrong: 1, fetchRetried: 1, refused: 1 });
    hear('c', { type: 'push', rumors: [{ ...large('b', 1), topic: 'other' }] });
    expect(core.hasSeen(id('b', 1))).toBe(false);
    hear('d', { type: 'offer', ids: [id('b', 1)], digests: [7] as never });
    hear('d', { type: 'offer', ids: [id('b', 1)], digests: 7 as never });
    hear('d', { type: 'push', rumors: [large('b', 1)] });
    expect(core.hasSeen(id('b', 1))).toBe(true);
  });

  it('is fetched by nobody who has too much to fetch, whom a stranger asks, or whose own it is', () => {
    const { hear, sent, core } = harness({ fetchCountMax: 1, fetchIdCountMax: 2 });
    hear('stranger', { type: 'offer', ids: [id('b', 1)] });
    hear('b', { type: 'offer', ids: [id('self', 9), id('b', -1), id('b', 3)] });
    hear('b', { type: 'offer' } as never);
    expect(sent()).toEqual([]);
    hear('b', { type: 'offer', ids: [id('b', 1), id('b', 2)] });
    expect(sent()).toEqual(['fetch b packet']);
    expect(core.counts().fetchIgnored).toBe(1);
  });

  it('is pushed by stream where there is no log to fetch it from', () => {
    const { publish, sent } = harness({}, false);
    publish(large('self', 1));
    expect(new Set(sent())).toEqual(new Set(['push b stream', 'push c stream', 'push d stream']));
  });
});
