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
import { VirtualCluster } from './virtual-cluster.ts';

/** What the publisher was told, and what telling it cost. */
function counted(cluster: VirtualCluster, publish = () => cluster.publish('node-0', 1, { isCounted: true })) {
  const tallied: Extract<RumorEvent, { type: 'rumor-tallied' }>[] = [];
  cluster.onEvent = (_name, event) => {
    if (event.type === 'rumor-tallied') tallied.push(event);
  };
  publish();
  // A rumor that is pushed where nobody is waits for ever.
  cluster.runTo(10_000);
  return { tallied, messages: cluster.sent.get('tally') ?? 0 };
}

describe('a rumor that is counted', () => {
  it.each(['push', 'tree'] as const)('by %s tells its publisher how many have it, exactly', (way) => {
    const cluster = new VirtualCluster({ seed: 1, nodeCount: 60, hasClock: true, config: { way } });
    const { tallied, messages } = counted(cluster);
    expect(tallied).toEqual([
      {
        type: 'rumor-tallied',
        id: { origin: 'node-0', generation: 1, sequence: 1 },
        reachedCount: 60,
        clusterSize: 60,
      },
    ]);
    expect(messages).toBeLessThan(3 * 60);
  });

  it('is counted exactly when a fifth of the packets is lost', () => {
    const cluster = new VirtualCluster({ seed: 2, nodeCount: 60, hasClock: true, lossPerMille: 200 });
    const { tallied } = counted(cluster);
    expect(tallied.map(({ reachedCount }) => reachedCount)).toEqual([cluster.deliveries('node-0:1:1').nodeCount]);
  });

  it('is counted without those that crashed, and their listeners tell the publisher itself', () => {
    const cluster = new VirtualCluster({ seed: 3, nodeCount: 40, hasClock: true });
    const crashed = ['node-3', 'node-7', 'node-11', 'node-15'];
    // They pass the rumor on and are never heard of again.
    cluster.filter = (from, to, { type }) => {
      const isCount = type === 'tally' || type === 'tallied';
      return !(isCount && (crashed.includes(from) || crashed.includes(to)));
    };
    const { tallied } = counted(cluster);
    expect(tallied.map(({ reachedCount }) => reachedCount)).toEqual([36]);
  });

  it('costs no message when nobody asks for it', () => {
    const cluster = new VirtualCluster({ seed: 1, nodeCount: 20 });
    expect(counted(cluster, () => cluster.publish('node-0', 1))).toMatchObject({ tallied: [], messages: 0 });
  });

  it('is counted as far as it came when nobody answers, and at once where nobody else is', () => {
    const cluster = new VirtualCluster({ seed: 1, nodeCount: 5 });
    cluster.filter = (_from, _to, { type }) => type !== 'tally';
    expect(counted(cluster).tallied.map(({ reachedCount }) => reachedCount)).toEqual([1]);
    const alone = new VirtualCluster({ seed: 1, nodeCount: 2 });
    alone.crash('node-1');
    const { tallied } = counted(alone);
    expect(tallied.map(({ reachedCount, clusterSize }) => [reachedCount, clusterSize])).toEqual([[1, 1]]);
  });
});

describe('RumorCore, counting', () => {
  const rumor = (origin: string, sequence: number): Rumor => ({
    id: { origin, generation: 1, sequence },
    topic: 't',
    payload: new Uint8Array(1),
    priority: 'normal',
    isCounted: true,
  });

  function harness(config: Partial<RumorConfig> = {}) {
    const peers = new PeerSet();
    for (const peer of ['a', 'b', 'c', 'o']) peers.add(peer);
    const core = new RumorCore({ config: rumorConfig(config), self: 'self', peers, rng: new Rng(1), sizeOf: () => 20 });
    const out = new RecordingOutbox<RumorMessage, RumorTimer, RumorEvent>();
    let nowMs = 0;
    return {
      core,
      out,
      hear: (from: string, message: RumorMessage) => core.step({ kind: 'message', from, message }, nowMs, out),
      publish: (one: Rumor) => core.step({ kind: 'command', command: { type: 'publish', rumor: one } }, nowMs, out),
      wait: (ms: number, key: string) => {
        nowMs += ms;
        core.step({ kind: 'timer', timer: { type: 'tally', key } }, nowMs, out);
      },
      told: () =>
        out.sends.splice(0).flatMap(({ to, message }) => {
          return message.type === 'tally' || message.type === 'tallied'
            ? [`${message.type} ${to} ${message.total}`]
            : [];
        }),
      tallied: () => out.events.flatMap((event) => (event.type === 'rumor-tallied' ? [event.reachedCount] : [])),
    };
  }

  it('tells its teller the sum of what it was told, again when that grows, and confirms what it is told', () => {
    const { hear, wait, told } = harness();
    const { id } = rumor('o', 1);
    hear('a', { type: 'push', rumors: [rumor('o', 1)] });
    wait(100, 'o:1:1');
    expect(told()).toEqual(['tally a 1']);
    hear('a', { type: 'tallied', id, total: 1 });
    wait(100, 'o:1:1');
    expect(told()).toEqual([]);
    hear('b', { type: 'tally', id, total: 2 });
    hear('b', { type: 'tally', id, total: 1 });
    wait(100, 'o:1:1');
    expect(told()).toEqual(['tallied b 2', 'tallied b 1', 'tally a 3']);
  });

  it('believes nobody who counts more than there are, nothing of strangers, and no nonsense', () => {
    const { hear, publish, wait, told, tallied } = harness({ tallyQuietMs: 300 });
    const { id } = rumor('self', 1);
    publish(rumor('self', 1));
    told();
    for (const total of [0, 5, 1.5, -1, Number.NaN]) hear('a', { type: 'tally', id, total });
    hear('stranger', { type: 'tally', id, total: 1 });
    hear('a', { type: 'tally', id: {} as never, total: 1 });
    hear('a', { type: 'tallied', id, total: 1 });
    expect(told()).toEqual([]);
    hear('a', { type: 'tally', id, total: 1 });
    wait(299, 'self:1:1');
    expect(tallied()).toEqual([]);
    wait(1, 'self:1:1');
    expect(tallied()).toEqual([2]);
    expect(told()).toEqual(['tallied a 1']);
  });

  it('ends the oldest count at its bound', () => {
    const { core, publish, tallied } = harness({ tallyCountMax: 1 });
    publish(rumor('self', 1));
    publish(rumor('self', 2));
    expect(tallied()).toEqual([1]);
    expect(core.counts().tallyLost).toBe(0);
  });

  it('gives up after so many attempts, at its teller and at the publisher', () => {
    const { core, hear, wait, told } = harness({ tallyAttemptMax: 2 });
    hear('a', { type: 'push', rumors: [rumor('o', 1)] });
    for (let count = 0; count < 5; count++) wait(100, 'o:1:1');
    expect(told()).toEqual(['tally a 1', 'tally a 1', 'tally o 1', 'tally o 1']);
    expect(core.counts().tallyLost).toBe(1);
  });
});
