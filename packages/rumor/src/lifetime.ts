/** For how long a rumor may still be spread. */
import type { WallClock } from '@hearsay/core';
import type { RumorConfig } from './config.ts';
import type { Rumor } from './rumor.ts';

/** Milliseconds by the monotonic clock. Without a wall clock, or a time of publication, for ever. */
export function msLeftOf(
  { publishedAtMs, ttlMs }: Rumor,
  wallClock: WallClock | undefined,
  nowMs: number,
  { rumorRetentionMs }: Readonly<RumorConfig>,
): number {
  if (wallClock === undefined || publishedAtMs === undefined) return Infinity;
  return publishedAtMs + Math.min(ttlMs ?? Infinity, rumorRetentionMs) - wallClock.at(nowMs);
}
