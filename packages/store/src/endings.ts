/** Records that end or have ended: which are due now, and which may be dropped when the floor rises. */
import { ExpiryQueue } from './expiry-queue.ts';
import { droppableAfterMs, type RecordHead } from './record.ts';

/** Entries of overwritten records in the queue, as a multiple of current ones, at which it is cleaned. Source: guess. */
const STALE_EXPIRY_FACTOR = 2;
const STALE_EXPIRY_COUNT_MIN = 64;

/** What was set and has not ended is live. Holds no more entries than there are records, twice over. */
export class Endings {
  /** Tombstones and records with an expiry, and the time that the floor must pass before each may go. */
  readonly #droppable = new Map<string, number>();
  readonly #expiries = new ExpiryQueue();
  /** Expiry of each record that has not been found ended yet. */
  readonly #pending = new Map<string, number>();
  #liveCount = 0;

  get liveCount(): number {
    return this.#liveCount;
  }

  get droppableCount(): number {
    return this.#droppable.size;
  }

  /** When the next record ends, as far as known. */
  get nextExpiryMs(): number | undefined {
    return this.#expiries.nextMs;
  }

  /** A record is held from now on. */
  add(head: RecordHead): void {
    const { key, kind, expiresAtMs } = head;
    const afterMs = droppableAfterMs(head);
    if (afterMs !== undefined) this.#droppable.set(key, afterMs);
    if (kind === 'set') this.#liveCount += 1;
    if (expiresAtMs === undefined) return;
    this.#pending.set(key, expiresAtMs);
    this.#expiries.push(key, expiresAtMs);
    const staleCount = this.#expiries.size - this.#pending.size;
    if (staleCount > STALE_EXPIRY_COUNT_MIN + STALE_EXPIRY_FACTOR * this.#pending.size) {
      this.#expiries.clean((queued, atMs) => this.#pending.get(queued) === atMs);
    }
  }

  /** A record that was added is not held any more. */
  remove({ key, kind, expiresAtMs }: RecordHead): void {
    this.#droppable.delete(key);
    const isLive = kind === 'set' && (expiresAtMs === undefined || this.#pending.delete(key));
    if (isLive) this.#liveCount -= 1;
  }

  /** The next key whose record has ended and was live until now. */
  takeEnded(wallMs: number): string | undefined {
    for (;;) {
      const key = this.#expiries.takeDue(wallMs);
      if (key === undefined) return undefined;
      const expiresAtMs = this.#pending.get(key);
      if (expiresAtMs === undefined || expiresAtMs > wallMs) continue;
      this.#pending.delete(key);
      this.#liveCount -= 1;
      return key;
    }
  }

  /** Up to `countMax` keys of records that a floor lets go. */
  below(floorMs: number, countMax: number): string[] {
    const keys: string[] = [];
    if (countMax === 0) return keys;
    for (const [key, afterMs] of this.#droppable) {
      if (afterMs >= floorMs) continue;
      keys.push(key);
      if (keys.length >= countMax) break;
    }
    return keys;
  }
}
