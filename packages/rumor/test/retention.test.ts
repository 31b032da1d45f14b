import { RecordingOutbox, Rng, WallClock } from '@hearsay/core';
import { PeerSet } from '@hearsay/membership';
import { describe, expect, it } from 'vitest';
import {
  formatRumorId,
  type Rumor,
  type RumorConfig,
  RumorCore,
  type RumorEvent,
  type RumorMessage,
  type RumorTimer,
  rumorConfig,
} from '../src/index.ts';

const WALL_MS = 1_000_000;

const rumor = (origin: string, sequence: number, partial: Partial<Rumor> = {}): Rumor => ({
  id: { origin, generation: 1, sequence },
  topic: 'news',
  payload: new Uint8Array(10),
  priority: 'normal',
  publishedAtMs: WALL_MS,
  ...partial,
});

/** A core named `self` with a wall clock, at 1,000,000 ms when it starts. */
function harness(config: Partial<RumorConfig> = {}) {
  const peers = new PeerSet();
  for (const peer of ['b', 'c', 'd']) peers.add(peer);
  const wallClock = new WallClock(WALL_MS, 0);
  const core = new RumorCore({
    config: rumorConfig({ rumorRetentionMs: 6_400, clockSkewMsMax: 500, ...config }),
    self: 'self',
    peers,
    rng: new Rng(1),
    sizeOf: ({ payload }) => payload.length + 10,
    wallClock,
  });
  const out = new RecordingOutbox<RumorMessage, RumorTimer, RumorEvent>();
  return {
    core,
    out,
    wallClock,
    logged: () => core.log.values().map(({ id }) => formatRumorId(id)),
    types: () => out.events.splice(0).map(({ type }) => type),
    publish: (published: Rumor, nowMs = 0) =>
      core.step({ kind: 'command', command: { type: 'publish', rumor: published } }, nowMs, out),
    hear: (nowMs: number, ...rumors: readonly Rumor[]) =>
      core.step({ kind: 'message', from: 'b', message: { type: 'push', rumors } }, nowMs, out),
    learn: (nowMs: number, ...rumors: readonly Rumor[]) =>
      core.step({ kind: 'command', command: { type: 'learn', rumors, from: 'b' } }, nowMs, out),
    timer: (type: 'round' | 'expire' | 'offer', nowMs: number) =>
      core.step({ kind: 'timer', timer: { type } }, nowMs, out),
  };
}

describe('RumorCore, what it publishes', () => {
  it('says when, and later each time: also when the clock is set back', () => {
    const { publish, core, wallClock } = harness();
    publish(rumor('self', 1, { publishedAtMs: undefined }), 10.7);
    wallClock.set(WALL_MS - 300, 11);
    publish(rumor('self', 2, { publishedAtMs: undefined }), 11);
    const stamps = core.log.values().map(({ id, publishedAtMs }) => [id.sequence, publishedAtMs]);
    expect(stamps).toEqual([
      [1, WALL_MS + 10],
      [2, WALL_MS + 10],
    ]);
  });

  it('is newer than what it replaces, though that came from a clock that is ahead', () => {
    const { publish, hear, core } = harness();
    hear(0, rumor('b', 1, { key: 'k', publishedAtMs: WALL_MS + 400 }));
    publish(rumor('self', 1, { key: 'k', publishedAtMs: undefined }));
    expect(core.log.values().map(({ id, publishedAtMs }) => [id.origin, publishedAtMs])).toEqual([
      ['self', WALL_MS + 401],
    ]);
  });
});

describe('RumorCore, the log', () => {
  it('has what was published and heard, and forgets it when the retention is over', () => {
    const { publish, hear, out, logged, timer, core } = harness();
    publish(rumor('self', 1, { publishedAtMs: undefined }));
    hear(100, rumor('b', 1, { publishedAtMs: WALL_MS + 100 }));
    expect(logged()).toEqual(['self:1:1', 'b:1:1']);
    const expire = out.timers.filter(({ timer: { type } }) => type === 'expire');
    expect(expire).toEqual([{ timer: { type: 'expire' }, delayMs: 100 }]);
    while (core.hotCount > 0) timer('round', 200);
    timer('expire', 6_499);
    expect(logged()).toEqual(['self:1:1', 'b:1:1']);
    timer('expire', 6_500);
    expect(logged()).toEqual(['b:1:1']);
    out.clear();
    timer('expire', 6_700);
    expect(logged()).toEqual([]);
    expect(out.timers).toEqual([]);
    expect(core.hasSeen({ origin: 'b', generation: 1, sequence: 1 })).toBe(false);
  });

  it('gives what it brings to the owner once, and does not spread it', () => {
    const { learn, hear, out, core } = harness();
    learn(0, rumor('c', 1), rumor('c', 1));
    hear(0, rumor('c', 1));
    expect(out.events).toEqual([{ type: 'rumor-learned', rumor: rumor('c', 1), from: 'b', via: 'log' }]);
    expect(out.sends).toEqual([]);
    expect(core.hotCount).toBe(0);
    expect(core.counts()).toMatchObject({ learned: 1, recovered: 1, duplicate: 2 });
  });

  it('holds the rumors of our earlier lives again, and tells nobody', () => {
    const { learn, out, logged } = harness();
    learn(0, rumor('self', 9));
    expect(out.events).toEqual([]);
    expect(out.sends).toEqual([]);
    expect(logged()).toEqual(['self:1:9']);
  });

  it('needs a wall clock', () => {
    const peers = new PeerSet();
    const core = new RumorCore({ config: rumorConfig(), self: 'self', peers, rng: new Rng(1), sizeOf: () => 1 });
    const out = new RecordingOutbox<RumorMessage, RumorTimer, RumorEvent>();
    core.step({ kind: 'message', from: 'b', message: { type: 'push', rumors: [rumor('b', 1)] } }, 1e9, out);
    expect(out.events).toHaveLength(1);
    expect(core.log.recordCount).toBe(0);
    expect(out.timers.map(({ timer }) => timer.type)).toEqual(['round']);
  });
});

