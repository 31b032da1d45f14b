/**
 * One client of `/v1/events`: a position in the event log and a sink that may be slow. [HTML Living Standard §9.2]
 *
 * The stream writes while the sink takes it and waits while it does not. A client that falls behind the log is told
 * how many events it missed; one that takes nothing for `stalledMsMax` is dropped, and may come back by Last-Event-ID.
 */
import { isTopicOf } from 'hearsay';
import type { EventLog, LoggedEvent } from './event-log.ts';

/** Where a stream writes: an HTTP response, or a recorder in a test. */
export interface EventSink {
  /** Returns false when it wants no more until its owner calls `EventStream.pump`. */
  write(text: string): boolean;
  /** Ends the stream in order. */
  end(): void;
  /** Cuts the connection of a client that would not read an orderly end either. */
  drop(): void;
}

/** Which events a client wants. */
export interface EventFilter {
  /** Empty for all types. */
  readonly types: ReadonlySet<string>;
  /**
   * Of the rumors only those of this topic, or, where it ends with `*`, of topics that begin so; and of the other events
   * only those that `types` names.
   */
  readonly topic: string | undefined;
}

export interface EventStreamOptions {
  readonly log: EventLog;
  readonly sink: EventSink;
  readonly filter: EventFilter;
  /** The Last-Event-ID header of a client that was here before. */
  readonly lastEventId: string | undefined;
}

/** How long a browser waits before it connects again. Unit: ms. Default 1000. Source: guess. */
const RETRY_MS = 1_000;
/** A client that takes nothing for so long is dropped. Unit: ms. Default 30 000. Source: guess; two heartbeats. */
export const STALLED_MS_MAX = 30_000;

export class EventStream {
  readonly #options: EventStreamOptions;
  /** The next event to look at. */
  #cursor: number;
  /** When the sink last refused to take more; `undefined` while it takes. */
  #stalledSinceMs: number | undefined;

  constructor(options: EventStreamOptions, nowMs: number) {
    this.#options = options;
    this.#cursor = options.log.nextSequence;
    this.#resume(nowMs);
    // The id tells a client that loses the connection before the first event where to go on.
    this.#write(`id: ${this.#idOf(this.#cursor - 1)}\nretry: ${RETRY_MS}\n\n`, nowMs);
    this.pump(nowMs, false);
  }

  /** Writes what there is. `isDrained` when the sink has just said that it takes more. */
  pump(nowMs: number, isDrained: boolean): void {
    if (isDrained) this.#stalledSinceMs = undefined;
    const { log, filter } = this.#options;
    while (this.#stalledSinceMs === undefined && this.#cursor < log.nextSequence) {
      if (this.#cursor < log.firstSequence) this.#tellOverflow(log.firstSequence - this.#cursor, nowMs);
      const event = log.at(this.#cursor);
      this.#cursor += 1;
      if (event !== undefined && isWanted(event, filter)) {
        this.#write(frame(this.#idOf(event.sequence), event.type, event.data), nowMs);
      }
    }
  }

  /** Keeps the connection open through proxies, or drops a client that takes nothing. To be called now and then. */
  beat(nowMs: number): void {
    if (this.#stalledSinceMs === undefined) this.#write(': still here\n\n', nowMs);
    else if (nowMs - this.#stalledSinceMs >= STALLED_MS_MAX) this.#options.sink.drop();
  }

  end(): void {
    this.#options.sink.end();
  }

  /** Goes back to what the client saw last. Ids of another life of the agent tell only that something was missed. */
  #resume(nowMs: number): void {
    const { log, lastEventId } = this.#options;
    if (lastEventId === undefined || lastEventId === '') return;
    const [epoch, sequence] = lastEventId.split('.');
    const seen = Number(sequence);
    if (epoch === log.epoch && Number.isSafeInteger(seen) && seen >= 0 && seen < log.nextSequence) {
      this.#cursor = seen + 1;
      return;
    }
    this.#cursor = log.firstSequence;
    this.#write(frame(this.#idOf(this.#cursor - 1), 'overflow', JSON.stringify({ missedCount: null })), nowMs);
  }

  #tellOverflow(missedCount: number, nowMs: number): void {
    this.#cursor += missedCount;
    this.#write(frame(this.#idOf(this.#cursor - 1), 'overflow', JSON.stringify({ missedCount })), nowMs);
  }

  #idOf(sequence: number): string {
    return `${this.#options.log.epoch}.${sequence}`;
  }

  #write(text: string, nowMs: number): void {
    if (!this.#options.sink.write(text)) this.#stalledSinceMs ??= nowMs;
  }
}

function isWanted(event: LoggedEvent, { types, topic }: EventFilter): boolean {
  if (types.size > 0 && !types.has(event.type)) return false;
  return (
    topic === undefined ||
    (event.topic !== undefined && isTopicOf(event.topic, topic)) ||
    (event.topic === undefined && types.size > 0)
  );
}

function frame(id: string, type: string, data: string): string {
  return `id: ${id}\nevent: ${type}\ndata: ${data}\n\n`;
}
