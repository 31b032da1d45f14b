import { RecordingOutbox, Rng } from '@hearsay/core';
import { PeerSet } from '@hearsay/membership';
import { describe, expect, it } from 'vitest';
import {
  type Rumor,
  type RumorConfig,
  RumorCore,
  type RumorEvent,
  type RumorMessage,
  type RumorTimer,
  rumorConfig,
} from '../src/index.ts';
import { pushed } from './pushed.ts';

const rumor = (origin: string, sequence: number, partial: Partial<Rumor> = {}): Rumor => ({
  id: { origin, generation: 1, sequence },
  topic: 'news',
  payload: new Uint8Array(10),
  priority: 'normal',
  ...partial,
});

/** A core named `self` with its outbox, that pushes in rounds alone unless told otherwise. Sizes are payload + 10. */
function harness(options: { config?: Partial<RumorConfig>; peers?: readonly string[] } = {}) {
  const peers = new PeerSet();
  for (const peer of options.peers ?? ['b', 'c', 'd', 'e']) peers.add(peer);
  const config = rumorConfig({ pushCountMin: 1, forwardFanoutMax: 0, ...options.config });
  const sizeOf = ({ payload }: Rumor) => payload.length + 10;
  const core = new RumorCore({ config, self: 'self', peers, rng: new Rng(1), sizeOf });
  const out = new RecordingOutbox<RumorMessage, RumorTimer, RumorEvent>();
  return {
    core,
    out,
    peers,
    publish: (published: Rumor) =>
      core.step({ kind: 'command', command: { type: 'publish', rumor: published } }, 0, out),
    hear: (from: string, ...rumors: readonly Rumor[]) =>
      core.step({ kind: 'message', from, message: { type: 'push', rumors } }, 0, out),
    round: () => {
      out.clear();
      core.step({ kind: 'timer', timer: { type: 'round' } }, 0, out);
      return out.sends;
    },
  };
}

describe('RumorCore, learning', () => {
  it('tells its owner at once what a peer pushes, and from whom', () => {
    const { out, hear } = harness();
    const heard = rumor('b', 1);
    hear('c', heard);
    expect(out.events).toEqual([{ type: 'rumor-learned', rumor: heard, from: 'c', via: 'spread' }]);
  });

  it('tells its owner what it publishes itself', () => {
    const { core, out, publish } = harness();
    const published = rumor('self', 1);
    publish(published);
    expect(out.events).toEqual([{ type: 'rumor-learned', rumor: published, from: undefined, via: 'spread' }]);
    expect(core.hasSeen(published.id)).toBe(true);
    expect(core.hasSeen({ ...published.id, sequence: 2 })).toBe(false);
  });

  it('delivers a rumor once, however often and from whomever it comes', () => {
    const { core, out, hear } = harness();
    hear('b', rumor('b', 1), rumor('b', 1));
    hear('c', rumor('b', 1));
    expect(out.events).toHaveLength(1);
    expect(core.counts()).toMatchObject({ learned: 1, duplicate: 2 });
    expect(core.hotCount).toBe(1);
  });

  it('still knows a rumor when it is spent', () => {
    const { core, out, hear, round } = harness({ config: { transmitMultiplier: 1 } });
    hear('b', rumor('b', 1));
    round();
    expect(core.hotCount).toBe(0);
    out.clear();
    hear('c', rumor('b', 1));
    expect(out.events).toEqual([]);
    expect(out.timers).toEqual([]);
  });

  it('takes the next life of an origin for another origin', () => {
    const { out, hear } = harness();
    const reborn = rumor('b', 1, { id: { origin: 'b', generation: 2, sequence: 1 } });
    hear('b', rumor('b', 1), reborn);
    expect(out.events).toHaveLength(2);
  });

  it('ignores echoes of its own rumors, of this life and of earlier ones', () => {
    const { core, out, publish, hear } = harness();
    publish(rumor('self', 1));
    out.clear();
    hear(
      'b',
      rumor('self', 1),
      rumor('self', 5),
      rumor('self', 1, { id: { origin: 'self', generation: 0, sequence: 9 } }),
    );
    expect(out.events).toEqual([]);
    expect(core.counts()).toMatchObject({ learned: 1, duplicate: 3 });
  });

  it('publishes under a number that a peer has invented for it', () => {
    const { out, publish, hear } = harness();
    hear('b', rumor('self', 2));
    publish(rumor('self', 2));
    expect(out.events).toHaveLength(1);
  });

  it('publishes nothing twice', () => {
    const { core, out, publish } = harness();
    publish(rumor('self', 1));
    publish(rumor('self', 1));
    expect(out.events).toHaveLength(1);
    expect(core.hotCount).toBe(1);
  });
});

