/** What only happens between members. Every world is a function of its seed. */
import { describe, expect, it } from 'vitest';
import { VirtualCluster, type VirtualNode } from './virtual-cluster.ts';

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];
const names = (count: number) => Array.from({ length: count }, (_, index) => `n-${index}`);

describe('a cluster', () => {
  it.each(SEEDS)('comes together around one seed, SEED=%i', (seed) => {
    const cluster = new VirtualCluster({ seed });
    for (const name of names(12)) cluster.add(name);
    for (const name of names(12).slice(1)) cluster.join(name, 'n-0');
    cluster.runUntil(() => cluster.isWhole, 10_000);
    cluster.run(120_000);
    expect(cluster.isWhole).toBe(true);
    expect(cluster.events('joined')).toHaveLength(11);
    expect(cluster.events('member-suspected')).toEqual([]);
    // Each learned of each of the others once.
    expect(cluster.events('member-joined')).toHaveLength(12 * 11);
  });

  it.each(SEEDS)('finds a crash, and nothing else, and everybody can tell why, SEED=%i', (seed) => {
    const cluster = new VirtualCluster({ seed, nodeCount: 10 });
    cluster.run(10_000);
    cluster.crash('n-3');
    const crashMs = cluster.nowMs;
    cluster.runUntil(() => cluster.beliefs('n-3').every((status) => status === 'dead'), 60_000);
    const failures = cluster.events('member-failed');
    expect(failures.map(({ event }) => event.claim.name)).toEqual(Array.from({ length: 9 }, () => 'n-3'));
    for (const { atMs, event } of failures) {
      const { accusations, sinceMs } = event.evidence;
      expect(sinceMs).toBeGreaterThan(crashMs);
      expect(sinceMs).toBeLessThan(atMs);
      expect(accusations.map(({ accuser }) => accuser)).toContain(event.claim.accuser);
      for (const { accuser, grounds } of accusations) {
        expect(names(10)).toContain(accuser);
        expect(grounds).toMatchObject({ helperCount: 3, nackCount: 3, hasTriedStream: true });
      }
    }
    for (const { core } of cluster.up()) expect(core.localHealth).toBe(0);
  });

  it.each(SEEDS)('forgives a tenth of lost packets, SEED=%i', (seed) => {
    const cluster = new VirtualCluster({ seed, nodeCount: 10, lossPerMille: 100 });
    cluster.run(300_000);
    expect(cluster.events('member-failed')).toEqual([]);
    expect(cluster.events('member-suspected')).toEqual([]);
  });

  it('learns of a leave as a leave, and of the way back as a join', () => {
    const cluster = new VirtualCluster({ nodeCount: 8 });
    cluster.run(5_000);
    cluster.node('n-2').driver.command({ type: 'leave' });
    cluster.runUntil(() => cluster.events('left').length === 1, 5_000);
    // The process may end now: everybody knows.
    expect(cluster.beliefs('n-2').filter((status) => status !== 'left')).toEqual([]);
    cluster.run(60_000);
    expect(cluster.events('member-left').map(({ event }) => event.claim.accuser)).toEqual(names(7).map(() => ''));
    cluster.join('n-2', 'n-0');
    cluster.runUntil(() => cluster.isWhole, 5_000);
    expect(cluster.events('member-joined')).toHaveLength(7);
    expect(cluster.events('member-failed')).toEqual([]);
  });

  it('takes a restart at another address for the same member in a new life', () => {
    const cluster = new VirtualCluster({ nodeCount: 6 });
    cluster.run(5_000);
    cluster.crash('n-2');
    cluster.add('n-2', { generation: 2, address: '10.7.7.7:1' });
    cluster.join('n-2', 'n-0');
    cluster.runUntil(() => cluster.isWhole, 5_000);
    cluster.run(60_000);
    for (const { table } of cluster.up()) {
      expect(table.get('n-2')).toMatchObject({ status: 'alive', generation: 2, address: '10.7.7.7:1' });
    }
    expect(cluster.events('name-conflict')).toEqual([]);
    expect(cluster.events('member-failed')).toEqual([]);
  });

  it('settles a fight about a name: the smaller address keeps it, both are told, and it ends', () => {
    const cluster = new VirtualCluster({ nodeCount: 6 });
    const first = cluster.node('n-2');
    cluster.run(5_000);
    const second = cluster.add('n-2', { address: 'z.test:1' });
    second.driver.command({ type: 'join', seeds: [cluster.node('n-0').address] });
    cluster.run(20_000);
    for (const name of ['n-0', 'n-1', 'n-3', 'n-4', 'n-5']) {
      expect(cluster.node(name).table.get('n-2')).toMatchObject({ status: 'alive', address: first.address });
    }
    for (const { events } of [first, second]) {
      expect(events.some(({ event }) => event.type === 'name-conflict')).toBe(true);
    }
    const incarnations = [first.core.self.incarnation, second.core.self.incarnation];
    second.isUp = false;
    cluster.run(60_000);
    expect(first.core.self.incarnation).toBe(incarnations[0]);
    expect(incarnations[0]).toBeLessThan(4);
  });

  it('carries tags of four kilobytes to everybody, and their change', () => {
    const cluster = new VirtualCluster({ nodeCount: 8 });
    cluster.run(2_000);
    for (const value of ['x'.repeat(4_000), 'y'.repeat(4_000)]) {
      const tags = new Map([['blob', value]]);
      cluster.node('n-1').driver.command({ type: 'set-tags', tags });
      cluster.runUntil(() => cluster.up().every(({ table }) => table.tags.of('n-1')?.get('blob') === value), 5_000);
    }
    expect(cluster.events('member-updated')).toHaveLength(14);
  });

  it('is learned whole by an observer, which nobody learns of', () => {
    const cluster = new VirtualCluster({ nodeCount: 5 });
    const observer = cluster.add('watch', { isObserver: true });
    cluster.join('watch', 'n-0');
    cluster.run(30_000);
    expect(observer.table.countOf('alive')).toBe(5);
    for (const name of names(5)) expect(cluster.node(name).table.get('watch')).toBeUndefined();
  });

  it('goes over the same way twice with the same seed, and another way with another', () => {
    const story = (seed: number): readonly string[] => {
      const cluster = new VirtualCluster({ seed, nodeCount: 12, lossPerMille: 200 });
      cluster.run(5_000);
      cluster.pause('n-1', 4_000);
      cluster.crash('n-2');
      cluster.node('n-3').driver.command({ type: 'leave' });
      cluster.run(60_000);
      return cluster.trace;
    };
    expect(story(1).length).toBeGreaterThan(500);
    expect(story(1)).toEqual(story(1));
    expect(story(1)).not.toEqual(story(2));
  });
});

