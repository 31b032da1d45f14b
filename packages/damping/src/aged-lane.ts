/**
 * When it is the turn of what has waited longest: deficit round robin between two lanes, by urgency and by age. The lane
 * by age is open while something in it has waited for `agingMs`, and then has `agedSharePerMille` of the bytes.
 */
import type { WaitingNews } from './waiting-news.ts';

/** Of `BroadcastConfig`. */
export interface LaneConfig {
  readonly agingMs: number;
  readonly agedSharePerMille: number;
}

const SHARES_PER_MILLE = 1_000;

/** The account of the lane by age. */
export class AgedLane {
  readonly #config: LaneConfig;
  /** Bytes × 1000 that the lane by age may send. Below zero it is the turn of the other. */
  #credit = 0;

  constructor(config: LaneConfig) {
    this.#config = config;
  }

  /** Whether it is the turn of what has waited longest. */
  isDue(longestWaiting: WaitingNews<unknown> | undefined, nowMs: number): boolean {
    return this.#credit >= 0 && longestWaiting !== undefined && this.isAged(longestWaiting, nowMs);
  }

  /** Notes what is taken, by whoever's turn it is. */
  charge(taken: WaitingNews<unknown>, longestWaiting: WaitingNews<unknown> | undefined, nowMs: number): void {
    const { agedSharePerMille } = this.#config;
    if (longestWaiting === undefined || !this.isAged(longestWaiting, nowMs)) this.#credit = 0;
    else if (this.#credit < 0) this.#credit += taken.sizeBytes * agedSharePerMille;
    else this.#credit -= taken.sizeBytes * (SHARES_PER_MILLE - agedSharePerMille);
  }

  /** Whether an item has waited for so long. */
  isAged(item: WaitingNews<unknown>, nowMs: number): boolean {
    return nowMs - item.waitingSinceMs >= this.#config.agingMs;
  }
}
