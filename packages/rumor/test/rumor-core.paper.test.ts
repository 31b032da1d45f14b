/** Each test restates one sentence of a paper and cites it. Nothing else belongs in this file. */
import { describe, expect, it } from 'vitest';
import { VirtualCluster } from './virtual-cluster.ts';

const SEEDS = Array.from({ length: 20 }, (_, seed) => seed);

/** One rumor, until it stops, in rounds alone. Each node pushes it once among 9 nodes, twice among 10-99, three times among 100-999. */
function spread(seed: number, nodeCount: number, transmitMultiplier = 1): VirtualCluster {
  const config = { fanout: 1, transmitMultiplier, pushCountMin: 1, forwardFanoutMax: 0 };
  const cluster = new VirtualCluster({ seed, nodeCount, config });
  cluster.publish('node-0', 0);
  cluster.runToSilence();
  return cluster;
}

const reached = (cluster: VirtualCluster) => cluster.deliveries('node-0:1:0').nodeCount;

describe('[Demers §1.4] rumor spreading', () => {
  it('«We plant a rumor with one person who becomes active, phoning other people at random»', () => {
    const first = new Set<string>();
    for (const seed of SEEDS) {
      const learned = spread(seed, 50).trace.filter((line) => line.includes('rumor-learned'));
      expect(learned[0]).toContain('node-0 ');
      first.add(learned[1]?.split(' ')[1] ?? '');
    }
    expect(first.size).toBeGreaterThan(SEEDS.length / 2);
  });

  it('«Every person hearing the rumor also becomes active and likewise shares the rumor»', () => {
    for (const { core, learned } of spread(1, 50).nodes.values()) {
      expect(core.counts().pushed).toBe(learned.size > 0 ? 2 : 0);
    }
  });

  it('«the system converges to an inactive state (a state in which no one is infective)»', () => {
    for (const { core } of spread(1, 50).nodes.values()) expect(core.hotCount).toBe(0);
  });

  it('blind and counter: interest is lost after k pushes, whether or not the recipients knew the rumor', () => {
    const cluster = spread(1, 2, 3);
    const [first, second] = [...cluster.nodes.values()].map(({ core }) => core.counts());
    // One useful push, and five to somebody who knew already.
    expect(first).toMatchObject({ pushed: 3, duplicate: 3 });
    expect(second).toMatchObject({ pushed: 3, duplicate: 2, learned: 1 });
  });

  it('residue and traffic of a push epidemic obey s = e^-m', () => {
    const nodeCount = 300;
    let residue = 0;
    let traffic = 0;
    for (const seed of SEEDS) {
      const cluster = spread(seed, nodeCount);
      residue += 1 - reached(cluster) / nodeCount;
      for (const { core } of cluster.nodes.values()) traffic += core.counts().pushed / nodeCount;
    }
    const s = residue / SEEDS.length;
    const m = traffic / SEEDS.length;
    // Blind counter with k = 3: m = 3 (1 - s), so s = e^(-3 (1 - s)) = 0.0595.
    expect(m).toBeCloseTo(3 * (1 - s), 6);
    expect(Math.abs(s / 0.0595 - 1)).toBeLessThan(0.1);
    expect(Math.abs(s / Math.exp(-m) - 1)).toBeLessThan(0.1);
  });
});
