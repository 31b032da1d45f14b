/**
 * How large packets are and how fast they are encoded and decoded. Bytes are exact and checked; times belong to the
 * machine, so only ratios that were measured side by side in one run are checked.
 */
import { Rng } from '@hearsay/core';
import type { Claim } from '@hearsay/membership';
import type { Rumor } from '@hearsay/rumor';
import type { StoreRecord } from '@hearsay/store';
import type { Packet, WireMessage } from '@hearsay/wire';
import { Codec } from '@hearsay/wire';
import type { Findings, Row } from '../result.ts';
import { check } from '../result.ts';
import { median } from '../statistics.ts';
import type { Job, Outcome, Suite, SuiteOptions } from '../suite.ts';
import { numberOf } from '../suite.ts';

const PACKET_BYTES_MAX = 1_400;
/** A quiet cluster sends two packets per node and second: a probe and an answer. Source: half of memberlist's 83 B. */
const PROBE_PACKET_BYTES_MAX = 45;
const CLAIM_COUNT = 6;
const ROUND_COUNT = 15;
const QUICK_ROUND_COUNT = 5;
const OPERATIONS_PER_ROUND = 20_000;
const QUICK_OPERATIONS_PER_ROUND = 4_000;

/** The suite. */
export const codec: Suite = {
  name: 'codec',
  title: 'Wire codec: bytes and time per packet',
  about:
    'Typical packets, encoded and decoded by the wire codec and, side by side in the same run, by JSON. Claims, rumors ' +
    'and records are encoded once and copied afterwards, as in gossip, where each is sent many times.',

  jobs({ seed, isQuick }: SuiteOptions): readonly Job[] {
    return [
      {
        seed,
        roundCount: isQuick ? QUICK_ROUND_COUNT : ROUND_COUNT,
        operationCount: isQuick ? QUICK_OPERATIONS_PER_ROUND : OPERATIONS_PER_ROUND,
      },
    ];
  },

  run(job: Job): Outcome {
    const outcome: Record<string, number> = {};
    for (const { name, packet } of samplePackets(new Rng(job.seed))) {
      const wire = new Codec({});
      const bytes = wire.encode(packet);
      outcome[`${name} bytes`] = bytes.length;
      outcome[`${name} JSON bytes`] = toJson(packet).length;
      const text = toJson(packet);
      const timed = alternately(numberOf(job, 'roundCount'), numberOf(job, 'operationCount'), {
        encode: () => wire.encode(packet),
        decode: () => wire.decode(bytes),
        'JSON encode': () => Buffer.from(toJson(packet)),
        'JSON decode': () => JSON.parse(text),
      });
      for (const [operation, ns] of timed) outcome[`${name} ${operation}`] = ns;
    }
    return outcome;
  },

  summarize(_jobs: readonly Job[], [outcome = {}]: readonly Outcome[]): Findings {
    const rows = samplePackets(new Rng(0)).map(({ name }): Row => {
      const value = (key: string): number => numberOf(outcome, `${name} ${key}`);
      return {
        packet: name,
        bytes: value('bytes'),
        'JSON bytes': value('JSON bytes'),
        'encode ns': value('encode'),
        'decode ns': value('decode'),
        'encode / JSON': value('encode') / value('JSON encode'),
        'decode / JSON': value('decode') / value('JSON decode'),
      };
    });
    const bytesOf = (name: string): number => numberOf(outcome, `${name} bytes`);
    const full = rows.find((row) => row.packet === 'full packet');
    return {
      parameters: {},
      rows,
      checks: [
        check('bytes of a ping packet', PROBE_PACKET_BYTES_MAX, bytesOf('ping'), { kind: 'at-most' }),
        check('bytes of an ack packet', PROBE_PACKET_BYTES_MAX, bytesOf('ack'), { kind: 'at-most' }),
        check('bytes of a full packet', PACKET_BYTES_MAX, bytesOf('full packet'), { kind: 'at-most' }),
        check('encode of a full packet / JSON', 1, Number(full?.['encode / JSON']), { kind: 'at-most' }),
      ],
      plots: [],
      notes: [
        `median of rounds in which the four operations alternate, so a slow moment of the machine hits all of them`,
        `a full packet holds a ping, ${CLAIM_COUNT} claims, rumors of 100 bytes, and is filled to ${PACKET_BYTES_MAX} bytes`,
      ],
    };
  },
};

