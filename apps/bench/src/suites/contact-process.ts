/**
 * One rumor among sites that meet at random, in cycles, by the policies of `@hearsay/damping` and nothing else: no core,
 * no packets, no clock. It is the process that the papers analyse and simulate.
 *
 * Synchronous, as in [Demers §1.4] and [Karp]: what is learned in a cycle counts from the next one on, so two pushes
 * that reach one site in the same cycle both count as needed. In turns, as nodes without a common clock do: each site
 * acts at its own moment of the cycle, and what it learned before that moment counts.
 */
import type { Rng } from '@hearsay/core';
import {
  ConnectionLimit,
  isHot,
  noteFeedback,
  noteRound,
  noteSend,
  type SpreadConfig,
  type SpreadStanding,
  type SpreadState,
  SUSCEPTIBLE,
  standingOf,
  startSpread,
} from '@hearsay/damping';

/** Who gives the rumor to whom in a contact. [Demers §1.4] */
export type Direction = 'push' | 'pull' | 'push-pull';

/** What is simulated. */
export interface ContactProcess {
  readonly siteCount: number;
  readonly direction: Direction;
  readonly config: Readonly<SpreadConfig>;
  /** Partners of a site in a cycle. Default 1. */
  readonly fanout?: number;
  /** Whether the sites act in turns. Default: all at once. */
  readonly isInTurns?: boolean;
}

/** What became of the rumor. The source counts as reached, and in no time. */
export interface ContactRun {
  readonly reachedCount: number;
  /** Transmissions of all sites together. */
  readonly sendCount: number;
  /** The cycle in which the last site that was reached learned it. */
  readonly lastCycle: number;
  /** The cycle in which the last site stopped. */
  readonly endCycle: number;
  /** The cycles in which the sites learned it, added up. */
  readonly arrivalSum: number;
  /** The same where a site counts once for each transmission that it needed. Larger only if sites act at once. */
  readonly neededArrivalSum: number;
  /** Sites that the fail-safe had to stop. */
  readonly failSafeCount: number;
}

/** A process that is not over by then has a policy that does not end. */
const CYCLE_COUNT_MAX = 20_000;
const TOLD = 1;
const TOLD_BY_CLOSING = 2;
const CLOSING: SpreadStanding = Object.freeze({ phase: 'closing', counter: 0 });

/** Spreads one rumor from one site until nobody spreads it any more. */
export function contactRun(process: ContactProcess, rng: Rng): ContactRun {
  return new Contacts(process, rng).run();
}

class Contacts {
  readonly #siteCount: number;
  readonly #direction: Direction;
  readonly #config: Readonly<SpreadConfig>;
  readonly #fanout: number;
  readonly #isInTurns: boolean;
  readonly #rng: Rng;
  /** Whether feedback takes effect within the cycle. */
  readonly #isMoving: boolean;
  readonly #sites: (SpreadState | undefined)[];
  /** Filled only if there is a limit. */
  readonly #limits: readonly ConnectionLimit[];
  /** Sites that spread the rumor. At once: those that did at the beginning of the cycle. */
  #hot: number[] = [];
  /** Who learns in this cycle; the phase of the teller decides how it begins. */
  readonly #told: number[] = [];
  /** Of each site: `TOLD`, `TOLD_BY_CLOSING`, or 0. */
  readonly #tellings: Uint8Array;
  #cycle = 0;
  #reachedCount = 1;
  #sendCount = 0;
  #lastCycle = 0;
  #arrivalSum = 0;
  #neededArrivalSum = 0;
  #failSafeCount = 0;

  constructor({ siteCount, direction, config, fanout = 1, isInTurns = false }: ContactProcess, rng: Rng) {
    this.#siteCount = siteCount;
    this.#direction = direction;
    this.#config = config;
    this.#fanout = Math.min(fanout, siteCount - 1);
    this.#isInTurns = isInTurns;
    this.#rng = rng;
    this.#isMoving = direction === 'push-pull' && config.countUnit === 'contact';
    this.#sites = new Array<SpreadState | undefined>(siteCount).fill(undefined);
    this.#tellings = new Uint8Array(siteCount);
    const isLimited = config.connectionCountMax < siteCount;
    this.#limits = isLimited ? Array.from({ length: siteCount }, () => new ConnectionLimit(config)) : [];
  }

