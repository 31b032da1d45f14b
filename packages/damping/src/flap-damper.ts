/**
 * Who comes and goes too often to be believed: route flap damping, applied to the members of a cluster. [RFC2439 §4]
 *
 *   watched --note, penalty above suppressLimit--> damped --penalty faded to reuseLimit--> watched, told by reusable
 *                                                    '----no room in the share, bound----^
 *
 * Each flap adds points to a penalty, which fades by half in each half-life, never above a ceiling. Two limits instead
 * of one keep damping itself from flapping.
 *
 * All penalties fade alike, so one member's stays above another's until one of them flaps. Therefore the time at which
 * a penalty will have faded to a given value orders the members for good: the lowest penalty is the first to be let
 * back, the first to give up its place, and the first to be forgotten. Two heaps by such times are all that is needed,
 * and nobody is ever scanned. How the decay is the same on every machine is told in `decay.ts`.
 *
 * Deviation: one half-life serves for members that are there and for those that are not, where [RFC2439 §4.2] has two,
 * because a dead member is not used anyway, and how long it stays away says little about how it will behave then.
 *
 * Deviation: a share of the cluster bounds how many are damped, as in ringpop. [RFC2439 §4] has no such bound; it has
 * other routes to fall back to, and a cluster has no other members.
 */
import { BoundedMap } from '@hearsay/core';
import { decayed, msAt, stepAt, stepsUntil } from './decay.ts';
import { type FlapConfig, penaltyCeiling } from './flap-config.ts';
import { IndexedHeap } from './indexed-heap.ts';

/** What a member did: it was declared dead, it came back, or it was suspected and refuted. */
export type FlapKind = 'failed' | 'recovered' | 'suspected';

/** A damped member, for reading. */
export interface DampedMember {
  readonly name: string;
  /** When it became damped. */
  readonly sinceMs: number;
  /** When it will be let back if it does not flap again. */
  readonly reuseMs: number;
}

/** A member that has flapped. Changed only while it is in no heap, because both are ordered by it. */
interface Flapper {
  readonly name: string;
  /** Points at `atStep`, a multiple of a grain. `1 ≤ penalty ≤ penaltyCeiling(config)` after the first flap. */
  penalty: number;
  atStep: number;
  /** When the penalty has faded to `FADED_PENALTY`. */
  fadedStep: number;
  /** When the penalty has faded to `reuseLimit`. */
  reuseMs: number;
  sinceMs: number;
}

/** Less than this is forgotten: no flap costs less. [RFC2439 §4.2, Tmax] */
const FADED_PENALTY = 1;
/** Penalties are kept in grains of 2^-20 points, so that sums are exact and the order of summands does not matter. */
const GRAINS_PER_POINT = 1_048_576;
const PER_MILLE_MAX = 1_000;

/** Notes flaps, and says who is damped. Calls take O(log n) for each member that they add, let back or forget. */
export class FlapDamper {
  readonly #config: Readonly<FlapConfig>;
  readonly #penalties: Readonly<Record<FlapKind, number>>;
  readonly #penaltyMax: number;
  /** `size ≤ memberCountMax`. */
  readonly #flappers = new Map<string, Flapper>();
  /** All of `#flappers`, the lowest penalty first. */
  readonly #byPenalty = new IndexedHeap<Flapper>(isFadedBefore);
  /** The damped ones, the lowest penalty first. `size ≤ clusterSize × dampedSharePerMille / 1000` after each note. */
  readonly #damped = new IndexedHeap<Flapper>(isReusedBefore);
  /** No longer damped, and the owner does not know yet. An owner who never asks loses the oldest. */
  readonly #released: BoundedMap<string, true>;
  #letThroughCount = 0;
  #forgottenCount = 0;

