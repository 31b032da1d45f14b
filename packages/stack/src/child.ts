/** One protocol inside the stack: takes inputs, and wraps what it asks for into the stack's own types. */
import type { Core, Input, NodeId, Outbox, Via } from '@hearsay/core';
import type { StackEvent, StackTimer } from './envelope.ts';
import type { Packet } from './messages.ts';

type StackOutbox = Outbox<Packet, StackTimer, StackEvent>;

/** Where a child's outputs go. */
export interface ChildLinks<M, T, E> {
  /** To the composer: leaves when the stack's step ends. */
  send(to: NodeId, message: M, via: Via): void;
  wrapTimer(timer: T): StackTimer;
  /** To the siblings and the owner, after the child's step has returned. */
  route(event: E): void;
}

/** Runs one core as a part of the stack. */
export class Child<C, M, T, E> {
  readonly #core: Core<C, M, T, E>;
  readonly #links: ChildLinks<M, T, E>;

  constructor(core: Core<C, M, T, E>, links: ChildLinks<M, T, E>) {
    this.#core = core;
    this.#links = links;
  }

  command(command: C, nowMs: number, out: StackOutbox): void {
    this.#step({ kind: 'command', command }, nowMs, out);
  }

  message(from: NodeId, message: M, nowMs: number, out: StackOutbox): void {
    this.#step({ kind: 'message', from, message }, nowMs, out);
  }

  timer(timer: T, nowMs: number, out: StackOutbox): void {
    this.#step({ kind: 'timer', timer }, nowMs, out);
  }

  #step(input: Input<C, M, T>, nowMs: number, out: StackOutbox): void {
    const { send, wrapTimer, route } = this.#links;
    this.#core.step(input, nowMs, {
      send: (to, message, via = 'packet') => send(to, message, via),
      schedule: (timer, delayMs) => out.schedule(wrapTimer(timer), delayMs),
      notify: (event) => route(event),
    });
  }
}
