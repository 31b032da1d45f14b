import { Rng } from '@hearsay/core';
import { type SpreadConfig, spreadConfig } from '@hearsay/damping';
import { describe, expect, it } from 'vitest';
import { mean, standardError } from '../src/statistics.ts';
import { type ContactProcess, contactRun, type Direction } from '../src/suites/contact-process.ts';

function runsOf(
  runCount: number,
  siteCount: number,
  direction: Direction,
  partial: Partial<SpreadConfig>,
  more: Partial<ContactProcess> = {},
) {
  const config = spreadConfig(partial);
  const rng = new Rng(1);
  return Array.from({ length: runCount }, (_, run) =>
    contactRun({ siteCount, direction, config, ...more }, rng.fork(`${run}`)),
  );
}

describe('a contact process among two sites', () => {
  it.each([
    // The source pushes k times; whom it told, in the next cycle, as often.
    ['push', { policy: 'blind-counter', k: 3 }, 6],
    // The first push was needed. Then both push in vain, once in each cycle.
    ['push', { policy: 'feedback-counter', k: 2 }, 1 + 2 + 2],
    // Both call in each cycle, so the source gives it twice in the first and the other twice in the second.
    ['push-pull', { policy: 'blind-counter', k: 1, countUnit: 'round' }, 2 + 2],
    ['pull', { policy: 'blind-counter', k: 2, countUnit: 'round' }, 2 + 2],
  ] as const)('%s with %j costs so many transmissions', (direction, partial, sendCount) => {
    for (const run of runsOf(5, 2, direction, partial)) {
      expect(run).toMatchObject({ reachedCount: 2, lastCycle: 1, arrivalSum: 1, sendCount });
    }
  });
});

describe('a contact process', () => {
  it('is a pure function of its seed', () => {
    const [first, second] = [1, 2].map(() => runsOf(3, 50, 'push-pull', { policy: 'median-counter' }));
    expect(first).toEqual(second);
    expect(new Set(first?.map((run) => run.sendCount)).size).toBeGreaterThan(1);
  });

  it('reaches the third of three sites by infect-and-die in half of the runs', () => {
    // Whom the source told pushes back to it or on to the third. At once or in turns is the same.
    for (const isInTurns of [false, true]) {
      const runs = runsOf(2_000, 3, 'push', { policy: 'blind-counter', k: 1 }, { isInTurns });
      const reached = runs.map((run) => run.reachedCount - 2);
      expect(Math.abs(mean(reached) - 0.5)).toBeLessThan(4 * standardError(reached));
    }
  });

  it('counts each of two pushes that reach one site in the same cycle as needed, but at once only', () => {
    const partial = { policy: 'feedback-counter', k: 2 } as const;
    const atOnce = runsOf(50, 100, 'push', partial);
    expect(atOnce.every((run) => run.neededArrivalSum > run.arrivalSum)).toBe(true);
    const inTurns = runsOf(50, 100, 'push', partial, { isInTurns: true });
    expect(inTurns.every((run) => run.neededArrivalSum === run.arrivalSum)).toBe(true);
    // So in turns more pushes are in vain, and more sites are left out: 4.7 of a hundred in place of 3.7.
    expect(mean(inTurns.map((run) => run.sendCount))).toBeLessThan(mean(atOnce.map((run) => run.sendCount)));
  });

  it('accepts one connection in a cycle where that is the limit', () => {
    // All but one are pushed to in vain when everybody asks the same; with a limit nobody learns twice in one cycle.
    for (const run of runsOf(30, 60, 'push', { policy: 'feedback-counter', k: 2, connectionCountMax: 1 })) {
      expect(run.neededArrivalSum).toBe(run.arrivalSum);
    }
  });

  it('lets who is refused hunt for others', () => {
    const lastCycles = [0, 10].map((huntCountMax) =>
      mean(
        runsOf(40, 200, 'pull', {
          policy: 'feedback-counter',
          countUnit: 'round',
          connectionCountMax: 1,
          huntCountMax,
        }).map((run) => run.lastCycle),
      ),
    );
    expect(lastCycles[1]).toBeLessThan((lastCycles[0] ?? 0) - 2);
  });

  it('calls as many distinct partners as the fanout says', () => {
    for (const run of runsOf(5, 6, 'push', { policy: 'blind-counter', k: 5 }, { fanout: 5 })) {
      expect(run).toMatchObject({ reachedCount: 6, lastCycle: 1, sendCount: 30 });
    }
    // More than there are is all of them.
    expect(runsOf(1, 3, 'push', { policy: 'blind-counter', k: 2 }, { fanout: 9 })[0]).toMatchObject({ lastCycle: 1 });
  });

  it('has a site that learns from one that is closing close at once', () => {
    const partial = { policy: 'median-counter', counterMin: 1, closingRoundCountMin: 8 } as const;
    const ends = runsOf(40, 60, 'push-pull', partial).map((run) => run.endCycle - run.lastCycle);
    // Where the last to learn was told by such a one, it is over with its eight. It would need one cycle more if it had to begin at the beginning.
    expect(ends.filter((cycleCount) => cycleCount === 8).length).toBeGreaterThan(5);
  });

  it('counts the sites that the fail-safe stopped', () => {
    const partial = { policy: 'feedback-counter', k: 9, roundCountMax: 2 } as const;
    for (const run of runsOf(5, 20, 'push', partial)) expect(run.failSafeCount).toBe(run.reachedCount);
  });
});
