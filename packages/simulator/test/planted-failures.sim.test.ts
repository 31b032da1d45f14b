/**
 * Each test plants one failure and asks that the scenario sees it, in the phase where it belongs and in its own words.
 * A checker that was never seen to fail has not been tested.
 */
import { aliveClaim } from '@hearsay/membership';
import { type Packet, StackCore } from '@hearsay/stack';
import { Codec } from '@hearsay/wire';
import { describe, expect, it, vi } from 'vitest';
import { type ClusterSimulation, firstCluster, hasHeld, type Interference, type PhaseReport } from '../src/index.ts';
import { played } from './played.ts';

const VICTIM = 'node-09';
const STRANGER = '10.9.9.9:7946';

/** The last phase of a run of 16 nodes without loss, which must have failed. */
function failureOf(interfere: Interference): PhaseReport {
  const report = played(firstCluster({ seed: 3, nodeCount: 16, lossPerMille: 0, traceLineCountMax: 0 }, interfere));
  expect(hasHeld(report)).toBe(false);
  const last = report.phases.at(-1);
  if (last === undefined) throw new Error('no phase was played');
  return last;
}

/** Calls `action` once, as soon as the rumor is published: all have joined then, and nobody has crashed. */
function whenJoined(cluster: ClusterSimulation, action: (publisherId: string) => void): void {
  const stop = cluster.world.onEvent((_timeMs, id, event) => {
    if (event.type !== 'rumor-learned') return;
    stop();
    action(id);
  });
}

/** Nothing passes between a node and any other. */
function isolate(cluster: ClusterSimulation, id: string): void {
  for (const other of cluster.names.map((name) => cluster.addressOf(name))) {
    cluster.world.block(id, other);
    cluster.world.block(other, id);
  }
}

/** Lets the victim send a packet of our making in place of its next step. */
function forge(cluster: ClusterSimulation, packet: Partial<Packet>): void {
  const [receiver = ''] = cluster.names;
  const { generation } = cluster.core(VICTIM).self;
  vi.spyOn(cluster.core(VICTIM), 'step').mockImplementationOnce((_input, _nowMs, out) => {
    out.send(cluster.addressOf(receiver), { from: VICTIM, generation, address: '', messages: [], ...packet });
  });
}

/** Starts a second process that says it is the victim, in the very same life. */
function impersonate(cluster: ClusterSimulation): void {
  const { world, config, names } = cluster;
  const { generation } = cluster.core(VICTIM).self;
  const sizes = new Codec({ label: 'simulated' });
  world.add(STRANGER, (rng) => {
    const self = { name: VICTIM, address: STRANGER, generation, tags: new Map() };
    return new StackCore({ config, self, sizes, rng, wallClock: world.wallClock(), cluster: 'simulated' });
  });
  world.command(STRANGER, { type: 'start' });
  world.command(STRANGER, { type: 'join', seeds: names.slice(0, 1).map((name) => cluster.addressOf(name)) });
}