  constructor(config: Readonly<FlapConfig>) {
    this.#config = config;
    this.#penalties = {
      failed: config.failurePenalty,
      recovered: config.recoveryPenalty,
      suspected: config.suspicionPenalty,
    };
    this.#penaltyMax = penaltyCeiling(config);
    this.#released = new BoundedMap(config.memberCountMax);
  }

  /** Members damped now. */
  get dampedCount(): number {
    return this.#damped.size;
  }

  /** Members remembered, damped or not. */
  get memberCount(): number {
    return this.#flappers.size;
  }

  /** Times that a member was not damped, or no longer, because the share was full, since the start. */
  get letThroughCount(): number {
    return this.#letThroughCount;
  }

  /** Members forgotten because of `memberCountMax`, since the start. */
  get forgottenCount(): number {
    return this.#forgottenCount;
  }

  /** Whether the member is damped, as of the last `note` or `reusable`. O(1). */
  isDamped(name: string): boolean {
    const flapper = this.#flappers.get(name);
    return flapper !== undefined && this.#damped.has(flapper);
  }

  /** Points of a member now; 0 when nothing is known of it, or all has faded. O(1). */
  penaltyOf(name: string, nowMs: number): number {
    const flapper = this.#flappers.get(name);
    const step = stepAt(nowMs, this.#config.halfLifeMs);
    return flapper === undefined || flapper.fadedStep <= step ? 0 : penaltyAt(flapper, step);
  }

  /**
   * Adds what this flap costs. Returns `'damped'` when it made the member damped. [RFC2439 §4.8.2, §4.8.3]
   * `clusterSize` counts this node too, and bounds with `dampedSharePerMille` how many are damped from now on. For
   * that, others may have to give up their place; `reusable` names them.
   *
   * Who was let through is looked at again at its next flap and not before: if it flaps no more, all is well.
   */
  note(name: string, kind: FlapKind, nowMs: number, clusterSize: number): 'damped' | undefined {
    this.#release(nowMs);
    this.#forgetFaded(nowMs);
    const flapper = this.#penalized(name, this.#penalties[kind], nowMs);
    const isDue = flapper !== undefined && flapper.penalty > this.#config.suppressLimit && !this.#damped.has(flapper);
    if (isDue) this.#damp(flapper, nowMs);
    this.#makeRoom(clusterSize, isDue ? flapper : undefined);
    // Let back and damped again before the owner was told of the former: to the owner, nothing has changed.
    return isDue && this.#damped.has(flapper) && !this.#released.delete(name) ? 'damped' : undefined;
  }

  /**
   * Who is no longer damped, since the last call: the penalty has faded to the reuse limit, which takes at most
   * `suppressMsMax` from the last flap, or others needed the place more. [RFC2439 §4.8.7]
   */
  reusable(nowMs: number): string[] {
    this.#release(nowMs);
    const names = [...this.#released.keys()];
    this.#released.clear();
    return names;
  }

  /** When to ask `reusable` next, not before `nowMs`; `undefined` when there is nobody to ask for. Later is allowed. */
  nextReuseMs(nowMs: number): number | undefined {
    if (this.#released.size > 0) return nowMs;
    const first = this.#damped.first();
    return first && Math.max(nowMs, first.reuseMs);
  }

  /** Forgets all about a member, for example when it is reaped. `reusable` will not name it. */
  forget(name: string): void {
    const flapper = this.#flappers.get(name);
    if (flapper !== undefined) this.#remove(flapper);
    this.#released.delete(name);
  }

  /** The damped members, the first to be let back first: a copy, for reading. */
  damped(): readonly DampedMember[] {
    return this.#damped.inOrder().map(({ name, sinceMs, reuseMs }) => ({ name, sinceMs, reuseMs }));
  }

  /** Lets back whose time has come. Each note does it too, so that no answer depends on how often the owner asks. */
  #release(nowMs: number): void {
    for (let first = this.#damped.first(); first && first.reuseMs <= nowMs; first = this.#damped.first()) {
      this.#undamp(first);
    }
  }

  #forgetFaded(nowMs: number): void {
    const step = stepAt(nowMs, this.#config.halfLifeMs);
    for (let first = this.#byPenalty.first(); first && first.fadedStep <= step; first = this.#byPenalty.first()) {
      this.#remove(first);
    }
  }

  /** Adds points to what is left of a member's penalty. `undefined` when the flap costs nothing. */
  #penalized(name: string, points: number, nowMs: number): Flapper | undefined {
    if (points === 0) return undefined;
    const { halfLifeMs, reuseLimit, suppressMsMax } = this.#config;
    const step = stepAt(nowMs, halfLifeMs);
    const flapper = this.#flappers.get(name) ?? newFlapper(name, step);
    const wasDamped = this.#damped.remove(flapper);
    this.#byPenalty.remove(flapper);
    flapper.penalty = Math.min(this.#penaltyMax, inGrains(penaltyAt(flapper, step)) + points);
    flapper.atStep = step;
    flapper.fadedStep = step + stepsUntil(flapper.penalty, FADED_PENALTY);
    // The ceiling promises `suppressMsMax` by itself, up to a millisecond of rounding.
    const reuseStep = step + stepsUntil(flapper.penalty, reuseLimit);
    flapper.reuseMs = Math.min(msAt(reuseStep, halfLifeMs), nowMs + suppressMsMax);
    this.#flappers.set(name, flapper);
    this.#byPenalty.insert(flapper);
    if (wasDamped) this.#damped.insert(flapper);
    this.#keepBound();
    return flapper;
  }

  /** The one forgotten can be the one just added: no single flap costs enough to be damped, so that is no loss. */
  #keepBound(): void {
    const lowest = this.#byPenalty.first();
    if (lowest === undefined || this.#flappers.size <= this.#config.memberCountMax) return;
    this.#remove(lowest);
    this.#forgottenCount += 1;
  }

  /** Keeps the share. `added` is not known to be damped yet, so nobody needs to hear that it is not. */
  #makeRoom(clusterSize: number, added: Flapper | undefined): void {
    const roomCount = Math.floor((clusterSize * this.#config.dampedSharePerMille) / PER_MILLE_MAX);
    for (let first = this.#damped.first(); first && this.#damped.size > roomCount; first = this.#damped.first()) {
      if (first === added) this.#damped.remove(first);
      else this.#undamp(first);
      this.#letThroughCount += 1;
    }
  }

  #damp(flapper: Flapper, nowMs: number): void {
    flapper.sinceMs = nowMs;
    this.#damped.insert(flapper);
  }

  #undamp(flapper: Flapper): void {
    this.#damped.remove(flapper);
    this.#released.set(flapper.name, true);
  }

  #remove(flapper: Flapper): void {
    if (this.#damped.has(flapper)) this.#undamp(flapper);
    this.#byPenalty.remove(flapper);
    this.#flappers.delete(flapper.name);
  }
}

function newFlapper(name: string, atStep: number): Flapper {
  return { name, penalty: 0, atStep, fadedStep: atStep, reuseMs: 0, sinceMs: 0 };
}

function penaltyAt(flapper: Readonly<Flapper>, step: number): number {
  return decayed(flapper.penalty, step - flapper.atStep);
}

function inGrains(penalty: number): number {
  return Math.round(penalty * GRAINS_PER_POINT) / GRAINS_PER_POINT;
}

function isFadedBefore(a: Readonly<Flapper>, b: Readonly<Flapper>): boolean {
  return a.fadedStep === b.fadedStep ? isLower(a, b) : a.fadedStep < b.fadedStep;
}

function isReusedBefore(a: Readonly<Flapper>, b: Readonly<Flapper>): boolean {
  return a.reuseMs === b.reuseMs ? isLower(a, b) : a.reuseMs < b.reuseMs;
}

/** Among those whose times fall together. Of equal penalties the name that sorts last is lower: no two are equal. */
function isLower(a: Readonly<Flapper>, b: Readonly<Flapper>): boolean {
  return a.penalty === b.penalty ? a.name > b.name : a.penalty < b.penalty;
}
