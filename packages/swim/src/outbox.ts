/** What the parts of the detector write their wishes into. */
import type { NodeId, Outbox, Via } from '@hearsay/core';
import type { SwimAlarm, SwimEvent, SwimMessage, SwimTimer } from './messages.ts';

/** The parts set alarms; when each is due is added below. */
export type SwimOutbox = Outbox<SwimMessage, SwimAlarm, SwimEvent>;

/** Writes into the owner's outbox, and notes on every timer when it is due. */
export class DueOutbox implements SwimOutbox {
  readonly #out: Outbox<SwimMessage, SwimTimer, SwimEvent>;
  readonly #nowMs: number;

  constructor(out: Outbox<SwimMessage, SwimTimer, SwimEvent>, nowMs: number) {
    this.#out = out;
    this.#nowMs = nowMs;
  }

  send(to: NodeId, message: SwimMessage, via?: Via): void {
    this.#out.send(to, message, via);
  }

  schedule(alarm: SwimAlarm, delayMs: number): void {
    this.#out.schedule({ ...alarm, dueMs: this.#nowMs + delayMs }, delayMs);
  }

  notify(event: SwimEvent): void {
    this.#out.notify(event);
  }
}
