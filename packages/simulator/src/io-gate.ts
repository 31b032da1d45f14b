/**
 * The door between a node and the network. While it is shut the node goes on and its timers fire, but what it sends
 * waits inside and what arrives waits outside, both in order: the anomaly of [Lifeguard].
 *
 *   open --shut--> shut --open--> what was sent leaves at once; what arrived is handled one at a time, and what arrives
 *                                 meanwhile comes after it
 */
import type { NodeId, Via } from '@hearsay/core';
import type { LetterArrival, TimerArrival } from './arrival.ts';

/** A message that a node wanted to send. */
export interface HeldSend<M> {
  readonly to: NodeId;
  readonly message: M;
  readonly via: Via;
}

/** What waited inside of a gate. */
export interface Held<M, T> {
  readonly sends: readonly HeldSend<M>[];
  /** In the order in which they were due. */
  readonly timers: readonly TimerArrival<T>[];
}

/** See the file's first lines. */
export class IoGate<M, T> {
  #isShut = false;
  #msPerMessage = 0;
  #turnCount = 0;
  #sends: HeldSend<M>[] = [];
  /** At most as many as `holdLetter` was told. */
  readonly #letters: LetterArrival<M>[] = [];
  #timers: TimerArrival<T>[] = [];
  readonly #stuckThreads = new Set<string>();

  get isShut(): boolean {
    return this.#isShut;
  }

  /** Whether an arriving message has to wait: for the gate, or for those before it. */
  get holdsLetters(): boolean {
    return this.#isShut || this.#letters.length > 0;
  }

  /** Time that the node takes for each message that waited, in ms. */
  get msPerMessage(): number {
    return this.#msPerMessage;
  }

  shut(): void {
    this.#isShut = true;
  }

  /** Returns what waited inside: what the node wanted to send, and the timers of threads that stood still. */
  open(msPerMessage: number): Held<M, T> {
    const held = { sends: this.#sends, timers: this.#timers };
    this.#isShut = false;
    this.#msPerMessage = msPerMessage;
    this.#sends = [];
    this.#timers = [];
    this.#stuckThreads.clear();
    return held;
  }

  holdSend(send: HeldSend<M>): void {
    this.#sends.push(send);
  }

  /** False when `messageCountMax` messages wait already. */
  holdLetter(arrival: LetterArrival<M>, messageCountMax: number): boolean {
    if (this.#letters.length >= messageCountMax) return false;
    this.#letters.push(arrival);
    return true;
  }

  /** Announces when the next message is taken, in place of what was announced before. Returns the number of the turn. */
  announceTurn(): number {
    this.#turnCount += 1;
    return this.#turnCount;
  }

  /** The message that has waited longest, if this turn is still to come. */
  takeLetter(turn: number): LetterArrival<M> | undefined {
    return turn === this.#turnCount && !this.#isShut ? this.#letters.shift() : undefined;
  }

  isStuck(thread: string): boolean {
    return this.#stuckThreads.has(thread);
  }

  /** Runs a part of a thread, which stands still from now on if it wanted to send. */
  runThread(thread: string, run: () => void): void {
    const sendCount = this.#sends.length;
    run();
    if (this.#sends.length > sendCount) this.#stuckThreads.add(thread);
  }

  holdTimer(arrival: TimerArrival<T>): void {
    this.#timers.push(arrival);
  }
}
