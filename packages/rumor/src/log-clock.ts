/** The moments of wall time at which the log takes up what is due, and at which everybody forgets what is over. */
import type { Outbox } from '@hearsay/core';
import type { RumorEvent, RumorMessage, RumorTimer } from './messages.ts';
import type { RumorMemory } from './rumor-memory.ts';

type RumorOutbox = Outbox<RumorMessage, RumorTimer, RumorEvent>;

/** One timer of each kind at most, and one as long as there is anything for it to do. */
export class LogClock {
  readonly #memory: RumorMemory;
  #isExpirePending = false;
  #isOfferPending = false;

  constructor(memory: RumorMemory) {
    this.#memory = memory;
  }

  /** To be called when anything was remembered. */
  schedule(nowMs: number, out: RumorOutbox): void {
    if (!this.#isExpirePending && this.#memory.isPerishable) {
      this.#isExpirePending = true;
      out.schedule({ type: 'expire' }, this.#memory.msToExpire(nowMs));
    }
    if (this.#isOfferPending || this.#memory.log.waitingCount === 0) return;
    this.#isOfferPending = true;
    out.schedule({ type: 'offer' }, this.#memory.msToOffer(nowMs));
  }

  onExpire(nowMs: number, out: RumorOutbox): void {
    this.#isExpirePending = false;
    this.#memory.expire(nowMs);
    this.schedule(nowMs, out);
  }

  onOffer(nowMs: number, out: RumorOutbox): void {
    this.#isOfferPending = false;
    this.#memory.offerDue(nowMs);
    this.schedule(nowMs, out);
  }
}
