/** Typical packets for the codec suite. */
import type { Rng } from '@hearsay/core';
import { aliveClaim, type Claim } from '@hearsay/membership';
import type { Rumor } from '@hearsay/rumor';
import type { StoreRecord } from '@hearsay/store';
import { Codec, type Packet, type WireMessage } from '@hearsay/wire';

export const PACKET_BYTES_MAX = 1_400;
export const CLAIM_COUNT = 6;
export const RUMOR_PAYLOAD_BYTES = 100;
const VALUE_BYTES = 64;
const GENERATION = 1_700_000_000;
const BYTE_VALUES = 256;

/** In the order of the table. */
export const SAMPLE_NAMES = ['ping', 'ack', 'ping with claims', 'store record', 'full packet'] as const;
export type SampleName = (typeof SAMPLE_NAMES)[number];

/** One packet of each kind. */
export function samplePackets(rng: Rng): Readonly<Record<SampleName, Packet>> {
  const ping: WireMessage = {
    protocol: 'swim',
    message: { type: 'ping', sequence: rng.uint32(), target: 'node-17', path: 'packet' },
  };
  const ack: WireMessage = { protocol: 'swim', message: { type: 'ack', sequence: rng.uint32(), path: 'packet' } };
  const claims: WireMessage = {
    protocol: 'swim',
    message: { type: 'claims', claims: Array.from({ length: CLAIM_COUNT }, (_, index) => claim(`node-${index}`)) },
  };
  const record: WireMessage = {
    protocol: 'store',
    message: { type: 'push', session: rng.uint32(), records: [storeRecord(rng)] },
  };
  const pingWithClaims = packetOf([ping, claims]);
  return {
    ping: packetOf([ping]),
    ack: packetOf([ack]),
    'ping with claims': pingWithClaims,
    'store record': packetOf([record]),
    'full packet': filled(pingWithClaims, rng),
  };
}

/** What a JSON protocol would send: maps as objects, bytes as base64. */
export function toJson(packet: Packet): string {
  return JSON.stringify(packet, (_key, value: unknown) => {
    if (value instanceof Map) return Object.fromEntries(value);
    return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;
  });
}

/** The packet with as many rumors as fit. */
function filled(packet: Packet, rng: Rng): Packet {
  const wire = new Codec({});
  const withRumors = (rumors: readonly Rumor[]): Packet =>
    packetOf([...packet.messages, { protocol: 'rumor', message: { type: 'push', rumors } }]);
  const rumors: Rumor[] = [];
  for (;;) {
    const next = rumor(rng, rumors.length);
    if (wire.encode(withRumors([...rumors, next])).length > PACKET_BYTES_MAX) return withRumors(rumors);
    rumors.push(next);
  }
}

function packetOf(messages: readonly WireMessage[]): Packet {
  return { from: 'node-1', generation: GENERATION, address: '', messages };
}

function claim(name: string): Claim {
  const address = '10.0.0.2:7946';
  return aliveClaim({ name, address, generation: GENERATION, incarnation: 3, zone: 'eu-1a', tagsDigest: 0xdeadbeef });
}

function rumor(rng: Rng, sequence: number): Rumor {
  const id = { origin: 'node-1', generation: GENERATION, sequence };
  return { id, topic: 'news', payload: randomBytes(RUMOR_PAYLOAD_BYTES, rng), priority: 'normal' };
}

function storeRecord(rng: Rng): StoreRecord {
  const stamp = { wallMs: 1_700_000_000_000, counter: 1 };
  return { key: 'flags/dark-mode', stamp, origin: 'node-1', kind: 'set', value: randomBytes(VALUE_BYTES, rng) };
}

function randomBytes(length: number, rng: Rng): Uint8Array {
  return Uint8Array.from({ length }, () => rng.below(BYTE_VALUES));
}
