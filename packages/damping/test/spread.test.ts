import { Rng } from '@hearsay/core';
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
  SUSCEPTIBLE,
  spreadConfig,
  standingOf,
  startSpread,
} from '../src/index.ts';

const KNOWS: SpreadStanding = { phase: 'infective', counter: 0 };
const STOPPED: SpreadStanding = { phase: 'removed', counter: 0 };
const CLUSTER_SIZE = 1_000;
/** A coin that always falls on this side. */
const heads = { below: () => 0 };
const tails = { below: (bound: number) => bound - 1 };

/** Plays a script: `s` a send, `+` somebody needed it, `-` somebody knew it, `|` the end of a round. */
function played(partial: Partial<SpreadConfig>, script: string, draw = tails): SpreadState {
  const config = spreadConfig(partial);
  const state = startSpread(config);
  for (const letter of script) {
    if (letter === 's') noteSend(state, config, CLUSTER_SIZE, draw);
    else if (letter === '|') noteRound(state, config, CLUSTER_SIZE, draw);
    else noteFeedback(state, config, letter === '+' ? SUSCEPTIBLE : KNOWS, draw);
  }
  return state;
}

/** After how many repetitions of `script` the spreading has ended. */
function endOf(partial: Partial<SpreadConfig>, script: string, draw = tails): number {
  for (let count = 1; count < 5_000; count++) {
    if (!isHot(played(partial, script.repeat(count), draw))) return count;
  }
  return Infinity;
}

describe('each policy', () => {
  it.each([
    [{ policy: 'transmit-limit' }, 's', 16],
    [{ policy: 'transmit-limit', transmitCountMin: 20 }, 's+', 20],
    [{ policy: 'blind-counter', k: 3 }, 's', 3],
    [{ policy: 'blind-counter', k: 3 }, 's+|', 3],
    [{ policy: 'blind-counter', k: 3, countUnit: 'round' }, 'sss|', 3],
    [{ policy: 'feedback-counter', k: 3 }, 's-', 3],
    [{ policy: 'feedback-counter', k: 3 }, 's--|', 2],
    [{ policy: 'feedback-counter', k: 3, countUnit: 'round' }, 's--|', 3],
  ] as const)('%j ends after %s, %i times', (partial, script, count) => {
    expect(endOf(partial, script)).toBe(count);
  });

  it.each([
    ['blind-coin', 's'],
    ['feedback-coin', 's-'],
  ] as const)('%s ends by the toss', (policy, script) => {
    expect(endOf({ policy, k: 7 }, script, heads)).toBe(1);
    expect(played({ policy, k: 7 }, script, heads).stopReason).toBe('coin');
    expect(isHot(played({ policy, k: 7 }, script.repeat(20), tails))).toBe(true);
  });

  it('tosses with chance 1/k', () => {
    const config = spreadConfig({ policy: 'feedback-coin', k: 4 });
    const rng = new Rng(1);
    let endedCount = 0;
    for (let trial = 0; trial < 4_000; trial++) {
      const state = startSpread(config);
      noteFeedback(state, config, KNOWS, rng);
      if (!isHot(state)) endedCount += 1;
    }
    // A deviation of 27; four of them.
    expect(Math.abs(endedCount - 1_000)).toBeLessThan(110);
  });

  it('says why it ended, how often it sent, and who knew', () => {
    expect(played({ policy: 'feedback-counter', k: 2 }, 's+|s-|s-|')).toMatchObject({
      phase: 'removed',
      stopReason: 'counter',
      transmitCount: 3,
      roundCount: 2,
      neededCount: 1,
      knownCount: 2,
    });
    expect(played({}, 's'.repeat(16)).stopReason).toBe('transmit-limit');
    expect(played({}, 's').stopReason).toBeUndefined();
  });

  it.each(SPREAD_POLICIES)('%s changes nothing after the end', (policy) => {
    const config = spreadConfig({ policy });
    const state: SpreadState = { ...startSpread(config), phase: 'removed', stopReason: 'counter' };
    const before = { ...state };
    noteSend(state, config, CLUSTER_SIZE, heads);
    noteFeedback(state, config, KNOWS, heads);
    noteRound(state, config, CLUSTER_SIZE, heads);
    expect(state).toEqual(before);
  });
});

describe('feedback', () => {
  it('counts unnecessary contacts in a row', () => {
    expect(played({ policy: 'feedback-counter', k: 3 }, '--+--')).toMatchObject({ phase: 'infective', counter: 2 });
    expect(isHot(played({ policy: 'feedback-counter', k: 3 }, '--+---'))).toBe(false);
  });

  it('is useless in a round in which nobody needed the rumor, and of no weight in one without contacts', () => {
    const policy = { policy: 'feedback-counter', k: 2, countUnit: 'round' } as const;
    expect(played(policy, '---|').counter).toBe(1);
    expect(played(policy, '-|||').counter).toBe(1);
    expect(played(policy, '-|-+-|').counter).toBe(0);
    expect(played(policy, '-|-|').stopReason).toBe('counter');
  });

  it('is counted for others to see by the policies that do not need it', () => {
    expect(played({}, '-+-')).toMatchObject({ phase: 'infective', counter: 0, knownCount: 2, neededCount: 1 });
    expect(played({ policy: 'blind-counter', k: 1 }, '---|')).toMatchObject({ phase: 'infective', knownCount: 3 });
  });

  it.each([
    [{ phase: 'infective', counter: 0 }, 1],
    [{ phase: 'infective', counter: 1 }, 2],
    [{ phase: 'infective', counter: 2 }, 2],
    [STOPPED, 2],
  ] as const)('with minimization only the smaller counter rises, both of equals: partner %j', (peer, counter) => {
    const config = spreadConfig({ policy: 'feedback-counter', k: 5, isMinimized: true });
    const state: SpreadState = { ...startSpread(config), counter: 1 };
    noteFeedback(state, config, peer, tails);
    expect(state.counter).toBe(counter);
  });
});

describe('the fail-safe', () => {
  it.each(SPREAD_POLICIES)('ends %s with the coin against it and no feedback', (policy) => {
    const partial = { policy, k: 9, transmitCountMax: 40 };
    const limits = { 'transmit-limit': 16, 'blind-counter': 9, 'median-counter': 14 };
    expect(endOf(partial, 's|')).toBe(
      { 'blind-coin': 40, 'feedback-coin': 40, 'feedback-counter': 40, ...limits }[policy],
    );
  });

  it.each(SPREAD_POLICIES)('lets %s end however often the rumor is needed', (policy) => {
    expect(endOf({ policy }, 's+|')).toBeLessThanOrEqual(100);
  });

  it('ends a rumor that nobody asks for, and says so', () => {
    const partial = { policy: 'feedback-counter', countUnit: 'round', roundCountMax: 30 } as const;
    expect(endOf(partial, '|')).toBe(30);
    expect(played(partial, '|'.repeat(30)).stopReason).toBe('fail-safe');
    expect(endOf({ policy: 'blind-coin', roundCountMax: 30 }, '|')).toBe(30);
  });
});

describe('a standing', () => {
  it('is what the state says, or that we do not know the rumor', () => {
    expect(standingOf(undefined)).toEqual({ phase: 'susceptible', counter: 0 });
    expect(standingOf(played({ policy: 'feedback-counter', k: 3 }, '--'))).toEqual({ phase: 'infective', counter: 2 });
    expect(isHot(SUSCEPTIBLE)).toBe(false);
    expect(isHot({ phase: 'closing', counter: 0 })).toBe(true);
  });
});
