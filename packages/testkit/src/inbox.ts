/** What a transport received, for tests that await it instead of sleeping. */

/** One packet or frame. */
export interface InboxItem {
  readonly from: string;
  readonly bytes: Uint8Array;
  readonly via: 'packet' | 'stream';
}

/** Items in order of arrival. Every wait has a deadline. */
export class Inbox {
  /** How long `next` waits: far longer than anything takes on loopback, even on a busy machine. */
  static readonly deadlineMs: number = 4_000;
  /** Called with each item after it was put in. */
  onItem: (item: InboxItem) => void = () => {};
  readonly #unread: InboxItem[] = [];
  readonly #watchers = new Set<() => void>();
  #receivedCount = 0;

  /** Everything that ever came, read or not. */
  get receivedCount(): number {
    return this.#receivedCount;
  }

  put(item: InboxItem): void {
    this.#receivedCount += 1;
    this.#unread.push(item);
    this.onItem(item);
    for (const watcher of [...this.#watchers]) watcher();
  }

  /** The oldest item that was not read yet. Rejects when none comes in time. */
  async next(deadlineMs: number = Inbox.deadlineMs): Promise<InboxItem> {
    await this.#until(() => this.#unread.length > 0, deadlineMs);
    const item = this.#unread.shift();
    if (item === undefined) throw new Error(`nothing arrived within ${deadlineMs} ms`);
    return item;
  }

  /** Whether `count` items had come, in all, within the time. */
  countReached(count: number, deadlineMs: number): Promise<boolean> {
    return this.#until(() => this.#receivedCount >= count, deadlineMs);
  }

  #until(isReached: () => boolean, deadlineMs: number): Promise<boolean> {
    if (isReached()) return Promise.resolve(true);
    return new Promise((resolve) => {
      const settle = (value: boolean): void => {
        clearTimeout(timeout);
        this.#watchers.delete(watcher);
        resolve(value);
      };
      const watcher = (): void => {
        if (isReached()) settle(true);
      };
      const timeout = setTimeout(() => settle(false), deadlineMs);
      this.#watchers.add(watcher);
    });
  }
}
