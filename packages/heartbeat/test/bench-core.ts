/** One core with a clock of its own, whose timers fire when they are due. */
import { type Core, RecordingOutbox } from '@hearsay/core';

/** The members of a union that can be of this type. */
type Kind<U extends { readonly type: string }, T extends U['type']> = U extends unknown
  ? T extends U['type']
    ? U & { readonly type: T }
    : never
  : never;

interface Pending<T> {
  readonly atMs: number;
  readonly timer: T;
}

export class BenchCore<C, M extends { readonly type: string }, T, E extends { readonly type: string }> {
  readonly core: Core<C, M, T, E>;
  readonly out = new RecordingOutbox<M, T, E>();
  nowMs = 0;
  #pending: Pending<T>[] = [];

  constructor(core: Core<C, M, T, E>) {
    this.core = core;
  }

  command(command: C): void {
    this.core.step({ kind: 'command', command }, this.nowMs, this.out);
    this.#collect();
  }

  hear(from: string, message: M): void {
    this.core.step({ kind: 'message', from, message }, this.nowMs, this.out);
    this.#collect();
  }

  /** Fires what is due until then, on time. */
  runTo(untilMs: number): void {
    for (let next = this.#pending[0]; next !== undefined && next.atMs <= untilMs; next = this.#pending[0]) {
      this.#pending.shift();
      this.nowMs = Math.max(this.nowMs, next.atMs);
      this.#fire(next.timer);
    }
    this.nowMs = untilMs;
  }

  run(durationMs: number): void {
    this.runTo(this.nowMs + durationMs);
  }

  /** Nothing fires until then; what is overdue fires late. */
  standStill(durationMs: number): void {
    this.nowMs += durationMs;
    const due = this.#pending.filter(({ atMs }) => atMs <= this.nowMs);
    this.#pending = this.#pending.filter(({ atMs }) => atMs > this.nowMs);
    for (const { timer } of due) this.#fire(timer);
  }

  sent<K extends M['type']>(type: K): { to: string; via: string; message: Kind<M, K> }[] {
    return this.out.sends.flatMap(({ to, via, message }) =>
      message.type === type ? [{ to, via, message: message as Kind<M, K> }] : [],
    );
  }

  told<K extends E['type']>(type: K): Kind<E, K>[] {
    return this.out.events.filter((event): event is Kind<E, K> => event.type === type);
  }

  #fire(timer: T): void {
    this.core.step({ kind: 'timer', timer }, this.nowMs, this.out);
    this.#collect();
  }

  #collect(): void {
    for (const { timer, delayMs } of this.out.timers.splice(0))
      this.#pending.push({ atMs: this.nowMs + delayMs, timer });
    this.#pending.sort((a, b) => a.atMs - b.atMs);
  }
}
