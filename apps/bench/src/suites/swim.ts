/**
 * How long SWIM takes to notice a crash: the real failure detector in virtual time, against the analysis of the paper.
 *
 * Two models. In the paper's, all members begin their periods together, and the first period in which somebody probes
 * the crashed member is counted: e/(e-1) of them on average. In a real cluster nobody is synchronised: a crash falls
 * into the middle of periods, the first probe follows after one period on average, and its verdict at the end of the
 * prober's own period: two periods in all.
 */
import { type Core, type Input, type NodeId, type Outbox, Rng, WallClock } from '@hearsay/core';
import type { Claim } from '@hearsay/membership';
import { MemberTable, membershipConfig } from '@hearsay/membership';
import { Simulation } from '@hearsay/simulator';
import type { SwimCommand, SwimEvent, SwimMessage, SwimTimer } from '@hearsay/swim';
import { LAN, SwimCore } from '@hearsay/swim';
import type { Check, Findings, Row } from '../result.ts';
import { check } from '../result.ts';
import { mean, quantile, standardError } from '../statistics.ts';
import type { Job, Outcome, Suite, SuiteOptions } from '../suite.ts';
import { numberOf, numbersOf } from '../suite.ts';

const SIZES = [8, 16, 28, 56, 128] as const;
const QUICK_SIZES = [8, 28] as const;
const TRIALS_PER_JOB = 50;
const TRIAL_COUNT = 1_000;
const QUICK_TRIAL_COUNT = 300;
const PERIOD_MS = LAN.probePeriodMs;
/** Periods before the crash, so that every node is somewhere in its own traversal. */
const WARM_PERIOD_COUNT = 4;
const DETECTION_PERIODS_MAX = 60;
const ONE_WAY_MS = 1;
const WALL_MS = 1_000_000;
const CLAIM_BYTES = 60;
/** First members of the paper's series: what round robin gives in synchronised periods, by independent simulation. */
const ROUND_ROBIN_PERIODS: ReadonlyMap<number, number> = new Map([
  [8, 1.469],
  [16, 1.529],
  [28, 1.55],
  [56, 1.567],
  [128, 1.578],
]);
const UNSYNCHRONISED_PERIODS = 2;
/** Four standard errors of the mean: a right program fails one check in sixteen thousand. */
const STANDARD_ERRORS = 4;

/** e/(e-1), for n members: expected periods until one of the n-1 others picks the crashed one. [SWIM §3.1] */
export function expectedPeriods(nodeCount: number): number {
  const others = nodeCount - 1;
  return 1 / (1 - (1 - 1 / others) ** others);
}

/** The suite. */
export const swim: Suite = {
  name: 'swim',
  title: 'SWIM: time until a crash is noticed',
  about:
    'One member of a settled cluster crashes; the time until the first other member suspects it is measured in protocol ' +
    'periods, with the LAN preset and 1 ms latency. Theory: with synchronised periods and uniform picks the crashed ' +
    'member is first probed in period e/(e-1) = 1.58 on average, a little earlier with round robin in small clusters. ' +
    'Without synchronisation the first probe follows after 1.0 period and its verdict after 2.0.',

  jobs({ seed, isQuick }: SuiteOptions): readonly Job[] {
    const rng = new Rng(seed).fork('swim');
    const batchCount = (isQuick ? QUICK_TRIAL_COUNT : TRIAL_COUNT) / TRIALS_PER_JOB;
    return (isQuick ? QUICK_SIZES : SIZES).toReversed().flatMap((nodeCount) =>
      [true, false].flatMap((isAligned) =>
        Array.from({ length: batchCount }, (_, batch) => ({
          nodeCount,
          isAligned,
          seed: rng.fork(`${nodeCount}/${isAligned}/${batch}`).seed,
        })),
      ),
    );
  },

  run(job: Job): Outcome {
    const rng = new Rng(job.seed);
    const periods = Array.from({ length: TRIALS_PER_JOB }, (_, trial) =>
      detectionPeriods(numberOf(job, 'nodeCount'), job.isAligned === true, rng.fork(`${trial}`)),
    );
    return { periods };
  },

  summarize(jobs: readonly Job[], outcomes: readonly Outcome[]): Findings {
    const groups = new Map<string, { nodeCount: number; isAligned: boolean; periods: number[] }>();
    jobs.forEach((job, index) => {
      const nodeCount = numberOf(job, 'nodeCount');
      const isAligned = job.isAligned === true;
      const key = `${nodeCount}/${isAligned}`;
      const group = groups.get(key) ?? { nodeCount, isAligned, periods: [] };
      group.periods.push(...numbersOf(outcomes[index] ?? {}, 'periods'));
      groups.set(key, group);
    });
    const rows: Row[] = [];
    const checks: Check[] = [];
    for (const { nodeCount, isAligned, periods } of [...groups.values()].toSorted(
      (a, b) => a.nodeCount - b.nodeCount,
    )) {
      const expected = isAligned ? (ROUND_ROBIN_PERIODS.get(nodeCount) ?? Number.NaN) : UNSYNCHRONISED_PERIODS;
      const model = isAligned ? 'synchronised' : 'unsynchronised';
      const error = standardError(periods);
      rows.push({
        n: nodeCount,
        model,
        trials: periods.length,
        periods: mean(periods),
        '± error': error,
        'theory periods': isAligned ? expectedPeriods(nodeCount) : UNSYNCHRONISED_PERIODS,
        'periods p99': quantile(periods, 0.99),
        seconds: (mean(periods) * PERIOD_MS) / 1_000,
      });
      checks.push(
        check(`periods until suspected, n ${nodeCount}, ${model}`, expected, mean(periods), {
          kind: 'absolute',
          amount: STANDARD_ERRORS * error,
        }),
      );
    }
    return {
      parameters: { sizes: [...new Set(rows.map((row) => Number(row.n)))], periodMs: PERIOD_MS },
      rows,
      checks,
      plots: [
        {
          title: 'Mean time until a crashed member is first suspected',
          x: 'n',
          y: ['periods', 'theory periods'],
          groupBy: 'model',
          xLabel: 'members',
          yLabel: 'protocol periods',
          xScale: 'log',
        },
      ],
      notes: [
        'synchronised rows are checked against round robin, which beats uniform picks (theory periods) a little',
        'the tolerance is four standard errors of the mean, so it follows from the number of trials',
      ],
    };
  },
};

