/**
 * The median counter: a node compares itself with those it meets, and so finds out without knowing the time that the
 * rumor is old. [Karp] With push-pull it costs O(n ln ln n) transmissions and O(ln n) rounds.
 *
 *   infective, counter 1 … --most partners as far or further--> counter + 1 --at the maximum--> closing --> removed
 *                      `--a partner is closing--------------------------------------------------^
 *
 * A partner that has stopped counts as one that is behind: if it counted as nothing, a node left among such partners
 * would have nobody to compare itself with. It does not advance either way, and the fail-safe ends it.
 */
import { ceilLn, ceilLnLn } from './logarithms.ts';
import type { SpreadConfig } from './spread-config.ts';
import { type SpreadStanding, type SpreadState, stopSpread } from './spread-state.ts';

/** One partner of this round: whom we called or who called us. */
export function countPartner(state: SpreadState, peer: SpreadStanding): void {
  if (peer.phase === 'closing') state.hasMetClosing = true;
  else if (peer.phase === 'infective' && peer.counter >= state.counter) state.roundAheadCount += 1;
  else state.roundBehindCount += 1;
}

/** The end of a round. */
export function closeRound(state: SpreadState, config: Readonly<SpreadConfig>, clusterSize: number): void {
  if (state.phase === 'closing') {
    state.counter += 1;
    if (state.counter >= Math.max(config.closingRoundCountMin, ceilLnLn(clusterSize))) stopSpread(state, 'closed');
  } else if (state.hasMetClosing) {
    beginClosing(state);
  } else if (state.roundAheadCount > state.roundBehindCount) {
    state.counter += 1;
    if (state.counter >= Math.max(config.counterMin, ceilLnLn(clusterSize))) beginClosing(state);
  }
  if (state.phase !== 'removed' && state.roundCount >= config.roundMultiplier * ceilLn(clusterSize)) {
    stopSpread(state, 'fail-safe');
  }
}

function beginClosing(state: SpreadState): void {
  state.phase = 'closing';
  state.counter = 0;
}
