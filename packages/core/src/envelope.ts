/**
 * The envelope of every protocol: three inputs, four outputs, no I/O.
 *
 *   command | message | timer  --step-->  send* schedule* notify*
 *
 * A core reads no clock, rolls no dice but its own `Rng`, opens no socket and knows no `Promise`, so a list of
 * (input, nowMs) is a complete recording of it: feed the list again and the same outputs come out.
 */
import type { NodeId } from './identity.ts';

/** What a core may learn: a command from its owner, a message from a peer, a timer of its own. */
export type Input<C, M, T> =
  | { readonly kind: 'command'; readonly command: C }
  | { readonly kind: 'message'; readonly from: NodeId; readonly message: M }
  | { readonly kind: 'timer'; readonly timer: T };

/** How a message travels: one datagram, or an ordered reliable stream for what is large or must arrive. */
export type Via = 'packet' | 'stream';

/** All that a core may ask for. Calls are recorded in order and never re-enter the core. */
export interface Outbox<M, T, E> {
  /** Sends to one peer. Delivery is not promised. `via` defaults to `packet`. */
  send(to: NodeId, message: M, via?: Via): void;
  /**
   * Asks for `timer` back after `delayMs` milliseconds (0 or more). Timers are values and are never cancelled: a
   * timer carries what shows that it is stale. Late is allowed, lost is not.
   */
  schedule(timer: T, delayMs: number): void;
  /** Tells the owner that something happened. */
  notify(event: E): void;
}

/** A protocol without I/O. Same inputs, same outputs: a trace of (input, nowMs) is a full replay. */
export interface Core<C, M, T, E> {
  /**
   * Handles one input. `nowMs` is monotonic and only ever compared with itself. Nothing that a peer can put into a
   * message makes it throw; a throw is a programmer error and leaves the core unusable.
   */
  step(input: Input<C, M, T>, nowMs: number, out: Outbox<M, T, E>): void;
  /**
   * News that may ride on a packet which leaves for `to` anyway, in at most `budgetBytes` encoded bytes, or
   * `undefined` when there is none. Every call counts as one transmission of what it returns, so call it only for a
   * packet that is then sent. [SWIM §4.1]
   */
  piggyback?(to: NodeId, budgetBytes: number): M | undefined;
}

/** Encoded size in bytes that a value adds to a packet, its framing included. Pure and deterministic. */
export type SizeOf<V> = (value: V) => number;
