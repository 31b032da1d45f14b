/**
 * How large packets are and how fast they are encoded and decoded. Bytes are exact and checked; times belong to the
 * machine, so only a ratio of two that were measured side by side in one run is checked.
 */
import { Rng } from '@hearsay/core';
import { Codec, type Packet } from '@hearsay/wire';
import { check } from '../check.ts';
import type { BarPlot, Findings, Row } from '../result.ts';
import { median } from '../statistics.ts';
import { type Job, numberOf, type Outcome, type Suite, type SuiteOptions } from '../suite.ts';
import {
  CLAIM_COUNT,
  PACKET_BYTES_MAX,
  RUMOR_PAYLOAD_BYTES,
  SAMPLE_NAMES,
  samplePackets,
  toJson,
} from './sample-packets.ts';

/** A probe and its answer, which is all that a quiet cluster sends. Source: own measurement of memberlist, 50 nodes. */
const MEMBERLIST_PROBE_BYTES = 83;
const ROUND_COUNT = 15;
const QUICK_ROUND_COUNT = 5;
const OPERATION_COUNT = 10_000;
const QUICK_OPERATION_COUNT = 2_000;
const US_PER_MS = 1_000;

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
        operationCount: isQuick ? QUICK_OPERATION_COUNT : OPERATION_COUNT,
      },
    ];
  },

  run(job: Job): Outcome {
    const outcome: Record<string, number> = {};
    const packets = samplePackets(new Rng(job.seed));
    for (const name of SAMPLE_NAMES) {
      const measured = measure(packets[name], numberOf(job, 'roundCount'), numberOf(job, 'operationCount'));
      for (const [column, value] of measured) outcome[`${name}: ${column}`] = value;
    }
    return outcome;
  },

  summarize(_jobs: readonly Job[], [outcome = {}]: readonly Outcome[]): Findings {
    const measuredOf = (name: string, column: string): number => numberOf(outcome, `${name}: ${column}`);
    const rows = SAMPLE_NAMES.map(
      (packet): Row => ({
        packet,
        ...Object.fromEntries(COLUMNS.map((column) => [column, measuredOf(packet, column)])),
      }),
    );
    const probeBytes = measuredOf('ping', 'bytes') + measuredOf('ack', 'bytes');
    const encodeRatio = measuredOf('full packet', 'encode µs') / measuredOf('full packet', 'JSON encode µs');
    return {
      parameters: { packetBytesMax: PACKET_BYTES_MAX },
      rows,
      checks: [
        check('bytes of a ping and its ack; memberlist sends 83', MEMBERLIST_PROBE_BYTES, probeBytes, {
          kind: 'at-most',
        }),
        check('bytes of a full packet', PACKET_BYTES_MAX, measuredOf('full packet', 'bytes'), { kind: 'at-most' }),
        check('time to encode a full packet, as a share of JSON', 1, encodeRatio, { kind: 'at-most' }),
      ],
      plots: [
        barPlot('Size of a packet', 'bytes', 'bytes'),
        barPlot('Time to encode a packet', 'encode µs', 'µs'),
        barPlot('Time to decode a packet', 'decode µs', 'µs'),
      ],
      notes: [
        'Times are medians of rounds in which the four operations take turns, so a slow moment hits all of them.',
        'Decoding by the codec checks every field; JSON leaves bytes as base64, maps as objects, and checks nothing.',
        `A full packet holds a ping, ${CLAIM_COUNT} claims, and as many rumors of ${RUMOR_PAYLOAD_BYTES} bytes as fit.`,
      ],
    };
  },
};

const COLUMNS = ['bytes', 'JSON bytes', 'encode µs', 'JSON encode µs', 'decode µs', 'JSON decode µs'] as const;

function measure(
  packet: Packet,
  roundCount: number,
  operationCount: number,
): ReadonlyMap<(typeof COLUMNS)[number], number> {
  const wire = new Codec({});
  const bytes = wire.encode(packet);
  const json = Buffer.from(toJson(packet));
  const encode = (): unknown => wire.encode(packet);
  const decode = (): unknown => wire.decode(bytes);
  const encodeJson = (): unknown => Buffer.from(toJson(packet));
  const decodeJson = (): unknown => JSON.parse(json.toString());
  const times = alternately(roundCount, operationCount, [encode, encodeJson, decode, decodeJson]);
  const values = [bytes.length, json.length, ...times];
  return new Map(COLUMNS.map((column, index) => [column, values[index] ?? Number.NaN]));
}

/** Median microseconds per operation, the operations taking turns round by round, after one round of warm-up. */
function alternately(
  roundCount: number,
  operationCount: number,
  operations: readonly (() => unknown)[],
): readonly number[] {
  const rounds = Array.from({ length: roundCount + 1 }, () =>
    operations.map((operation) => microsecondsOf(operation, operationCount)),
  );
  return operations.map((_, index) => median(rounds.slice(1).map((times) => times[index] ?? Number.NaN)));
}

function microsecondsOf(operation: () => unknown, count: number): number {
  const startMs = performance.now();
  for (let index = 0; index < count; index++) operation();
  return ((performance.now() - startMs) * US_PER_MS) / count;
}

/** The column of the codec beside that of JSON. */
function barPlot(title: string, column: string, unit: string): BarPlot {
  const bars = [
    { column, label: 'wire codec' },
    { column: `JSON ${column}`, label: 'JSON' },
  ];
  return { kind: 'bar', title, name: 'packet', bars, unit };
}
