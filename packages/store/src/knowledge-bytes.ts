/**
 * Knowledge on its way to a peer.
 *
 *   entry := length u8 | name | throughMs u48 | [gaps]     per member; a name is never empty
 *   gaps  := 0 u8 | count u8 | count × (fromMs u48 | untilMs u48)
 *   stamp := nowMs u48 | (fromMs u48 | untilMs u48)*       of the sender itself
 */
import { isName, type NodeId } from '@hearsay/core';
import { areGaps, type Gap } from './gaps.ts';

const TIME_BYTES = 6;
const GAP_BYTES = 2 * TIME_BYTES;
const GAPS_HEADER_BYTES = 2;
const UINT32_RANGE = 0x1_0000_0000;

/** One entry of a vector: up to which time the member was seen, and which of its writes before were not. */
export type KnowledgeEntry = readonly [member: NodeId, throughMs: number, gaps?: readonly Gap[]];

/** As many of the entries as fit. Names are ASCII. */
export function encodeKnowledge(entries: Iterable<KnowledgeEntry>, bytesMax: number): Uint8Array {
  const bytes = new Uint8Array(bytesMax);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [member, throughMs, gaps = []] of entries) {
    const gapsBytes = gaps.length === 0 ? 0 : GAPS_HEADER_BYTES + gaps.length * GAP_BYTES;
    if (at + 1 + member.length + TIME_BYTES + gapsBytes > bytesMax) break;
    bytes[at] = member.length;
    for (let index = 0; index < member.length; index++) bytes[at + 1 + index] = member.charCodeAt(index);
    at += 1 + member.length;
    setTime(view, at, throughMs);
    at += TIME_BYTES;
    if (gaps.length === 0) continue;
    bytes[at + 1] = gaps.length;
    setGaps(view, at + GAPS_HEADER_BYTES, gaps);
    at += gapsBytes;
  }
  return bytes.slice(0, at);
}

/** Never throws: what follows something malformed is ignored. */
export function* decodeKnowledge(bytes: Uint8Array): Generator<KnowledgeEntry> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length; ) {
    const timeAt = at + 1 + (bytes[at] ?? 0);
    if (timeAt + TIME_BYTES > bytes.length) return;
    const member = String.fromCharCode(...bytes.subarray(at + 1, timeAt));
    if (!isName(member)) return;
    const throughMs = timeIn(view, timeAt);
    at = timeAt + TIME_BYTES;
    if (bytes[at] !== 0) {
      yield [member, throughMs];
      continue;
    }
    const gapsAt = at + GAPS_HEADER_BYTES;
    const endAt = gapsAt + (bytes[at + 1] ?? 0) * GAP_BYTES;
    if (endAt > bytes.length) return;
    const gaps = gapsIn(view, gapsAt, endAt);
    if (!areGaps(gaps, throughMs)) return;
    yield [member, throughMs, gaps];
    at = endAt;
  }
}

/** Our time, and what we may have lost of our own. */
export function encodeStamp(nowMs: number, gaps: readonly Gap[]): Uint8Array {
  const bytes = new Uint8Array(TIME_BYTES + gaps.length * GAP_BYTES);
  const view = new DataView(bytes.buffer);
  setTime(view, 0, nowMs);
  setGaps(view, TIME_BYTES, gaps);
  return bytes;
}

/** `undefined` when it is none. */
export function decodeStamp(bytes: Uint8Array): { nowMs: number; gaps: readonly Gap[] } | undefined {
  if (bytes.length < TIME_BYTES || (bytes.length - TIME_BYTES) % GAP_BYTES !== 0) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const nowMs = timeIn(view, 0);
  const gaps = gapsIn(view, TIME_BYTES, bytes.length);
  return areGaps(gaps, nowMs) ? { nowMs, gaps } : undefined;
}

function setTime(view: DataView, at: number, ms: number): void {
  view.setUint16(at, Math.floor(ms / UINT32_RANGE));
  view.setUint32(at + 2, ms % UINT32_RANGE);
}

function timeIn(view: DataView, at: number): number {
  return view.getUint16(at) * UINT32_RANGE + view.getUint32(at + 2);
}

function setGaps(view: DataView, at: number, gaps: readonly Gap[]): void {
  for (const [index, { fromMs, untilMs }] of gaps.entries()) {
    setTime(view, at + index * GAP_BYTES, fromMs);
    setTime(view, at + index * GAP_BYTES + TIME_BYTES, untilMs);
  }
}

function gapsIn(view: DataView, fromAt: number, endAt: number): Gap[] {
  const gaps: Gap[] = [];
  for (let at = fromAt; at < endAt; at += GAP_BYTES) {
    gaps.push({ fromMs: timeIn(view, at), untilMs: timeIn(view, at + TIME_BYTES) });
  }
  return gaps;
}
