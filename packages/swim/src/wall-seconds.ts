/** The end of a life is told in seconds of wall time, the only time that two nodes share. */
import type { WallClock } from '@hearsay/core';
import { MS_PER_SECOND } from './config.ts';

/** Whole seconds since 1970 at monotonic time `nowMs`. A clock set to before that gives 0: a claim knows nothing earlier. */
export function wallSeconds(wallClock: WallClock, nowMs: number): number {
  return Math.max(0, Math.floor(wallClock.at(nowMs) / MS_PER_SECOND));
}
