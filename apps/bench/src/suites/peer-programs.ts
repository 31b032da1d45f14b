/** The peer programs of `tools/peers`: how they are built and run. They are part of the repository, not of this package. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Peer, type PeerReport, parseReport } from './peer-report.ts';

/** A command line. */
export interface Program {
  readonly file: string;
  readonly args: readonly string[];
}

/** Flags that both programs have. */
export interface PeerFlags {
  readonly nodeCount: number;
  readonly preset: string;
  readonly phases: readonly string[];
  readonly windowSeconds: number;
  readonly killCount: number;
  readonly messageCount: number;
  readonly lossPerMille: number;
  readonly seed: number;
}

/** The programs end by themselves long before. Source: twice what the full run's flags can take. */
const RUN_LIMIT_MS = 600_000;
/** The first build downloads modules. Source: guess. */
const BUILD_LIMIT_MS = 300_000;
/** Enough for an error that Node did not catch: its place, its message and its trace. */
const STDERR_LINE_COUNT = 30;

const sources = fileURLToPath(new URL('../../../../tools/peers/', import.meta.url));
/** The module of memberlist's program. */
export const memberlistSources: string = join(sources, 'memberlist');
const hearsayScript = join(sources, 'hearsay', 'main.mjs');

/** Why the comparison cannot run on this machine, or `undefined` if it can. */
export function obstacle(): string | undefined {
  if (!existsSync(hearsayScript)) return 'the peer programs are in the repository only';
  const found = spawnSync('go', ['version'], { stdio: 'ignore' });
  return found.error === undefined && found.status === 0 ? undefined : 'go is not on the PATH';
}

/** Builds memberlist's program into `folder`. Throws with what the compiler said. */
export function buildMemberlist(folder: string): void {
  const args = ['build', '-o', memberlistProgram(folder), '.'];
  outputOf({ file: 'go', args }, BUILD_LIMIT_MS, memberlistSources);
}

/** Whether `buildMemberlist` was done for `folder`. */
export function isBuilt(folder: string): boolean {
  return existsSync(memberlistProgram(folder));
}

/** Runs one program to its end. Throws with what it wrote to stderr, and `TypeError` for a report that is none. */
export function runPeer(peer: Peer, folder: string, flags: PeerFlags): PeerReport {
  const { file, args } = programs[peer](folder);
  const text = outputOf({ file, args: [...args, ...flagsOf(flags)] }, RUN_LIMIT_MS);
  return parseReport(text, flags.phases);
}

/** What a program writes to stdout. Throws unless it ends with code 0 in time; the message has the end of its stderr. */
export function outputOf({ file, args }: Program, limitMs: number, folder?: string): string {
  const ended = spawnSync(file, args, { cwd: folder, encoding: 'utf8', timeout: limitMs, killSignal: 'SIGKILL' });
  if (ended.error === undefined && ended.status === 0) return ended.stdout;
  const end = ended.error?.message ?? `ended with ${ended.signal ?? `code ${ended.status}`}`;
  const said = (ended.stderr ?? '').trim().split('\n').slice(-STDERR_LINE_COUNT).join('\n');
  throw new Error([`${file}: ${end}`, said].filter((part) => part !== '').join('\n'));
}

const programs: Readonly<Record<Peer, (folder: string) => Program>> = {
  hearsay: () => ({ file: process.execPath, args: ['--expose-gc', hearsayScript] }),
  memberlist: (folder) => ({ file: memberlistProgram(folder), args: [] }),
};

function memberlistProgram(folder: string): string {
  return join(folder, process.platform === 'win32' ? 'memberlist.exe' : 'memberlist');
}

function flagsOf(flags: PeerFlags): readonly string[] {
  return Object.entries({
    n: flags.nodeCount,
    preset: flags.preset,
    phases: flags.phases.join(),
    window: flags.windowSeconds,
    kills: flags.killCount,
    messages: flags.messageCount,
    loss: flags.lossPerMille,
    seed: flags.seed,
  }).flatMap(([name, value]) => [`--${name}`, `${value}`]);
}
