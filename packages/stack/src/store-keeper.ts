/** What the stack does for its store, besides anti-entropy: writes of the owner, records of peers, and their ends. */
import type { NodeId, Outbox, WallClock } from '@hearsay/core';
import type { Store, StoreRecord } from '@hearsay/store';
import type { StackLimits } from './config.ts';
import type { StackCommand, StackEvent, StackTimer } from './envelope.ts';
import type { Packet } from './messages.ts';

type StackOutbox = Outbox<Packet, StackTimer, StackEvent>;
type StoreCommand = Extract<StackCommand, { readonly type: 'store-set' | 'store-delete' | 'store-lose' }>;

const TICK: StackTimer = Object.freeze({ protocol: 'store-keeper', timer: Object.freeze({ type: 'tick' }) });

/** One per stack. Holds no records itself. */
export class StoreKeeper {
  readonly #limits: StackLimits;
  readonly #store: Store;
  readonly #wallClock: WallClock;

  constructor(deps: { limits: StackLimits; store: Store; wallClock: WallClock }) {
    this.#limits = deps.limits;
    this.#store = deps.store;
    this.#wallClock = deps.wallClock;
  }

  start(out: StackOutbox): void {
    out.schedule(TICK, this.#limits.storeTickMs);
  }

  onCommand(command: StoreCommand, nowMs: number, out: StackOutbox): void {
    if (command.type === 'store-lose') return this.#store.lose(command.key);
    const record = this.#written(command, this.#wallClock.at(nowMs));
    if (record !== undefined) out.notify({ type: 'store-changed', record, from: undefined });
  }

  /** Records found by anti-entropy. */
  onRecords(records: readonly StoreRecord[], from: NodeId, nowMs: number, out: StackOutbox): void {
    const wallMs = this.#wallClock.at(nowMs);
    for (const record of records) {
      const outcome = this.#store.merge(record, wallMs);
      if (outcome.kind === 'accepted') out.notify({ type: 'store-changed', record, from });
      if (outcome.kind === 'refused') {
        out.notify({ type: 'record-refused', key: record.key, reason: outcome.reason, from });
      }
    }
  }

  onTick(nowMs: number, out: StackOutbox): void {
    const { expiredCountMax, storeTickMs } = this.#limits;
    const ended = this.#store.expire(this.#wallClock.at(nowMs), expiredCountMax);
    for (const record of ended) out.notify({ type: 'store-expired', record });
    out.schedule(TICK, ended.length < expiredCountMax ? storeTickMs : 0);
  }

  #written(command: Exclude<StoreCommand, { readonly type: 'store-lose' }>, wallMs: number): StoreRecord | undefined {
    if (command.type === 'store-delete') return this.#store.delete(command.key, wallMs);
    const { key, value, ttlMs } = command;
    return this.#store.set(key, value, wallMs, ttlMs === undefined ? undefined : wallMs + ttlMs);
  }
}
