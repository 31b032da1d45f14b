/**
 * A write that a node has acknowledged is in its store, or a later one is, for as long as the node keeps its memory. In
 * the end every node has it, and nobody has what nobody wrote.
 */

import type { StackEvent } from '@hearsay/stack';
import { compareRecords, type StoreRecord } from '@hearsay/store';
import { type ClusterChecker, type Life, must } from '../cluster-history.ts';
import { Digest } from '../digest.ts';
import { recordText } from './record-order.ts';

export class AcknowledgedWrites implements ClusterChecker {
  readonly name = 'no acknowledged write is lost';
  checkedCount = 0;
  readonly #lives: () => readonly Life[];
  readonly #written = new Set<string>();
  readonly #own = new WeakMap<Life, Map<string, StoreRecord>>();

  /** @param lives those that go on at the end, and have converged. */
  constructor(lives: () => readonly Life[]) {
    this.#lives = lives;
  }

  onLife(life: Life): void {
    this.#own.set(life, new Map());
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

  #check(life: Life, record: StoreRecord, held: StoreRecord | undefined): void {
    must(
      this,
      held !== undefined && compareRecords(held, record) >= 0,
      () => `${life.name} lacks ${recordText(record)}, it holds ${held && recordText(held)}`,
    );
  }
}

function identityOf(record: StoreRecord): string {
  const digest = new Digest();
  digest.value([record.key, record.stamp, record.origin, record.kind, record.value]);
  return digest.hex;
}
