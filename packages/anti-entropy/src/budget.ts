/** What one session, or one answer of a responder, may still spend. */
import type { AntiEntropyConfig } from './config.ts';

/** Starts full and only shrinks, but for the scans, which each answer has anew. */
export class Budget {
  readonly #levelNodeCountMax: number;
  /** By level; one that is not there has all of its nodes left. */
  readonly #nodesLeft = new Map<number, number>();
  #recordsLeft: number;
  #bytesLeft: number;
  readonly #answerScanCountMax: number;
  #scansLeft = 0;
  readonly #take: (bytes: number) => boolean;
  #hasPushed = false;
  #isExceeded = false;

  /** @param take asked for the bytes of each record, after the limits of the session. */
  constructor(config: Readonly<AntiEntropyConfig>, take: (bytes: number) => boolean = () => true) {
    this.#take = take;
    this.#levelNodeCountMax = config.sessionNodeCountMax;
    this.#recordsLeft = config.sessionRecordCountMax;
    this.#bytesLeft = config.sessionBytesMax;
    this.#answerScanCountMax = config.answerScanCountMax;
  }

  /** Scans are granted per answer: a list of ours must not use up what it takes to push what is wanted from it. */
  beginAnswer(): void {
    this.#scansLeft = this.#answerScanCountMax;
  }

  /** Whether anything was refused: then there is more to reconcile. */
  get isExceeded(): boolean {
    return this.#isExceeded;
  }

  /** Something was left out for another reason than these limits. */
  exceed(): void {
    this.#isExceeded = true;
  }

  /**
   * Grants up to `count` nodes of `level` and returns how many. Each level has its own: a walk that spent them all on
   * a wide one would never come to the records below, in this session nor in any other.
   */
  grantNodes(level: number, count: number): number {
    const nodesLeft = this.#nodesLeft.get(level) ?? this.#levelNodeCountMax;
    const granted = Math.min(count, nodesLeft);
    this.#nodesLeft.set(level, nodesLeft - granted);
    if (granted < count) this.#isExceeded = true;
    return granted;
  }

  /** Looks at records of our own that this answer may still take. */
  get scansLeft(): number {
    return this.#scansLeft;
  }

  /** Grants up to `count` looks at records of our own and returns how many. A look at nothing costs one, too. */
  grantScans(count: number): number {
    const granted = Math.min(count, this.#scansLeft);
    this.#scansLeft -= Math.min(Math.max(granted, 1), this.#scansLeft);
    if (granted < count) this.#isExceeded = true;
    return granted;
  }

  /** Whether a record of `sizeBytes` may be pushed. The first may be of any size, or a large one would never move. */
  grantRecord(sizeBytes: number): boolean {
    const isWithin = this.#recordsLeft > 0 && (sizeBytes <= this.#bytesLeft || !this.#hasPushed);
    if (!isWithin || !this.#take(sizeBytes)) {
      this.#isExceeded = true;
      return false;
    }
    this.#hasPushed = true;
    this.#recordsLeft -= 1;
    this.#bytesLeft = Math.max(0, this.#bytesLeft - sizeBytes);
    return true;
  }
}
