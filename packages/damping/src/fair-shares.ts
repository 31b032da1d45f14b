/**
 * Who may send next, so that over time each class gets at least its share of the bytes and none starves.
 *
 * Start-time fair queueing: every class has a meter that advances by bytes / share, and the class with the lowest
 * meter is next. Unlike a quantum per packet, it charges what was really sent, so that large items, which leave
 * packets half empty, do not shift the shares.
 */
import type { Priority } from './priority.ts';

interface Meter {
  readonly priority: Priority;
  readonly sharePerMille: number;
  /** Bytes sent / share. Only ever compared with the other meters. */
  level: number;
}

/** The meters of all classes. */
export class FairShares {
  /** The most urgent first, so that ties go to the more urgent class. */
  readonly #meters: readonly Meter[];
  /** @param shares per mille of each class, the most urgent first, all above zero. */
  constructor(shares: ReadonlyMap<Priority, number>) {
    this.#meters = [...shares].map(([priority, sharePerMille]) => ({ priority, sharePerMille, level: 0 }));
  }

  /** The class with the lowest meter among those that `isReady` accepts; the more urgent of equals. */
  next(isReady: (priority: Priority) => boolean): Priority | undefined {
    let lowest: Meter | undefined;
    for (const meter of this.#meters) {
      if ((lowest === undefined || meter.level < lowest.level) && isReady(meter.priority)) lowest = meter;
    }
    return lowest?.priority;
  }

  /** Notes what a class has sent. */
  charge(priority: Priority, sizeBytes: number): void {
    const meter = this.#meters.find((candidate) => candidate.priority === priority);
    if (meter !== undefined) meter.level += sizeBytes / meter.sharePerMille;
  }

  /**
   * Takes from each class what it may no longer claim. `claimBytes` says how far a class may lag behind the lowest of
   * those that may lag for ever (`Infinity`: it waits); when none waits, behind the highest. Without it, a class that
   * was quiet for an hour could send for an hour before anyone else had a turn.
   */
  limitClaims(claimBytes: (priority: Priority) => number): void {
    let floor = Infinity;
    let ceiling = 0;
    for (const { priority, level } of this.#meters) {
      if (claimBytes(priority) === Infinity) floor = Math.min(floor, level);
      ceiling = Math.max(ceiling, level);
    }
    const even = Math.min(floor, ceiling);
    for (const meter of this.#meters) {
      meter.level = Math.max(meter.level, even - claimBytes(meter.priority) / meter.sharePerMille);
    }
  }
}
