/** Hands events to listeners and readers, outside of the protocol step that caused them. */
import { EventReader } from './event-reader.ts';
import type { NodeEvent } from './events.ts';

/** Called with every event. */
export type NodeListener = (event: NodeEvent) => void;

/** Fans events out in order, in a microtask, so that a listener may call the node freely. */
export class EventStream {
  readonly #listeners = new Set<NodeListener>();
  readonly #readers = new Set<EventReader>();
  #waiting: NodeEvent[] = [];

  emit(event: NodeEvent): void {
    if (this.#waiting.push(event) === 1) queueMicrotask(() => this.#flush());
  }

  /** Returns the function that ends the subscription. */
  subscribe(listener: NodeListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Ends with the signal, with `return()` (leaving a `for await` does it), or with the node. */
  read(signal?: AbortSignal): EventReader {
    const onAbort = (): void => reader.end();
    const reader = new EventReader(() => {
      this.#readers.delete(reader);
      signal?.removeEventListener('abort', onAbort);
    });
    this.#readers.add(reader);
    if (signal?.aborted === true) reader.end();
    else signal?.addEventListener('abort', onAbort);
    return reader;
  }

  /** Delivers what is waiting and ends every reader. */
  close(): void {
    this.#flush();
    for (const reader of this.#readers) reader.end();
    this.#listeners.clear();
  }

  #flush(): void {
    const events = this.#waiting;
    this.#waiting = [];
    for (const event of events) {
      for (const reader of this.#readers) reader.push(event);
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
