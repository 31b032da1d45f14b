/**
 * Watching the store: the last changes at this node, and readers that are each a position in them. So a slow reader
 * costs nothing but the changes it will miss, and one that comes back goes on where it was.
 */
import type { NodeId } from '@hearsay/core';

/** Changes that are kept. Source: guess, a few seconds of a busy store; a reader that is further behind is told. */
const CHANGE_COUNT_MAX = 4_096;

/** What a watcher is told. Hand `cursor` to a later `watch` to go on behind it. */
export type StoreChange =
  | {
      readonly type: 'changed';
      readonly key: string;
      readonly version: string;
      readonly origin: NodeId;
      /** Deleted, or ended by itself. */
      readonly isDeleted: boolean;
      readonly cursor: string;
    }
  /** So many changes were missed, of any key; `undefined` when the cursor is of another life of this node. List again. */
  | { readonly type: 'missed'; readonly missedCount: number | undefined; readonly cursor: string };

/** One change, before it has a place. */
export type StoreChanged = Omit<Extract<StoreChange, { readonly type: 'changed' }>, 'type' | 'cursor'>;

type Result = IteratorResult<StoreChange, undefined>;
const DONE: Result = { done: true, value: undefined };

/** The last changes, numbered from 1. The oldest goes first. */
export class StoreLog {
  readonly #epoch: string;
  /** Grows as changes come: most nodes keep few, and the room for all is 32 KiB. */
  readonly #slots: (StoreChanged | undefined)[] = [];
  readonly #watches = new Set<StoreWatch>();
  #nextSequence = 1;
  #isClosed = false;

  /** @param epoch names this life: numbers of another one mean nothing here. */
  constructor(epoch: string) {
    this.#epoch = epoch;
  }

  get nextSequence(): number {
    return this.#nextSequence;
  }

  get firstSequence(): number {
    return Math.max(1, this.#nextSequence - CHANGE_COUNT_MAX);
  }

  append(change: StoreChanged): void {
    if (this.#isClosed) return;
    this.#slots[this.#nextSequence % CHANGE_COUNT_MAX] = change;
    this.#nextSequence += 1;
    for (const watch of this.#watches) watch.wake();
  }

  at(sequence: number): StoreChanged | undefined {
    return this.#slots[sequence % CHANGE_COUNT_MAX];
  }

  cursorBehind(sequence: number): string {
    return `${this.#epoch}.${sequence}`;
  }

  /** The sequence that a cursor lies behind, or `undefined` when it is not of this life. */
  sequenceOf(cursor: string): number | undefined {
    const [epoch, digits = ''] = cursor.split('.');
    const sequence = /^\d{1,15}$/.test(digits) ? Number(digits) : Number.NaN;
    return epoch === this.#epoch && sequence < this.#nextSequence ? sequence : undefined;
  }

  watch(prefix: string, since: string | undefined, signal: AbortSignal | undefined): StoreWatch {
    const onAbort = (): void => watch.end();
    const watch = new StoreWatch(this, prefix, since, () => {
      this.#watches.delete(watch);
      signal?.removeEventListener('abort', onAbort);
    });
    this.#watches.add(watch);
    if (this.#isClosed || signal?.aborted === true) watch.end();
    else signal?.addEventListener('abort', onAbort);
    return watch;
  }

  /** Ends every watch. */
  close(): void {
    this.#isClosed = true;
    for (const watch of this.#watches) watch.end();
  }
}

/** One reader. Ends with its signal, with `return()` (leaving a `for await` does it), or with the node. */
export class StoreWatch implements AsyncIterableIterator<StoreChange> {
  readonly #log: StoreLog;
  readonly #prefix: string;
  readonly #onEnd: () => void;
  /** The next change to look at. */
  #sequence: number;
  /** The cursor that it was to begin behind is of another life. */
  #isStranger: boolean;
  #waiting: ((result: Result) => void)[] = [];
  #isEnded = false;

  constructor(log: StoreLog, prefix: string, since: string | undefined, onEnd: () => void) {
    const seen = since === undefined ? log.nextSequence - 1 : log.sequenceOf(since);
    this.#log = log;
    this.#prefix = prefix;
    this.#onEnd = onEnd;
    this.#isStranger = seen === undefined;
    this.#sequence = seen === undefined ? log.nextSequence : seen + 1;
  }

  next(): Promise<Result> {
    const change = this.#take();
    if (change !== undefined) return Promise.resolve({ done: false, value: change });
    if (this.#isEnded) return Promise.resolve(DONE);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Something was appended. */
  wake(): void {
    while (this.#waiting.length > 0) {
      const change = this.#take();
      if (change === undefined) return;
      this.#waiting.shift()?.({ done: false, value: change });
    }
  }

  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    for (const resolve of this.#waiting.splice(0)) resolve(DONE);
    this.#onEnd();
  }

  return(): Promise<Result> {
    this.#sequence = this.#log.nextSequence;
    this.end();
    return Promise.resolve(DONE);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #take(): StoreChange | undefined {
    if (this.#isStranger) {
      this.#isStranger = false;
      return { type: 'missed', missedCount: undefined, cursor: this.#log.cursorBehind(this.#sequence - 1) };
    }
    const missedCount = this.#log.firstSequence - this.#sequence;
    if (missedCount > 0) {
      this.#sequence = this.#log.firstSequence;
      return { type: 'missed', missedCount, cursor: this.#log.cursorBehind(this.#sequence - 1) };
    }
    while (this.#sequence < this.#log.nextSequence) {
      const change = this.#log.at(this.#sequence);
      this.#sequence += 1;
      if (change?.key.startsWith(this.#prefix) === true) {
        return { type: 'changed', ...change, cursor: this.#log.cursorBehind(this.#sequence - 1) };
      }
    }
    return undefined;
  }
}
