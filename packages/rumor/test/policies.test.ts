import { RecordingOutbox, Rng, WallClock } from '@hearsay/core';
import { SPREAD_POLICIES } from '@hearsay/damping';
import { PeerSet } from '@hearsay/membership';
import { describe, expect, it } from 'vitest';
import { coverageBy } from '../src/coverage.ts';
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

const NODE_COUNT = 60;
/** On the wire: the phase in the lower two bits. */
const CLOSING_BYTE = 2;
const REMOVED_BYTE = 3;
const SEEDS = [1, 2, 3];

/** What became of one rumor on average: share of nodes reached, pushes per node, and how it ended where. */
function spread(config: Partial<RumorConfig>, { lossPerMille = 0, untilMs = 15_000 } = {}) {
  let reached = 0;
  let pushed = 0;
  const ends = new Map<string, number>();
  for (const seed of SEEDS) {
    const cluster = new VirtualCluster({ seed, nodeCount: NODE_COUNT, config, lossPerMille });
    for (const { driver } of cluster.nodes.values()) driver.command({ type: 'start' });
    cluster.publish('node-0', 1);
    cluster.runTo(untilMs);
    const { nodeCount, totalCount } = cluster.deliveries('node-0:1:1');
    expect(totalCount).toBe(nodeCount);
    reached += nodeCount;
    for (const { core } of cluster.nodes.values()) {
      const counts = core.counts();
      expect(core.hotCount).toBe(0);
      pushed += counts.pushed;
      for (const [reason, count] of Object.entries(counts.spent)) ends.set(reason, (ends.get(reason) ?? 0) + count);
    }
  }
  const total = SEEDS.length * NODE_COUNT;
  const reasons = [...ends].filter(([, count]) => count > 0).map(([reason]) => reason);
  return { coverage: reached / total, traffic: pushed / total, reasons, learned: reached, ends };
}

describe('a rumor that is pushed', () => {
  it.each([
    ['transmit-limit', 'transmit-limit'],
    ['blind-counter', 'counter'],
    ['blind-coin', 'coin'],
    ['feedback-counter', 'counter'],
    ['feedback-coin', 'coin'],
  ] as const)('under %s ends by its %s everywhere, and reaches what theory expects', (policy, reason) => {
    const config = { policy, k: 4 };
    const { coverage, reasons, ends, learned } = spread(config);
    expect(reasons).toEqual([reason]);
    expect(ends.get(reason)).toBe(learned);
    expect(coverage).toBeGreaterThan(coverageBy(rumorConfig(config), NODE_COUNT) - 0.03);
  });

  it('costs less with feedback, for the same residue: pushes to who needed it are free', () => {
    const feedback = spread({ policy: 'feedback-counter', k: 2, forwardFanoutMax: 0 });
    const blind = spread({ policy: 'blind-counter', k: 2, forwardFanoutMax: 0 });
    expect(feedback.coverage).toBeGreaterThan(blind.coverage + 0.05);
  });

  it.each(SPREAD_POLICIES.filter((policy) => policy !== 'median-counter'))(
    'under %s ends also when every answer is lost',
    (policy) => {
      const cluster = new VirtualCluster({ seed: 1, nodeCount: 10, config: { policy } });
      cluster.filter = (_from, _to, message) => message.type !== 'exchange' || message.answerTo === 0;
      cluster.publish('node-0', 1);
      cluster.runTo(60_000);
      for (const { core } of cluster.nodes.values()) expect(core.hotCount).toBe(0);
      expect(cluster.deliveries('node-0:1:1').nodeCount).toBe(10);
    },
  );
});

describe('a rumor that is pulled', () => {
  it('reaches all, though nobody pushes it', () => {
    const { coverage, reasons } = spread({ contact: 'pull', policy: 'feedback-counter', k: 3, fanout: 1 });
    expect(coverage).toBe(1);
    expect(reasons).toEqual(['counter']);
  });

  it('costs a packet per round and node for ever, and each rumor only where it is needed', () => {
    const cluster = new VirtualCluster({ seed: 1, nodeCount: 20, config: { contact: 'pull', fanout: 1 } });
    for (const { driver } of cluster.nodes.values()) driver.command({ type: 'start' });
    cluster.runTo(10_000);
    // A first round at some time within an interval of 200 ms, and then one per interval.
    expect(cluster.sent.get('exchange')).toBe(20 * 50);
  });
});