describe('a partition', () => {
  it.each(SEEDS)('heals by itself, because the dead are asked now and then, SEED=%i', (seed) => {
    const cluster = new VirtualCluster({ seed, nodeCount: 10 });
    const isLeft = (name: string): boolean => Number(name.slice(2)) < 4;
    cluster.isOpen = (from, to) => isLeft(from) === isLeft(to);
    cluster.run(180_000);
    for (const { name, table } of cluster.up()) {
      expect(table.countOf('alive')).toBe(isLeft(name) ? 4 : 6);
      expect(table.countOf('dead')).toBe(isLeft(name) ? 6 : 4);
    }
    cluster.isOpen = () => true;
    cluster.runUntil(() => cluster.isWhole, 30_000);
  });

  it('ends with both sides finding each other though both have forgotten, because seeds are asked for ever', () => {
    const cluster = new VirtualCluster({ membership: { deadRetentionMs: 60_000 } });
    const generation = 1_000_000;
    for (const name of names(6)) cluster.add(name, { generation });
    for (const name of names(6).slice(1)) cluster.join(name, 'n-0', 'n-5');
    cluster.runUntil(() => cluster.isWhole, 5_000);
    const isLeft = (name: string): boolean => Number(name.slice(2)) < 3;
    cluster.isOpen = (from, to) => isLeft(from) === isLeft(to);
    cluster.run(300_000);
    for (const { table } of cluster.up()) expect(table.recordCount).toBe(3);
    cluster.isOpen = () => true;
    // One of each side is enough for anti-entropy over the table, which brings the rest.
    const knowsOther = ({ name, table }: VirtualNode): boolean =>
      [...table.peers.values()].some((peer) => isLeft(peer) !== isLeft(name));
    cluster.runUntil(() => cluster.up().every(knowsOther), 60_000);
  });
});

