/**
 * How a rumor spreads: rounds and messages until every node knows it, against the size of the cluster.
 *
 * The real rumor core runs in lock-step rounds: in each round every infective node pushes to its `fanout` peers, and
 * what was pushed arrives before the next round. So a round is the unit of time, as in the theory.
 */
import { RecordingOutbox, Rng } from '@hearsay/core';
import { PeerSet } from '@hearsay/membership';
import type { Rumor, RumorEvent, RumorMessage, RumorTimer } from '@hearsay/rumor';
import { RumorCore, rumorConfig } from '@hearsay/rumor';
import type { Check, Findings, Row } from '../result.ts';
import { check } from '../result.ts';
import { mean, quantile, slope, standardError } from '../statistics.ts';
import type { Job, Outcome, Suite, SuiteOptions } from '../suite.ts';
import { numberOf } from '../suite.ts';

const FANOUTS = [1, 2, 3, 4] as const;
const DEFAULT_FANOUT = 3;
/** Bytes of one rumor for the byte budget; the spread does not depend on it. */
const RUMOR_BYTES = 100;
/** More rounds than any run takes: a spread that is not over by then is a bug. */
const ROUND_COUNT_MAX = 400;
const ROUND_MS = 200;

/** Runs per size: enough for a standard error of the mean below a tenth of a round. */
const RUNS: Readonly<Record<number, number>> = { 10: 400, 32: 300, 100: 200, 1000: 60, 10000: 10, 100000: 2 };
const QUICK_RUNS: Readonly<Record<number, number>> = { 10: 200, 100: 60, 1000: 12, 10000: 4 };
/** From this size on only the default fanout is run. */
const LARGE = 100_000;
const QUICK_LARGE = 10_000;

/** Rounds until the last node knows, counted from 1 for the first pushes. [Pittel] generalised to `fanout` targets. */
export function theoryRounds(nodeCount: number, fanout: number): number {
  return Math.log(nodeCount) / Math.log(fanout + 1) + Math.log(nodeCount) / fanout;
}

/** The suite. */
export const spread: Suite = {
  name: 'spread',
  title: 'Rumor spreading: rounds and messages to reach all',
  about:
    'The push rumor core in lock-step rounds, from one source, without loss. Theory: with f targets a round a rumor ' +
    'needs log(n)/log(f+1) + ln(n)/f + O(1) rounds to reach all n nodes. A node stops after its transmit limit of ' +
    '4 × ⌈log10(n+1)⌉ pushes, so the messages per node grow with log n as well and do not depend on the fanout.',

  jobs({ seed, isQuick }: SuiteOptions): readonly Job[] {
    const runs = Object.entries(isQuick ? QUICK_RUNS : RUNS);
    const rng = new Rng(seed).fork('spread');
    const jobs: Job[] = [];
    for (const [nodes, runCount] of runs.toReversed()) {
      for (const fanout of FANOUTS) {
        if (Number(nodes) >= (isQuick ? QUICK_LARGE : LARGE) && fanout !== DEFAULT_FANOUT) continue;
        for (let run = 0; run < runCount; run++) {
          jobs.push({ nodeCount: Number(nodes), fanout, seed: rng.fork(`${nodes}/${fanout}/${run}`).seed });
        }
      }
    }
    return batched(jobs);
  },

  run(job: Job): Outcome {
    const nodeCount = numberOf(job, 'nodeCount');
    const fanout = numberOf(job, 'fanout');
    const runs = Array.from({ length: numberOf(job, 'runCount') }, (_, run) =>
      spreadOnce(nodeCount, fanout, new Rng(job.seed).fork(`${run}`)),
    );
    return {
      rounds: runs.flatMap((run) => (run.residueCount === 0 ? [run.rounds] : [])),
      messages: runs.map((run) => run.pushCount / nodeCount),
      residues: runs.map((run) => run.residueCount / nodeCount),
    };
  },

  summarize(jobs: readonly Job[], outcomes: readonly Outcome[], options: SuiteOptions): Findings {
    const rows = jobs.map((job, index) => rowOf(job, outcomes[index] ?? {}));
    rows.sort((a, b) => Number(a.fanout) - Number(b.fanout) || Number(a.n) - Number(b.n));
    return {
      parameters: { fanouts: [...FANOUTS], sizes: [...new Set(rows.map((row) => Number(row.n)))] },
      rows,
      checks: checksOf(rows),
      plots: [
        {
          title: 'Rounds until every node knows the rumor',
          x: 'n',
          y: ['rounds', 'theory rounds'],
          groupBy: 'fanout',
          xLabel: 'nodes',
          yLabel: 'rounds',
          xScale: 'log',
        },
        {
          title: 'Pushes per node until the spreading ends',
          x: 'n',
          y: ['messages', 'theory messages'],
          groupBy: 'fanout',
          xLabel: 'nodes',
          yLabel: 'pushes per node',
          xScale: 'log',
        },
      ],
      notes: [
        `theory rounds leaves out the O(1): about one round, so it lies a little below the measured line`,
        `a run that left a node out counts for the residue and not for the rounds`,
        options.isQuick ? 'quick run: up to 10,000 nodes' : 'full run: up to 100,000 nodes at fanout 3',
      ],
    };
  },
};

interface Spread {
  readonly rounds: number;
  readonly pushCount: number;
  readonly residueCount: number;
}

