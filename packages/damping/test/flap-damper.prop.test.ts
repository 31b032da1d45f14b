import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FlapConfig, FlapDamper, type FlapKind, flapConfig, penaltyCeiling } from '../src/index.ts';

const KINDS: readonly FlapKind[] = ['failed', 'recovered', 'suspected'];
const NAMES = Array.from({ length: 8 }, (_, index) => `api-${index}`);
/** A step of time is 1/65536 of a half-life, and rounding two times to steps may move a penalty by one. */
const STEP_ERROR = 1.1e-5;

/** A half-life of a second, and few points to the limits, so that members come and go within a short run. */
const config = flapConfig({ halfLifeMs: 1_000, suppressMsMax: 2_000, dampedSharePerMille: 300 });
const pointsOf: Readonly<Record<FlapKind, number>> = {
  failed: config.failurePenalty,
  recovered: config.recoveryPenalty,
  suspected: config.suspicionPenalty,
};

const name = fc.constantFrom(...NAMES);
const kind = fc.constantFrom(...KINDS);
/** Often no time at all, so that ties are common. Not whole milliseconds either: real clocks have none. */
const waitMs = fc.oneof(
  { weight: 4, arbitrary: fc.constant(0) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 300 }) },
  { weight: 1, arbitrary: fc.double({ min: 0, max: 3_000, noNaN: true }) },
);
const clusterSize = fc.integer({ min: 0, max: 14 });
const flap = fc.record({ type: fc.constant('flap' as const), name, kind, waitMs, clusterSize });
const operation = fc.oneof(
  { weight: 12, arbitrary: flap },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('look' as const), waitMs }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('forget' as const), name, waitMs }) },
);
const operations = fc.array(operation, { minLength: 30, maxLength: 60 });
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

/** A damper and an owner, who knows only what the damper tells, next to penalties computed from the formula. */
class Owner {
  readonly damper: FlapDamper;
  readonly told = new Set<string>();
  readonly penalties = new Map<string, number>();
  readonly lastFlapMs = new Map<string, number>();
  nowMs = 0;

  constructor(partial: Partial<FlapConfig> = {}) {
    this.damper = new FlapDamper(flapConfig({ ...config, ...partial }));
  }

  run(step: Operation): void {
    this.nowMs += step.waitMs;
    for (const [each, penalty] of this.penalties) {
      this.penalties.set(each, penalty * 2 ** (-step.waitMs / config.halfLifeMs));
    }
    if (step.type === 'look') this.look();
    else if (step.type === 'forget') this.forget(step.name);
    else this.flap(step.name, step.kind, step.clusterSize);
  }

  flap(each: string, what: FlapKind, size: number): void {
    this.penalties.set(each, Math.min(penaltyCeiling(config), (this.penalties.get(each) ?? 0) + pointsOf[what]));
    this.lastFlapMs.set(each, this.nowMs);
    if (this.damper.note(each, what, this.nowMs, size) === undefined) return;
    expect(this.told.has(each)).toBe(false);
    this.told.add(each);
  }

  look(): void {
    for (const each of this.damper.reusable(this.nowMs)) expect(this.told.delete(each)).toBe(true);
    const told = [...this.told].sort((a, b) => (a < b ? -1 : 1));
    expect(namesOf(this.damper)).toEqual(told);
    expect(NAMES.filter((each) => this.damper.isDamped(each))).toEqual(told);
    expect(this.damper.nextReuseMs(this.nowMs) === undefined).toBe(told.length === 0);
  }

  forget(each: string): void {
    this.damper.forget(each);
    for (const table of [this.told, this.penalties, this.lastFlapMs]) table.delete(each);
  }
}

function namesOf(damper: FlapDamper): string[] {
  return damper
    .damped()
    .map((each) => each.name)
    .sort((a, b) => (a < b ? -1 : 1));
}

