/** Puts the runs of both peers side by side: what is shown, and what is checked. */
import { type Check, check } from '../check.ts';
import type { Row } from '../result.ts';
import { median } from '../statistics.ts';
import { type Measures, PEERS, type Peer } from './peer-report.ts';

/** One run of one peer. */
export interface PeerRun {
  readonly peer: Peer;
  readonly nodeCount: number;
  /** Runs of one round follow each other directly: only they are divided by each other. */
  readonly round: number;
  readonly measures: Measures;
}

/** One line of the table, for each size. */
interface Comparison {
  readonly phase: string;
  readonly measure: string;
  /** Keys of the report that are added up. */
  readonly keys: readonly string[];
  /** From the report's unit to that of the table, where all numbers are whole. Default 1. */
  readonly factor?: number;
  /** The most that we may take of what memberlist takes. None: shown and not checked. */
  readonly ratioMax?: number;
}

const US_PER_MS = 1_000;
const CPU = { measure: 'CPU µs/node/s', keys: ['cpuMs'], factor: US_PER_MS } as const;
const PACKETS = { measure: 'packets and messages/node/s', keys: ['udpPackets', 'tcpMessages'] } as const;
const BYTES = { measure: 'payload bytes/node/s', keys: ['udpBytes', 'tcpBytes'] } as const;
const SUSPICIONS = { measure: 'suspicions', keys: ['suspicions'] } as const;
const FALSE_DEAD = { measure: 'views that call a running node dead', keys: ['falseDeadViews'] } as const;

/**
 * Source of every limit: what we measured on two cores at N = 20, 50 and 100, with room for the luck of a run: joining
 * 0.3 to 1.1; at rest CPU 0.8 to 2.1, packets 1.0, bytes 0.82, heap 1.7 to 2.9, the most in the smallest cluster, which
 * shares what V8 compiles among the fewest; broadcasts 0.5 to 1.1; bytes under loss 0.7 to 0.8; detection 0.9 to 1.2. A
 * limit above 1 leaves room or tells what we owe; it is not what we aim at.
 */
const COMPARISONS: readonly Comparison[] = [
  { phase: 'join', measure: '99 % of pairs know each other, ms', keys: ['mostMs'], ratioMax: 2 },
  { phase: 'join', measure: 'all pairs know each other, ms', keys: ['allMs'], ratioMax: 2 },
  { phase: 'join', measure: 'pairs that do not after 30 s', keys: ['missingPairs'] },
  { phase: 'steady', ...CPU, ratioMax: 3 },
  { phase: 'steady', ...PACKETS, ratioMax: 1.1 },
  { phase: 'steady', ...BYTES, ratioMax: 1 },
  { phase: 'steady', measure: 'heap KiB/node', keys: ['heapKib'], ratioMax: 3.5 },
  { phase: 'steady', measure: 'resident KiB/node', keys: ['rssKib'] },
  { phase: 'steady', ...SUSPICIONS },
  { phase: 'steady', ...FALSE_DEAD },
  { phase: 'broadcast', measure: '100 B to half of the nodes, ms', keys: ['halfMs'], ratioMax: 1.5 },
  { phase: 'broadcast', measure: '100 B to 99 %, ms', keys: ['mostMs'], ratioMax: 1.5 },
  { phase: 'broadcast', measure: '100 B to all, ms', keys: ['allMs'], ratioMax: 1.5 },
  { phase: 'broadcast', measure: 'deliveries missed', keys: ['missed'] },
  { phase: 'broadcast', ...CPU },
  { phase: 'broadcast', ...BYTES },
  { phase: 'loss', ...CPU },
  { phase: 'loss', ...BYTES, ratioMax: 1.5 },
  { phase: 'loss', ...SUSPICIONS },
  { phase: 'loss', ...FALSE_DEAD },
  { phase: 'detection', measure: 'first suspicion, ms after the kill', keys: ['firstSuspectMs'] },
  { phase: 'detection', measure: 'first verdict dead, ms', keys: ['firstDeadMs'], ratioMax: 1.5 },
  { phase: 'detection', measure: 'all know, ms', keys: ['allKnowMs'], ratioMax: 1.5 },
  { phase: 'detection', measure: 'views that never know', keys: ['missingViews'] },
  { phase: 'detection', ...FALSE_DEAD },
];