  run(): ContactRun {
    const source = this.#rng.below(this.#siteCount);
    this.#sites[source] = startSpread(this.#config);
    this.#hot = [source];
    while (this.#hot.length > 0 && this.#cycle < CYCLE_COUNT_MAX) {
      this.#cycle += 1;
      for (const limit of this.#limits) limit.noteRound();
      if (this.#isInTurns) this.#runTurns();
      else this.#runAtOnce();
    }
    if (this.#hot.length > 0) throw new Error(`the policy ${this.#config.policy} does not end`);
    return {
      reachedCount: this.#reachedCount,
      sendCount: this.#sendCount,
      lastCycle: this.#lastCycle,
      endCycle: this.#cycle,
      arrivalSum: this.#arrivalSum,
      neededArrivalSum: this.#neededArrivalSum,
      failSafeCount: this.#failSafeCount,
    };
  }

  #runAtOnce(): void {
    this.#actInRandomOrder(this.#direction === 'push' ? this.#hot : this.#sites.keys());
    for (const site of this.#hot) this.#endRound(site);
    const hot = this.#hot.filter((site) => this.#isHot(site));
    for (const site of this.#told) {
      this.#sites[site] = startSpread(this.#config, this.#tellings[site] === TOLD_BY_CLOSING ? CLOSING : undefined);
      hot.push(site);
    }
    this.#told.length = 0;
    this.#hot = hot;
  }

  /** The order matters only where a limit decides who comes first. */
  #actInRandomOrder(sites: Iterable<number>): void {
    const order = this.#limits.length > 0 ? this.#rng.shuffle([...sites]) : sites;
    for (const site of order) this.#act(site);
  }

  /** The number of a site is also its moment in the cycle: sites are alike, and the source is drawn. */
  #runTurns(): void {
    for (let site = 0; site < this.#siteCount; site++) {
      const wasHot = this.#isHot(site);
      if (wasHot || this.#direction !== 'push') this.#act(site);
      if (wasHot) this.#endRound(site);
    }
    this.#hot = [];
    for (let site = 0; site < this.#siteCount; site++) if (this.#isHot(site)) this.#hot.push(site);
  }

  #act(site: number): void {
    if (this.#fanout === 1) {
      this.#contact(site);
      return;
    }
    const partners = new Set<number>();
    while (partners.size < this.#fanout) partners.add(this.#otherThan(site));
    for (const partner of partners) this.#meet(site, partner);
  }

  /** One contact, if somebody accepts it. */
  #contact(site: number): void {
    for (let attempt = 0; attempt <= this.#config.huntCountMax; attempt++) {
      const partner = this.#otherThan(site);
      if (this.#limits[partner]?.accept() ?? true) {
        this.#meet(site, partner);
        return;
      }
    }
  }

  #meet(caller: number, callee: number): void {
    const callerState = this.#sites[caller];
    const calleeState = this.#sites[callee];
    // The feedback of the first moves it, and the second has to hear how it stood before.
    const callerStanding = this.#isMoving ? standingOf(callerState) : (callerState ?? SUSCEPTIBLE);
    const gives = this.#direction !== 'pull' && callerState !== undefined && isHot(callerState);
    const isGiven = this.#direction !== 'push' && calleeState !== undefined && isHot(calleeState);
    if (gives) this.#give(callerState, calleeState ?? SUSCEPTIBLE, callee);
    if (isGiven) this.#give(calleeState, callerStanding, caller);
  }

  /** `giver` transmits, and hears how the other stood before the contact. */
  #give(giver: SpreadState, takerStanding: SpreadStanding, taker: number): void {
    noteSend(giver, this.#config, this.#siteCount, this.#rng);
    this.#sendCount += 1;
    noteFeedback(giver, this.#config, takerStanding, this.#rng);
    if (takerStanding.phase !== 'susceptible') return;
    this.#neededArrivalSum += this.#cycle;
    if (this.#tellings[taker] === 0) this.#noteArrival(taker, giver);
    // Who is closing outdoes who is not.
    this.#tellings[taker] = giver.phase === 'closing' ? TOLD_BY_CLOSING : Math.max(TOLD, this.#tellings[taker] ?? 0);
  }

  #noteArrival(site: number, teller: SpreadStanding): void {
    if (this.#isInTurns) this.#sites[site] = startSpread(this.#config, teller);
    else this.#told.push(site);
    this.#reachedCount += 1;
    this.#arrivalSum += this.#cycle;
    this.#lastCycle = this.#cycle;
  }

  #endRound(site: number): void {
    const state = this.#sites[site];
    if (state === undefined) return;
    noteRound(state, this.#config, this.#siteCount, this.#rng);
    if (state.stopReason === 'fail-safe') this.#failSafeCount += 1;
  }

  #isHot(site: number): boolean {
    const state = this.#sites[site];
    return state !== undefined && isHot(state);
  }

  #otherThan(site: number): number {
    const other = this.#rng.below(this.#siteCount - 1);
    return other < site ? other : other + 1;
  }
}
