/**
 * A write that a node has acknowledged is in its store, or a later one is, for as long as the node keeps its memory. In
 * the end every node has it, and nobody has what nobody wrote.
 */

import type { StackEvent } from '@hearsay/stack';
import { compareRecords, type StoreRecord } from '@hearsay/store';
import { type Change, type ClusterChecker, type Life, must } from '../cluster-history.ts';
import { Digest } from '../digest.ts';
import { contentOf, recordText } from './record-order.ts';

export class AcknowledgedWrites implements ClusterChecker {
  readonly name = 'no acknowledged write is lost';
  checkedCount = 0;
  readonly #lives: () => readonly Life[];
  readonly #latestWallMs: () => number;
  readonly #written = new Set<string>();
  readonly #own = new WeakMap<Life, Map<string, StoreRecord>>();

  /**
   * @param lives those that go on at the end, and have converged.
   * @param latestWallMs what the wall clock shows that is furthest ahead.
   */
  constructor(lives: () => readonly Life[], latestWallMs: () => number) {
    this.#lives = lives;
    this.#latestWallMs = latestWallMs;
  }

  onLife(life: Life): void {
    this.#own.set(life, new Map());
  }

  /** Only what has ended may be dropped, and what it had replaced is gone with it. */
  onRecord({ at, key, before, after }: Change<StoreRecord>): void {
    if (before === undefined || after !== undefined) return;
    must(this, this.#hasEnded(before), () => `${at.name} dropped ${recordText(before)}`);
    this.#own.get(at)?.delete(key);
  }

  onEvent(life: Life, event: StackEvent): void {
    if (event.type !== 'store-changed') return;
    const { record, from } = event;
    if (from === undefined) {
      this.#written.add(identityOf(record));
      this.#own.get(life)?.set(record.key, record);
    }
    this.checkedCount += 1;
    must(
      this,
      this.#written.has(identityOf(record)),
      () => `${life.name} holds what nobody wrote: ${recordText(record)}`,
    );
  }

  onStep(life: Life): void {
    for (const [key, record] of this.#own.get(life) ?? []) {
      const held = life.core.store.get(key);
      if (held !== record) this.#check(life, record, held);
    }
  }

  onEnd(): void {
    const lives = this.#lives();
    for (const { records } of lives) {
      for (const record of records.values()) {
        for (const life of lives) this.#check(life, record, life.core.store.get(record.key));
      }
    }
  }

  /** By the clock that is furthest ahead. */
  #hasEnded({ kind, expiresAtMs }: StoreRecord): boolean {
    return kind === 'delete' || (expiresAtMs !== undefined && expiresAtMs <= this.#latestWallMs());
  }

  #check(life: Life, record: StoreRecord, held: StoreRecord | undefined): void {
    if (held === undefined && this.#hasEnded(record)) return;
    must(
      this,
      held !== undefined && compareRecords(held, record) >= 0,
      () => `${life.name} lacks ${recordText(record)}, it holds ${held && recordText(held)}`,
    );
  }
}

function identityOf(record: StoreRecord): string {
  const digest = new Digest();
  digest.value(contentOf(record));
  return digest.hex;
}
