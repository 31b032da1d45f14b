import { RecordingOutbox, Rng } from '@hearsay/core';
import { PeerSet } from '@hearsay/membership';
import { describe, expect, it } from 'vitest';
import { forwardFanout } from '../src/config.ts';
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
import { VirtualCluster } from './virtual-cluster.ts';

const rumor = (origin: string, sequence: number, payloadBytes = 10): Rumor => ({
  id: { origin, generation: 1, sequence },
  topic: 'news',
  payload: new Uint8Array(payloadBytes),
  priority: 'normal',
});

/** A core named `self` with `peerCount` peers. Sizes are payload + 10. */
function harness(peerCount: number, config: Partial<RumorConfig> = {}) {
  const peers = new PeerSet();
  for (let index = 1; index <= peerCount; index++) peers.add(`p${index}`);
  const core = new RumorCore({
    config: rumorConfig(config),
    self: 'self',
    peers,
    rng: new Rng(1),
    sizeOf: ({ payload }) => payload.length + 10,
  });
  const out = new RecordingOutbox<RumorMessage, RumorTimer, RumorEvent>();
  return {
    out,
    publish: (sequence: number, nowMs = 0, payloadBytes = 10) =>
      core.step(
        { kind: 'command', command: { type: 'publish', rumor: rumor('self', sequence, payloadBytes) } },
        nowMs,
        out,
      ),
    hear: (from: string, sequence: number, nowMs = 0) =>
      core.step({ kind: 'message', from, message: { type: 'push', rumors: [rumor('o', sequence)] } }, nowMs, out),
    timer: (type: 'round' | 'forward', nowMs: number) => core.step({ kind: 'timer', timer: { type } }, nowMs, out),
    forwards: () => out.timers.filter(({ timer }) => timer.type === 'forward'),
  };
}

describe('the fanout of forwarding', () => {
  it.each([
    [1, 2],
    [10, 5],
    [50, 6],
    [100, 7],
    [400, 8],
    [1_000, 9],
    [1_000_000, 16],
    [100_000_000, 16],
  ])('is ln n and two more, to its bound: %i nodes, %i peers', (clusterSize, expected) => {
    expect(forwardFanout(clusterSize, rumorConfig())).toBe(expected);
  });
});

describe('RumorCore, forwarding', () => {
  it('passes on what it learns in the same step, to distinct peers, and not back to who told it', () => {
    const { out, hear } = harness(49);
    hear('p7', 1);
    const to = out.sends.map((send) => send.to);
    expect(new Set(to).size).toBe(6);
    expect(to).not.toContain('p7');
    expect(out.sends.every(({ message }) => pushed(message).length === 1)).toBe(true);
  });

  it('passes on to everybody but the teller where there are few', () => {
    const { out, hear } = harness(4);
    hear('p2', 1);
    expect(out.sends.map(({ to }) => to).toSorted((a, b) => (a < b ? -1 : 1))).toEqual(['p1', 'p3', 'p4']);
  });

  it('passes on what it publishes, also when it has fewer peers than it would like', () => {
    const { out, publish } = harness(2);
    publish(1);
    expect(new Set(out.sends.map(({ to }) => to))).toEqual(new Set(['p1', 'p2']));
  });

  it('says nothing about a rumor that it knows', () => {
    const { out, hear } = harness(49);
    hear('p1', 1);
    out.clear();
    hear('p2', 1);
    expect(out.sends).toEqual([]);
  });

  it('counts what it passed on as pushes: the rounds spend the rest', () => {
    const { out, publish, timer } = harness(49, { pushCountMin: 8 });
    publish(1);
    expect(out.sends).toHaveLength(6);
    timer('round', 100);
    expect(out.sends).toHaveLength(8);
    expect(out.events.at(-1)?.type).toBe('rumor-spent');
  });

  it('passes on together what comes within the interval, each once to each peer', () => {
    const { out, publish, timer, forwards } = harness(49);
    publish(1, 0);
    out.clear();
    for (let sequence = 2; sequence <= 5; sequence++) publish(sequence, 3);
    expect(out.sends).toEqual([]);
    expect(forwards()).toEqual([{ timer: { type: 'forward' }, delayMs: 7 }]);
    timer('forward', 10);
    expect(out.sends).toHaveLength(6);
    for (const { message } of out.sends) {
      expect(pushed(message).map(({ id }) => id.sequence)).toEqual(expect.arrayContaining([2, 3, 4, 5]));
    }
  });

  it('is over when the timer comes after everything was passed on', () => {
    const { out, publish, timer } = harness(49);
    publish(1, 0);
    publish(2, 5);
    publish(3, 20);
    out.clear();
    timer('forward', 21);
    expect(out.sends).toEqual([]);
    expect(out.timers).toEqual([]);
  });

  it('sends no more packets at once than it may, and goes on after the interval', () => {
    const { out, publish, timer, forwards } = harness(49, { forwardPacketMax: 2 });
    publish(0, 0);
    for (let sequence = 1; sequence <= 40; sequence++) publish(sequence, 5, 400);
    out.clear();
    timer('forward', 10);
    expect(out.sends).toHaveLength(12);
    expect(forwards()).toHaveLength(1);
    timer('forward', 20);
    expect(out.sends).toHaveLength(24);
  });

  it('waits for the rounds while there are no peers', () => {
    const { out, publish, forwards } = harness(0);
    publish(1);
    expect(out.sends).toEqual([]);
    expect(forwards()).toEqual([]);
    expect(out.timers.map(({ timer }) => timer.type)).toEqual(['round']);
  });

  it('leaves everything to the rounds when its fanout is 0', () => {
    const { out, publish } = harness(49, { forwardFanoutMax: 0 });
    publish(1);
    expect(out.sends).toEqual([]);
  });
});

describe('a rumor that is forwarded, delays of 1 to 10 ms', () => {
  it.each([
    [50, 30],
    [200, 8],
  ])('is known by all of %i nodes before the first round, mostly, with no more pushes', (nodeCount, seedCount) => {
    const lastMs = Array.from({ length: seedCount }, (_, seed) => {
      const cluster = new VirtualCluster({ seed, nodeCount });
      cluster.publish('node-0', 0);
      cluster.runToSilence();
      for (const { core } of cluster.nodes.values()) expect(core.counts().pushed).toBe(nodeCount < 100 ? 8 : 12);
      const learned = cluster.trace.filter((line) => line.includes('rumor-learned'));
      expect(learned).toHaveLength(nodeCount);
      return Number(learned.at(-1)?.split(' ')[0]);
    });
    // Four hops of at most 10 ms. [Kermarrec] promises it for 87 of 100 rumors.
    expect(lastMs.filter((ms) => ms <= 50).length).toBeGreaterThan(0.75 * seedCount - 1);
  });
});