describe('a link that works one way', () => {
  const settle = (isOpen: VirtualCluster['isOpen'], config = {}): VirtualCluster => {
    const cluster = new VirtualCluster({ nodeCount: 6, config });
    cluster.run(5_000);
    cluster.isOpen = isOpen;
    cluster.run(200_000);
    return cluster;
  };

  it('from B to A only: helpers reach both, so nobody is ever suspected', () => {
    const cluster = settle((from, to) => !(from === 'n-0' && to === 'n-1'));
    expect(cluster.events('member-suspected')).toEqual([]);
    expect(cluster.isWhole).toBe(true);
    const outcomes = new Set(
      cluster
        .events('probe-ended')
        .flatMap(({ by, event }) => (by === 'n-0' && event.target === 'n-1' ? [event.outcome] : [])),
    );
    expect(outcomes).toEqual(new Set(['direct', 'indirect']));
  });

  it('for packets only, with nobody to help: both live by their streams, and both are warned', () => {
    const cluster = new VirtualCluster({ nodeCount: 2 });
    cluster.run(5_000);
    cluster.isOpen = (from, _to, via) => via === 'stream' || from === 'n-1';
    cluster.run(200_000);
    expect(cluster.events('member-suspected')).toEqual([]);
    expect(new Set(cluster.events('one-way-udp').map(({ by }) => by))).toEqual(new Set(['n-0', 'n-1']));
    for (const { core } of cluster.up()) expect(core.localHealth).toBe(0);
  });

  it.each(SEEDS.flatMap((seed) => [[seed, 'out of it'] as const, [seed, 'to and from it'] as const]))(
    'for packets only, SEED=%i, and %s: who is suspected refutes by its streams',
    (seed, lost) => {
      const cluster = new VirtualCluster({ seed, nodeCount: 5 });
      cluster.isOpen = (from, to, via) =>
        via === 'stream' || !(from === 'n-1' || (lost === 'to and from it' && to === 'n-1'));
      cluster.run(20_000);
      expect(cluster.events('member-suspected')).toEqual([]);
      cluster.pause('n-1', 3_000);
      cluster.run(60_000);
      expect(new Set(cluster.events('member-suspected').map(({ event }) => event.claim.name))).toEqual(
        new Set(['n-1']),
      );
      expect(cluster.events('member-failed')).toEqual([]);
      expect(cluster.isWhole).toBe(true);
    },
  );

  it('to nobody: who hears and is not heard is found dead by all, and nobody else is', () => {
    const cluster = settle((from) => from !== 'n-0');
    expect(cluster.beliefs('n-0').slice(1)).toEqual(['dead', 'dead', 'dead', 'dead', 'dead']);
    const others = cluster.events('member-failed').filter(({ by }) => by !== 'n-0');
    expect(new Set(others.map(({ event }) => event.claim.name))).toEqual(new Set(['n-0']));
    // It hears what is said of it, refutes in vain, and trusts itself as little as it can.
    expect(cluster.node('n-0').core.localHealth).toBe(8);
    expect(cluster.node('n-0').core.self.status).toBe('alive');
    cluster.isOpen = () => true;
    cluster.runUntil(() => cluster.isWhole, 60_000);
  });

  it('from everybody: who is heard and does not hear is found dead by all, and its own verdicts convince nobody', () => {
    const cluster = settle((_from, to) => to !== 'n-0');
    expect(cluster.beliefs('n-0').slice(1)).toEqual(['dead', 'dead', 'dead', 'dead', 'dead']);
    const others = cluster.events('member-failed').filter(({ by }) => by !== 'n-0');
    expect(new Set(others.map(({ event }) => event.claim.name))).toEqual(new Set(['n-0']));
    expect(cluster.node('n-0').core.localHealth).toBe(8);
    cluster.isOpen = () => true;
    cluster.runUntil(() => cluster.isWhole, 60_000);
  });
});

