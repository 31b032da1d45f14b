/** Hands events to listeners and readers, outside of the protocol step that caused them. */
import { EventReader } from './event-reader.ts';
import type { NodeEvent } from './events.ts';

/** Called with every event. */
export type NodeListener = (event: NodeEvent) => void;

/**
 * Fans events out in order. Readers get them at once, so that each has exactly the events since its beginning;
 * listeners in a microtask, so that they may call the node freely.
 */
export class EventStream {
  readonly #listeners = new Set<NodeListener>();
  readonly #readers = new Set<EventReader>();
  #waiting: NodeEvent[] = [];
  #isClosed = false;

  emit(event: NodeEvent): void {
    if (this.#isClosed) return;
    for (const reader of this.#readers) reader.push(event);
    if (this.#waiting.push(event) === 1) queueMicrotask(() => this.#flush());
  }

  /** Returns the function that ends the subscription. */
  subscribe(listener: NodeListener): () => void {
    // A function of its own: the same listener may be subscribed twice, and each subscription ends alone.
    const subscription: NodeListener = (event) => listener(event);
    this.#listeners.add(subscription);
    return () => {
      this.#listeners.delete(subscription);
    };
  }

  /** Ends with the signal, with `return()` (leaving a `for await` does it), or with the node; at once after that. */
  read(signal?: AbortSignal): EventReader {
    const onAbort = (): void => reader.end();
    const reader = new EventReader(() => {
      this.#readers.delete(reader);
      signal?.removeEventListener('abort', onAbort);
    });
    this.#readers.add(reader);
    if (this.#isClosed || signal?.aborted === true) reader.end();
    else signal?.addEventListener('abort', onAbort);
    return reader;
  }

  /** Delivers what is waiting and ends every reader. Nothing is emitted any more. */
  close(): void {
    this.#isClosed = true;
    this.#flush();
    for (const reader of this.#readers) reader.end();
    this.#listeners.clear();
  }

  #flush(): void {
    const events = this.#waiting;
    this.#waiting = [];
    for (const event of events) {
      for (const listener of this.#listeners) tell(listener, event);
    }
  }
}

/** What a listener throws is the application's error: it surfaces as uncaught, and no other listener misses an event. */
function tell(listener: NodeListener, event: NodeEvent): void {
  try {
    listener(event);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
