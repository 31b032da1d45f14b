/** The order of rumors in time, and the bytes by which two nodes compare what they hold. */
import { CanonicalWriter } from '@hearsay/core';
import type { Rumor } from './rumor.ts';

/**
 * Positive when `a` is newer than `b`. Total, and of one origin's rumors the order of their numbers, as long as the
 * origin's stamps do not fall.
 */
export function compareRumors(a: Rumor, b: Rumor): number {
  return (
    publishedMsOf(a) - publishedMsOf(b) ||
    compareText(a.id.origin, b.id.origin) ||
    a.id.generation - b.id.generation ||
    a.id.sequence - b.id.sequence
  );
}

/** When it was published; of a rumor that does not say, the beginning of time. */
export function publishedMsOf({ publishedAtMs = 0 }: Rumor): number {
  return publishedAtMs;
}

/** What a later rumor replaces: topic and key. `undefined` for a rumor without a key. */
export function slotOf({ topic, key }: Rumor): string | undefined {
  return key === undefined ? undefined : `${topic.length}:${topic}${key}`;
}

/** A rumor never changes, so its id says it all. */
export function canonicalRumor({ id }: Rumor): Uint8Array {
  return new CanonicalWriter().text(id.origin).uint32(id.generation).uint32(id.sequence).finish();
}

/** Order of UTF-16 code units: the same on every machine, unlike a collation. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
