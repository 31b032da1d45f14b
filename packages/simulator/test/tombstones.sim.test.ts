import { FloorKeeper, Knowledge } from '@hearsay/store';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { tombstones } from '../src/index.ts';
import { played } from './played.ts';

const { SEED } = process.env;
/**
 * Few nodes, in which the same happens as among more. A floor by the clock is noticed with 13 seeds of 1 to 20, the lack
 * of a judgement with each; for many seeds and eight nodes, `pnpm sim --scenario tombstones --seed 1 --seeds 500`.
 */
const NODE_COUNT = 4;
const seed = SEED === undefined ? 5 : Number(SEED);
const GRACE_MS = 20_000;
const run = () => played(tombstones({ seed, nodeCount: NODE_COUNT, lossPerMille: 20, traceLineCountMax: 0 }));
const violations = () => run().phases.flatMap((phase) => phase.violations);

describe(`tombstones, SEED=${seed}`, () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('go, and nothing comes back or is lost', () => {
    const report = run();
    expect(report.phases.flatMap((phase) => phase.violations)).toEqual([]);
    // A run in which nothing went wrong, or nothing stale came back, has shown nothing.
    expect(report.phases[0]?.note).toMatch(/^[1-9]\d\d writes, [1-9]\d mishaps/);
    expect(report.phases[2]?.note).toMatch(/^[1-9]\d* stale records dropped, [1-9]\d* writes lost with their disks$/);
  });

  it('come back where they go by the clock alone, and that is noticed', () => {
    vi.spyOn(FloorKeeper.prototype, 'outlook').mockImplementation((_members, wallMs) => ({
      floorMs: Math.floor((wallMs - GRACE_MS) / 2_000) * 2_000,
      heldBy: undefined,
      heldAtMs: 0,
    }));
    expect(violations().join()).toContain('resurrected');
  });

  it('come back where nobody judges what was here before, and that is noticed', () => {
    vi.spyOn(Knowledge.prototype, 'hasSeen').mockReturnValue(false);
    expect(violations().join()).toContain('resurrected');
  });
});