describe('RumorCore, what its log offers', () => {
  it('is what was published long enough ago, at whole steps of wall time, with one timer while anything waits', () => {
    const { hear, learn, timer, out, core } = harness({ logStepMs: 400 });
    const offers = () =>
      out.timers
        .splice(0)
        .filter((one) => one.timer.type === 'offer')
        .map(({ delayMs }) => delayMs);
    hear(100, rumor('b', 1, { publishedAtMs: WALL_MS + 90 }), rumor('b', 2, { publishedAtMs: WALL_MS + 100 }));
    expect(offers()).toEqual([300]);
    timer('offer', 400);
    expect([offers(), core.log.recordCount, core.log.waitingCount]).toEqual([[400], 0, 2]);
    learn(450, rumor('b', 2, { publishedAtMs: WALL_MS + 100 }));
    expect([...core.log.keys()]).toEqual(['b:1:2']);
    timer('offer', 1_200);
    expect([offers(), core.log.recordCount, core.log.waitingCount]).toEqual([[], 2, 0]);
  });
});

describe('RumorCore, what comes too late or too early', () => {
  it('learns nothing older than the retention, from a push or from a log', () => {
    const { hear, learn, types, core, logged } = harness();
    hear(6_500, rumor('b', 1));
    learn(6_500, rumor('b', 2));
    hear(6_500, rumor('b', 3, { publishedAtMs: WALL_MS + 100 }));
    expect(types()).toEqual(['rumor-learned']);
    expect(core.counts()).toMatchObject({ learned: 1, expired: 2 });
    expect(logged()).toEqual(['b:1:3']);
  });

  it('learns nothing twice when the clock has jumped ahead and back', () => {
    const { hear, learn, wallClock, timer, types, logged } = harness();
    hear(0, rumor('b', 1));
    wallClock.set(WALL_MS + 1e6, 10);
    timer('expire', 10);
    expect(logged()).toEqual([]);
    wallClock.set(WALL_MS + 20, 20);
    learn(20, rumor('b', 1));
    expect(types()).toEqual(['rumor-learned']);
    expect(logged()).toEqual(['b:1:1']);
  });

  it('learns nothing that has lived its time', () => {
    const { hear, types, core } = harness();
    hear(50, rumor('b', 1, { ttlMs: 50 }), rumor('b', 2, { ttlMs: 51 }));
    expect(types()).toEqual(['rumor-learned']);
    expect(core.counts().expired).toBe(1);
  });

  it('learns what comes from a clock too far ahead, and does not log it', () => {
    const { hear, types, logged, core } = harness();
    hear(0, rumor('b', 1, { publishedAtMs: WALL_MS + 501 }), rumor('b', 2, { publishedAtMs: WALL_MS + 500 }));
    expect(types()).toEqual(['rumor-learned', 'rumor-learned']);
    expect(logged()).toEqual(['b:1:2']);
    expect(core.counts().early).toBe(1);
  });

  it('learns nothing of a life that had to be forgotten, unless it is newer', () => {
    const { hear, types, core } = harness({ lifeCountMax: 1, forwardFanoutMax: 3 });
    hear(0, rumor('b', 1, { publishedAtMs: WALL_MS }), rumor('c', 1, { publishedAtMs: WALL_MS + 1 }));
    for (let nowMs = 0; core.hotCount > 0; nowMs++)
      core.step({ kind: 'timer', timer: { type: 'round' } }, nowMs, new RecordingOutbox());
    types();
    hear(2, rumor('b', 1), rumor('b', 2, { publishedAtMs: WALL_MS + 2 }));
    expect(types()).toEqual(['rumor-learned']);
    expect(core.counts()).toMatchObject({ expired: 1, forgottenLife: 2 });
  });
});

describe('RumorCore, rumors with a key', () => {
  it('replaces the one that is still hot, and tells', () => {
    const { hear, out, core, logged } = harness();
    const old = rumor('b', 1, { key: 'k' });
    const young = rumor('c', 1, { key: 'k', publishedAtMs: WALL_MS + 1 });
    hear(0, old);
    out.clear();
    hear(1, young);
    expect(out.events.map((event) => event.type)).toEqual(['rumor-replaced', 'rumor-learned']);
    expect(out.events[0]).toEqual({ type: 'rumor-replaced', rumor: old, successor: young });
    expect(core.hotCount).toBe(1);
    expect(logged()).toEqual(['c:1:1']);
  });

  it('does not tell the owner of one that comes after a newer one, now or later', () => {
    const { hear, types, core } = harness();
    hear(0, rumor('c', 1, { key: 'k', publishedAtMs: WALL_MS + 1 }));
    types();
    hear(0, rumor('b', 1, { key: 'k' }));
    hear(0, rumor('b', 1, { key: 'k' }));
    expect(types()).toEqual([]);
    expect(core.counts()).toMatchObject({ replaced: 1, duplicate: 1 });
  });
});