interface Sample {
  readonly name: string;
  readonly packet: Packet;
}

function samplePackets(rng: Rng): readonly Sample[] {
  const ping: WireMessage = { protocol: 'swim', message: { type: 'ping', sequence: rng.uint32(), target: 'node-17' } };
  const ack: WireMessage = { protocol: 'swim', message: { type: 'ack', sequence: rng.uint32() } };
  const claims: WireMessage = {
    protocol: 'swim',
    message: { type: 'claims', claims: Array.from({ length: CLAIM_COUNT }, (_, index) => claim(`node-${index}`)) },
  };
  const record: WireMessage = {
    protocol: 'store',
    message: { type: 'push', session: rng.uint32(), records: [storeRecord(rng)] },
  };
  return [
    { name: 'ping', packet: packetOf([ping]) },
    { name: 'ack', packet: packetOf([ack]) },
    { name: 'ping with claims', packet: packetOf([ping, claims]) },
    { name: 'store record', packet: packetOf([record]) },
    { name: 'full packet', packet: packetOf([ping, claims, ...rumorsUpTo(packetOf([ping, claims]), rng)]) },
  ];
}

/** As many rumors of 100 bytes as fit beside what the packet has. */
function rumorsUpTo(packet: Packet, rng: Rng): readonly WireMessage[] {
  const wire = new Codec({});
  const rumors: Rumor[] = [];
  for (;;) {
    const next = [...rumors, rumor(rng, rumors.length)];
    const message: WireMessage = { protocol: 'rumor', message: { type: 'push', rumors: next } };
    if (wire.encode({ ...packet, messages: [...packet.messages, message] }).length > PACKET_BYTES_MAX) {
      return [{ protocol: 'rumor', message: { type: 'push', rumors } }];
    }
    rumors.push(rumor(rng, rumors.length));
  }
}

function packetOf(messages: readonly WireMessage[]): Packet {
  return { from: 'node-1', generation: 1_700_000_000, address: '', messages };
}

function claim(name: string): Claim {
  const tags = new Map([
    ['role', 'api'],
    ['zone', 'eu-1a'],
  ]);
  return {
    name,
    address: '10.0.0.2:7946',
    generation: 1_700_000_000,
    incarnation: 3,
    status: 'alive',
    tags,
    accuser: '',
  };
}

function rumor(rng: Rng, sequence: number): Rumor {
  const payload = Uint8Array.from({ length: 100 }, () => rng.below(256));
  return { id: { origin: 'node-1', generation: 1_700_000_000, sequence }, topic: 'news', payload, priority: 'normal' };
}

function storeRecord(rng: Rng): StoreRecord {
  const value = Uint8Array.from({ length: 64 }, () => rng.below(256));
  const stamp = { wallMs: 1_700_000_000_000, counter: 1 };
  return { key: 'flags/dark-mode', stamp, origin: 'node-1', kind: 'set', value };
}

/** What a JSON protocol would send: maps as objects, bytes as base64. */
function toJson(packet: Packet): string {
  return JSON.stringify(packet, (_key, value: unknown) => {
    if (value instanceof Map) return Object.fromEntries(value);
    return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;
  });
}

/** Median nanoseconds per operation, the operations taking turns round by round, after one round of warm-up. */
function alternately(
  roundCount: number,
  operationCount: number,
  operations: Readonly<Record<string, () => unknown>>,
): ReadonlyMap<string, number> {
  const samples = new Map<string, number[]>(Object.keys(operations).map((name) => [name, []]));
  for (let round = -1; round < roundCount; round++) {
    for (const [name, operation] of Object.entries(operations)) {
      const start = process.hrtime.bigint();
      for (let index = 0; index < operationCount; index++) operation();
      const ns = Number(process.hrtime.bigint() - start) / operationCount;
      if (round >= 0) samples.get(name)?.push(ns);
    }
  }
  return new Map([...samples].map(([name, values]) => [name, median(values)]));
}