describe('RumorCore, rounds', () => {
  it('pushes to distinct peers, as many as the fanout says', () => {
    const { publish, round } = harness();
    const published = rumor('self', 1);
    publish(published);
    const sends = round();
    expect(sends.map(({ message }) => message)).toEqual([1, 2, 3].map(() => ({ type: 'push', rumors: [published] })));
    expect(new Set(sends.map(({ to }) => to)).size).toBe(3);
    expect(sends.every(({ via }) => via === 'packet')).toBe(true);
  });

  it('runs only while something is hot, and then at the interval', () => {
    const { out, publish, round } = harness({
      config: { roundIntervalMs: 200, transmitMultiplier: 4 },
    });
    publish(rumor('self', 1));
    expect(out.timers).toHaveLength(1);
    expect(out.timers[0]!.delayMs).toBeGreaterThanOrEqual(0);
    expect(out.timers[0]!.delayMs).toBeLessThan(200);
    round();
    expect(out.timers).toEqual([{ timer: { type: 'round' }, delayMs: 200 }]);
    round();
    expect(out.sends).toHaveLength(1);
    expect(out.timers).toEqual([]);
    expect(round()).toEqual([]);
    expect(out.timers).toEqual([]);
  });

  it('keeps one row of rounds, whatever comes meanwhile', () => {
    const { out, publish, hear, round } = harness();
    publish(rumor('self', 1));
    hear('b', rumor('b', 1));
    expect(out.timers).toHaveLength(1);
    round();
    expect(out.timers).toHaveLength(1);
    // The rumors are spent after this one; the next is a stray.
    round();
    expect(out.timers).toHaveLength(0);
    hear('b', rumor('b', 2));
    expect(out.timers).toHaveLength(1);
  });

  it('starts at different fractions of the interval on different nodes', () => {
    const delays = [1, 2, 3].map((seed) => {
      const peers = new PeerSet();
      peers.add('b');
      const core = new RumorCore({ config: rumorConfig(), self: 'a', peers, rng: new Rng(seed), sizeOf: () => 1 });
      const out = new RecordingOutbox<RumorMessage, RumorTimer, RumorEvent>();
      core.step({ kind: 'command', command: { type: 'publish', rumor: rumor('a', 1) } }, 0, out);
      return out.timers[0]!.delayMs;
    });
    expect(new Set(delays).size).toBe(3);
  });

  it('pushes a rumor at least as often as the minimum says, however small the cluster', () => {
    const { core, publish, round } = harness({ config: { fanout: 1, transmitMultiplier: 4, pushCountMin: 6 } });
    publish(rumor('self', 1));
    for (let push = 1; push <= 6; push++) expect(round()).toHaveLength(1);
    expect(core.hotCount).toBe(0);
  });

  it('reports a rumor spent after the transmit limit, and not before', () => {
    const { core, out, publish, round } = harness({ config: { fanout: 1 } });
    publish(rumor('self', 1));
    for (let count = 0; count < 3; count++) {
      round();
      expect(out.events).toEqual([]);
    }
    round();
    expect(out.events).toEqual([{ type: 'rumor-spent', rumor: rumor('self', 1), reason: 'transmit-limit' }]);
    expect(core.counts().pushed).toBe(4);
    expect(core.hotCount).toBe(0);
    expect(core.hotBytes).toBe(0);
  });

  it('keeps each push within its bytes, its own framing included', () => {
    const { publish, round } = harness({ config: { roundBytesMax: 67, pushOverheadBytes: 8, fanout: 1 } });
    for (let sequence = 0; sequence < 10; sequence++) publish(rumor('self', sequence));
    const sends = round();
    expect(sends).toHaveLength(1);
    expect(pushed(sends[0]!.message)).toHaveLength(2);
  });

  it('pushes a rumor that fits into no packet alone, by stream, to one peer at a time', () => {
    const { publish, round, core } = harness({ config: { fanout: 2 } });
    publish(rumor('self', 1, { payload: new Uint8Array(2_000) }));
    publish(rumor('self', 2));
    const sends = round();
    expect(sends.map(({ via, message }) => [via, pushed(message).map(({ id }) => id.sequence)])).toEqual([
      ['packet', [2]],
      ['stream', [1]],
      ['packet', [2]],
      ['stream', [1]],
    ]);
    round();
    expect(core.hotCount).toBe(0);
    expect(core.counts().pushed).toBe(8);
  });

  it('waits with what it publishes while it has no peers', () => {
    const { core, publish, peers, round, out } = harness({ peers: [] });
    publish(rumor('self', 1));
    expect(round()).toEqual([]);
    expect(out.timers).toHaveLength(1);
    expect(core.hotCount).toBe(1);
    peers.add('b');
    expect(round().map(({ to }) => to)).toEqual(['b']);
  });
});

