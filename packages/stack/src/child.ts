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
  readonly #outbox: ChildOutbox<M, T, E>;

  constructor(core: Core<C, M, T, E>, links: ChildLinks<M, T, E>) {
    this.#core = core;
    this.#outbox = new ChildOutbox(links);
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
    this.#outbox.owner = out;
    this.#core.step(input, nowMs, this.#outbox);
  }
}

/** One for all steps of a child: they never overlap, because its events wait until its step has returned. */
class ChildOutbox<M, T, E> implements Outbox<M, T, E> {
  readonly #links: ChildLinks<M, T, E>;
  /** Of the step that is going on. */
  owner: StackOutbox | undefined;

  constructor(links: ChildLinks<M, T, E>) {
    this.#links = links;
  }

  send(to: NodeId, message: M, via: Via = 'packet'): void {
    this.#links.send(to, message, via);
  }

  schedule(timer: T, delayMs: number): void {
    this.owner?.schedule(this.#links.wrapTimer(timer), delayMs);
  }

  notify(event: E): void {
    this.#links.route(event);
  }
}