describe('FlapDamper, any sequence of flaps', () => {
  it('has the penalty of the formula, never above the ceiling', () => {
    fc.assert(
      fc.property(operations, (steps) => {
        const owner = new Owner();
        for (const step of steps) {
          owner.run(step);
          const penalties = NAMES.map((each) => owner.damper.penaltyOf(each, owner.nowMs));
          expect(Math.max(...penalties)).toBeLessThanOrEqual(penaltyCeiling(config));
          // One point more or less, because what has faded below it is forgotten.
          const wrong = NAMES.filter((each, index) => {
            const expected = owner.penalties.get(each) ?? 0;
            return Math.abs(penalties[index]! - expected) > 1 + 1.01 * STEP_ERROR * expected;
          });
          expect(wrong).toEqual([]);
        }
      }),
    );
  });

  it('never has more than the share damped, and those with the highest penalty', () => {
    fc.assert(
      fc.property(operations, (steps) => {
        const owner = new Owner();
        for (const step of steps) {
          const { letThroughCount } = owner.damper;
          owner.run(step);
          if (step.type !== 'flap') continue;
          const { damper, nowMs } = owner;
          const roomCount = Math.floor(step.clusterSize * 0.3);
          expect(damper.dampedCount).toBeLessThanOrEqual(roomCount);
          const penalty = damper.penaltyOf(step.name, nowMs);
          if (damper.isDamped(step.name) || penalty <= config.suppressLimit) continue;
          // Let through: the places are taken, by nobody with a lower penalty, and it was counted.
          expect(damper.dampedCount).toBe(roomCount);
          expect(damper.letThroughCount).toBeGreaterThan(letThroughCount);
          for (const each of damper.damped()) {
            expect(damper.penaltyOf(each.name, nowMs)).toBeGreaterThan(penalty * (1 - STEP_ERROR));
          }
        }
      }),
    );
  });

  it('tells the owner of each change once, and in turns', () => {
    fc.assert(
      fc.property(operations, fc.integer({ min: 1, max: 8 }), (steps, memberCountMax) => {
        const owner = new Owner({ memberCountMax });
        for (const step of steps) {
          owner.run(step);
          expect(owner.damper.memberCount).toBeLessThanOrEqual(memberCountMax);
        }
        owner.look();
      }),
    );
  });

  it('lets back every damped member within the longest suppression after its last flap', () => {
    fc.assert(
      fc.property(operations, (steps) => {
        const owner = new Owner();
        const { damper } = owner;
        for (const step of steps) {
          owner.run(step);
          for (const each of damper.damped()) {
            expect(each.reuseMs).toBeLessThanOrEqual(owner.lastFlapMs.get(each.name)! + config.suppressMsMax);
          }
        }
        // And looking when it asks to be looked at is enough, each time for somebody.
        let nextMs = damper.nextReuseMs(owner.nowMs);
        for (; nextMs !== undefined; nextMs = damper.nextReuseMs(owner.nowMs)) {
          owner.nowMs = nextMs;
          const { size } = owner.told;
          owner.look();
          expect(owner.told.size).toBeLessThan(size);
        }
        for (const each of NAMES) {
          expect(damper.isDamped(each)).toBe(false);
          const lastMs = owner.lastFlapMs.get(each) ?? 0;
          expect(damper.penaltyOf(each, lastMs + config.suppressMsMax)).toBeLessThanOrEqual(config.reuseLimit);
        }
      }),
    );
  });

  it('lets back when the penalty has faded to the reuse limit, and not before', () => {
    fc.assert(
      fc.property(operations, (steps) => {
        const owner = new Owner();
        for (const step of steps) {
          owner.run(step);
          for (const { name: each, reuseMs } of owner.damper.damped()) {
            expect(owner.damper.penaltyOf(each, reuseMs)).toBeLessThanOrEqual(config.reuseLimit);
            expect(owner.damper.penaltyOf(each, reuseMs - 1)).toBeGreaterThan(config.reuseLimit);
          }
        }
      }),
    );
  });

  it('never damps who does not flap: a single restart, whatever the others do', () => {
    fc.assert(
      fc.property(operations, fc.nat(100), (steps, at) => {
        const owner = new Owner();
        for (const [index, step] of steps.entries()) {
          owner.run(step);
          for (const what of ['failed', 'recovered'] as const) if (index === at) owner.flap('steady', what, 1_000);
          expect(owner.damper.isDamped('steady')).toBe(false);
          expect(owner.damper.isDamped('silent')).toBe(false);
        }
      }),
    );
  });
});

describe('FlapDamper, what must not matter', () => {
  const notes = fc.array(fc.record({ name, kind }), { minLength: 1, maxLength: 60 });
  const shuffles = notes.chain((each) =>
    fc.tuple(fc.constant(each), fc.shuffledSubarray(each, { minLength: each.length })),
  );

  it('is the order of notes at the same time: to the penalty, whatever was before', () => {
    fc.assert(
      fc.property(operations, shuffles, clusterSize, (before, orders, size) => {
        const [a, b] = orders.map((order) => {
          const owner = new Owner();
          for (const step of before) owner.run(step);
          owner.nowMs += 100;
          for (const each of order) owner.flap(each.name, each.kind, size);
          return NAMES.map((each) => owner.damper.penaltyOf(each, owner.nowMs));
        });
        expect(a).toEqual(b);
      }),
    );
  });

  it('is the order of notes at the same time: to who is damped, when nobody was', () => {
    fc.assert(
      fc.property(shuffles, clusterSize, (orders, size) => {
        const [a, b] = orders.map((order) => {
          const owner = new Owner();
          for (const each of order) owner.flap(each.name, each.kind, size);
          return namesOf(owner.damper);
        });
        expect(a).toEqual(b);
      }),
    );
  });

  it('is how often the owner looks', () => {
    fc.assert(
      fc.property(operations, (steps) => {
        const [often, seldom] = [new Owner(), new Owner()];
        for (const step of steps) {
          if (step.type === 'look') continue;
          const { nowMs } = seldom;
          seldom.run(step);
          for (const part of [0.25, 0.75]) {
            often.nowMs = nowMs + step.waitMs * part;
            often.look();
          }
          often.nowMs = nowMs;
          often.run(step);
          expect(often.damper.penaltyOf('api-0', often.nowMs)).toBe(seldom.damper.penaltyOf('api-0', seldom.nowMs));
        }
        often.look();
        seldom.look();
        expect(often.damper.damped().map(({ name: each, reuseMs }) => [each, reuseMs])).toEqual(
          seldom.damper.damped().map(({ name: each, reuseMs }) => [each, reuseMs]),
        );
      }),
    );
  });
});
