import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareStamps, HLC_COUNTER_MAX, HybridClock } from '../src/index.ts';

describe('HybridClock', () => {
  it('issues ever later stamps, also while the wall clock stands still or goes back', () => {
    const clock = new HybridClock(1_000);
    const stamps = [100, 100, 90, 101, 50].map((wallMs) => clock.issue(wallMs));
    expect(stamps).toEqual([
      { wallMs: 100, counter: 0 },
      { wallMs: 100, counter: 1 },
      { wallMs: 100, counter: 2 },
      { wallMs: 101, counter: 0 },
      { wallMs: 101, counter: 1 },
    ]);
  });

  // [HLC §3] if e happened before f then the stamp of e is smaller than that of f.
  it('issues a stamp later than every witnessed one', () => {
    const clock = new HybridClock(1_000);
    clock.witness({ wallMs: 500, counter: 9 }, 100);
    expect(clock.issue(100)).toEqual({ wallMs: 500, counter: 10 });
  });

  it('refuses a stamp from too far ahead and stays as it was', () => {
    const clock = new HybridClock(1_000);
    clock.issue(100);
    expect(() => clock.witness({ wallMs: 1_101, counter: 0 }, 100)).toThrow(/ERR_CLOCK_SKEW.*1001 ms ahead/);
    expect(clock.last).toEqual({ wallMs: 100, counter: 0 });
    clock.witness({ wallMs: 1_100, counter: 0 }, 100);
    expect(clock.last.wallMs).toBe(1_100);
  });

  it('borrows a millisecond when the counter is full', () => {
    const clock = new HybridClock(1_000);
    clock.witness({ wallMs: 100, counter: HLC_COUNTER_MAX }, 100);
    expect(clock.issue(100)).toEqual({ wallMs: 101, counter: 0 });
  });

  it('keeps order and drift in any mix of local and remote events between two skewed clocks', () => {
    const event = fc.record({ at: fc.nat(1), sends: fc.boolean(), stepMs: fc.nat(3) });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), fc.nat(50), (events, skewMs) => {
        const clocks = [new HybridClock(100), new HybridClock(100)];
        let nowMs = 1_000;
        for (const { at, sends, stepMs } of events) {
          nowMs += stepMs;
          const wallMs = nowMs + at * skewMs;
          const [clock, other] = at === 0 ? clocks : clocks.toReversed();
          const before = clock?.last ?? { wallMs: 0, counter: 0 };
          const stamp = clock?.issue(wallMs) ?? before;
          expect(compareStamps(stamp, before)).toBeGreaterThan(0);
          if (sends) {
            const otherWallMs = nowMs + (1 - at) * skewMs;
            other?.witness(stamp, otherWallMs);
            expect(compareStamps(other?.issue(otherWallMs) ?? before, stamp)).toBeGreaterThan(0);
          }
          // [HLC §3] a stamp is never further from wall time than the largest skew between the clocks.
          expect(stamp.wallMs - nowMs).toBeLessThanOrEqual(skewMs);
        }
      }),
    );
  });

  it('issues nothing below what it has promised, unless its wall clock was wrong by more than the bound', () => {
    const clock = new HybridClock(60_000);
    expect(clock.present(1_000)).toBe(1_000);
    expect(clock.issue(400)).toEqual({ wallMs: 1_000, counter: 0 });
    expect(clock.present(50_000)).toBe(50_000);
    expect(clock.present(2_000)).toBe(50_000);
    expect(clock.issue(2_000)).toEqual({ wallMs: 50_000, counter: 0 });
    // Eleven hours ahead for a moment: nobody believed it.
    expect(clock.present(40_000_000)).toBe(40_000_000);
    expect(clock.issue(60_000)).toEqual({ wallMs: 60_000, counter: 0 });
    expect(clock.present(60_000)).toBe(60_000);
  });
});
