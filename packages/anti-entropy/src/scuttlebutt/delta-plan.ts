/**
 * Which deltas go into one answer, and how they share messages.
 *
 * Small ones go first: a member that has just come, or a single value, must not wait behind somebody's large state.
 * Deviation: [Scuttlebutt §3] orders by the number of stale entries, most first, which lets one writer starve the others.
 */
import {
  cutDelta,
  deltaFor,
  type MapDelta,
  type MapPosition,
  type NodeId,
  utf8Bytes,
  type VersionedEntry,
  type VersionedMaps,
} from '@hearsay/core';
import { DELTA_BYTES, ENTRY_BYTES, MESSAGE_BYTES_OVERHEAD } from './config.ts';

/** A map that the reader has not come as far with as we have; `held` is undefined when it has nothing of it. */
export interface Lack {
  readonly origin: NodeId;
  readonly held: MapPosition | undefined;
}

/** Encoded bytes of a delta at most. */
export function deltaBytes({ origin, entries }: MapDelta): number {
  return entries.reduce((bytes, entry) => bytes + entryBytes(entry), DELTA_BYTES + origin.length);
}

/** What the reader lacks, in at most `budgetBytes` but for one entry, or one map that starts over. */
export function plannedDeltas(maps: VersionedMaps, lacks: readonly Lack[], budgetBytes: number): MapDelta[] {
  const deltas = lacks.flatMap(({ origin, held }) => deltaFor(maps, origin, held) ?? []);
  const bySize = deltas.map((delta) => ({ delta, bytes: deltaBytes(delta) })).sort((a, b) => a.bytes - b.bytes);
  const planned: MapDelta[] = [];
  let leftBytes = budgetBytes;
  for (const { delta } of bySize) {
    if (leftBytes <= 0) break;
    const cut = cutDelta(delta, leftBytes - DELTA_BYTES - delta.origin.length, entryBytes);
    planned.push(cut);
    leftBytes -= deltaBytes(cut);
  }
  return planned;
}

/** Lists of deltas that fit a message each; one that is larger is alone. */
export function packedDeltas(deltas: readonly MapDelta[], messageBytesMax: number): MapDelta[][] {
  const messages: MapDelta[][] = [];
  let roomBytes = 0;
  for (const delta of deltas) {
    const bytes = deltaBytes(delta);
    if (bytes > roomBytes) {
      messages.push([]);
      roomBytes = messageBytesMax - MESSAGE_BYTES_OVERHEAD;
    }
    messages.at(-1)?.push(delta);
    roomBytes -= bytes;
  }
  return messages;
}

function entryBytes({ key, value }: VersionedEntry): number {
  return ENTRY_BYTES + utf8Bytes(key).length + (value === undefined ? 0 : utf8Bytes(value).length);
}