/** Rows and checks of all sizes. What did not happen in time has no number; what was not measured is not checked. */
export function compare(runs: readonly PeerRun[]): {
  readonly rows: readonly Row[];
  readonly checks: readonly Check[];
} {
  const rows: Row[] = [];
  const checks: Check[] = [];
  for (const nodeCount of new Set(runs.map((run) => run.nodeCount))) {
    const sameSize = runs.filter((run) => run.nodeCount === nodeCount);
    for (const comparison of COMPARISONS) {
      const { phase, measure, ratioMax } = comparison;
      const hearsay = middle(sameSize, 'hearsay', comparison);
      const memberlist = middle(sameSize, 'memberlist', comparison);
      const ratios = ratiosOf(sameSize, comparison);
      const ratio = hearsay === undefined || memberlist === undefined ? undefined : numberOrNothing(median(ratios));
      rows.push({ n: nodeCount, phase, measure, ...defined({ hearsay, memberlist, ratio }) });
      if (ratioMax === undefined || ratios.length === 0) continue;
      const name = `n ${nodeCount}, ${phase}: ${measure}, ours by theirs`;
      checks.push(check(name, ratioMax, median(ratios), { kind: 'at-most' }));
    }
  }
  return { rows, checks };
}

/** One sentence for each size at which running nodes were suspected although nothing happened to them. */
export function busyNotes(runs: readonly PeerRun[]): readonly string[] {
  return [...new Set(runs.map((run) => run.nodeCount))].flatMap((nodeCount) => {
    const sameSize = runs.filter((run) => run.nodeCount === nodeCount);
    const count = sameSize.reduce((sum, { measures }) => sum + (measures['steady.suspicions'] ?? 0), 0);
    if (count === 0) return [];
    return [`n ${nodeCount}: running nodes were suspected ${count} times at rest, so the machine was too busy for it`];
  });
}

/**
 * For each round ours by theirs: 0 where only they did not get there in time, and infinite, which no check forgives,
 * where only we did not. A round in which neither did says nothing, nor does one in which theirs is 0.
 */
function ratiosOf(runs: readonly PeerRun[], comparison: Comparison): readonly number[] {
  const rounds = [...new Set(runs.map((run) => run.round))];
  return rounds.flatMap((round) => {
    const [ours, theirs] = PEERS.map((peer) =>
      valueIn(runs.find((run) => run.round === round && run.peer === peer)?.measures ?? {}, comparison),
    );
    if (theirs === undefined) return ours === undefined ? [] : [0];
    if (ours === undefined) return [Number.POSITIVE_INFINITY];
    return theirs === 0 ? [] : [ours / theirs];
  });
}

/** Median over the rounds, or nothing if it never happened in time. */
function middle(runs: readonly PeerRun[], peer: Peer, comparison: Comparison): number | undefined {
  const values = runs.filter((run) => run.peer === peer).flatMap((run) => valueIn(run.measures, comparison) ?? []);
  return values.length === 0 ? undefined : median(values);
}

function valueIn(measures: Measures, { phase, keys, factor = 1 }: Comparison): number | undefined {
  const parts = keys.map((key) => measures[`${phase}.${key}`]).filter((part) => part !== undefined);
  return parts.length < keys.length ? undefined : factor * parts.reduce((sum, part) => sum + part, 0);
}

/** Without the keys that have no value: a row has gaps there. */
function defined(values: Readonly<Record<string, number | undefined>>): Row {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}

function numberOrNothing(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}