describe('a rumor that is pushed and pulled under the median counter', () => {
  const config = { contact: 'push-pull', policy: 'median-counter', fanout: 1 } as const;

  it('reaches all, closes, and costs few transmissions', () => {
    const { coverage, reasons, traffic } = spread(config);
    expect(coverage).toBe(1);
    expect(reasons).toContain('closed');
    // [Karp]: O(n ln ln n) of both directions. The transmit limit costs eight here.
    expect(traffic).toBeLessThan(10);
  });

  it('reaches all when a tenth of the packets is lost', () => {
    expect(spread(config, { lossPerMille: 100 }).coverage).toBeGreaterThan(0.98);
  });

  it('is no policy for pushes alone, nor are others than there are', () => {
    expect(() => rumorConfig({ policy: 'median-counter' })).toThrow('push-pull');
    expect(() => rumorConfig({ policy: 'never' as never })).toThrow('policy');
    expect(() => rumorConfig({ contact: 'shout' as never })).toThrow('contact');
    expect(() => rumorConfig({ way: 'boat' as never })).toThrow('way');
  });
});

/** A core among three others, with what it sends. */
function lone(config: Partial<RumorConfig>) {
  const peers = new PeerSet();
  for (const peer of ['a', 'b', 'c']) peers.add(peer);
  const core = new RumorCore({
    config: rumorConfig(config),
    self: 'self',
    peers,
    rng: new Rng(1),
    sizeOf: ({ payload }) => payload.length + 20,
    wallClock: new WallClock(1_700_000_000_000, 0),
  });
  const out = new RecordingOutbox<RumorMessage, RumorTimer, RumorEvent>();
  const rumor = (bytes: number): Rumor => ({
    id: { origin: 'self', generation: 1, sequence: 1 },
    topic: 't',
    payload: new Uint8Array(bytes),
    priority: 'normal',
  });
  return {
    core,
    publish: (bytes = 10) => core.step({ kind: 'command', command: { type: 'publish', rumor: rumor(bytes) } }, 0, out),
    /** Of `origin`, in a contact by a peer whose standing is this. */
    hear: (origin: string, standing: number) =>
      core.step(
        {
          kind: 'message',
          from: 'a',
          message: {
            type: 'exchange',
            token: 0,
            answerTo: 0,
            isPull: false,
            rumors: [{ ...rumor(10), id: { origin, generation: 1, sequence: 1 } }],
            standings: Uint8Array.of(standing),
            verdicts: new Uint8Array(0),
          },
        },
        0,
        out,
      ),
    round: () => core.step({ kind: 'timer', timer: { type: 'round' } }, 1, out),
    reasons: () => out.events.flatMap((event) => (event.type === 'rumor-spent' ? [event.reason] : [])),
    standings: () => out.sends.flatMap(({ message }) => (message.type === 'exchange' ? [[...message.standings]] : [])),
  };
}

describe('RumorCore, what it makes of feedback', () => {
  it('learns in push-pull also from who calls', () => {
    const { publish, hear, round, reasons } = lone({ contact: 'push-pull', policy: 'feedback-counter', k: 1 });
    publish();
    hear('self', REMOVED_BYTE);
    expect(reasons()).toEqual([]);
    round();
    expect(reasons()).toEqual(['counter']);
  });

  it('closes when it learns from one that is closing', () => {
    const { hear, round, standings } = lone({ contact: 'push-pull', policy: 'median-counter', fanout: 1 });
    hear('a', CLOSING_BYTE);
    round();
    expect(standings()).toEqual([[CLOSING_BYTE]]);
  });

  it('lets no rumor ride, and stops what no packet can carry by the transmit limit', () => {
    const small = lone({ policy: 'feedback-counter' });
    small.publish();
    expect(small.core.piggyback('a', 1_000)).toBeUndefined();
    const large = lone({ policy: 'feedback-counter' });
    large.publish(5_000);
    for (let count = 0; count < 4; count++) large.round();
    expect(large.reasons()).toEqual(['transmit-limit']);
  });
});

describe('what a peer says in a contact', () => {
  it('changes nothing when it is nonsense, is about nothing, or comes from a stranger', () => {
    const cluster = new VirtualCluster({ seed: 1, nodeCount: 3, config: { policy: 'feedback-counter', k: 1 } });
    const { core, driver } = cluster.nodes.get('node-0')!;
    cluster.publish('node-0', 1);
    const hotCount = core.hotCount;
    const none = new Uint8Array(0);
    const known = Uint8Array.of(3, 3, 3);
    const message = { type: 'exchange', token: 0, answerTo: 0, isPull: false, rumors: [], standings: none } as const;
    driver.message('stranger', { ...message, answerTo: 1, verdicts: known });
    driver.message('node-1', { ...message, answerTo: 999, verdicts: known });
    driver.message('node-1', { ...message, verdicts: [3] as never });
    driver.message('node-1', { ...message, rumors: [{}] as never, verdicts: none });
    driver.message('node-1', { type: 'exchange' } as never);
    driver.message('stranger', { ...message, token: 5, isPull: true, verdicts: none });
    expect(core.hotCount).toBe(hotCount);
    expect(core.counts().pushed).toBe(2);
  });
});
