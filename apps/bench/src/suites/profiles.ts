/**
 * The three profiles side by side: how soon a crash is found, who is declared dead by mistake, what it costs and how fast a
 * change of state gets around. Complete nodes in virtual time, against the rules of the originals. [Cassandra, RedisCluster]
 */
import { Rng } from '@hearsay/core';
import type { Profile } from '@hearsay/stack';
import type { Findings } from '../result.ts';
import { type Job, numberOf, type Outcome, type Suite, type SuiteOptions } from '../suite.ts';
import { crashTrial, PAUSE_MS, pauseTrial } from './profile-trial.ts';
import { checksOf } from './profiles-checks.ts';
import { groupsOf, REAL_REDIS, rowsOf } from './profiles-report.ts';
import { hasRedis, runRedis } from './redis-program.ts';

/** How many trials at which size. */
interface Size {
  readonly nodeCount: number;
  readonly trialCount: number;
}

const PROFILES: readonly Profile[] = ['redis', 'cassandra', 'swim'];
const SIZES: readonly Size[] = [
  { nodeCount: 256, trialCount: 1 },
  { nodeCount: 64, trialCount: 4 },
  { nodeCount: 16, trialCount: 10 },
];
const QUICK_SIZES: readonly Size[] = [{ nodeCount: 16, trialCount: 1 }];
const LOSSES_PER_MILLE = [0, 100, 300] as const;
/** Of real servers: more take more memory than a laptop likes. */
const REAL_SIZES = [64, 16] as const;
const QUIET_MS = 60_000;
const QUICK_QUIET_MS = 30_000;

/** The suite. */
export const profiles: Suite = {
  name: 'profiles',
  title: 'Profiles: SWIM, Cassandra and Redis Cluster under the same faults',
  about:
    'Complete nodes with LAN timers in virtual time, a rack’s latency. A settled cluster is quiet for a minute, then ' +
    'one member changes its state, then one crashes; and in another trial a tenth of the members stand still for ten seconds, ' +
    'four times. By rule, Cassandra convicts after 18.42 mean intervals between heartbeats, and Redis Cluster after a ' +
    'node timeout of 15 s without an answer, once a majority agrees. Bytes are held against what the originals send.',
  isOnRequest: true,

  jobs({ seed, isQuick }: SuiteOptions): readonly Job[] {
    const rng = new Rng(seed).fork('profiles');
    const real = isQuick || !hasRedis() ? [] : REAL_SIZES.map((nodeCount) => ({ ...REAL, nodeCount, seed }));
    const simulated = (isQuick ? QUICK_SIZES : SIZES).flatMap(({ nodeCount, trialCount }) =>
      Array.from({ length: trialCount }, (_, trial) => trial).flatMap((trial) =>
        // The same seed for all profiles: the same members crash and stand still.
        [...LOSSES_PER_MILLE.map((lossPerMille) => ({ trouble: 'crash', lossPerMille })), PAUSE].flatMap((fault) =>
          PROFILES.map((profile) => ({
            ...fault,
            profile,
            nodeCount,
            quietMs: isQuick ? QUICK_QUIET_MS : QUIET_MS,
            seed: rng.fork(`${nodeCount}/${fault.trouble}/${fault.lossPerMille}/${trial}`).seed,
          })),
        ),
      ),
    );
    return [...real, ...simulated];
  },

  run(job: Job): Outcome {
    if (job.trouble === REAL.trouble) {
      const { bytesPerSecond, firstMs, allMs } = runRedis(numberOf(job, 'nodeCount'));
      return { false: [0], paused: [], bytes: [bytesPerSecond], state: [], first: [firstMs], all: [allMs] };
    }
    const cluster = {
      seed: job.seed,
      profile: profileOf(job.profile),
      nodeCount: numberOf(job, 'nodeCount'),
      lossPerMille: numberOf(job, 'lossPerMille'),
    };
    if (job.trouble === 'pause') {
      const { falseCount, pausedCount } = pauseTrial(cluster);
      return { false: [falseCount], paused: [pausedCount], bytes: [], state: [], first: [], all: [] };
    }
    const counts = crashTrial({ ...cluster, quietMs: numberOf(job, 'quietMs') });
    return {
      false: [counts.falseCount],
      paused: [],
      bytes: [counts.bytesPerSecond],
      state: [counts.stateMs],
      first: [counts.firstMs],
      all: [counts.allMs],
    };
  },

  summarize(jobs: readonly Job[], outcomes: readonly Outcome[]): Findings {
    const groups = groupsOf(jobs, outcomes);
    return {
      parameters: { sizes: [...new Set(groups.map(({ nodeCount }) => nodeCount))], pauseMs: PAUSE_MS },
      rows: rowsOf(groups),
      checks: checksOf(groups),
      plots: [
        plot('Time until all know of a crash, nothing lost', 'all s, no loss', 'seconds'),
        plot('Bytes that a node sends in a quiet cluster', 'bytes/s, no loss', 'bytes per second', 'original bytes/s'),
        plot('Time until all have heard of a change of state', 'state s, no loss', 'seconds'),
      ],
      notes: NOTES,
    };
  },
};

const PAUSE = { trouble: 'pause', lossPerMille: 0 };
const REAL = { trouble: 'real', lossPerMille: 0, profile: REAL_REDIS };

const NOTES: readonly string[] = [
  'Times are medians, in seconds from the crash or the change; “false” counts reports of death of members that are well, “paused” those of members that stood still and went on.',
  'Each node judges for itself under “cassandra”; “all” is when the last one has. Under “redis” the node that reaches the majority tells the others.',
  'The original bytes are, for Cassandra, 34 bytes per member and exchange, one exchange a second; for Redis Cluster, packets of 2256 + 104 × max(3, n/10) bytes, twice the larger of one a second and 2 (n−1) / T. Both count what the original sends with addresses of four bytes and slots in a bitmap.',
  'redis-server: real servers on this machine, where there is one; node timeout 15 s, slots shared out evenly, one of them killed. What it sends is what it writes to its sockets.',
  'Ours carry member names of up to eight characters, the digests of the replicas, and everything else that a node sends.',
];

function plot(title: string, measured: string, yLabel: string, original?: string): Findings['plots'][number] {
  return {
    kind: 'line',
    title,
    x: 'n',
    xLabel: 'members',
    xScale: 'log',
    yLabel,
    measured,
    lines: original === undefined ? [] : [{ column: original, label: 'the original, by formula', style: 'dashed' }],
    groupBy: 'profile',
  };
}

function profileOf(value: unknown): Profile {
  if (value === 'swim' || value === 'cassandra' || value === 'redis') return value;
  throw new TypeError(`${String(value)} is no profile`);
}
