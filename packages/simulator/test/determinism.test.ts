import { describe, expect, it } from 'vitest';
import { Simulation } from '../src/index.ts';
import { Babbler } from './puppets.ts';

const IDS = ['a', 'b', 'c', 'd', 'e'];
const NETWORK = { latencyMsMin: 1, latencyMsMean: 4, jitterMs: 30, lossPerMille: 100, duplicatePerMille: 100 };

/** A run with every kind of fault. */
function babble(seed: number, ids: readonly string[] = IDS, traceLineCountMax = 0) {
  const world = new Simulation<'start', Uint8Array, 'round', number, Babbler>({
    seed,
    network: NETWORK,
    config: { traceLineCountMax },
    sizeOf: (bytes) => bytes.length,
  });
  for (const id of ids) world.add(id, (rng) => new Babbler(IDS, rng));
  for (const id of ids) world.command(id, 'start');
  world.at(300, () => world.partition([['a', 'b']]));
  world.at(500, () => world.pause('c'));
  world.at(700, () => world.heal());
  world.at(900, () => world.resume('c'));
  world.at(1_000, () => world.crash('d'));
  world.at(1_200, () => world.restart('d', (rng) => new Babbler(IDS, rng)));
  world.at(1_200, () => world.command('d', 'start'));
  world.run(3_000);
  return world;
}

/** What one node sent: when, to whom, what. Numbers of messages are left out, they depend on the others. */
function sendsOf(world: ReturnType<typeof babble>, id: string): string[] {
  const lines = world.trace.lines().filter((line) => line.split(' ')[1] === id && line.includes(' send '));
  return lines.map((line) => line.replace(/#\d+ /, ''));
}

describe('a run', () => {
  it('is a pure function of its seed', () => {
    const first = babble(7, IDS, 10_000);
    const second = babble(7, IDS, 10_000);
    expect(second.trace.lines()).toEqual(first.trace.lines());
    expect(second.trace.digest).toBe(first.trace.digest);
    expect(second.traffic).toEqual(first.traffic);
    expect(first.traffic).toMatchObject({
      lostCount: expect.any(Number),
      blockedCount: expect.any(Number),
      duplicateCount: expect.any(Number),
    });
    for (const count of [first.traffic.lostCount, first.traffic.blockedCount, first.traffic.duplicateCount]) {
      expect(count).toBeGreaterThan(0);
    }
  });

  it('differs for another seed', () => {
    expect(new Set([1, 2, 3, 4, 5].map((seed) => babble(seed).trace.digest)).size).toBe(5);
  });

  it('has the same digest with and without lines', () => {
    expect(babble(7, IDS, 5).trace.digest).toBe(babble(7).trace.digest);
  });

  it('lets one node more not change what the others do by dice', () => {
    const few = babble(7, IDS, 100_000);
    const many = babble(7, [...IDS, 'newcomer'], 100_000);
    expect(sendsOf(few, 'a').length).toBeGreaterThan(20);
    expect(sendsOf(many, 'a')).toEqual(sendsOf(few, 'a'));
  });
});
