/** One reader of events, as an async iterator with a bounded buffer. */
import { BoundedQueue } from '@hearsay/core';
import type { NodeEvent } from './events.ts';

/** Events that wait for one slow reader. Source: guess; a reader above it is told how many it missed. */
const WAITING_EVENT_COUNT_MAX = 1_024;

type Result = IteratorResult<NodeEvent, undefined>;
const DONE: Result = { done: true, value: undefined };

/**
 * Buffers from the moment of its creation. When the buffer is full the oldest event is dropped, and the reader gets
 * an `overflow` event in its place: a gap is told, never silent.
 */
export class EventReader implements AsyncIterableIterator<NodeEvent> {
  #queue = new BoundedQueue<NodeEvent>(WAITING_EVENT_COUNT_MAX);
  readonly #onEnd: () => void;
  #waiting: ((result: Result) => void)[] = [];
  #toldCount = 0;
  #isEnded = false;

  /** @param onEnd called once, when the reader wants no more events. */
  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
  }

  push(event: NodeEvent): void {
    const resolve = this.#waiting.shift();
    if (resolve !== undefined) resolve({ done: false, value: event });
    else if (!this.#isEnded) this.#queue.push(event);
  }

  /** No more events follow. Those already buffered can still be read. */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    for (const resolve of this.#waiting.splice(0)) resolve(DONE);
    this.#onEnd();
  }

  next(): Promise<Result> {
    const missedCount = this.#queue.droppedCount - this.#toldCount;
    if (missedCount > 0) {
      this.#toldCount = this.#queue.droppedCount;
      return Promise.resolve({ done: false, value: { type: 'overflow', missedCount } });
    }
    const event = this.#queue.shift();
    if (event !== undefined) return Promise.resolve({ done: false, value: event });
    if (this.#isEnded) return Promise.resolve(DONE);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** The reader has had enough, for example by `break`: what is buffered is forgotten. */
  return(): Promise<Result> {
    this.end();
    this.#queue = new BoundedQueue(WAITING_EVENT_COUNT_MAX);
    this.#toldCount = 0;
    return Promise.resolve(DONE);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
