import { describe, expect, it } from 'vitest';
import { tombstones } from '../src/index.ts';
import { played } from './played.ts';

const { SEED } = process.env;
const SEEDS = SEED === undefined ? [1] : [Number(SEED)];

describe('tombstones', () => {
  it.each(SEEDS)('go, and nothing comes back or is lost, SEED=%i', (seed) => {
    const report = played(tombstones({ seed, nodeCount: 6, lossPerMille: 20, traceLineCountMax: 0 }));
    expect(report.phases.flatMap((phase) => phase.violations)).toEqual([]);
    // A run in which nothing was dropped has shown nothing.
    expect(report.phases[0]?.note).toMatch(/ [1-9]\d* tombstones dropped$/);
  });
});
