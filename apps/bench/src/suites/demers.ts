/** Rumor mongering as Demers et al. simulated it, by the policies of `@hearsay/damping`. [Demers §1.4] */
import { Rng } from '@hearsay/core';
import type { Findings, Row } from '../result.ts';
import { mean, significant, standardError } from '../statistics.ts';
import { type Job, numberOf, type Outcome, type Pool, pooled, type Suite, type SuiteOptions } from '../suite.ts';
import { contactRun } from './contact-process.ts';
import { checksOf, type DemersGroup } from './demers-checks.ts';
import { EXPERIMENTS, type Experiment, type Printed, SITE_COUNT } from './demers-experiments.ts';

/** A quick run makes so many times fewer trials. */
const QUICK_DIVISOR = 25;
const TRIALS_PER_JOB = 500;

/** The suite. */
export const demers: Suite = {
  name: 'demers',
  title: 'Rumor mongering: Tables 1 to 3 of Demers and others',
  about:
    'One rumor among 1000 sites, by the policies that also run in the nodes, in the synchronous cycles of the paper ' +
    '(Demers et al. 1987, Tables 1 to 3): the residue is the share of sites that never hear of it, the traffic the ' +
    'transmissions per site, delays are in cycles. The variations of the paper follow, and the same policies without a ' +
    'common clock, where each site acts in its turn.',

  jobs({ seed, isQuick }: SuiteOptions): readonly Job[] {
    const rng = new Rng(seed).fork('demers');
    const jobs = EXPERIMENTS.flatMap(({ trialCount }, experiment) => {
      const total = isQuick ? trialCount / QUICK_DIVISOR : trialCount;
      const jobCount = Math.ceil(total / TRIALS_PER_JOB);
      return Array.from({ length: jobCount }, (_, batch) => ({
        seed: rng.fork(`${experiment}/${batch}`).seed,
        experiment,
        trialCount: Math.ceil(total / jobCount),
      }));
    });
    return jobs.toSorted((a, b) => b.trialCount - a.trialCount);
  },

  run(job: Job): Outcome {
    const { process } = experimentOf(job);
    const rng = new Rng(job.seed);
    const runs = Array.from({ length: numberOf(job, 'trialCount') }, (_, trial) =>
      contactRun(process, rng.fork(`${trial}`)),
    );
    return {
      leftOut: runs.map((run) => process.siteCount - run.reachedCount),
      sends: runs.map((run) => run.sendCount),
      lastCycle: runs.map((run) => run.lastCycle),
      // The source knows it from the beginning, and is no part of the mean.
      delay: runs.map((run) => run.arrivalSum / Math.max(1, run.reachedCount - 1)),
      neededDelay: runs.map((run) => run.neededArrivalSum / Math.max(1, run.reachedCount - 1)),
    };
  },

  summarize(jobs: readonly Job[], outcomes: readonly Outcome[]): Findings {
    const groups = pooled(jobs, outcomes, ['experiment'])
      .toSorted((a, b) => numberOf(a.job, 'experiment') - numberOf(b.job, 'experiment'))
      .map(groupOf);
    return {
      parameters: { sites: SITE_COUNT },
      rows: groups.map(rowOf),
      checks: checksOf(groups),
      plots: [
        {
          kind: 'line',
          title: 'What a transmission buys: residue against traffic',
          x: 'traffic',
          xLabel: 'transmissions per site, m',
          xScale: 'linear',
          yLabel: '−ln of the residue s',
          measured: '−ln s',
          lines: [{ column: 'law', label: 'the law of push, s = e^−m', style: 'dashed' }],
          groupBy: 'contact',
        },
      ],
      notes: [
        'The tables come out only if a needed contact sets the counter back, which the text of the paper does not say.',
        'The mean delay of Tables 1 and 2 counts a site once for each push that it needed in the cycle in which it learned; the delay per site is lower.',
        'In turns there is no beginning of a cycle: a push that finds a site informed a moment ago was unnecessary. So more is left out for the same k, and less is sent; the law s = e^−m holds as before.',
        'A tolerance is 2 to 6 % of the printed figure, half of its last digit, and four standard errors of the trials.',
      ],
    };
  },
};

function experimentOf(job: Job): Experiment {
  const experiment = EXPERIMENTS[numberOf(job, 'experiment')];
  if (experiment === undefined) throw new RangeError('no such experiment');
  return experiment;
}

function groupOf(pool: Pool): DemersGroup {
  const experiment = experimentOf(pool.job);
  const { siteCount } = experiment.process;
  return {
    experiment,
    residues: pool.numbers('leftOut').map((count) => count / siteCount),
    traffics: pool.numbers('sends').map((count) => count / siteCount),
    lastDelays: pool.numbers('lastCycle'),
    delays: pool.numbers('delay'),
    neededDelays: pool.numbers('neededDelay'),
  };
}

function rowOf({ experiment, residues, traffics, lastDelays, delays, neededDelays }: DemersGroup): Row {
  const { title, k, huntCount, printed } = experiment;
  const residue = mean(residues);
  const traffic = mean(traffics);
  return {
    experiment: title,
    k,
    hunt: huntCount,
    trials: residues.length,
    residue: String(significant(residue, 3)),
    'residue printed': textOf(printed?.residue),
    '± error': String(significant(standardError(residues), 2)),
    traffic,
    'traffic printed': textOf(printed?.traffic),
    t_ave: mean(neededDelays),
    't_ave printed': textOf(printed?.meanDelay),
    't_ave per site': mean(delays),
    t_last: mean(lastDelays),
    't_last printed': textOf(printed?.lastDelay),
    ...(residue > 0 ? { '−ln s': -Math.log(residue) } : {}),
    law: traffic,
    contact: contactOf(experiment),
  };
}

/** What the plot tells apart. */
function contactOf({ process: { direction, config, isInTurns = false, siteCount } }: Experiment): string {
  const limited = config.connectionCountMax < siteCount ? ', one connection' : '';
  return `${direction}${limited}${isInTurns ? ', in turns' : ''}`;
}

function textOf(printed: Printed | undefined): string {
  return printed === undefined ? '' : String(printed.value);
}