describe('RumorCore, piggyback', () => {
  it('lets news ride on a packet to a peer, and counts it as a push', () => {
    const { core, out, publish, round } = harness();
    const published = rumor('self', 1);
    publish(published);
    for (let count = 0; count < 4; count++) {
      expect(core.piggyback('b', 100)).toEqual({ type: 'push', rumors: [published] });
    }
    expect(core.piggyback('b', 100)).toBeUndefined();
    out.clear();
    expect(round()).toEqual([]);
    expect(out.events).toEqual([{ type: 'rumor-spent', rumor: published, reason: 'transmit-limit' }]);
    expect(out.timers).toEqual([]);
    expect(core.counts().pushed).toBe(4);
  });

  it('keeps to the budget, its own framing included', () => {
    const { core, publish } = harness({ config: { pushOverheadBytes: 8 } });
    publish(rumor('self', 1));
    expect(core.piggyback('b', 27)).toBeUndefined();
    expect(pushed(core.piggyback('b', 28))).toHaveLength(1);
    expect(core.piggyback('b', 0)).toBeUndefined();
  });

  it('wastes no push on a node that is no peer', () => {
    const { core, publish } = harness();
    publish(rumor('self', 1));
    expect(core.piggyback('dead', 100)).toBeUndefined();
    expect(core.piggyback('10.0.0.9:7946', 100)).toBeUndefined();
  });
});

describe('RumorCore, bounds and hostile input', () => {
  it('drops the most pushed rumor of the lowest class when too many are hot, and still knows it', () => {
    const { core, out, publish, hear } = harness({ config: { hotCountMax: 2 } });
    publish(rumor('self', 1, { priority: 'critical' }));
    const bulk = rumor('b', 1, { priority: 'bulk' });
    hear('b', bulk);
    out.clear();
    hear('b', rumor('b', 2));
    expect(out.events.map(({ type }) => type)).toEqual(['rumor-learned', 'rumor-dropped']);
    expect(out.events[1]).toEqual({ type: 'rumor-dropped', rumor: bulk });
    expect(core.counts().dropped).toBe(1);
    expect(core.hasSeen(bulk.id)).toBe(true);
  });

  it('drops until the hot rumors are within their bytes', () => {
    const { core, out, publish } = harness({ config: { payloadBytesMax: 100, hotBytesMax: 120 } });
    for (let sequence = 1; sequence <= 3; sequence++) publish(rumor('self', sequence, { payload: new Uint8Array(20) }));
    out.clear();
    publish(rumor('self', 4, { payload: new Uint8Array(80), priority: 'high' }));
    expect(out.events.map(({ type }) => type)).toEqual(['rumor-learned', 'rumor-dropped', 'rumor-dropped']);
    expect(core.hotBytes).toBe(120);
  });

  it('refuses what is not legal, counts it, and learns the rest of the same push', () => {
    const { core, out, hear } = harness({ config: { payloadBytesMax: 10 } });
    const bad = [
      rumor('b', -1),
      rumor('b', 1, { topic: '' }),
      rumor('b', 2, { payload: new Uint8Array(11) }),
      rumor('b', 3, { priority: 'urgent' as never }),
      null as never,
    ];
    hear('b', ...bad, rumor('b', 4));
    const reasons = out.events.map((event) => (event.type === 'rumor-refused' ? event.reason : event.type));
    expect(reasons).toEqual(['id', 'topic', 'payload', 'priority', 'id', 'rumor-learned']);
    expect(core.counts().refused).toBe(5);
  });

  it('refuses an illegal rumor of its own without throwing', () => {
    const { out, publish } = harness();
    publish(rumor('self', 1, { payload: new Uint8Array(1_048_577) }));
    expect(out.events).toEqual([{ type: 'rumor-refused', reason: 'payload', from: undefined }]);
    expect(out.timers).toEqual([]);
  });

  it('ignores messages that are none', () => {
    const { core, out } = harness();
    for (const message of [
      null,
      {},
      { type: 'pull', rumors: [rumor('b', 1)] },
      { type: 'push' },
      { type: 'push', rumors: 7 },
    ]) {
      core.step({ kind: 'message', from: 'b', message: message as never }, 0, out);
    }
    expect(out.events).toEqual([]);
  });

  it('counts the lives that it had to forget', () => {
    const { core, hear } = harness({ config: { lifeCountMax: 2 } });
    for (const origin of ['b', 'c', 'd']) hear('b', rumor(origin, 1));
    expect(core.counts().forgottenLife).toBe(1);
  });

  it('does not learn a rumor twice while it is hot, though its life was forgotten', () => {
    const { core, hear } = harness({ config: { lifeCountMax: 1 } });
    hear('b', rumor('b', 1), rumor('c', 1), rumor('b', 1));
    expect(core.counts()).toMatchObject({ learned: 2, duplicate: 1 });
  });
});
