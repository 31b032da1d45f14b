/** An open event stream of an agent. */
import type { IncomingMessage } from 'node:http';
import { type ServerEvent, SseParser } from './sse-parser.ts';

export class EventConnection implements AsyncIterable<ServerEvent> {
  readonly #parser = new SseParser();
  readonly #response: IncomingMessage;
  readonly #signal: AbortSignal;
  readonly #lost: (error: unknown) => Error;

  /** @param lost what to throw when the connection is lost for a reason other than the signal. */
  constructor(response: IncomingMessage, signal: AbortSignal, lost: (error: unknown) => Error) {
    this.#response = response.setEncoding('utf8');
    this.#signal = signal;
    this.#lost = lost;
  }

  /** Where to go on after this connection; `undefined` before the agent has said anything. */
  get lastEventId(): string | undefined {
    return this.#parser.lastId === '' ? undefined : this.#parser.lastId;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<ServerEvent> {
    try {
      for await (const text of this.#response) yield* this.#parser.push(String(text));
    } catch (error) {
      if (!this.#signal.aborted) throw this.#lost(error);
    }
  }
}
