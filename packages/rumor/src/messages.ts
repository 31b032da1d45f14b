/** What goes in and out of rumor spreading. */
import type { NodeId } from '@hearsay/core';
import type { Rumor, RumorProblem } from './rumor.ts';

/**
 * node → `forwardFanout` random peers when it learns something, and → `fanout` of them once per round while something
 * is hot. Nothing is answered. [Demers §1.4, push]
 */
export type RumorMessage = { readonly type: 'push'; readonly rumors: readonly Rumor[] };

/** What the owner may ask for. */
export type RumorCommand =
  /** Spread this. The owner allots the id and checks it all with `validateRumor`; the time is set here unless given. */
  | { readonly type: 'publish'; readonly rumor: Rumor }
  /** What anti-entropy over `log` brought: learned like any other, and not spread. */
  | { readonly type: 'learn'; readonly rumors: readonly Rumor[]; readonly from: NodeId };

/**
 * `round`: pending exactly while something is hot. `forward`: what was learned too soon after the last forwarding.
 * `expire`: pending exactly while anything is remembered.
 */
export type RumorTimer = { readonly type: 'round' | 'forward' | 'expire' };

/** What the owner is told. */
export type RumorEvent =
  /**
   * Once per rumor, at once. `from` is the peer that told us, `undefined` for what we published; `via` is `log` for one
   * that spreading has missed, or that was published before we joined.
   */
  | {
      readonly type: 'rumor-learned';
      readonly rumor: Rumor;
      readonly from: NodeId | undefined;
      readonly via: 'spread' | 'log';
    }
  /** We have pushed it as often as the limit says: it is no longer spread from here. */
  | { readonly type: 'rumor-spent'; readonly rumor: Rumor }
  /** It was hot here when a newer one of the same topic and key came: it is no longer spread from here. */
  | { readonly type: 'rumor-replaced'; readonly rumor: Rumor; readonly successor: Rumor }
  /** The bound on hot rumors was reached: it is no longer spread from here, though its limit was not reached. */
  | { readonly type: 'rumor-dropped'; readonly rumor: Rumor }
  /** A rumor that is not legal was not learned. `from` is `undefined` for one of our own. */
  | { readonly type: 'rumor-refused'; readonly reason: RumorProblem; readonly from: NodeId | undefined };
