/** The real environment of one core: the clock, timers and transport of this process. */
import type { Endpoint, Env, NodeId, Via } from '@hearsay/core';
import { monotonicNowMs } from './clock.ts';
import { TimerSet } from './timer-set.ts';
import type { Receive, Transport } from './transport.ts';

/** What the bytes of a peer said. */
export interface Decoded<M> {
  /** Who the core is told it came from: a name, or the endpoint of a node without one. */
  readonly from: NodeId;
  readonly message: M;
}

/** The side of a `Driver` that the environment feeds. */
export interface InputSink<M, T> {
  message(from: NodeId, message: M): void;
  timer(timer: T): void;
}

/** What the environment needs to know about the messages and events of a core. */
export interface RuntimeEnvOptions<M, E> {
  /** Turns a message into bytes that nobody changes afterwards. May throw: the message is then lost and counted. */
  readonly encode: (message: M, to: NodeId, via: Via) => Uint8Array;
  /** Turns a peer's bytes into a message, or `undefined` when they say nothing; that is counted. Must not throw. */
  readonly decode: (bytes: Uint8Array, from: Endpoint, via: Via) => Decoded<M> | undefined;
  /** Told of every event, in the middle of the step's effects: commands issued here wait their turn. */
  readonly notify: (event: E) => void;
  /** Where a node is. `undefined` loses the message, counted. Default: ids are endpoints. */
  readonly endpointOf?: (to: NodeId) => Endpoint | undefined;
  /** Told of messages that could not be encoded or sent. Default: nobody. */
  readonly onError?: (error: Error) => void;
}

/** Totals since the start. */
export interface RuntimeCounters {
  /** Messages that could not be encoded, or that the transport refused. */
  readonly sendFailedCount: number;
  /** Messages to ids without an endpoint. */
  readonly unaddressedCount: number;
  /** Packets and frames that said nothing to `decode`. */
  readonly undecodedCount: number;
  /** Messages and timers before `start` and after `stop`. */
  readonly idleDropCount: number;
}

/**
 * new --start--> running --stop--> stopped. Before and after, whatever is asked for is dropped and counted.
 *
 * `const env = new RuntimeEnv(…)`, `const transport = await openTransport({ bind, onReceive: env.receive })`,
 * `const driver = new Driver(core, env)`, `env.start(driver, transport)`.
 */
export class RuntimeEnv<M, T, E> implements Env<M, T, E> {
  readonly #options: RuntimeEnvOptions<M, E>;
  readonly #timers = new TimerSet<T>((timer) => this.#sink?.timer(timer));
  #sink: InputSink<M, T> | undefined;
  #transport: Pick<Transport, 'sendPacket' | 'sendFrame'> | undefined;
  #sendFailedCount = 0;
  #unaddressedCount = 0;
  #undecodedCount = 0;
  #idleDropCount = 0;

  constructor(options: RuntimeEnvOptions<M, E>) {
    this.#options = options;
  }

  /** Hands a transport's bytes to the core. It is bound: give it as `onReceive`. */
  readonly receive: Receive = (from, bytes, via) => {
    if (this.#sink === undefined) return this.#dropIdle();
    const decoded = this.#options.decode(bytes, from, via);
    if (decoded === undefined) this.#undecodedCount += 1;
    else this.#sink.message(decoded.from, decoded.message);
  };

  /** Connects the core's driver and the transport. The transport stays its owner's to close. */
  start(sink: InputSink<M, T>, transport: Pick<Transport, 'sendPacket' | 'sendFrame'>): void {
    this.#sink = sink;
    this.#transport = transport;
  }

  /** Clears all timers, so that the process can end, and lets nothing in or out any more. Idempotent. */
  stop(): void {
    this.#timers.clear();
    this.#sink = undefined;
    this.#transport = undefined;
  }

  nowMs(): number {
    return monotonicNowMs();
  }

  send(to: NodeId, message: M, via: Via): void {
    if (this.#transport === undefined) return this.#dropIdle();
    const { encode, endpointOf } = this.#options;
    const endpoint = endpointOf === undefined ? to : endpointOf(to);
    if (endpoint === undefined) {
      this.#unaddressedCount += 1;
      return;
    }
    try {
      const bytes = encode(message, to, via);
      if (via === 'packet') this.#transport.sendPacket(endpoint, bytes);
      else this.#transport.sendFrame(endpoint, bytes);
    } catch (error) {
      this.#onSendFailure(error);
    }
  }

  schedule(timer: T, delayMs: number): void {
    if (this.#sink === undefined) return this.#dropIdle();
    this.#timers.schedule(delayMs, timer);
  }

  notify(event: E): void {
    this.#options.notify(event);
  }

  /** Timers that have not fired. */
  get pendingTimerCount(): number {
    return this.#timers.size;
  }

  /** How late the last timer fired, in ms: the lag of the event loop. Up to about 1 is normal. */
  get latenessMs(): number {
    return this.#timers.latenessMs;
  }

  /** How late a timer fired at most in the last 10 to 20 seconds, in ms. Above a probe's timeout, probes fail. */
  get peakLatenessMs(): number {
    return this.#timers.peakLatenessMs;
  }

  /** A copy of the counters. */
  counters(): RuntimeCounters {
    return {
      sendFailedCount: this.#sendFailedCount,
      unaddressedCount: this.#unaddressedCount,
      undecodedCount: this.#undecodedCount,
      idleDropCount: this.#idleDropCount,
    };
  }

  #onSendFailure(error: unknown): void {
    this.#sendFailedCount += 1;
    this.#options.onError?.(
      error instanceof Error ? error : new Error('a message could not be sent', { cause: error }),
    );
  }

  #dropIdle(): void {
    this.#idleDropCount += 1;
  }
}
