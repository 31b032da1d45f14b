/**
 * The table of the three-way exchange: for each digest of the other side, what to ask for and what to tell. Source:
 * Cassandra's Gossiper.
 *
 *   theirs against ours           we
 *   unknown, or a later life      ask for all of it
 *   an earlier life               tell all of ours
 *   same life, theirs is ahead    ask for what is above ours
 *   same life, ours is ahead      tell ours
 *   same                          say nothing
 *
 * Who is not in the digests is not volunteered: the other side hears of it when it asks us, or from the member itself.
 */
import type { Digest } from './messages.ts';

/** What we hold of one member. */
export type Held = Pick<Digest, 'generation' | 'heartbeat'>;

/** What a digest is answered with: an own digest is a request, `tell` says whether all of it or the heartbeat alone. */
export type Answer =
  | { readonly kind: 'none' }
  | { readonly kind: 'ask'; readonly request: Digest }
  | { readonly kind: 'tell'; readonly isWhole: boolean };

const NONE: Answer = Object.freeze({ kind: 'none' });
const TELL: Answer = Object.freeze({ kind: 'tell', isWhole: false });
const TELL_ALL: Answer = Object.freeze({ kind: 'tell', isWhole: true });

/** `ours` is undefined for a member that we do not know. */
export function answerOf(theirs: Digest, ours: Held | undefined): Answer {
  const { name, generation } = theirs;
  if (ours === undefined || generation > ours.generation) {
    return { kind: 'ask', request: { name, generation, heartbeat: 0 } };
  }
  if (generation < ours.generation) return TELL_ALL;
  if (theirs.heartbeat > ours.heartbeat) {
    return { kind: 'ask', request: { name, generation, heartbeat: ours.heartbeat } };
  }
  return theirs.heartbeat < ours.heartbeat ? TELL : NONE;
}
