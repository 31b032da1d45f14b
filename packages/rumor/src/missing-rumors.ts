/**
 * Rumors that neighbors have announced and that have not come: asked for when they are late. [Plumtree §3]
 *
 *   announced --> missing --time--> asked of the first who announced it --time--> of the next ... --> left to the log
 *                    `--it comes, by whatever way--> done
 */
import type { NodeId } from '@hearsay/core';
import { formatRumorId, type RumorId } from './rumor.ts';
import { NEIGHBORS_PER_RING, type TreeConfig } from './tree-config.ts';

interface Missing {
  readonly id: RumorId;
  /** Those who have announced it, the next to be asked first. */
  readonly providers: NodeId[];
  attempt: number;
  dueMs: number;
}

/** Bounded by `missingCountMax`; what is beyond is left to the log. */
export class MissingRumors {
  readonly #config: Readonly<TreeConfig>;
  /** The next to be asked for first: all wait for equally long. */
  readonly #missing = new Map<string, Missing>();
  #ignoredCount = 0;
  #givenUpCount = 0;

  constructor(config: Readonly<TreeConfig>) {
    this.#config = config;
  }

  get size(): number {
    return this.#missing.size;
  }

  /** Announcements ignored at `missingCountMax`, since the start. */
  get ignoredCount(): number {
    return this.#ignoredCount;
  }

  /** Rumors that nobody gave, however often those who had announced them were asked, since the start. */
  get givenUpCount(): number {
    return this.#givenUpCount;
  }

  /** When the next is due. */
  get dueMs(): number {
    const next = this.#missing.values().next();
    return next.done === true ? Infinity : next.value.dueMs;
  }

  /** A peer has a rumor that we lack. */
  announce(id: RumorId, from: NodeId, nowMs: number): void {
    const key = formatRumorId(id);
    const known = this.#missing.get(key);
    const { missingCountMax, graftTimeoutMs, treeRingCount } = this.#config;
    if (known !== undefined) {
      const { providers } = known;
      if (providers.length < NEIGHBORS_PER_RING * treeRingCount && !providers.includes(from)) providers.push(from);
    } else if (this.#missing.size >= missingCountMax) {
      this.#ignoredCount += 1;
    } else {
      this.#missing.set(key, { id, providers: [from], attempt: 0, dueMs: nowMs + graftTimeoutMs });
    }
  }

  /** It has come. */
  onLearned(id: RumorId): void {
    if (this.#missing.size > 0) this.#missing.delete(formatRumorId(id));
  }

  /** What is to be asked for now, and of whom. */
  due(nowMs: number): ReadonlyMap<NodeId, readonly RumorId[]> {
    const asked = new Map<NodeId, RumorId[]>();
    for (const [key, missing] of this.#missing) {
      if (missing.dueMs > nowMs) break;
      this.#missing.delete(key);
      const provider = missing.providers.shift();
      if (provider === undefined || missing.attempt >= this.#config.graftAttemptMax) {
        this.#givenUpCount += 1;
        continue;
      }
      missing.attempt += 1;
      // Its turn comes again after all others: the request or the answer may be lost.
      missing.providers.push(provider);
      const ids = asked.get(provider) ?? [];
      asked.set(provider, ids);
      ids.push(missing.id);
      missing.dueMs = nowMs + this.#config.graftTimeoutMs;
      this.#missing.set(key, missing);
    }
    return asked;
  }
}
