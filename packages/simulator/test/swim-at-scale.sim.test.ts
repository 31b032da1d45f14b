/** Short forms of what `pnpm sim --scenario swim-at-scale` and `quiet-cluster` show at length; see the README. */
import { describe, expect, it, vi } from 'vitest';
import {
  ClusterSimulation,
  hasHeld,
  type Interference,
  type PhaseReport,
  quietCluster,
  swimAtScale,
  Verdicts,
} from '../src/index.ts';
import { played } from './played.ts';

/** Twice the standard error of the median of 32 detections, whose deviation is one period. */
const MEDIAN_ERRORS_MS = 500;

/** The numbers in what a phase has measured. */
function numbersOf({ note }: PhaseReport): readonly number[] {
  return (note.match(/\d+\.\d+/g) ?? []).map(Number);
}

function lastOf(phases: readonly PhaseReport[]): PhaseReport {
  const last = phases.at(-1);
  if (last === undefined) throw new Error('no phase was played');
  return last;
}

describe('eight crashes at once', () => {
  it('are detected as fast as by memberlist', () => {
    const first: number[] = [];
    const all: number[] = [];
    for (const seed of [1, 2, 3, 4]) {
      const cluster = new ClusterSimulation({ seed, nodeCount: 128, hasCodec: false, config: { isTraced: false } });
      const { world, names } = cluster;
      for (const name of names) cluster.start(name, ['node-001']);
      world.run(10_000);
      const crashed = names.slice(-8);
      const verdicts = new Verdicts(world.nowMs, crashed, names.length);
      world.onEvent((timeMs, id, event) => {
        if (event.type === 'member-failed') verdicts.note(timeMs, id, event.claim.name);
      });
      for (const name of crashed) cluster.crash(name);
      expect(world.runUntil(() => verdicts.all.length === 8, 30_000)).toBe(true);
      expect(verdicts.falseCount).toBe(0);
      first.push(...verdicts.first);
      all.push(...verdicts.all);
    }
    // [Lifeguard, Table V] α log10 n of suspicion, 1.9 s until somebody's turn has come and passed, 0.5 s to tell all.
    const formulaMs = 4 * Math.log10(128) * 1_000 + 1_900;
    expect(medianOf(first)).toBeLessThanOrEqual(formulaMs + MEDIAN_ERRORS_MS);
    expect(medianOf(all)).toBeLessThanOrEqual(formulaMs + 500 + MEDIAN_ERRORS_MS);
  });

  it('are told of with their times', () => {
    const report = played(swimAtScale({ seed: 1, nodeCount: 32, lossPerMille: 0, traceLineCountMax: 0 }));
    expect(report.phases.flatMap(({ violations }) => violations)).toEqual([]);
    expect(report.phases.map(({ name }) => name)).toEqual([
      '32 nodes join by 3 seeds',
      'the news of the joins dies out',
      '8 crashes are detected by all',
    ]);
    const last = lastOf(report.phases);
    const [firstSeconds = 0, allSeconds = 0] = numbersOf(last);
    expect(firstSeconds).toBeGreaterThan(6);
    expect(allSeconds).toBeGreaterThan(firstSeconds);
    expect(allSeconds * 1_000).toBeLessThanOrEqual(last.tookMs);
  });

  it('are missed when a node goes on that should have crashed', () => {
    const last = failureOf(swimAtScale, (cluster) => {
      vi.spyOn(cluster, 'crash').mockImplementationOnce(() => undefined);
    });
    expect(last.violations).toEqual([
      expect.stringMatching(/^all 24 live nodes to hold all 8 crashed members for dead; /),
    ]);
  });
});

describe('a quiet cluster', () => {
  it('costs two packets and ninety bytes per node and second, and nobody dies', () => {
    const report = played(quietCluster({ seed: 1, nodeCount: 100, lossPerMille: 0, traceLineCountMax: 0 }));
    expect(report.phases.flatMap(({ violations }) => violations)).toEqual([]);
    const [bytes = 0, packets = 0, frames = 1] = numbersOf(lastOf(report.phases));
    expect(bytes).toBeGreaterThan(50);
    // A name is in three places: who sends the ping, who sends the ack, and who is meant. Ours have eight bytes.
    expect(bytes - 3 * 'node-001'.length).toBeLessThanOrEqual(90 - 3 * 'node-01'.length);
    expect(packets).toBeGreaterThan(1.99);
    expect(packets).toBeLessThanOrEqual(2.1);
    expect(frames).toBeLessThan(0.01);
  });

  it('loses nobody although every fourth packet is lost', () => {
    const report = played(quietCluster({ seed: 1, nodeCount: 16, lossPerMille: 250, traceLineCountMax: 0 }));
    expect(report.phases.flatMap(({ violations }) => violations)).toEqual([]);
    expect(report.traffic.lostCount).toBeGreaterThan(10_000);
  });

  it('is not quiet when somebody stands still for two minutes', () => {
    const last = failureOf(quietCluster, (cluster) => {
      cluster.world.at(60_000, () => cluster.world.pause(cluster.addressOf('node-07')));
      cluster.world.at(180_000, () => cluster.world.resume(cluster.addressOf('node-07')));
    });
    expect(last.violations[0]).toMatch(/^no live member to be declared dead; node-\d\d declared node-07 /);
  });
});

/** The last phase of a run of 32 nodes without loss, which must have failed. */
function failureOf(scenario: typeof quietCluster, interfere: Interference): PhaseReport {
  const report = played(scenario({ seed: 3, nodeCount: 32, lossPerMille: 0, traceLineCountMax: 0 }, interfere));
  expect(hasHeld(report)).toBe(false);
  return lastOf(report.phases);
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
