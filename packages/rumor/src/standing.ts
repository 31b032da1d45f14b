/** How a node stands with some rumors, one byte for each: what contacts tell each other. [Demers §1.4] [Karp] */
import { type SpreadPhase, type SpreadStanding, SUSCEPTIBLE } from '@hearsay/damping';
import { STANDING_COUNTER_MAX, STANDING_PHASE_BITS } from './config.ts';
import type { RumorMessage } from './messages.ts';
import { rumorIdProblem } from './rumor.ts';

/** In the order of their numbers. */
const PHASES: readonly SpreadPhase[] = ['susceptible', 'infective', 'closing', 'removed'];
const PHASE_MASK = PHASES.length - 1;

/** Of who knows a rumor and does not spread it. */
export const REMOVED: SpreadStanding = Object.freeze({ phase: 'removed', counter: 0 });

export function standingBytes(standings: readonly SpreadStanding[]): Uint8Array {
  return Uint8Array.from(standings, ({ phase, counter }) => {
    return PHASES.indexOf(phase) | (Math.min(counter, STANDING_COUNTER_MAX) << STANDING_PHASE_BITS);
  });
}

/** One that is not there says nothing: the rumor was needed. */
export function standingAt(bytes: Uint8Array, index: number): SpreadStanding {
  const byte = bytes[index];
  if (byte === undefined) return SUSCEPTIBLE;
  return { phase: PHASES[byte & PHASE_MASK] ?? 'removed', counter: byte >>> STANDING_PHASE_BITS };
}

/** For what peers send: it trusts no type. */
export function isExchange(message: Extract<RumorMessage, { readonly type: 'exchange' }>): boolean {
  const { token, answerTo, rumors, standings, verdicts } = message;
  if (!Number.isSafeInteger(token) || !Number.isSafeInteger(answerTo) || !Array.isArray(rumors)) return false;
  if (!(standings instanceof Uint8Array && verdicts instanceof Uint8Array)) return false;
  return rumors.every((rumor) => typeof rumor === 'object' && rumor !== null && rumorIdProblem(rumor.id) === undefined);
}
