/** Packets as JSON: sizes that are exact, as the composer needs them, without the packages above this one. */
import type { Packet, PacketSizes, StackMessage } from '../src/index.ts';

const GENERATION_MAX = 0xffff_ffff;
const SESSION_MAX = 0xffff_ffff;

/** Bytes of a whole packet. */
export function packetBytes(packet: Packet): number {
  return jsonBytes(packet);
}

/** A message and the comma before it. An item counts as a message of its own: the sum bounds a message with all. */
export const JSON_SIZES: PacketSizes = {
  overheadBytes: (from) => jsonBytes({ from, generation: GENERATION_MAX, address: '', messages: [] }),
  sizeOf: (message) => messageBytes(message),
  claimBytes: (claim) => messageBytes({ protocol: 'swim', message: { type: 'claims', claims: [claim] } }),
  rumorBytes: (rumor) => messageBytes({ protocol: 'rumor', message: { type: 'push', rumors: [rumor] } }),
  recordBytes: (record) =>
    messageBytes({ protocol: 'store', message: { type: 'push', session: SESSION_MAX, records: [record] } }),
};

function messageBytes(message: StackMessage): number {
  return jsonBytes(message) + 1;
}

function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value, plain));
}

function plain(_key: string, value: unknown): unknown {
  if (value instanceof Map) return [...value];
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;
}
