import { FloorKeeper } from '@hearsay/store';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { tombstones } from '../src/index.ts';
import { played } from './played.ts';

const { SEED } = process.env;
/** One whose run notices a floor by the clock; for more, `pnpm sim --scenario tombstones --seed 1 --seeds 500`. */
const SEEDS = SEED === undefined ? [5] : [Number(SEED)];
const GRACE_MS = 20_000;
const run = (seed: number) =>
  played(tombstones({ seed, nodeCount: 6 + (seed % 3), lossPerMille: 20, traceLineCountMax: 0 }));
const violationsOf = (seed: number) => run(seed).phases.flatMap((phase) => phase.violations);

describe('tombstones', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it.each(SEEDS)('go, and nothing comes back or is lost, SEED=%i', (seed) => {
    const report = run(seed);
    expect(report.phases.flatMap((phase) => phase.violations)).toEqual([]);
    // A run in which nothing went wrong, or nothing stale came back, has shown nothing.
    expect(report.phases[0]?.note).toMatch(/^[1-9]\d\d writes, [1-9]\d mishaps/);
    expect(report.phases[1]?.note).toMatch(/^\d+ stale records dropped, [1-9]\d* writes lost with their disks$/);
  });

  it('come back where they go by the clock alone, and that is noticed', () => {
    vi.spyOn(FloorKeeper.prototype, 'outlook').mockImplementation((_members, wallMs) => ({
      floorMs: Math.floor((wallMs - GRACE_MS) / 2_000) * 2_000,
      heldBy: undefined,
      heldAtMs: 0,
    }));
    expect(violationsOf(5).join()).toContain('resurrected');
  });
});