type Swim = Core<SwimCommand, SwimMessage, SwimTimer, SwimEvent>;

/** Lets every period begin at a whole multiple of the period, as in the paper's model. */
class AlignedPeriods implements Swim {
  readonly #core: SwimCore;

  constructor(core: SwimCore) {
    this.#core = core;
  }

  step(
    input: Input<SwimCommand, SwimMessage, SwimTimer>,
    nowMs: number,
    out: Outbox<SwimMessage, SwimTimer, SwimEvent>,
  ): void {
    this.#core.step(input, nowMs, {
      send: (to, message, via) => out.send(to, message, via),
      notify: (event) => out.notify(event),
      schedule: (timer, delayMs) => {
        const dueMs = nowMs + delayMs;
        const alignedMs = Math.max(1, Math.round(dueMs / PERIOD_MS)) * PERIOD_MS;
        out.schedule(timer, timer.type === 'period' ? Math.max(1, alignedMs - nowMs) : delayMs);
      },
    });
  }
}

/** One crash in a settled cluster of its own: protocol periods until the first suspicion. */
function detectionPeriods(nodeCount: number, isAligned: boolean, rng: Rng): number {
  const names = Array.from({ length: nodeCount }, (_, index) => `n${index}`);
  const claims = names.map(aliveClaim);
  const simulation = new Simulation<SwimCommand, SwimMessage, SwimTimer, SwimEvent>({
    seed: rng.seed,
    network: { latencyMsMin: ONE_WAY_MS, latencyMsMean: ONE_WAY_MS },
  });
  for (const claim of claims) {
    simulation.add(claim.name, (own) => {
      const core = swimCore(claim, claims, own);
      return isAligned ? new AlignedPeriods(core) : core;
    });
    simulation.command(claim.name, { type: 'start' });
  }
  simulation.run(WARM_PERIOD_COUNT * PERIOD_MS + (isAligned ? PERIOD_MS / 2 : rng.fraction() * PERIOD_MS));
  const victim = names[rng.below(nodeCount)] ?? 'n0';
  simulation.crash(victim);
  const crashMs = isAligned ? Math.ceil(simulation.nowMs / PERIOD_MS) * PERIOD_MS : simulation.nowMs;
  let suspectedMs = Number.POSITIVE_INFINITY;
  simulation.onEvent((timeMs, _id, event) => {
    if (event.type === 'member-suspected' && event.claim.name === victim) suspectedMs = Math.min(suspectedMs, timeMs);
  });
  simulation.runUntil(() => suspectedMs < Number.POSITIVE_INFINITY, DETECTION_PERIODS_MAX * PERIOD_MS);
  return (suspectedMs - crashMs) / PERIOD_MS;
}

function aliveClaim(name: NodeId): Claim {
  return { name, address: `${name}:1`, generation: 1, incarnation: 0, status: 'alive', tags: new Map(), accuser: '' };
}

/** A member that knows all the others from the start. */
function swimCore(claim: Claim, claims: readonly Claim[], rng: Rng): SwimCore {
  const { name, address, generation, tags } = claim;
  const table = new MemberTable(membershipConfig(), name);
  for (const other of claims) table.merge(other, WALL_MS, 0);
  return new SwimCore({
    config: LAN,
    table,
    rng,
    wallClock: new WallClock(WALL_MS, 0),
    sizeOf: () => CLAIM_BYTES,
    self: { name, address, generation, tags },
  });
}