describe('each phase sees its failure', () => {
  it('a node that never joins', () => {
    const failure = failureOf((cluster) => isolate(cluster, cluster.addressOf(VICTIM)));
    expect(failure).toMatchObject({ name: '16 nodes join by 3 seeds', tookMs: failure.boundMs, missedCount: 16 });
    expect(failure.violations).toEqual([
      'all 16 live nodes to know all members; 16 did not: node-01, node-02, node-03, node-04, node-05, …',
    ]);
  });

  it('a rumor that gets lost', () => {
    const failure = failureOf((cluster) => whenJoined(cluster, (publisherId) => isolate(cluster, publisherId)));
    expect(failure).toMatchObject({ name: 'a rumor reaches all', tookMs: failure.boundMs, missedCount: 15 });
    expect(failure.violations).toEqual([
      expect.stringMatching(/^all 16 live nodes but at most \d to have the rumor; 15 did not: /),
    ]);
  });

  it('a replica that refuses the write, because its clock is ten minutes slow', () => {
    const failure = failureOf((cluster) =>
      whenJoined(cluster, () =>
        cluster.command(VICTIM, { type: 'wall-clock', wallMs: cluster.world.wallMs - 600_000 }),
      ),
    );
    expect(failure.name).toBe('a write is on all replicas');
    expect(failure.violations[0]).toMatch(/^nothing to be refused; node-09 refused what node-\d\d said: /);
  });

  it('a replica that loses the write', () => {
    const failure = failureOf((cluster) =>
      whenJoined(cluster, () => {
        vi.spyOn(cluster.core(VICTIM).store, 'merge').mockReturnValue({ kind: 'stale' });
      }),
    );
    expect(failure).toMatchObject({ name: 'a write is on all replicas', tookMs: failure.boundMs });
    expect(failure.violations).toEqual(['all 16 live nodes to have the written value; 1 did not: node-09']);
  });

  it('a crash that nobody notices, because the node goes on', () => {
    const failure = failureOf((cluster) => {
      vi.spyOn(cluster, 'crash').mockImplementationOnce(() => undefined);
    });
    expect(failure).toMatchObject({ name: '2 crashes are detected by all', tookMs: failure.boundMs, missedCount: 14 });
    expect(failure.violations).toEqual([
      expect.stringMatching(/^all 14 live nodes to hold all 2 crashed members for dead; 14 did not: /),
    ]);
  });

  it('a live node that is declared dead, because it stood still for too long', () => {
    const failure = failureOf((cluster) => {
      const crash = cluster.crash.bind(cluster);
      vi.spyOn(cluster, 'crash').mockImplementation((name) => {
        crash(name);
        const [still = ''] = cluster.liveNames();
        cluster.world.pause(cluster.addressOf(still));
      });
    });
    expect(failure.name).toBe('2 crashes are detected by all');
    expect(failure.tookMs).toBeLessThan(failure.boundMs);
    expect(failure.violations[0]).toMatch(
      /^no live member to be declared dead; node-\d\d declared node-01 \(at \d+ ms\)$/,
    );
  });

  it('replicas that stay apart, because one never stops to write', () => {
    const failure = failureOf((cluster) => {
      const { world } = cluster;
      const write = (): void => {
        const [writer = ''] = cluster.liveNames();
        cluster.command(writer, { type: 'store-set', key: 'seconds', value: Uint8Array.of(1) });
        world.at(world.nowMs + 20, write);
      };
      whenJoined(cluster, () => world.at(world.nowMs, write));
    });
    expect(failure).toMatchObject({ name: 'all replicas are equal', tookMs: failure.boundMs });
    expect(failure.violations[0]).toMatch(
      /^all 14 live nodes to hold 14 members for alive and 2 for dead, as node-\d\d/,
    );
  });
});

describe('what must never happen is seen in whichever phase it happens', () => {
  it('a second process under the name of another', () => {
    const failure = failureOf((cluster) => whenJoined(cluster, () => impersonate(cluster)));
    expect(failure.violations[0]).toMatch(/^no name conflict; node-\d\d saw one about node-09/);
  });

  it('a claim that nobody can make', () => {
    const ghost = aliveClaim({ name: 'ghost', address: '10.0.0.99:7946', generation: 0xffff_ffff });
    const failure = failureOf((cluster) =>
      whenJoined(cluster, () =>
        forge(cluster, { messages: [{ protocol: 'swim', message: { type: 'claims', claims: [ghost] } }] }),
      ),
    );
    expect(failure.violations[0]).toMatch(
      /^nothing to be refused; node-01 refused what node-09 said: generation-ahead/,
    );
  });

  it('a packet that does not decode', () => {
    const failure = failureOf((cluster) => whenJoined(cluster, () => forge(cluster, { from: 'not a name' })));
    expect(failure.violations[0]).toMatch(/^every packet to decode; 1 did not/);
  });

  it('a packet that is too large for the network', () => {
    const failure = failureOf((cluster) => whenJoined(cluster, () => cluster.world.setNetwork({ packetBytesMax: 80 })));
    expect(failure.violations[0]).toMatch(/^no packet above packetBytesMax; there were \d+/);
  });

  it('an exception', () => {
    const failure = failureOf((cluster) =>
      whenJoined(cluster, () => {
        vi.spyOn(cluster.core(VICTIM), 'step').mockImplementationOnce(() => {
          throw new Error('planted');
        });
      }),
    );
    expect(failure.violations[0]).toMatch(/^nothing to be thrown; Error: planted\n +at /);
  });
});
