/** Cuts a stream of text into server-sent events. [HTML Living Standard §9.2.6] */

export interface ServerEvent {
  /** Empty when the server gave none. */
  readonly id: string;
  readonly type: string;
  readonly data: string;
}

/** A line above this is not ours. Unit: characters. Source: a rumor of 1 MiB, escaped sixfold in JSON, and room. */
const LINE_CHARACTERS_MAX = 16 * 1_024 * 1_024;

export class SseParser {
  #rest = '';
  #id = '';
  #type = '';
  #data: string[] = [];

  /** The last id that the server gave, also by a block without data, which is no event. */
  get lastId(): string {
    return this.#id;
  }

  /** The events that `text` completes. Throws when a line never ends. */
  push(text: string): ServerEvent[] {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    if (this.#rest.length > LINE_CHARACTERS_MAX) throw new Error('a line of the event stream is too long');
    return lines.flatMap((line) => this.#onLine(line.endsWith('\r') ? line.slice(0, -1) : line));
  }

  #onLine(line: string): readonly ServerEvent[] {
    if (line === '') return this.#onBlankLine();
    const colonAt = line.indexOf(':');
    const field = colonAt === -1 ? line : line.slice(0, colonAt);
    const value = colonAt === -1 ? '' : line.slice(colonAt + 1).replace(/^ /, '');
    if (field === 'id') this.#id = value;
    else if (field === 'event') this.#type = value;
    else if (field === 'data') this.#data.push(value);
    return [];
  }

  #onBlankLine(): readonly ServerEvent[] {
    const event = { id: this.#id, type: this.#type === '' ? 'message' : this.#type, data: this.#data.join('\n') };
    const isEvent = this.#data.length > 0;
    this.#type = '';
    this.#data = [];
    return isEvent ? [event] : [];
  }
}
