/** Is a delta that a peer sent one that a member of this cluster could have written? */
import { isName, type MapDelta, utf8Bytes } from '@hearsay/core';
import type { NodeStateConfig } from './node-state-config.ts';

const UINT32_MAX = 0xffff_ffff;
/** A UTF-16 unit takes at most three bytes of UTF-8. */
const BYTES_PER_UNIT_MAX = 3;
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Types are checked too: the delta may come from any decoder. What it would do to the limits is not looked at. */
export function isPlausibleDelta(delta: MapDelta, config: Readonly<NodeStateConfig>): boolean {
  if (typeof delta?.origin !== 'string' || !isName(delta.origin)) return false;
  const { generation, version, floor, after, entries } = delta;
  if (!isUpTo(generation, UINT32_MAX) || generation === 0) return false;
  if (!isUpTo(version, UINT32_MAX) || !isUpTo(floor, version) || !isUpTo(after, version)) return false;
  if (!Array.isArray(entries) || entries.length > config.entryCountMax + config.tombstoneCountMax) return false;
  const keys = new Set<string>();
  let previous = after;
  for (const entry of entries) {
    if (!isUpTo(entry?.version, version) || entry.version <= previous) return false;
    if (!isStateKey(entry.key, config) || keys.has(entry.key)) return false;
    if (entry.value !== undefined && !isStateValue(entry.value, config)) return false;
    keys.add(entry.key);
    previous = entry.version;
  }
  return true;
}

/** Well-formed, not empty and not too long. Half a surrogate pair has no UTF-8. */
export function isStateKey(key: unknown, { keyBytesMax }: Readonly<NodeStateConfig>): key is string {
  return typeof key === 'string' && key !== '' && isText(key, keyBytesMax);
}

/** Well-formed and not too long. */
export function isStateValue(value: unknown, { valueBytesMax }: Readonly<NodeStateConfig>): value is string {
  return typeof value === 'string' && isText(value, valueBytesMax);
}

/** Bytes of UTF-8 that a key and its value take; a deleted key has no value. */
export function stateBytes(key: string, value: string | undefined): number {
  return utf8Bytes(key).length + (value === undefined ? 0 : utf8Bytes(value).length);
}

function isText(text: string, bytesMax: number): boolean {
  if (text.length > bytesMax) return false;
  if (text.length * BYTES_PER_UNIT_MAX > bytesMax && utf8Bytes(text).length > bytesMax) return false;
  return !LONE_SURROGATE.test(text);
}

function isUpTo(value: unknown, max: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max;
}
