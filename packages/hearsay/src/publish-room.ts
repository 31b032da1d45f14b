/**
 * Whether more may be published without pushing out what is still spread from here, and who waits until it may.
 *
 * Spreading has a bound, and its rule is to drop: what is dropped gets around by the log alone, seconds later. A publisher
 * that waits for room never gets there. What we relay for others counts too, so a cluster that is full slows all down.
 */
import type { Engine } from './engine.ts';
import { StoppedError } from './errors.ts';
import type { RoomOptions } from './node.ts';

/**
 * Share of `rumor.hotCountMax` and `rumor.hotBytesMax` up to which there is room: the rest is for what peers tell us.
 * Source: guess.
 */
const ROOM_SHARE = 0.5;
/** Calls that wait for room at one time; one more is told at once that there is none. Source: guess. */
const WAITING_COUNT_MAX = 1_024;

interface Waiting {
  readonly settle: (hasRoom: boolean) => void;
  readonly reject: (reason: unknown) => void;
}

/** Bounded by `WAITING_COUNT_MAX`. */
export class PublishRoom {
  readonly #engine: Engine;
  /** In the order of their calls. */
  readonly #waiting = new Set<Waiting>();
  #refusedCount = 0;
  #isClosed = false;
  /** Holds while a look is due: at most one is. */
  #isLookPending = false;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  get waitingCount(): number {
    return this.#waiting.size;
  }

  /** Calls that were told that there is no room, since the start. */
  get refusedCount(): number {
    return this.#refusedCount;
  }

  /** Resolves with whether there is room; see `NodeRumors.room`. */
  wait({ timeoutMs, signal }: RoomOptions): Promise<boolean> {
    if (this.#isClosed) return Promise.reject(new StoppedError());
    if (signal?.aborted === true) return Promise.reject(signal.reason);
    if (this.#waiting.size === 0 && this.#freeCount > 0) return Promise.resolve(true);
    if (this.#waiting.size >= WAITING_COUNT_MAX) return Promise.resolve(this.#refuse());
    return new Promise((resolve, reject) => {
      const timer = timeoutMs === undefined ? undefined : setTimeout(() => waiting.settle(this.#refuse()), timeoutMs);
      const end = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        this.#waiting.delete(waiting);
      };
      const onAbort = (): void => waiting.reject(signal?.reason);
      const waiting: Waiting = {
        settle: (hasRoom) => {
          end();
          resolve(hasRoom);
        },
        reject: (reason) => {
          end();
          reject(reason);
        },
      };
      signal?.addEventListener('abort', onAbort);
      this.#waiting.add(waiting);
    });
  }

  /** Something has happened: spreading may have ended. What happened with it is looked at together, once. */
  note(): void {
    if (this.#waiting.size === 0 || this.#isLookPending) return;
    this.#isLookPending = true;
    queueMicrotask(() => this.#look());
  }

  /** The node was stopped. */
  close(): void {
    this.#isClosed = true;
    for (const { reject } of this.#waiting) reject(new StoppedError());
  }

  #look(): void {
    this.#isLookPending = false;
    let freeCount = this.#freeCount;
    // Each of them publishes one, a moment later.
    for (const waiting of this.#waiting) {
      if (freeCount <= 0) return;
      freeCount -= 1;
      waiting.settle(true);
    }
  }

  /** Alone, nothing is spread: what waits for the first to join is logged, and need not wait. */
  get #freeCount(): number {
    const { stack, config } = this.#engine;
    if (stack.table.peers.size === 0) return Infinity;
    if (stack.rumors.hotBytes >= ROOM_SHARE * config.rumor.hotBytesMax) return 0;
    return ROOM_SHARE * config.rumor.hotCountMax - stack.rumors.hotCount;
  }

  #refuse(): false {
    this.#refusedCount += 1;
    return false;
  }
}
