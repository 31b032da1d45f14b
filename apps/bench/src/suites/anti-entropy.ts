/** What it costs to find out in what two replicas differ: bytes by strategy, against the least possible; time; memory. */
import type { AntiEntropyConfig, Strategy } from '@hearsay/anti-entropy';
import { Rng } from '@hearsay/core';
import { type Check, check } from '../check.ts';
import type { Findings, Row } from '../result.ts';
import { mean } from '../statistics.ts';
import { type Job, numberOf, numbersOf, type Outcome, type Suite, type SuiteOptions } from '../suite.ts';
import { ReplicaPair, type SessionCost } from './replica-pair.ts';

const STRATEGIES: readonly Strategy[] = ['walk', 'sketch', 'auto', 'full'];
const SIZES = [1_000_000, 100_000] as const;
const QUICK_SIZES = [10_000] as const;
/** To list a million records takes 5 MB each time, and shows nothing that a hundred thousand do not. */
const LISTED_COUNT_MAX = 100_000;
const DIFFERENCES = [0, 1, 10, 100, 1_000] as const;
/** Sessions per number of differences: costs of small ones vary, for it matters where the records are. */
const SESSION_COUNTS = [5, 1_000, 60, 10, 4] as const;
const QUICK_SESSION_COUNTS = [2, 1_000, 10, 3, 1] as const;
/** Of a session that lists everything, which costs the same each time. */
const LISTING_SESSION_COUNTS = [1, 2, 2, 2, 1] as const;
const WRITE_COUNT_MAX = 100_000;
const US_PER_MS = 1_000;
const BITS_PER_BYTE = 8;
/** An identifier of a record and its version that two strangers could agree on. */
const IDENTIFIER_BYTES = 16;

/** Nothing is left out, so that one session does it all. The sketch is as large as a thousand differences take. */
const UNLIMITED: Partial<AntiEntropyConfig> = {
  sessionNodeCountMax: 1_000_000,
  sessionRecordCountMax: 1_000_000,
  answerScanCountMax: 10_000_000,
  verifyRoundMs: 0,
};
const SKETCH_CELLS = 8_192;

/**
 * Bytes for 1, 10, 100 and 1000 records that were updated on one side. Source: a published byte model of a tree of
 * sixteen children with salted digests of 32 bits and headers of 12 bytes.
 */
const WALK_LIMITS: Readonly<Record<number, readonly number[]>> = {
  100000: [327, 1_780, 11_100, 60_800],
  1000000: [424, 2_661, 19_800, 143_000],
};
/** As above, of a rateless sketch with 25 bytes a cell [RIBLT §5], whatever the number of records. */
const CELL_LIMITS = [82, 810, 7_100, 68_400] as const;
/** Cells are asked for in batches, and some of the last one are not needed. */
const CELL_SLACK = 1.15;
const EQUAL_PROBE_BYTES_MAX = 64;
const TREE_BYTES_PER_RECORD_MAX = 60;

/** The suite. */
export const antiEntropy: Suite = {
  name: 'anti-entropy',
  title: 'Anti-entropy: bytes to find what differs',
  about:
    'Two replicas of n records, of which one has newer versions of d, and one session between them, in the encoding of ' +
    'the wire. Records themselves are not counted: they have to move in any case. The least possible is what it takes to ' +
    'name d of n records; strangers who do not know each other’s records need 16 bytes or more for each version.',

  jobs({ seed, isQuick }: SuiteOptions): readonly Job[] {
    return (isQuick ? QUICK_SIZES : SIZES).flatMap((recordCount) =>
      STRATEGIES.filter((strategy) => strategy !== 'full' || recordCount <= LISTED_COUNT_MAX).map((strategy) => ({
        ...{ seed, recordCount, strategy, isQuick },
      })),
    );
  },

  run(job: Job): Outcome {
    const recordCount = numberOf(job, 'recordCount');
    const strategy = STRATEGIES.find((each) => each === job.strategy) ?? 'walk';
    const config = { ...UNLIMITED, ...(strategy === 'sketch' ? { sketchCellCountMax: SKETCH_CELLS } : {}) };
    const pair = new ReplicaPair({ recordCount, strategy, config, rng: new Rng(job.seed) });
    const usual = job.isQuick === true ? QUICK_SESSION_COUNTS : SESSION_COUNTS;
    const counts = strategy === 'full' ? LISTING_SESSION_COUNTS : usual;
    const means = DIFFERENCES.map((differenceCount, nth) => meanCost(pair, differenceCount, counts[nth] ?? 1));
    return {
      buildMs: pair.buildMs,
      treeBytes: pair.a.core.treeBytes / recordCount,
      writeUs: writeMicroseconds(pair),
      bytes: means.map(({ bytes }) => bytes),
      cellBytes: means.map(({ cellBytes }) => cellBytes),
      packetBytes: means.map(({ packetBytes }) => packetBytes),
      messages: means.map(({ messageCount }) => messageCount),
      cpuMs: means.map(({ cpuMs }) => cpuMs),
    };
  },

  summarize(jobs: readonly Job[], outcomes: readonly Outcome[]): Findings {
    const groups = jobs.map((job, index) => ({
      recordCount: numberOf(job, 'recordCount'),
      strategy: String(job.strategy),
      outcome: outcomes[index] ?? {},
    }));
    return {
      parameters: { sizes: [...new Set(groups.map((group) => group.recordCount))], differences: DIFFERENCES },
      rows: groups.flatMap(rowsOf),
      checks: groups.flatMap(checksOf),
      plots: groups
        .filter(({ strategy }) => strategy === 'walk')
        .map(({ recordCount }) => ({
          kind: 'line' as const,
          title: `Bytes for each difference, ${recordCount} records`,
          x: 'd',
          xLabel: 'records that differ',
          xScale: 'log' as const,
          yLabel: 'bytes per difference',
          measured: `bytes/d, n ${recordCount}`,
          lines: [
            { column: `published/d, n ${recordCount}`, label: 'published', style: 'solid' as const },
            { column: `least/d, n ${recordCount}`, label: 'least possible', style: 'dashed' as const },
          ],
          groupBy: 'strategy',
        })),
      notes: [
        'Bytes are those of all messages of a session, probe and end included, as they lie in packets; in the last but one ' +
          'column with the headers of packets that carry nothing else.',
        'Cells are the part of the sketch; its bytes also have the probe, the requests for records and the end.',
        'With auto, a session expects as much as the one before it found.',
        'Times belong to the machine. A write is an update of a record with its digest; rebuilding digests all records.',
      ],
    };
  },
};

