/**
 * Reads ownership from what members tell about themselves. A function of its inputs alone, so all who have heard the
 * same, and see the same members, compute the same owners.
 *
 * Two rings come out: the one that is, and the one that will be when all who are joining, leaving or moving have done so.
 * Where they differ, ranges are pending: a write there belongs to the owners of both.
 */
import { BoundedMap } from '@hearsay/core';
import type { RingConfig } from './config.ts';
import { type MovedRange, movedRanges } from './moved-ranges.ts';
import { parseTokenClaim, type TokenClaim, type Tokens, tokensOf } from './token-claim.ts';
import { type RingMember, TokenRing } from './token-ring.ts';

/** A member as the member table and node state have it. */
export interface RingInput {
  readonly name: string;
  readonly zone: string;
  readonly generation: number;
  /** Its value under `TOKENS_KEY`. */
  readonly tokens: string | undefined;
}

/** What was read. */
export interface RingReading {
  /** Members that own ranges now: normal, leaving and moving ones. */
  readonly current: TokenRing;
  /** Members that will: normal and joining ones, and moving ones where they go. */
  readonly future: TokenRing;
  /** Members left out because their value is none, or because of a limit. */
  readonly leftOutCount: number;
}

/** Members whose derived tokens are remembered. Source: guess, some 16 MB with the default number of tokens. */
const REMEMBERED_MEMBER_COUNT_MAX = 8_192;

/** Derives tokens once per member. */
export class RingReader {
  readonly #config: Readonly<RingConfig>;
  readonly #derived = new BoundedMap<string, readonly bigint[]>(REMEMBERED_MEMBER_COUNT_MAX);

  constructor(config: Readonly<RingConfig>) {
    this.#config = config;
  }

  /** @param inputs the members that count: who is absent, or comes and goes, is left out by the owner. */
  read(inputs: Iterable<RingInput>): RingReading {
    const current: RingMember[] = [];
    const future: RingMember[] = [];
    let leftOutCount = 0;
    let tokenCount = 0;
    for (const input of [...inputs].sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (input.tokens === undefined) continue;
      const claim = parseTokenClaim(input.tokens, this.#config.tokenCountMax);
      tokenCount += claim === undefined ? 0 : countOf(claim.tokens) + countOf(claim.target ?? 0);
      if (claim === undefined || tokenCount > this.#config.ringTokenCountMax) leftOutCount += 1;
      else this.#place(input, claim, current, future);
    }
    const currentRing = new TokenRing(current);
    // Most of the time nobody is on the way, and the two are one.
    const isSettled = current.length === future.length && current.every((member, index) => member === future[index]);
    return { current: currentRing, future: isSettled ? currentRing : new TokenRing(future), leftOutCount };
  }

  /** Who hibernates is in neither. */
  #place({ name, zone, generation }: RingInput, claim: TokenClaim, current: RingMember[], future: RingMember[]): void {
    if (claim.status === 'hibernate') return;
    const member = { name, zone, generation, tokens: this.#tokensOf(name, claim.tokens) };
    if (claim.status !== 'joining') current.push(member);
    if (claim.status === 'joining' || claim.status === 'normal') future.push(member);
    if (claim.target !== undefined) future.push({ ...member, tokens: this.#tokensOf(name, claim.target) });
  }

  #tokensOf(name: string, tokens: Tokens): readonly bigint[] {
    if (typeof tokens !== 'number') return tokens;
    const key = `${name}#${tokens}`;
    const held = this.#derived.get(key);
    const derived = held ?? tokensOf(name, tokens);
    if (held === undefined) this.#derived.set(key, derived);
    return derived;
  }
}

/** Members that will own a key and do not yet: a write for it goes to them as well. */
export function pendingOwnersOf({ current, future }: RingReading, key: string | Uint8Array, count: number): string[] {
  if (current === future) return [];
  const owners = new Set(current.ownersOf(key, count));
  return future.ownersOf(key, count).filter((name) => !owners.has(name));
}

/** Ranges that will have other owners, with the owners that they have and will have. */
export function pendingRanges({ current, future }: RingReading, count: number): MovedRange[] {
  return current === future ? [] : movedRanges(current, future, count);
}

function countOf(tokens: Tokens): number {
  return typeof tokens === 'number' ? tokens : tokens.length;
}
