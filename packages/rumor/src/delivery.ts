/** When the owner is told of a rumor: at once, or in the order in which its origin published. */
import type { Outbox } from '@hearsay/core';
import { RELEASES_PER_HOLD, type RumorConfig } from './config.ts';
import type { RumorEvent, RumorMessage, RumorTimer } from './messages.ts';
import { OriginOrder } from './origin-order.ts';
import type { SeenLife } from './seen-note.ts';

export type Learned = Extract<RumorEvent, { readonly type: 'rumor-learned' }>;
type RumorOutbox = Outbox<RumorMessage, RumorTimer, RumorEvent>;

/** Bounded by what `OriginOrder` holds. */
export class Delivery {
  readonly #config: Readonly<RumorConfig>;
  /** Only where the order matters. */
  readonly #order: OriginOrder<Learned> | undefined;
  /** Holds while a `release` is scheduled: at most one is. */
  #isReleasePending = false;

  /** @param seen lives of which an earlier life of this process has heard: their order goes on. */
  constructor(config: Readonly<RumorConfig>, seen: Iterable<SeenLife>) {
    this.#config = config;
    this.#order = config.deliveryOrder === 'fifo' ? new OriginOrder(config) : undefined;
    if (this.#order !== undefined) for (const life of seen) this.#order.resume(life);
  }

  /** Rumors not delivered because their place in the order was given up, since the start. */
  get skippedCount(): number {
    return this.#order?.skippedCount ?? 0;
  }

  /** At once, or when the rumors of its origin before it have come. Our own are in order. */
  deliver(learned: Learned, nowMs: number, out: RumorOutbox): void {
    if (this.#order === undefined || learned.from === undefined) return out.notify(learned);
    for (const event of this.#order.offer(learned.rumor.id, learned, nowMs)) out.notify(event);
    this.#scheduleRelease(out);
  }

  onRelease(nowMs: number, out: RumorOutbox): void {
    this.#isReleasePending = false;
    for (const event of this.#order?.release(nowMs) ?? []) out.notify(event);
    this.#scheduleRelease(out);
  }

  #scheduleRelease(out: RumorOutbox): void {
    if (this.#isReleasePending || this.#order === undefined || this.#order.heldCount === 0) return;
    this.#isReleasePending = true;
    out.schedule({ type: 'release' }, this.#config.holdMsMax / RELEASES_PER_HOLD);
  }
}
