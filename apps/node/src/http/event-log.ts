/**
 * The last events of this node, so that a client that lost its connection can go on where it was.
 *
 * A ring, bounded by count and by bytes; the oldest event goes first. Streams hold no copies: each is a position in
 * this log, so a slow client costs nothing but the events it will miss.
 */

/** One event, ready to be sent. */
export interface LoggedEvent {
  /** Counts from 1 in each life of the agent. */
  readonly sequence: number;
  readonly type: string;
  /** Of a rumor. */
  readonly topic: string | undefined;
  /** One line of JSON. */
  readonly data: string;
}

export interface EventLogLimits {
  /** Default 4096. Source: guess; minutes of a busy cluster. */
  readonly eventCountMax: number;
  /** Characters of data, all events together. Default 8 Mi. Source: guess; small beside the process itself. */
  readonly dataCharactersMax: number;
}

export const EVENT_LOG_LIMITS: Readonly<EventLogLimits> = Object.freeze({
  eventCountMax: 4_096,
  dataCharactersMax: 8 * 1_024 * 1_024,
});

export class EventLog {
  /** Which life of the agent: sequence numbers of another life mean nothing in this one. */
  readonly epoch: string;
  readonly #limits: EventLogLimits;
  readonly #slots: (LoggedEvent | undefined)[];
  readonly #listeners = new Set<() => void>();
  #firstSequence = 1;
  #nextSequence = 1;
  /** `0 ≤ #dataCharacters ≤ dataCharactersMax`, except while a single event is larger. */
  #dataCharacters = 0;

  constructor(epoch: string, limits: EventLogLimits = EVENT_LOG_LIMITS) {
    this.epoch = epoch;
    this.#limits = limits;
    this.#slots = new Array<LoggedEvent | undefined>(limits.eventCountMax);
  }

  /** The oldest event that is still here; equal to `nextSequence` when there is none. */
  get firstSequence(): number {
    return this.#firstSequence;
  }

  /** What the next event will be numbered. */
  get nextSequence(): number {
    return this.#nextSequence;
  }

  append(event: Omit<LoggedEvent, 'sequence'>): void {
    const sequence = this.#nextSequence;
    if (sequence - this.#firstSequence >= this.#limits.eventCountMax) this.#dropFirst();
    this.#slots[sequence % this.#limits.eventCountMax] = { ...event, sequence };
    this.#nextSequence += 1;
    this.#dataCharacters += event.data.length;
    while (this.#dataCharacters > this.#limits.dataCharactersMax && this.#firstSequence < sequence) this.#dropFirst();
    for (const listener of this.#listeners) listener();
  }

  /** `undefined` when it is gone or still to come. */
  at(sequence: number): LoggedEvent | undefined {
    const event = this.#slots[sequence % this.#limits.eventCountMax];
    return event?.sequence === sequence ? event : undefined;
  }

  /** Calls `listener` after each append. Returns what ends that. */
  onAppend(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #dropFirst(): void {
    const index = this.#firstSequence % this.#limits.eventCountMax;
    this.#dataCharacters -= this.#slots[index]?.data.length ?? 0;
    this.#slots[index] = undefined;
    this.#firstSequence += 1;
  }
}
