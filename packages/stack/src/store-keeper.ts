/** What the stack does for its store, besides anti-entropy: writes of the owner, records of peers, and their ends. */
import type { AntiEntropyEvent } from '@hearsay/anti-entropy';
import type { NodeId, Outbox } from '@hearsay/core';
import type { Store, StoreRecord } from '@hearsay/store';
import { versionOf } from '@hearsay/store';
import type { Composer } from './composer.ts';
import type { StackLimits } from './config.ts';
import type { StackCommand, StackEvent, StackTimer } from './envelope.ts';
import type { Packet } from './messages.ts';
import type { Stability } from './stability.ts';
import type { BuriedMessage, Grave, StabilityMessage } from './stability-messages.ts';

type StackOutbox = Outbox<Packet, StackTimer, StackEvent>;
type StoreCommand = Extract<StackCommand, { readonly type: 'store-set' | 'store-delete' | 'store-lose' }>;

const TICK: StackTimer = Object.freeze({ protocol: 'store-keeper', timer: Object.freeze({ type: 'tick' }) });

/** One per stack. Holds no records itself. */
export class StoreKeeper {
  readonly #limits: StackLimits;
  readonly #store: Store;
  readonly #stability: Stability;
  readonly #composer: Composer;
  /** The wall time of this step. */
  #wallMs = 0;

  constructor(deps: { limits: StackLimits; store: Store; stability: Stability; composer: Composer }) {
    this.#limits = deps.limits;
    this.#store = deps.store;
    this.#stability = deps.stability;
    this.#composer = deps.composer;
  }

  /** To be called first in each step. */
  tell(wallMs: number): void {
    this.#wallMs = wallMs;
    this.#stability.tell(wallMs);
  }

  start(out: StackOutbox): void {
    out.schedule(TICK, this.#limits.storeTickMs);
  }

  onCommand(command: StoreCommand, out: StackOutbox): void {
    if (command.type === 'store-lose') return this.#store.lose(command.key);
    const record = this.#written(command, this.#wallMs);
    if (record !== undefined) out.notify({ type: 'store-changed', record, from: undefined });
  }

  /** What anti-entropy over the store tells. */
  onSync(event: AntiEntropyEvent<StoreRecord>, out: StackOutbox): void {
    if (event.type === 'records-received') this.#onRecords(event, out);
    if (event.type === 'session-ended') this.#stability.onSessionEnded(event);
  }

  /** What a member says about deletions. `digest` is that of the store. */
  onMessage(from: NodeId, message: StabilityMessage | BuriedMessage, digest: string, out: StackOutbox): void {
    const generation = this.#stability.generationOf(from);
    if (generation === undefined) return;
    if (message.type === 'buried') return this.#onBuried(message, from, out);
    const answer = this.#stability.onMessage({ name: from, generation }, message, digest);
    if (answer !== undefined) this.#answer(from, answer);
  }

  onTick(out: StackOutbox): void {
    const { expiredCountMax, storeTickMs } = this.#limits;
    const ended = this.#store.expire(this.#wallMs, expiredCountMax);
    for (const record of ended) out.notify({ type: 'store-expired', record });
    const hasMore = this.#stability.advance() || ended.length === expiredCountMax;
    out.schedule(TICK, hasMore ? 0 : storeTickMs);
  }

  /** Records found by anti-entropy in a session. Who pushes what has ended here is told to drop it. */
  #onRecords(
    { records, from, session }: { records: readonly StoreRecord[]; from: NodeId; session: number },
    out: StackOutbox,
  ): void {
    const graves: Grave[] = [];
    for (const record of records) {
      const outcome = this.#store.merge(record, this.#wallMs);
      if (outcome.kind === 'accepted') out.notify({ type: 'store-changed', record, from });
      if (outcome.kind !== 'refused') continue;
      const { key, stamp, origin } = record;
      out.notify({ type: 'record-refused', key, reason: outcome.reason, from });
      if (outcome.reason === 'buried') graves.push({ key, stamp, origin });
      else this.#stability.spoil(session);
    }
    if (graves.length > 0) this.#answer(from, { type: 'buried', graves });
  }

  /** A member has seen the end of what we have pushed to it. */
  #onBuried({ graves }: BuriedMessage, from: NodeId, out: StackOutbox): void {
    for (const grave of graves) {
      const record = this.#store.bury(grave.key, versionOf(grave));
      if (record !== undefined) out.notify({ type: 'store-buried', record, from });
    }
  }

  #answer(to: NodeId, message: StabilityMessage | BuriedMessage): void {
    this.#composer.add(to, { protocol: 'stability', message }, 'packet');
  }

  #written(command: Exclude<StoreCommand, { readonly type: 'store-lose' }>, wallMs: number): StoreRecord | undefined {
    if (command.type === 'store-delete') return this.#store.delete(command.key, wallMs);
    const { key, value, ttlMs } = command;
    return this.#store.set(key, value, wallMs, ttlMs === undefined ? undefined : wallMs + ttlMs);
  }
}
