/**
 * What a member says of its tokens, in one value of its node state, so that its status and its tokens change at once.
 * [Cassandra]
 *
 *   value  := status " " tokens [ " to " tokens ]      the second only when moving
 *   tokens := "*" count                                derived from the member's name
 *           | token { "," token }                      decimal
 *
 * Tokens derived from the name need no coordination and ten bytes, and a member that comes back has the same ones.
 */
import { utf8Bytes } from '@hearsay/core';
import { murmur3Token, TOKEN_MAX, TOKEN_MIN } from './murmur3.ts';
import { TOKEN_STATUSES, type TokenStatus } from './token-status.ts';

/** The key of node state under which a member's tokens stand. */
export const TOKENS_KEY = 'ring.tokens';

/** So many tokens derived from the member's name, or a list. */
export type Tokens = number | readonly bigint[];

export interface TokenClaim {
  readonly status: TokenStatus;
  readonly tokens: Tokens;
  /** Where a moving member goes. */
  readonly target?: Tokens | undefined;
}

const STATUSES: ReadonlySet<string> = new Set(TOKEN_STATUSES);
const TOKEN_PATTERN = /^-?\d{1,19}$/;
const COUNT_PATTERN = /^\*(\d{1,7})$/;

/** The value for node state. */
export function formatTokenClaim({ status, tokens, target }: TokenClaim): string {
  const moved = target === undefined ? '' : ` to ${formatTokens(target)}`;
  return `${status} ${formatTokens(tokens)}${moved}`;
}

/** `undefined` when the value is none, or claims more than `countMax` tokens. Never throws. */
export function parseTokenClaim(value: string, countMax: number): TokenClaim | undefined {
  const [status = '', tokensText = '', to, targetText, ...rest] = value.split(' ');
  const tokens = parseTokens(tokensText, countMax);
  if (!isStatus(status) || tokens === undefined || rest.length > 0) return undefined;
  if (to === undefined) return status === 'moving' ? undefined : { status, tokens };
  const target = to === 'to' && status === 'moving' ? parseTokens(targetText ?? '', countMax) : undefined;
  return target === undefined ? undefined : { status, tokens, target };
}

/** Tokens of a member, derived ones too, in no order. Empty when there are none. */
export function tokensOf(name: string, tokens: Tokens): readonly bigint[] {
  return typeof tokens === 'number' ? derivedTokens(name, tokens) : tokens;
}

/** The same on every node. The name is 1-128 bytes without a `#`, so two members share no text. */
function derivedTokens(name: string, count: number): bigint[] {
  return Array.from({ length: count }, (_, index) => murmur3Token(utf8Bytes(`${name}#${index}`)));
}

function formatTokens(tokens: Tokens): string {
  return typeof tokens === 'number' ? `*${tokens}` : tokens.join(',');
}

function parseTokens(text: string, countMax: number): Tokens | undefined {
  const derived = COUNT_PATTERN.exec(text);
  if (derived !== null) return Number(derived[1]) <= countMax ? Number(derived[1]) : undefined;
  const texts = text.split(',', countMax + 1);
  if (texts.length > countMax || !texts.every((each) => TOKEN_PATTERN.test(each))) return undefined;
  const tokens = texts.map(BigInt);
  return tokens.every((token) => token >= TOKEN_MIN && token <= TOKEN_MAX) ? tokens : undefined;
}

function isStatus(text: string): text is TokenStatus {
  return STATUSES.has(text);
}
