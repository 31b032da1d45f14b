/** What happens in a simulated world: something arrives at a node, or a part of the scenario takes place. */
import type { NodeId } from '@hearsay/core';
import type { Letter } from './post.ts';

/** A message that gets to its receiver. */
export interface LetterArrival<M> {
  readonly kind: 'letter';
  readonly letter: Letter<M>;
  /** The life of the receiver that it is for: a stream ends with the process, a packet (0) finds the next one. */
  readonly life: number;
  /** The connection that it travels by, see `Streams`; 0 for a packet. */
  readonly connection: number;
}

/** A timer of one life of a node. */
export interface TimerArrival<T> {
  readonly kind: 'timer';
  readonly id: NodeId;
  readonly life: number;
  readonly timer: T;
}

/** A command for a node. */
export interface CommandArrival<C> {
  readonly kind: 'command';
  readonly id: NodeId;
  readonly command: C;
}

/** A part of the scenario, told in advance. */
export interface ActionArrival {
  readonly kind: 'action';
  readonly action: () => void;
}

/** A node whose I/O was blocked has come to the next message that waited. */
export interface TurnArrival {
  readonly kind: 'turn';
  readonly id: NodeId;
  readonly life: number;
  /** See `IoGate.announceTurn`. */
  readonly turn: number;
}

/** What can happen to a node. */
export type NodeArrival<C, M, T> = LetterArrival<M> | TimerArrival<T> | CommandArrival<C>;
/** What the event queue holds. */
export type Arrival<M, T> = LetterArrival<M> | TimerArrival<T> | TurnArrival | ActionArrival;
