/** Short forms of what `pnpm sim --scenario overload` and `split-news` show at length; see the README. */
import { describe, expect, it } from 'vitest';
import { ClusterSimulation, overload, RumorLedger, splitNews } from '../src/index.ts';
import { played } from './played.ts';

const parameters = { seed: 1, nodeCount: 12, lossPerMille: 200, traceLineCountMax: 0 };

describe('overload', () => {
  it('brings every rumor to every node once, what is critical first, within the bounds of the queues', () => {
    const report = played(overload(parameters));
    expect(report.phases.flatMap(({ violations }) => violations)).toEqual([]);
    expect(report.phases).toHaveLength(4);
    // It was one: rumors were dropped, and the log brought them.
    const [, droppedCount, recoveredCount] = /node ([\d.]+) dropped, ([\d.]+) by the log/.exec(report.phases[1]!.note)!;
    expect(Number(droppedCount)).toBeGreaterThan(100);
    expect(Number(recoveredCount)).toBeGreaterThan(100);
  });
});

describe('split news', () => {
  it('is on both sides once the wall has fallen, once each', () => {
    const report = played(splitNews({ ...parameters, lossPerMille: 20 }));
    expect(report.phases.flatMap(({ violations }) => violations)).toEqual([]);
    expect(report.phases).toHaveLength(4);
  });
});

describe('the ledger of rumors', () => {
  it('tells when a node had learned a share of a class, what it lacks, and what came twice', () => {
    const cluster = new ClusterSimulation({ seed: 1, nodeCount: 3 });
    const ledger = new RumorLedger(cluster, 3);
    cluster.startTogether();
    const [a = '', b = ''] = cluster.names;
    expect(ledger.missingCountOf(a)).toBe(3);
    cluster.publish(a, 'news', new Uint8Array(1), 'critical');
    cluster.world.run(1_000);
    cluster.publish(a, 'news', new Uint8Array(1), 'bulk');
    cluster.world.run(1_000);
    const bulkMs = ledger.quantileMs(b, 'bulk', 990);
    expect(ledger.quantileMs(b, 'critical', 990)).toBeLessThan(1_000);
    expect(bulkMs).toBeGreaterThan(1_000);
    cluster.publish(b, 'news', new Uint8Array(1), 'bulk');
    expect(ledger.quantileMs(b, 'bulk', 500)).toBe(bulkMs);
    expect(ledger.quantileMs(b, 'bulk', 990)).toBe(2_000);
    expect(ledger.quantileMs(b, 'normal', 990)).toBeNaN();
    expect([ledger.missingCountOf(b), ledger.missingCountOf(a), ledger.hotCountMax]).toEqual([0, 1, 1]);
    cluster.crash(b);
    cluster.start(b, [a]);
    cluster.world.run(5_000);
    // The next life of b learns all of them again, but for its own.
    expect(ledger.twiceCount).toBe(2);
  });
});
