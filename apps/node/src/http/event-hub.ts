/** All clients of `/v1/events`: their number is bounded, their heartbeat is one timer. */
import type { ServerResponse } from 'node:http';
import type { EventLog } from './event-log.ts';
import { type EventFilter, EventStream } from './event-stream.ts';

/** Open streams at once. Default 64. Source: guess; each holds a socket. */
const STREAM_COUNT_MAX = 64;
/** Between two signs of life. Unit: ms. Default 15 000. Source: the HTML standard says "every 15 seconds or so". */
const HEARTBEAT_INTERVAL_MS = 15_000;

export class EventHub {
  readonly #log: EventLog;
  readonly #streams = new Set<EventStream>();
  readonly #heartbeat: NodeJS.Timeout;
  readonly #unsubscribe: () => void;

  constructor(log: EventLog) {
    this.#log = log;
    this.#unsubscribe = log.onAppend(() => {
      for (const stream of this.#streams) stream.pump(performance.now(), false);
    });
    this.#heartbeat = setInterval(() => {
      for (const stream of this.#streams) stream.beat(performance.now());
    }, HEARTBEAT_INTERVAL_MS).unref();
  }

  get streamCount(): number {
    return this.#streams.size;
  }

  get isFull(): boolean {
    return this.#streams.size >= STREAM_COUNT_MAX;
  }

  /** Turns a response into a stream, until the client goes or `close` is called. */
  open(response: ServerResponse, filter: EventFilter, lastEventId: string | undefined): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    const sink = {
      write: (text: string): boolean => response.write(text),
      end: (): void => void response.end(),
      drop: (): void => void response.destroy(),
    };
    const stream = new EventStream({ log: this.#log, sink, filter, lastEventId }, performance.now());
    this.#streams.add(stream);
    response.on('drain', () => stream.pump(performance.now(), true));
    response.on('close', () => this.#streams.delete(stream));
  }

  close(): void {
    clearInterval(this.#heartbeat);
    this.#unsubscribe();
    for (const stream of this.#streams) stream.end();
  }
}
