/** Knowledge on its way to a peer: per member, what has been seen of it. `length u8 | name | throughMs u48`, repeated. */
import { isName, type NodeId } from '@hearsay/core';

const TIME_BYTES = 6;
const UINT32_RANGE = 0x1_0000_0000;

/** One entry of a vector. */
export type KnowledgeEntry = readonly [member: NodeId, throughMs: number];

/** As many of the entries as fit. Names are ASCII. */
export function encodeKnowledge(entries: Iterable<KnowledgeEntry>, bytesMax: number): Uint8Array {
  const bytes = new Uint8Array(bytesMax);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [member, throughMs] of entries) {
    if (at + 1 + member.length + TIME_BYTES > bytesMax) break;
    bytes[at] = member.length;
    for (let index = 0; index < member.length; index++) bytes[at + 1 + index] = member.charCodeAt(index);
    at += 1 + member.length;
    view.setUint16(at, Math.floor(throughMs / UINT32_RANGE));
    view.setUint32(at + 2, throughMs % UINT32_RANGE);
    at += TIME_BYTES;
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
    yield [member, view.getUint16(timeAt) * UINT32_RANGE + view.getUint32(timeAt + 2)];
    at = timeAt + TIME_BYTES;
  }
}