describe('a member that stands still', () => {
  it.each(SEEDS.flatMap((seed) => [[seed, 'timer'] as const, [seed, 'message'] as const]))(
    'for 20 seconds declares nobody dead when it goes on, SEED=%i, %ss first',
    (seed, first) => {
      const cluster = new VirtualCluster({ seed, nodeCount: 8, lossPerMille: 50 });
      cluster.run(5_000 + seed * 37);
      // A suspicion is under way, which would end in the middle of the pause, and which is refuted meanwhile.
      const { driver, table } = cluster.node('n-0');
      driver.command({
        type: 'learn',
        from: 'n-2',
        claims: [{ ...table.get('n-1')!, status: 'suspect', accuser: 'n-2' }],
      });
      cluster.pause('n-0', 20_000, first);
      cluster.run(20_000);
      const resumedMs = cluster.nowMs;
      cluster.run(60_000);
      const verdicts = cluster.events('member-failed').filter(({ by }) => by === 'n-0');
      expect(verdicts).toEqual([]);
      expect(cluster.events('paused').filter(({ by, atMs }) => by === 'n-0' && atMs >= resumedMs)).not.toEqual([]);
      // It was found dead, and came back by its own word.
      expect(cluster.isWhole).toBe(true);
      expect(cluster.events('member-recovered').some(({ event }) => event.claim.name === 'n-0')).toBe(true);
    },
  );

  it('would do so without the awareness of its own lag', () => {
    const verdictCount = SEEDS.map((seed) => {
      const cluster = new VirtualCluster({ seed, nodeCount: 8, config: { lagToleranceMs: 2 ** 31 - 1 } });
      cluster.run(5_000);
      const { driver, table } = cluster.node('n-0');
      driver.command({
        type: 'learn',
        from: 'n-2',
        claims: [{ ...table.get('n-1')!, status: 'suspect', accuser: 'n-2' }],
      });
      cluster.pause('n-0', 30_000);
      cluster.run(60_000);
      return cluster.events('member-failed').filter(({ by }) => by === 'n-0').length;
    });
    expect(verdictCount.every((count) => count > 0)).toBe(true);
  });

  it('notices it in the middle of the longest period too', () => {
    const cluster = new VirtualCluster({ nodeCount: 8 });
    cluster.run(5_000);
    const { core, driver, table } = cluster.node('n-0');
    for (let count = 0; count < 8; count++) {
      driver.command({ type: 'learn', from: 'n-1', claims: [{ ...core.self, status: 'suspect', accuser: 'n-1' }] });
    }
    expect(core.localHealth).toBe(8);
    const suspect = { ...table.get('n-1')!, status: 'suspect' as const };
    const claims = ['n-2', 'n-3', 'n-4'].map((accuser) => ({ ...suspect, accuser }));
    driver.command({ type: 'learn', from: 'n-2', claims });
    // Four seconds are left: it is awake for one of them, and stands still for the rest of the stretched period.
    cluster.run(1_000);
    cluster.pause('n-0', 6_000, 'timer');
    cluster.run(6_001);
    expect(cluster.events('member-failed')).toEqual([]);
  });
});
