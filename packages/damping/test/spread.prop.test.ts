import { Rng } from '@hearsay/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isHot,
  noteFeedback,
  noteRound,
  noteSend,
  SPREAD_POLICIES,
  type SpreadConfig,
  type SpreadStanding,
  type SpreadState,
  spreadConfig,
  startSpread,
  transmitCountLimit,
} from '../src/index.ts';
import { ceilLn } from '../src/logarithms.ts';

const config = fc
  .record({
    policy: fc.constantFrom(...SPREAD_POLICIES),
    k: fc.integer({ min: 1, max: 6 }),
    countUnit: fc.constantFrom('contact' as const, 'round' as const),
    isMinimized: fc.boolean(),
    counterMin: fc.integer({ min: 1, max: 4 }),
    closingRoundCountMin: fc.integer({ min: 1, max: 4 }),
    transmitCountMax: fc.integer({ min: 6, max: 20 }),
    roundCountMax: fc.integer({ min: 1, max: 20 }),
  })
  .map((partial) =>
    spreadConfig({ ...partial, isMinimized: partial.isMinimized && partial.policy === 'feedback-counter' }),
  );

/** What peers may say, which may be anything. */
const standing: fc.Arbitrary<SpreadStanding> = fc.record({
  phase: fc.constantFrom('susceptible', 'infective', 'closing', 'removed'),
  counter: fc.constantFrom(0, 1, 2, 3, -1, 2 ** 53, Number.NaN, Infinity),
});

type Happening =
  | { readonly type: 'send' }
  | { readonly type: 'feedback'; readonly peer: SpreadStanding }
  | { readonly type: 'round' };

const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.constant({ type: 'send' } as const),
  fc.record({ type: fc.constant('feedback' as const), peer: standing }),
  fc.constant({ type: 'round' } as const),
);

function apply(state: SpreadState, own: Readonly<SpreadConfig>, size: number, what: Happening, rng: Rng): void {
  if (what.type === 'send') noteSend(state, own, size, rng);
  else if (what.type === 'round') noteRound(state, own, size, rng);
  else noteFeedback(state, own, what.peer, rng);
}

/** Transmissions after which the policy ends at the latest; `Infinity` for the one that knows rounds alone. */
function transmitCountBound(own: Readonly<SpreadConfig>, size: number): number {
  if (own.policy === 'median-counter') return Infinity;
  return own.policy === 'transmit-limit' ? transmitCountLimit(own, size) : own.transmitCountMax;
}

/** The same in rounds. */
function roundCountBound(own: Readonly<SpreadConfig>, size: number): number {
  if (own.policy === 'transmit-limit') return Infinity;
  return own.policy === 'median-counter' ? own.roundMultiplier * ceilLn(size) : own.roundCountMax;
}

describe('every policy', () => {
  it('ends within its bounds, says why, and never goes back, whatever the peers say', () => {
    fc.assert(
      fc.property(
        config,
        fc.array(happening, { maxLength: 60 }),
        standing,
        fc.integer({ min: 1, max: 3_000 }),
        fc.nat(),
        (own, happenings, teller, size, seed) => {
          const rng = new Rng(seed);
          const state = startSpread(own, teller);
          for (const what of happenings) {
            const before = { ...state };
            apply(state, own, size, what, rng);
            expect(isHot(state)).toBe(state.stopReason === undefined);
            if (!isHot(before)) expect(state).toEqual(before);
            if (before.phase === 'closing') expect(state.phase).not.toBe('infective');
            expect(state.transmitCount).toBeLessThanOrEqual(transmitCountBound(own, size));
            expect(state.roundCount).toBeLessThanOrEqual(roundCountBound(own, size));
          }
          // A node that goes on sending, round by round, comes to an end even if nobody answers.
          const turnCount = Math.min(transmitCountBound(own, size), roundCountBound(own, size));
          for (let turn = 0; turn < turnCount; turn++) {
            noteSend(state, own, size, rng);
            noteRound(state, own, size, rng);
          }
          expect(state.phase).toBe('removed');
        },
      ),
    );
  });

  it('comes to the same with the same dice', () => {
    fc.assert(
      fc.property(config, fc.array(happening, { maxLength: 40 }), fc.nat(), (own, happenings, seed) => {
        const [first, second] = [1, 2].map(() => {
          const rng = new Rng(seed);
          const state = startSpread(own);
          for (const what of happenings) apply(state, own, 100, what, rng);
          return state;
        });
        expect(first).toEqual(second);
      }),
      { numRuns: 30 },
    );
  });
});