interface Group {
  readonly recordCount: number;
  readonly strategy: string;
  readonly outcome: Outcome;
}

function meanCost(pair: ReplicaPair, differenceCount: number, sessionCount: number): SessionCost {
  const costs = Array.from({ length: sessionCount + 1 }, () => {
    pair.differ(differenceCount);
    return pair.reconcile();
  }).slice(1);
  const meanOf = (key: keyof SessionCost): number => mean(costs.map((cost) => cost[key]));
  return {
    messageCount: meanOf('messageCount'),
    bytes: meanOf('bytes'),
    cellBytes: meanOf('cellBytes'),
    packetBytes: meanOf('packetBytes'),
    cpuMs: meanOf('cpuMs'),
  };
}

/** One update of a record at random, digest included. */
function writeMicroseconds({ b: { replica } }: ReplicaPair): number {
  const rng = new Rng(1);
  const count = Math.min(WRITE_COUNT_MAX, replica.recordCount);
  const indexes = Array.from({ length: count }, () => rng.below(replica.recordCount));
  const startMs = performance.now();
  for (const index of indexes) replica.touch(index);
  return ((performance.now() - startMs) * US_PER_MS) / count;
}

/** Bytes that name `differenceCount` of `recordCount` records: log2 of the number of ways to choose them. */
export function locatingBytes(recordCount: number, differenceCount: number): number {
  let bits = 0;
  for (let nth = 0; nth < differenceCount; nth++) {
    bits += Math.log2(recordCount - nth) - Math.log2(nth + 1);
  }
  return bits / BITS_PER_BYTE;
}

function rowsOf({ recordCount, strategy, outcome }: Group): readonly Row[] {
  const at = (key: string, nth: number): number => numbersOf(outcome, key)[nth] ?? Number.NaN;
  return DIFFERENCES.map((differenceCount, nth): Row => {
    const published = strategy === 'sketch' ? CELL_LIMITS[nth - 1] : WALK_LIMITS[recordCount]?.[nth - 1];
    const least = locatingBytes(recordCount, differenceCount);
    const each = (bytes: number): number => bytes / Math.max(1, differenceCount);
    return {
      strategy,
      n: recordCount,
      d: differenceCount,
      bytes: at('bytes', nth),
      cells: at('cellBytes', nth),
      published: published ?? '',
      least,
      'least, strangers': VERSIONS * IDENTIFIER_BYTES * differenceCount,
      messages: at('messages', nth),
      'with packets': at('packetBytes', nth),
      'session ms': at('cpuMs', nth),
      'write µs': numberOf(outcome, 'writeUs'),
      'rebuild ms': numberOf(outcome, 'buildMs'),
      'tree bytes per record': numberOf(outcome, 'treeBytes'),
      ...(differenceCount > 0 && strategy !== 'full'
        ? {
            [`bytes/d, n ${recordCount}`]: each(at('bytes', nth)),
            [`published/d, n ${recordCount}`]: each(published ?? Number.NaN),
            [`least/d, n ${recordCount}`]: each(least),
          }
        : {}),
    };
  });
}

/** Of a record that changed, each side has a version that the other has not. */
const VERSIONS = 2;

function checksOf({ recordCount, strategy, outcome }: Group): readonly Check[] {
  const bytes = numbersOf(outcome, 'bytes');
  const cellBytes = numbersOf(outcome, 'cellBytes');
  const name = `${strategy}, n ${recordCount}`;
  const atMost = { kind: 'at-most' } as const;
  const limits = strategy === 'walk' ? (WALK_LIMITS[recordCount] ?? []) : strategy === 'sketch' ? CELL_LIMITS : [];
  const measured = strategy === 'sketch' ? cellBytes : bytes;
  return [
    check(`bytes of a session between equals, ${name}`, 2 * EQUAL_PROBE_BYTES_MAX, bytes[0] ?? Number.NaN, atMost),
    check(
      `bytes of the tree for each record, ${name}`,
      TREE_BYTES_PER_RECORD_MAX,
      numberOf(outcome, 'treeBytes'),
      atMost,
    ),
    ...limits.map((limit, nth) =>
      check(
        `bytes for ${DIFFERENCES[nth + 1]} differences, ${name}`,
        strategy === 'sketch' ? CELL_SLACK * limit : limit,
        measured[nth + 1] ?? Number.NaN,
        atMost,
      ),
    ),
    ...(strategy === 'walk'
      ? [
          check(
            `growth from 100 to 1000 differences, ${name}`,
            DIFFERENCE_GROWTH,
            (bytes.at(-1) ?? Number.NaN) / (bytes.at(-2) ?? Number.NaN),
            atMost,
          ),
        ]
      : []),
  ];
}

/** Ten times as many differences cost at most so many times as much: d log n, with the upper levels shared. */
const DIFFERENCE_GROWTH = 10;
