/** Each test restates one sentence of a paper and cites it. Nothing else belongs in this file. */
import { describe, expect, it } from 'vitest';
import {
  noteFeedback,
  noteRound,
  type SpreadStanding,
  type SpreadState,
  SUSCEPTIBLE,
  spreadConfig,
  startSpread,
} from '../src/index.ts';

const config = spreadConfig({ policy: 'median-counter', counterMin: 4, closingRoundCountMin: 2 });
const CLUSTER_SIZE = 100_000;
const noDraw = { below: () => 0 };
const B = (counter: number): SpreadStanding => ({ phase: 'infective', counter });
const C: SpreadStanding = { phase: 'closing', counter: 0 };
const D: SpreadStanding = { phase: 'removed', counter: 0 };

/** One round with these partners, of a player with this counter. */
function after(counter: number, partners: readonly SpreadStanding[]): SpreadState {
  const state: SpreadState = { ...startSpread(config), counter };
  for (const partner of partners) noteFeedback(state, config, partner, noDraw);
  noteRound(state, config, CLUSTER_SIZE, noDraw);
  return state;
}

describe('[Karp] the median-counter algorithm', () => {
  it('lets who learns the rumor from players in state B start with counter 1', () => {
    expect(startSpread(config, B(3))).toMatchObject({ phase: 'infective', counter: 1 });
    expect(startSpread(config)).toMatchObject({ phase: 'infective', counter: 1 });
  });

  it('lets who learns it from a player in state C go to state C', () => {
    expect(startSpread(config, C)).toMatchObject({ phase: 'closing', counter: 0 });
  });

  it.each([
    ['more are as far as behind', 2, [B(2), B(3), B(1)], 3],
    ['as many are behind', 2, [B(2), B(1)], 2],
    ['one who does not know it is behind', 2, [B(3), SUSCEPTIBLE], 2],
    ['one who has stopped counts as behind', 2, [B(3), D], 2],
    ['nobody was met', 2, [], 2],
  ] as const)('raises the counter when most partners have one as large: %s', (_, counter, partners, expected) => {
    expect(after(counter, partners)).toMatchObject({ phase: 'infective', counter: expected });
  });

  it('goes to state C when the counter reaches its maximum', () => {
    expect(after(3, [B(3)])).toMatchObject({ phase: 'closing', counter: 0 });
  });

  it('goes to state C when it meets a player in state C', () => {
    expect(after(1, [C, SUSCEPTIBLE, SUSCEPTIBLE])).toMatchObject({ phase: 'closing' });
  });

  it('stays in state C for O(ln ln n) rounds, then stops', () => {
    const state = startSpread(config, C);
    noteRound(state, config, CLUSTER_SIZE, noDraw);
    noteRound(state, config, CLUSTER_SIZE, noDraw);
    // Two are configured, and ⌈ln ln 100 000⌉ = 3 is more.
    expect(state.phase).toBe('closing');
    noteRound(state, config, CLUSTER_SIZE, noDraw);
    expect(state).toMatchObject({ phase: 'removed', stopReason: 'closed' });
  });

  it('counts each round anew', () => {
    const state = after(2, [B(1), B(1)]);
    noteFeedback(state, config, B(2), noDraw);
    noteRound(state, config, CLUSTER_SIZE, noDraw);
    expect(state.counter).toBe(3);
  });

  it('stops after O(ln n) rounds, whoever it meets', () => {
    const state = startSpread(config);
    for (let round = 1; round <= 24; round++) {
      expect(state.phase).toBe('infective');
      noteFeedback(state, config, D, noDraw);
      noteRound(state, config, CLUSTER_SIZE, noDraw);
    }
    // Twice ⌈ln 100 000⌉ = 12.
    expect(state).toMatchObject({ phase: 'removed', stopReason: 'fail-safe' });
  });
});
