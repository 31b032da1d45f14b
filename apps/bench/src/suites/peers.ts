/**
 * Our nodes and HashiCorp's memberlist, side by side: the same things are done to both, each in a process of its own, in
 * turns, so that a machine that is busy for a while is busy for both.
 *
 * The programs are in `tools/peers` of the repository, and memberlist's is built with Go. Without them there is nothing
 * to compare, which is no failure.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Rng } from '@hearsay/core';
import type { Findings } from '../result.ts';
import { type Job, numberOf, type Outcome, type Suite, type SuiteOptions } from '../suite.ts';
import { busyNotes, compare, type PeerRun } from './peer-comparison.ts';
import { buildMemberlist, isBuilt, obstacle, type PeerFlags, runPeer } from './peer-programs.ts';
import { PEERS, type Peer, PHASE_NAMES } from './peer-report.ts';

/** How much is done in one run. */
interface Scale {
  readonly sizes: readonly number[];
  readonly roundCount: number;
  readonly windowSeconds: number;
  readonly messageCount: number;
  readonly killCount: number;
}

/** About ten minutes. */
const FULL: Scale = { sizes: [50, 100], roundCount: 2, windowSeconds: 15, messageCount: 8, killCount: 3 };
/** About a minute. */
const QUICK: Scale = { sizes: [20], roundCount: 1, windowSeconds: 4, messageCount: 4, killCount: 2 };
const PRESET = 'lan';
const LOSS_PER_MILLE = 200;

/** The suite. */
export const peers: Suite = {
  name: 'peers',
  title: 'Side by side with memberlist',
  about:
    "N of our nodes in one process and N members of HashiCorp's memberlist in another, with the same timers on " +
    'loopback, take turns: all join one at once; nothing happens; messages of 100 random bytes are broadcast; packets ' +
    'are lost; some are killed. The ratio is ours by theirs, of runs that follow each other directly; with several ' +
    'rounds it is their median. CPU is that of the whole process, by getrusage.',
  isSerial: true,
  isOnRequest: true,

  jobs({ seed, isQuick }: SuiteOptions): readonly Job[] {
    const { sizes, roundCount, windowSeconds, messageCount, killCount } = isQuick ? QUICK : FULL;
    const folder = join(tmpdir(), `hearsay-peers-${process.pid}`);
    const rng = new Rng(seed).fork('peers');
    const rounds = sizes.flatMap((nodeCount) =>
      Array.from({ length: roundCount }, (_, round) => ({ nodeCount, round })),
    );
    const runs = rounds.flatMap(({ nodeCount, round }) =>
      PEERS.map((peer) => {
        const ownSeed = rng.fork(`${nodeCount}/${round}`).uint32();
        return { step: 'run', folder, peer, nodeCount, round, windowSeconds, messageCount, killCount, seed: ownSeed };
      }),
    );
    return [{ step: 'build', folder, seed }, ...runs];
  },

  run(job: Job): Outcome {
    const folder = String(job.folder);
    if (job.step === 'build') return build(folder);
    // The first job has said why.
    if (!isBuilt(folder)) return {};
    const { version, measures } = runPeer(peerOf(job), folder, flagsOf(job));
    return { version, ...measures };
  },

  end(jobs: readonly Job[]): void {
    for (const folder of new Set(jobs.map((job) => String(job.folder))))
      rmSync(folder, { recursive: true, force: true });
  },

  summarize(jobs: readonly Job[], outcomes: readonly Outcome[]): Findings {
    const reason = outcomes[0]?.obstacle;
    if (reason !== undefined) return nothing(`skipped: ${reason}`);
    const runs = jobs.flatMap((job, index) => (job.step === 'run' ? [runOf(job, outcomes[index] ?? {})] : []));
    const { rows, checks } = compare(runs);
    return {
      parameters: {
        sizes: [...new Set(runs.map((run) => run.nodeCount))],
        rounds: new Set(runs.map((run) => run.round)).size,
        preset: PRESET,
        lossPerMille: LOSS_PER_MILLE,
        memberlist: versionOf(jobs, outcomes, 'memberlist'),
      },
      rows,
      checks,
      plots: [],
      notes: [
        ...busyNotes(runs),
        'checks are on ratios alone: what a machine needs in absolute terms is its own matter',
        'what did not happen in time has no number; where only memberlist was late, the ratio that is checked is 0',
        'memberlist looks for pairs that joining missed every 30 s or more, so it may miss the 30 s that joining has',
      ],
    };
  },
};

function build(folder: string): Outcome {
  const reason = obstacle();
  if (reason !== undefined) return { obstacle: reason };
  // Not recursive: a folder that somebody else has made is refused.
  mkdirSync(folder, { mode: 0o700 });
  buildMemberlist(folder);
  return {};
}

function peerOf(job: Job): Peer {
  const peer = PEERS.find((one) => one === job.peer);
  if (peer === undefined) throw new TypeError('peer is missing');
  return peer;
}

function flagsOf(job: Job): PeerFlags {
  return {
    nodeCount: numberOf(job, 'nodeCount'),
    preset: PRESET,
    phases: PHASE_NAMES,
    windowSeconds: numberOf(job, 'windowSeconds'),
    killCount: numberOf(job, 'killCount'),
    messageCount: numberOf(job, 'messageCount'),
    lossPerMille: LOSS_PER_MILLE,
    seed: job.seed,
  };
}

function runOf(job: Job, outcome: Outcome): PeerRun {
  const measures = Object.entries(outcome).filter((entry): entry is [string, number] => typeof entry[1] === 'number');
  return {
    peer: peerOf(job),
    nodeCount: numberOf(job, 'nodeCount'),
    round: numberOf(job, 'round'),
    measures: Object.fromEntries(measures),
  };
}

function versionOf(jobs: readonly Job[], outcomes: readonly Outcome[], peer: Peer): string {
  return String(outcomes[jobs.findIndex((job) => job.peer === peer)]?.version ?? 'unknown');
}

function nothing(note: string): Findings {
  return { parameters: {}, rows: [], checks: [], plots: [], notes: [note] };
}
