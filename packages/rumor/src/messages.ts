/** What goes in and out of rumor spreading. */
import type { NodeId } from '@hearsay/core';
import type { Rumor, RumorProblem } from './rumor.ts';

/**
 * node → `forwardFanout` random peers when it learns something, and → `fanout` of them once per round while something
 * is hot. Nothing is answered. [Demers §1.4, push]
 */
export type RumorMessage = { readonly type: 'push'; readonly rumors: readonly Rumor[] };

/** `publish`: spread this. The owner allots the id and checks it all with `validateRumor`. */
export type RumorCommand = { readonly type: 'publish'; readonly rumor: Rumor };

/** `round`: pending exactly while something is hot. `forward`: what was learned too soon after the last forwarding. */
export type RumorTimer = { readonly type: 'round' | 'forward' };

/** What the owner is told. */
export type RumorEvent =
  /** Once per rumor, at once. `from` is the peer that told us, `undefined` for what we published. */
  | { readonly type: 'rumor-learned'; readonly rumor: Rumor; readonly from: NodeId | undefined }
  /** We have pushed it as often as the limit says: it is no longer spread from here. */
  | { readonly type: 'rumor-spent'; readonly rumor: Rumor }
  /** The bound on hot rumors was reached: it is no longer spread from here, though its limit was not reached. */
  | { readonly type: 'rumor-dropped'; readonly rumor: Rumor }
  /** A rumor that is not legal was not learned. `from` is `undefined` for one of our own. */
  | { readonly type: 'rumor-refused'; readonly reason: RumorProblem; readonly from: NodeId | undefined };
