/**
 * The token ring: a member owns the keys whose tokens lie between its neighbour's token, exclusive, and its own,
 * inclusive; replicas are the next members around the ring, in as many zones as there are. [Dynamo §4.2] [Cassandra]
 *
 *   … --token of a--(keys of b]--token of b--(keys of c]--token of c--(keys of a]-- …
 *
 * A ring never changes: who joins or leaves makes another one. What a member owns depends on the tokens of all, and
 * every member has its own, so a key moves only to a member that joins and from a member that leaves.
 */
import { utf8Bytes } from '@hearsay/core';
import { murmur3Token } from './murmur3.ts';

/** A member with its tokens. */
export interface RingMember {
  readonly name: string;
  /** Where it is; replicas lie in different zones while there are such. Empty: zones are not used. */
  readonly zone: string;
  /** Which life of the member claims the tokens: of two that claim one token the newer has it. [Cassandra] */
  readonly generation: number;
  readonly tokens: readonly bigint[];
}

/** Keys from `start`, exclusive, to `end`, inclusive; around the end of the ring when `start ≥ end`. */
export interface TokenRange {
  readonly start: bigint;
  readonly end: bigint;
}

/** Immutable. A lookup takes O(log t) for t tokens, and the steps to as many members as are asked for. */
export class TokenRing {
  /** By name. */
  readonly members: readonly RingMember[];
  /** Ascending, each once. */
  readonly #tokens: BigInt64Array;
  /** Index into `members` of who has the token. */
  readonly #owners: Uint32Array;
  readonly #zoneCount: number;

  constructor(members: Iterable<RingMember>) {
    this.members = [...members].sort((a, b) => compareText(a.name, b.name));
    const claimants = new Map<bigint, number>();
    for (const [index, member] of this.members.entries()) {
      for (const token of member.tokens) {
        const held = this.members[claimants.get(token) ?? -1];
        if (held === undefined || member.generation > held.generation) claimants.set(token, index);
      }
    }
    this.#tokens = BigInt64Array.from(claimants.keys()).sort(compareTokens);
    this.#owners = Uint32Array.from(this.#tokens, (token) => claimants.get(token) ?? 0);
    this.#zoneCount = new Set(this.members.filter(hasTokens).map(({ zone }) => zone)).size;
  }

  get tokenCount(): number {
    return this.#tokens.length;
  }

  /** Up to `count` distinct members, the first of them the owner. The same wherever the ring is the same. */
  ownersOf(key: string | Uint8Array, count: number): string[] {
    return this.ownersOfToken(murmur3Token(typeof key === 'string' ? utf8Bytes(key) : key), count);
  }

  ownersOfToken(token: bigint, count: number): string[] {
    return this.#namesFrom(this.#indexFrom(token), count);
  }

  /** Every token with the member that has it, in the order of the ring. */
  *entries(): Generator<{ readonly token: bigint; readonly name: string }> {
    for (const [index, token] of this.#tokens.entries()) yield { token, name: this.#nameAt(index) };
  }

  /** Every range once, with its owners, in the order of the ring; neighbours may have the same owners. */
  *ranges(count: number): Generator<{ readonly range: TokenRange; readonly owners: readonly string[] }> {
    let start = this.#tokens.at(-1);
    for (const [index, end] of this.#tokens.entries()) {
      yield { range: { start: start ?? end, end }, owners: this.#namesFrom(index, count) };
      start = end;
    }
  }

  /** The first members from a place on: first one of each zone, then whoever was passed over, in the same order. */
  #namesFrom(start: number, count: number): string[] {
    const countMax = Math.min(count, this.members.length);
    const names: string[] = [];
    const passed: string[] = [];
    const seen = new Set<number>();
    const zones = new Set<string>();
    for (let step = 0; step < this.#tokens.length && names.length < countMax; step++) {
      const owner = this.#owners[(start + step) % this.#tokens.length] ?? 0;
      if (seen.has(owner)) continue;
      seen.add(owner);
      const { name = '', zone = '' } = this.members[owner] ?? {};
      if (!zones.has(zone)) names.push(name);
      else passed.push(name);
      zones.add(zone);
      // All zones have one: nobody who comes now goes before those who were passed over.
      if (zones.size === this.#zoneCount && names.length + passed.length >= countMax) break;
    }
    return [...names, ...passed].slice(0, Math.max(0, countMax));
  }

  #nameAt(index: number): string {
    return this.members[this.#owners[index] ?? -1]?.name ?? '';
  }

  /** Index of the first token that is not before `token`; that behind the last one stands for the first. */
  #indexFrom(token: bigint): number {
    let low = 0;
    let high = this.#tokens.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#tokens[middle] ?? 0n) < token) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function hasTokens({ tokens }: RingMember): boolean {
  return tokens.length > 0;
}

function compareTokens(a: bigint, b: bigint): number {
  return a < b ? -1 : Number(a > b);
}

/** Order of UTF-16 code units: the same on every machine. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
