/**
 * How evenly a token ring spreads keys, what moves when a member joins, and what it costs. Shares are exact: they follow
 * from the tokens of the names. Times belong to the machine and are not checked.
 */
import { movedRanges, type RingMember, TokenRing, tokensOf } from '@hearsay/ring';
import { check } from '../check.ts';
import type { Findings, Row } from '../result.ts';
import { mean } from '../statistics.ts';
import { type Job, numberOf, numbersOf, type Outcome, type Suite, type SuiteOptions } from '../suite.ts';

const MEMBER_COUNTS = [8, 64, 256];
const TOKEN_COUNTS = [1, 16, 64, 128, 256, 512];
const QUICK_MEMBER_COUNTS = [8, 64];
const QUICK_TOKEN_COUNTS = [16, 128];
/** Sets of names; the worst of them is shown. */
const RING_COUNT = 5;
/** What nodes have by default, and what the README of the ring promises of it. */
const CHECKED_TOKEN_COUNT = 128;
const FULLEST_MAX = 1.4;
const LOOKUP_COUNT = 20_000;
const REPLICA_COUNT = 3;
const TOKEN_BITS = 64;
const PER_CENT = 100;
const US_PER_MS = 1_000;
/** What is measured of each ring. */
const MEASURES = ['fullest', 'deviation', 'moved', 'strays', 'buildMs', 'lookupUs'] as const;

/** The suite. */
export const ring: Suite = {
  name: 'ring',
  title: 'Token ring: how evenly keys are spread, and what moves',
  about:
    'Members with tokens derived from their names, in one zone. The share of a member is the part of the ring that it ' +
    'owns, against the average. Then one more joins: ideally one part in n + 1 of all keys moves, and all of it to that ' +
    'member.',

  jobs({ seed, isQuick }: SuiteOptions): readonly Job[] {
    const memberCounts = isQuick ? QUICK_MEMBER_COUNTS : MEMBER_COUNTS;
    const tokenCounts = isQuick ? QUICK_TOKEN_COUNTS : TOKEN_COUNTS;
    const jobs = memberCounts.flatMap((memberCount) =>
      tokenCounts.map((tokenCount) => ({ seed, memberCount, tokenCount })),
    );
    return jobs.sort((a, b) => b.memberCount * b.tokenCount - a.memberCount * a.tokenCount);
  },

  run(job: Job): Outcome {
    const [memberCount, tokenCount] = [numberOf(job, 'memberCount'), numberOf(job, 'tokenCount')];
    const rings = Array.from({ length: RING_COUNT }, (_, set) =>
      measure(`${job.seed}-${set}`, memberCount, tokenCount),
    );
    return Object.fromEntries(MEASURES.map((name) => [name, rings.map((each) => each[name])]));
  },

  summarize(jobs: readonly Job[], outcomes: readonly Outcome[]): Findings {
    const rows = jobs.map((job, index) => rowOf(job, outcomes[index] ?? {}));
    const sorted = rows.sort((a, b) => Number(a.members) - Number(b.members) || Number(a.tokens) - Number(b.tokens));
    const checked = sorted.filter(({ tokens }) => tokens === CHECKED_TOKEN_COUNT);
    const worst = Math.max(...checked.map((row) => Number(row['fullest member'])));
    const strayCount = outcomes.reduce((sum, outcome) => sum + total(numbersOf(outcome, 'strays')), 0);
    return {
      parameters: { ringCount: RING_COUNT, replicaCount: REPLICA_COUNT },
      rows: sorted,
      checks: [
        check('share of the fullest member with 128 tokens, of the average', FULLEST_MAX, worst, { kind: 'at-most' }),
        check('ranges that moved to another member than the joiner', 0, strayCount, { kind: 'at-most' }),
      ],
      plots: [
        {
          kind: 'bar',
          title: 'The fullest member, by members × tokens',
          name: 'ring',
          bars: [{ column: 'fullest member', label: 'share' }],
          unit: 'of the average',
        },
      ],
      notes: [
        `The fullest member is the worst of ${RING_COUNT} sets of names; the other columns are averages over them.`,
        'Moved is the part of all keys that changed their owner when one more member joined, of the part that had to.',
      ],
    };
  },
};

function rowOf(job: Job, outcome: Outcome): Row {
  const [members, tokens] = [numberOf(job, 'memberCount'), numberOf(job, 'tokenCount')];
  return {
    ring: `${members} × ${tokens}`,
    members,
    tokens,
    'fullest member': Math.max(...numbersOf(outcome, 'fullest')),
    'deviation %': mean(numbersOf(outcome, 'deviation')) * PER_CENT,
    'moved of ideal': mean(numbersOf(outcome, 'moved')),
    'build ms': mean(numbersOf(outcome, 'buildMs')),
    'lookup µs': mean(numbersOf(outcome, 'lookupUs')),
  };
}

function measure(set: string, memberCount: number, tokenCount: number): Record<(typeof MEASURES)[number], number> {
  const members = Array.from({ length: memberCount + 1 }, (_, index) =>
    memberOf(`ring-${set}-node-${index}`, tokenCount),
  );
  const startMs = performance.now();
  const before = new TokenRing(members.slice(1));
  const buildMs = performance.now() - startMs;
  const after = new TokenRing(members);
  const joiner = members[0]?.name;
  const ranges = movedRanges(before, after, 1);
  const shares = sharesOf(before).map((share) => share * memberCount);
  return {
    fullest: Math.max(...shares),
    deviation: Math.sqrt(mean(shares.map((share) => (share - 1) ** 2))),
    moved: total(ranges.map(({ start, end }) => partOf(start, end))) * (memberCount + 1),
    strays: ranges.filter((range) => range.after[0] !== joiner).length,
    buildMs,
    lookupUs: lookupUsOf(before),
  };
}

function memberOf(name: string, tokenCount: number): RingMember {
  return { name, zone: '', generation: 1, tokens: tokensOf(name, tokenCount) };
}

function sharesOf(measured: TokenRing): number[] {
  const shares = new Map<string, number>();
  for (const { range, owners } of measured.ranges(1)) {
    const owner = owners[0] ?? '';
    shares.set(owner, (shares.get(owner) ?? 0) + partOf(range.start, range.end));
  }
  return [...shares.values()];
}

/** Of the whole ring. */
function partOf(start: bigint, end: bigint): number {
  return Number(BigInt.asUintN(TOKEN_BITS, end - start)) / 2 ** TOKEN_BITS;
}

function lookupUsOf(measured: TokenRing): number {
  const startMs = performance.now();
  for (let index = 0; index < LOOKUP_COUNT; index++) measured.ownersOf(`user:${index}`, REPLICA_COUNT);
  return ((performance.now() - startMs) * US_PER_MS) / LOOKUP_COUNT;
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