/** One rumor in one cluster, to the end of its spreading. */
function spreadOnce(nodeCount: number, fanout: number, rng: Rng): Spread {
  const names = Array.from({ length: nodeCount }, (_, index) => `n${index}`);
  const peers = new PeerSet();
  for (const name of names) peers.add(name);
  const config = rumorConfig({ fanout, roundIntervalMs: ROUND_MS });
  const cores = new Map(
    names.map((name) => {
      const core = new RumorCore({ config, self: name, peers, rng: rng.fork(name), sizeOf: () => RUMOR_BYTES });
      return [name, core] as const;
    }),
  );
  const out = new RecordingOutbox<RumorMessage, RumorTimer, RumorEvent>();
  let infective = new Set<string>();
  let knowCount = 0;
  let lastRound = 0;
  let pushCount = 0;
  const step = (name: string, input: Parameters<RumorCore['step']>[0], round: number): void => {
    out.events.length = 0;
    out.timers.length = 0;
    cores.get(name)?.step(input, round * ROUND_MS, out);
    if (out.events.some((event) => event.type === 'rumor-learned')) {
      knowCount += 1;
      lastRound = round;
    }
    if (out.timers.length > 0) infective.add(name);
  };
  step('n0', { kind: 'command', command: { type: 'publish', rumor: sampleRumor() } }, 0);
  for (let round = 1; infective.size > 0 && round <= ROUND_COUNT_MAX; round++) {
    const acting = infective;
    infective = new Set();
    for (const name of acting) step(name, { kind: 'timer', timer: { type: 'round' } }, round);
    const sends = out.sends.splice(0);
    pushCount += sends.length;
    for (const { to, message } of sends) step(to, { kind: 'message', from: 'n0', message }, round);
  }
  return { rounds: lastRound, pushCount, residueCount: nodeCount - knowCount };
}

function sampleRumor(): Rumor {
  return {
    id: { origin: 'n0', generation: 1, sequence: 1 },
    topic: 'bench',
    payload: new Uint8Array(0),
    priority: 'normal',
  };
}

/** Puts the runs of one size and fanout into a few jobs, so that a message to a worker is worth its while. */
function batched(jobs: readonly Job[]): readonly Job[] {
  const batches = new Map<string, Job>();
  for (const job of jobs) {
    const key = `${numberOf(job, 'nodeCount')}/${numberOf(job, 'fanout')}`;
    const batch = batches.get(key);
    batches.set(
      key,
      batch === undefined ? { ...job, runCount: 1 } : { ...batch, runCount: numberOf(batch, 'runCount') + 1 },
    );
  }
  return [...batches.values()];
}

function rowOf(job: Job, outcome: Outcome): Row {
  const nodeCount = numberOf(job, 'nodeCount');
  const fanout = numberOf(job, 'fanout');
  const rounds = outcome.rounds as readonly number[];
  const messages = outcome.messages as readonly number[];
  const limit = 4 * Math.ceil(Math.log10(nodeCount + 1));
  return {
    n: nodeCount,
    fanout,
    runs: messages.length,
    rounds: mean(rounds),
    '± error': standardError(rounds),
    'rounds p99': quantile(rounds, 0.99),
    'theory rounds': theoryRounds(nodeCount, fanout),
    messages: mean(messages),
    'theory messages': limit,
    residue: mean(outcome.residues as readonly number[]),
  };
}

/** O(1) of the theory, from independent simulations: about one round at every fanout. */
const THEORY_OFFSET_ROUNDS = 1;
const OFFSET_TOLERANCE_ROUNDS = 0.5;
/** Added to the tolerance, for the noise of few runs. */
const STANDARD_ERRORS = 3;
const SLOPE_TOLERANCE = 0.12;
const MESSAGES_TOLERANCE = 0.05;
/** [Demers §1.4] leaves a residue; with this transmit limit simulations of memberlist's rule leave less than this. */
const RESIDUE_MAX = 0.002;

function checksOf(rows: readonly Row[]): readonly Check[] {
  const column = (row: Row, name: string): number => Number(row[name]);
  const perRow = rows.flatMap((row) => {
    const label = `n ${column(row, 'n')}, fanout ${column(row, 'fanout')}`;
    const expected = column(row, 'theory rounds') + THEORY_OFFSET_ROUNDS;
    return [
      check(`rounds, ${label}`, expected, column(row, 'rounds'), {
        kind: 'absolute',
        amount: OFFSET_TOLERANCE_ROUNDS + STANDARD_ERRORS * column(row, '± error'),
      }),
      check(`pushes per node, ${label}`, column(row, 'theory messages'), column(row, 'messages'), {
        kind: 'relative',
        amount: MESSAGES_TOLERANCE,
      }),
    ];
  });
  const perFanout = FANOUTS.flatMap((fanout) => {
    const own = rows.filter((row) => row.fanout === fanout);
    const line = (name: string): number =>
      slope(own.map((row) => [Math.log2(column(row, 'n')), column(row, name)] as const));
    return check(`growth of rounds with log2 n, fanout ${fanout}`, line('theory rounds'), line('rounds'), {
      kind: 'relative',
      amount: SLOPE_TOLERANCE,
    });
  });
  const worstResidue = Math.max(...rows.filter((row) => column(row, 'n') >= 100).map((row) => column(row, 'residue')));
  return [
    ...perRow,
    ...perFanout,
    check('largest residue from 100 nodes on', RESIDUE_MAX, worstResidue, { kind: 'at-most' }),
  ];
}
