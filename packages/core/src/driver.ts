/**
 * Runs one core in an environment. The driver of the real runtime and of the simulator is this same class, so the
 * code under test is the code that ships.
 */
import type { Core, Input, Outbox, Via } from './envelope.ts';
import type { NodeId } from './identity.ts';

/** What a driver needs from the world. The runtime and the simulator each have one. */
export interface Env<M, T, E> {
  /** Monotonic milliseconds. */
  nowMs(): number;
  send(to: NodeId, message: M, via: Via): void;
  /** Calls `deliver` of the driver with `timer` after `delayMs`. */
  schedule(timer: T, delayMs: number): void;
  notify(event: E): void;
}

type Effect<M, T, E> =
  | { readonly kind: 'send'; readonly to: NodeId; readonly message: M; readonly via: Via }
  | { readonly kind: 'schedule'; readonly timer: T; readonly delayMs: number }
  | { readonly kind: 'notify'; readonly event: E };

/**
 * Feeds inputs to a core one at a time and performs the outputs in the order in which the core asked for them.
 * An input that arrives while another is being handled (an event handler that issues a command) waits its turn.
 */
export class Driver<C, M, T, E> {
  readonly #core: Core<C, M, T, E>;
  readonly #env: Env<M, T, E>;
  readonly #waiting: Input<C, M, T>[] = [];
  readonly #effects: Effect<M, T, E>[] = [];
  readonly #outbox: Outbox<M, T, E> = {
    send: (to, message, via = 'packet') => this.#effects.push({ kind: 'send', to, message, via }),
    schedule: (timer, delayMs) => this.#effects.push({ kind: 'schedule', timer, delayMs }),
    notify: (event) => this.#effects.push({ kind: 'notify', event }),
  };
  #isRunning = false;

  constructor(core: Core<C, M, T, E>, env: Env<M, T, E>) {
    this.#core = core;
    this.#env = env;
  }

  /** Hands one input to the core, with all that follows from it. */
  deliver(input: Input<C, M, T>): void {
    this.#waiting.push(input);
    if (this.#isRunning) return;
    this.#isRunning = true;
    try {
      this.#drain();
    } finally {
      this.#isRunning = false;
    }
  }

  command(command: C): void {
    this.deliver({ kind: 'command', command });
  }

  message(from: NodeId, message: M): void {
    this.deliver({ kind: 'message', from, message });
  }

  timer(timer: T): void {
    this.deliver({ kind: 'timer', timer });
  }

  #drain(): void {
    for (let input = this.#waiting.shift(); input !== undefined; input = this.#waiting.shift()) {
      this.#core.step(input, this.#env.nowMs(), this.#outbox);
      this.#performAll();
    }
  }

  /** No step runs meanwhile, so nothing is added. What comes after one that throws is lost. */
  #performAll(): void {
    try {
      for (const effect of this.#effects) this.#perform(effect);
    } finally {
      this.#effects.length = 0;
    }
  }

  #perform(effect: Effect<M, T, E>): void {
    switch (effect.kind) {
      case 'send':
        return this.#env.send(effect.to, effect.message, effect.via);
      case 'schedule':
        return this.#env.schedule(effect.timer, effect.delayMs);
      case 'notify':
        return this.#env.notify(effect.event);
    }
  }
}
