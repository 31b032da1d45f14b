/**
 * What a member may say of its tokens after what it said before. [Cassandra]
 *
 *   joining <-> normal --> leaving          back when it has lost what it held; who has gone says nothing any more
 *               ^  |  ^       |
 *               |  |  '-------'             called off
 *               |  '--> moving --> normal
 *   joining, normal --> hibernate --> joining, normal
 *
 * It binds who writes. Who reads takes every status as it comes: what was said in between may never have been heard.
 */
import type { TokenClaim, Tokens } from './token-claim.ts';

/**
 * `joining` owns nothing yet, `leaving` and `moving` still do: the keys that will move are on their way in between.
 * `hibernate` keeps its tokens for later and owns nothing.
 */
export type TokenStatus = (typeof TOKEN_STATUSES)[number];

export const TOKEN_STATUSES = ['joining', 'normal', 'leaving', 'moving', 'hibernate'] as const;

/** Saying the same again, perhaps of other tokens, is always legal. */
const FOLLOWING: Readonly<Record<TokenStatus, readonly TokenStatus[]>> = Object.freeze({
  joining: ['normal', 'hibernate'],
  normal: ['joining', 'leaving', 'moving', 'hibernate'],
  leaving: ['normal'],
  moving: ['normal'],
  hibernate: ['joining', 'normal'],
});

/** What may follow, itself included. After nothing, that is in a new life, everything may. */
export function statusesAfter(held: TokenStatus | undefined): readonly TokenStatus[] {
  return held === undefined ? TOKEN_STATUSES : [held, ...FOLLOWING[held]];
}

/**
 * The claim of a new status. Without `tokens` they stay as they are, and who has arrived has those it was moving to.
 * `tokens` of a moving member are where it goes.
 */
export function nextTokenClaim(held: TokenClaim, status: TokenStatus, tokens?: Tokens): TokenClaim {
  if (status === 'moving') return { status, tokens: held.tokens, target: tokens ?? held.target ?? held.tokens };
  return { status, tokens: tokens ?? held.target ?? held.tokens };
}
