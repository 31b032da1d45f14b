/**
 * Two replicas have equal roots exactly when they have equal content. The content is told by a sum of its own, which
 * knows nothing of the tree of digests.
 */
import { BoundedMap } from '@hearsay/core';
import type { Claim } from '@hearsay/membership';
import type { StoreRecord } from '@hearsay/store';
import { type Change, type ClusterChecker, type Life, must } from '../cluster-history.ts';
import { Digest } from '../digest.ts';
import { contentOf } from './record-order.ts';

/** Roots remembered, the latest. Source: guess, more than a run of minutes has. */
const ROOT_COUNT_MAX = 200_000;
const HALF_DIGITS = 8;
const HEX_RADIX = 16;

/** Sums up what a set of records holds. The order does not matter, and what is taken away leaves no trace. */
class ContentSum {
  #low = 0;
  #high = 0;
  #count = 0;

  get text(): string {
    return `${this.#low} ${this.#high} ${this.#count}`;
  }

  add(record: unknown, sign: 1 | -1): void {
    const digest = new Digest();
    digest.value(record);
    const { hex } = digest;
    this.#low = (this.#low + sign * Number.parseInt(hex.slice(0, HALF_DIGITS), HEX_RADIX)) | 0;
    this.#high = (this.#high + sign * Number.parseInt(hex.slice(HALF_DIGITS), HEX_RADIX)) | 0;
    this.#count += sign;
  }
}

/** What each root was seen to stand for, and each content to have as its root. */
class Pairs {
  readonly #contents = new BoundedMap<string, string>(ROOT_COUNT_MAX);
  readonly #roots = new BoundedMap<string, string>(ROOT_COUNT_MAX);

  /** What contradicts the pair, or `undefined`. */
  contradiction(root: string, content: string): string | undefined {
    const heldContent = this.#contents.get(root);
    const heldRoot = this.#roots.get(content);
    if (heldContent === undefined) this.#contents.set(root, content);
    if (heldRoot === undefined) this.#roots.set(content, root);
    if (heldContent !== undefined && heldContent !== content) return `root ${root} of two contents`;
    return heldRoot !== undefined && heldRoot !== root ? `equal content, roots ${heldRoot} and ${root}` : undefined;
  }
}

interface Sums {
  readonly members: ContentSum;
  readonly store: ContentSum;
}

export class EqualRoots implements ClusterChecker {
  readonly name = 'equal roots exactly for equal content';
  checkedCount = 0;
  readonly #sums = new WeakMap<Life, Sums>();
  readonly #changed = new Set<Life>();
  readonly #members = new Pairs();
  readonly #store = new Pairs();

  onLife(life: Life): void {
    this.#sums.set(life, { members: new ContentSum(), store: new ContentSum() });
  }

  onClaim({ at, before, after }: Change<Claim>): void {
    const sum = this.#sums.get(at)?.members;
    if (before !== undefined) sum?.add(orderedPart(before), -1);
    if (after !== undefined) sum?.add(orderedPart(after), 1);
    this.#changed.add(at);
  }

  onRecord({ at, before, after }: Change<StoreRecord>): void {
    const sum = this.#sums.get(at)?.store;
    if (before !== undefined) sum?.add(contentOf(before), -1);
    if (after !== undefined) sum?.add(contentOf(after), 1);
    this.#changed.add(at);
  }

  onStep(life: Life): void {
    if (!this.#changed.delete(life)) return;
    const sums = this.#sums.get(life);
    if (sums === undefined) return;
    const { members, store } = life.core.digests;
    this.checkedCount += 1;
    const found =
      this.#members.contradiction(members, sums.members.text) ?? this.#store.contradiction(store, sums.store.text);
    must(this, found === undefined, () => `${life.name}: ${found}`);
  }
}

/** What takes part in the order of claims: evidence does not, so it is in no root. */
function orderedPart({ name, address, generation, incarnation, status, zone, tagsDigest }: Claim): unknown {
  return [name, address, generation, incarnation, status, zone, tagsDigest];
}
