/**
 * Links that work in one direction, for packets and for streams. Who cannot be heard is dead for those who do not hear
 * it; what such a member itself believes of the others must not infect them; and all of it heals.
 */
import { describe, expect, it } from 'vitest';
import { ClusterSimulation, Verdicts } from '../src/index.ts';

const SEEDS = [1, 2, 3, 4];
const NODE_COUNT = 16;
const ODD = 'node-01';

/** Sixteen nodes that know each other, and the verdicts from now on: only the odd one is faulty. */
function settled(seed: number) {
  const cluster = new ClusterSimulation({ seed, nodeCount: NODE_COUNT });
  const { world, names } = cluster;
  for (const name of names) cluster.start(name, ['node-02']);
  world.run(10_000);
  const verdicts = new Verdicts(world.nowMs, [ODD], NODE_COUNT);
  world.onEvent((timeMs, id, event) => {
    if (event.type === 'member-failed') verdicts.note(timeMs, world.node(id).core.self.name, event.claim.name);
  });
  const others = names.filter((name) => name !== ODD);
  return { cluster, verdicts, others };
}

function block(cluster: ClusterSimulation, from: string, to: string): void {
  cluster.world.block(cluster.addressOf(from), cluster.addressOf(to));
}

function aliveCountAt(cluster: ClusterSimulation, name: string): number {
  return cluster.core(name).table.countOf('alive');
}

function healAndAgree(cluster: ClusterSimulation): void {
  cluster.world.heal();
  const isWhole = () => cluster.names.every((name) => aliveCountAt(cluster, name) === NODE_COUNT);
  expect(cluster.world.runUntil(isWhole, 60_000)).toBe(true);
}

describe.each(SEEDS)('one-way links, SEED=%i', (seed) => {
  it('A hears B and B does not hear A: helpers answer for both, and nobody is even suspected', () => {
    const { cluster, verdicts } = settled(seed);
    const suspicions: string[] = [];
    cluster.world.onEvent((_timeMs, _id, event) => {
      if (event.type === 'member-suspected') suspicions.push(event.claim.name);
    });
    block(cluster, ODD, 'node-05');
    cluster.world.run(300_000);
    expect(cluster.world.traffic.blockedCount).toBeGreaterThan(20);
    expect(verdicts).toMatchObject({ falseCount: 0, first: [] });
    expect(suspicions).toEqual([]);
    healAndAgree(cluster);
  });

  it('a member that hears nobody is declared dead by all, and nobody else is by those who hear', () => {
    const { cluster, verdicts, others } = settled(seed);
    for (const name of others) block(cluster, name, ODD);
    cluster.world.run(300_000);
    expect(verdicts.all).toHaveLength(1);
    expect(verdicts.falseAtWellCount).toBe(0);
    for (const name of others) expect(aliveCountAt(cluster, name)).toBe(NODE_COUNT - 1);
    // It cannot tell this from the death of all others, which takes it far longer to believe than one death.
    expect(aliveCountAt(cluster, ODD)).toBe(1);
    healAndAgree(cluster);
  });

  it('a member that nobody hears is declared dead by all, and nobody else is by those who are heard', () => {
    const { cluster, verdicts, others } = settled(seed);
    for (const name of others) block(cluster, ODD, name);
    cluster.world.run(300_000);
    expect(verdicts.all).toHaveLength(1);
    expect(verdicts.falseAtWellCount).toBe(0);
    for (const name of others) expect(aliveCountAt(cluster, name)).toBe(NODE_COUNT - 1);
    healAndAgree(cluster);
  });
});
