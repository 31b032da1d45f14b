/**
 * Losing interest in a rumor by coins and counters. [Demers §1.4]
 *
 * The report says "after k unnecessary contacts"; its tables are those of k unnecessary contacts in a row, where a
 * contact that needed the rumor sets the counter back to zero. Without that k = 2 leaves out a third more nodes than
 * Table 1 says. Counted by rounds, it is the rule of the footnote to Table 3: a round in which somebody needed the rumor
 * sets the counter back, one in which there were contacts and nobody did adds one.
 */
import type { Draw } from './draw.ts';
import type { SpreadConfig } from './spread-config.ts';
import { type SpreadStanding, type SpreadState, stopSpread } from './spread-state.ts';

/** Feedback of one contact, by the policies that listen to it. */
export function noteContact(
  state: SpreadState,
  config: Readonly<SpreadConfig>,
  peer: SpreadStanding,
  draw: Draw,
): void {
  if (peer.phase === 'susceptible') {
    state.roundBehindCount += 1;
    if (config.countUnit === 'contact') state.counter = 0;
  } else if (!config.isMinimized || isOursToLose(state, peer)) {
    state.roundAheadCount += 1;
    if (config.countUnit === 'contact') loseInterest(state, config, draw);
  }
}

/** The end of a round, by the policies that listen to feedback. */
export function noteContactRound(state: SpreadState, config: Readonly<SpreadConfig>, draw: Draw): void {
  if (config.countUnit !== 'round') return;
  if (state.roundBehindCount > 0) state.counter = 0;
  else if (state.roundAheadCount > 0) loseInterest(state, config, draw);
}

/** One step towards the end: a coin is tossed, or the counter rises. */
export function loseInterest(state: SpreadState, { policy, k }: Readonly<SpreadConfig>, draw: Draw): void {
  if (policy === 'blind-coin' || policy === 'feedback-coin') {
    if (draw.below(k) === 0) stopSpread(state, 'coin');
    return;
  }
  state.counter += 1;
  if (state.counter >= k) stopSpread(state, 'counter');
}

/** Minimization: of two that know the rumor the one with the smaller counter counts, both of equals. */
function isOursToLose(state: SpreadState, peer: SpreadStanding): boolean {
  return peer.phase !== 'infective' || state.counter <= peer.counter;
}
