/** How far one node has come with spreading one rumor: plain data, which the functions of `spread.ts` write. */

/**
 * Where a node stands with a rumor. [Demers §1.4]; `closing` is from [Karp]: it still transmits, for some rounds, and
 * whoever meets it closes too.
 *
 *   susceptible --learn--> infective --+--policy--> removed
 *                                      `--median counter--> closing --rounds--> removed
 */
export type SpreadPhase = 'susceptible' | 'infective' | 'closing' | 'removed';

/**
 * Why a node stopped: the limit on transmissions, a counter or a coin of its policy, the end of closing, or the
 * fail-safe, which a policy that works never needs.
 */
export type StopReason = 'transmit-limit' | 'counter' | 'coin' | 'closed' | 'fail-safe';

/** What a node tells another about a rumor: enough for every policy. */
export interface SpreadStanding {
  readonly phase: SpreadPhase;
  /** Of one who is infective: its counter. A peer's number may be anything; it is only compared. */
  readonly counter: number;
}

/** The spreading of one rumor by one node. Everybody may read it; only the functions of `spread.ts` write. */
export interface SpreadState {
  phase: SpreadPhase;
  /** Set exactly when `phase` is `removed`. */
  stopReason: StopReason | undefined;
  /** Times that the rumor was transmitted from here. */
  transmitCount: number;
  /** Rounds that have gone by since the rumor was learned. */
  roundCount: number;
  /** Steps towards losing interest; in median-counter the counter, and in closing the rounds of it. */
  counter: number;
  /** Contacts that turned out to need the rumor, since it was learned. */
  neededCount: number;
  /** Contacts that turned out to know it already. */
  knownCount: number;
  /** Contacts of this round that needed it; in median-counter, that were behind us. */
  roundBehindCount: number;
  /** Contacts of this round that speak for losing interest: they knew it; in median-counter, they were as far as we. */
  roundAheadCount: number;
  /** Whether a contact of this round was closing. */
  hasMetClosing: boolean;
}

/** Of who does not know the rumor. */
export const SUSCEPTIBLE: SpreadStanding = Object.freeze({ phase: 'susceptible', counter: 0 });

/** What to tell others about a rumor: of `undefined`, that we do not know it. */
export function standingOf(state: SpreadState | undefined): SpreadStanding {
  return state === undefined ? SUSCEPTIBLE : { phase: state.phase, counter: state.counter };
}

/** The end. A second one changes nothing. */
export function stopSpread(state: SpreadState, reason: StopReason): void {
  if (state.phase === 'removed') return;
  state.phase = 'removed';
  state.stopReason = reason;
}

/** Whether the rumor is still spread from here. */
export function isHot({ phase }: SpreadStanding): boolean {
  return phase === 'infective' || phase === 'closing';
}
