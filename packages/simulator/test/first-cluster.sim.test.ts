import { describe, expect, it } from 'vitest';
import { firstCluster, hasHeld } from '../src/index.ts';
import { played } from './played.ts';

const { SEED } = process.env;
const SEEDS = SEED === undefined ? [1, 2, 3, 4, 5, 6, 7, 8] : [Number(SEED)];

describe('the first cluster', () => {
  it.each(SEEDS)('joins, spreads, writes, notices crashes and agrees, SEED=%i', (seed) => {
    const report = played(firstCluster({ seed, nodeCount: 64, lossPerMille: 20, traceLineCountMax: 0 }));
    expect(report.phases.flatMap((phase) => phase.violations)).toEqual([]);
    expect(report.phases.map((phase) => phase.name)).toEqual([
      '64 nodes join by 3 seeds',
      'a rumor reaches all',
      'a write is on all replicas',
      '8 crashes are detected by all',
      'all replicas are equal',
    ]);
    expect(hasHeld(report)).toBe(true);
    // A run that lost nothing, or in which no time passed, has shown nothing.
    expect(report.traffic.lostCount).toBeGreaterThan(100);
    for (const { tookMs } of report.phases.slice(0, -1)) expect(tookMs).toBeGreaterThan(0);
  });

  it.each([
    { nodeCount: 16, lossPerMille: 0 },
    { nodeCount: 16, lossPerMille: 100 },
    { nodeCount: 64, lossPerMille: 100 },
  ])('holds with $nodeCount nodes and $lossPerMille ‰ loss', ({ nodeCount, lossPerMille }) => {
    const report = played(firstCluster({ seed: 1, nodeCount, lossPerMille, traceLineCountMax: 0 }));
    expect(report.phases.flatMap((phase) => phase.violations)).toEqual([]);
    expect(report.phases).toHaveLength(5);
  });

  it('is a pure function of its seed', () => {
    const run = (seed: number, traceLineCountMax: number) =>
      played(firstCluster({ seed, nodeCount: 16, lossPerMille: 20, traceLineCountMax }));
    const first = run(7, 0);
    const second = run(7, 100_000);
    const other = run(8, 0);
    expect(second.digest).toBe(first.digest);
    expect(second.phases).toEqual(first.phases);
    expect(second.traffic).toEqual(first.traffic);
    expect(second.traceLines.length).toBeGreaterThan(first.handledCount);
    // Before all are asked to agree the network is made well.
    expect(second.traceLines.some((line) => line.endsWith(' network fault {"network":{"lossPerMille":0}}'))).toBe(true);
    expect(other.digest).not.toBe(first.digest);
    expect(run(7, 100_000).traceLines).toEqual(second.traceLines);
  });
});
