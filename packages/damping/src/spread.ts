/**
 * When a node stops spreading a rumor: one place for all policies. The owner notes what happens, and asks `isHot`.
 *
 *   startSpread --> noteSend | noteFeedback | noteRound ... --> removed, with its `stopReason`
 *
 * Every policy ends: after so many transmissions, or so many rounds, whatever the peers say or do not say. What happens
 * after the end changes nothing.
 */
import { assertNever } from '@hearsay/core';
import type { Draw } from './draw.ts';
import { loseInterest, noteContact, noteContactRound } from './interest.ts';
import { closeRound, countPartner } from './median-counter.ts';
import type { SpreadConfig } from './spread-config.ts';
import { isHot, type SpreadStanding, type SpreadState, stopSpread } from './spread-state.ts';
import { transmitCountLimit } from './transmit-limit.ts';

/**
 * A node that learns a rumor, from `teller` if it did not publish it itself. In median-counter, who learns from one that
 * is closing is closing too. [Karp]
 */
export function startSpread(config: Readonly<SpreadConfig>, teller?: SpreadStanding): SpreadState {
  const isMedian = config.policy === 'median-counter';
  const isClosing = isMedian && teller?.phase === 'closing';
  return {
    phase: isClosing ? 'closing' : 'infective',
    stopReason: undefined,
    transmitCount: 0,
    roundCount: 0,
    counter: isMedian && !isClosing ? 1 : 0,
    neededCount: 0,
    knownCount: 0,
    roundBehindCount: 0,
    roundAheadCount: 0,
    hasMetClosing: false,
  };
}

/** The rumor was transmitted, once, to one peer: pushed, or given in answer to a pull. */
export function noteSend(state: SpreadState, config: Readonly<SpreadConfig>, clusterSize: number, draw: Draw): void {
  if (!isHot(state)) return;
  state.transmitCount += 1;
  switch (config.policy) {
    case 'transmit-limit':
      if (state.transmitCount >= transmitCountLimit(config, clusterSize)) stopSpread(state, 'transmit-limit');
      break;
    case 'blind-coin':
    case 'blind-counter':
      if (config.countUnit === 'contact') loseInterest(state, config, draw);
      break;
    case 'feedback-coin':
    case 'feedback-counter':
    case 'median-counter':
      break;
    default:
      assertNever(config.policy);
  }
  if (state.transmitCount >= config.transmitCountMax) failSafe(state, config);
}

/**
 * A contact turned out to stand so with the rumor before the contact. In push it is whom we pushed to, in pull who
 * pulled from us, in push-pull both sides note each other.
 */
export function noteFeedback(
  state: SpreadState,
  config: Readonly<SpreadConfig>,
  peer: SpreadStanding,
  draw: Draw,
): void {
  if (!isHot(state)) return;
  if (peer.phase === 'susceptible') state.neededCount += 1;
  else state.knownCount += 1;
  switch (config.policy) {
    case 'feedback-coin':
    case 'feedback-counter':
      noteContact(state, config, peer, draw);
      break;
    case 'median-counter':
      countPartner(state, peer);
      break;
    case 'transmit-limit':
    case 'blind-coin':
    case 'blind-counter':
      break;
    default:
      assertNever(config.policy);
  }
}

/** A round has ended. Not for rounds in which there was nobody to contact: then the rumor waits. */
export function noteRound(state: SpreadState, config: Readonly<SpreadConfig>, clusterSize: number, draw: Draw): void {
  if (!isHot(state)) return;
  state.roundCount += 1;
  switch (config.policy) {
    case 'blind-coin':
    case 'blind-counter':
      if (config.countUnit === 'round') loseInterest(state, config, draw);
      break;
    case 'feedback-coin':
    case 'feedback-counter':
      noteContactRound(state, config, draw);
      break;
    case 'median-counter':
      closeRound(state, config, clusterSize);
      break;
    case 'transmit-limit':
      break;
    default:
      assertNever(config.policy);
  }
  state.roundBehindCount = 0;
  state.roundAheadCount = 0;
  state.hasMetClosing = false;
  if (state.roundCount >= config.roundCountMax) failSafe(state, config);
}

/** Of the coins and counters. The other two policies have an end of their own. */
function failSafe(state: SpreadState, { policy }: Readonly<SpreadConfig>): void {
  if (isHot(state) && policy !== 'transmit-limit' && policy !== 'median-counter') stopSpread(state, 'fail-safe');
}
