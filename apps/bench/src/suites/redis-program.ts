/** A real Redis Cluster on this machine, by the harness of `tools/peers`. Not part of this package. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { outputOf } from './peer-programs.ts';

/** What was measured of it. */
export interface RedisCounts {
  /** Bytes that a server sends per second when nothing happens. */
  readonly bytesPerSecond: number;
  /** From the kill until the first, and all others, call the killed one failed. */
  readonly firstMs: number;
  readonly allMs: number;
}

const script = fileURLToPath(new URL('../../../../tools/peers/redis/main.mjs', import.meta.url));
/** Source: twice what starting, settling, measuring and four node timeouts take. */
const RUN_LIMIT_MS = 600_000;

/** Whether this machine has what it takes: the repository, `redis-server`, and Linux for the bytes. */
export function hasRedis(): boolean {
  if (process.platform !== 'linux' || !existsSync(script)) return false;
  const found = spawnSync('redis-server', ['--version'], { stdio: 'ignore' });
  return found.error === undefined && found.status === 0;
}

/** Runs so many servers until one has been killed and found. Throws with what the harness said. */
export function runRedis(nodeCount: number): RedisCounts {
  const program = { file: process.execPath, args: [script, '-n', `${nodeCount}`] };
  return parseRedisReport(outputOf(program, RUN_LIMIT_MS));
}

/** Reads what the harness prints: one line of JSON per phase. Throws `TypeError` when a number is missing. */
export function parseRedisReport(text: string): RedisCounts {
  const lines = text.split('\n').filter((line) => line !== '');
  const phases = new Map(lines.map((line) => phaseOf(JSON.parse(line))));
  const steady = phases.get('steady');
  const detection = phases.get('detection');
  return {
    bytesPerSecond: numberAt(steady?.perNodeSecond, 'bytes'),
    firstMs: numberAt(detection, 'firstDeadMs'),
    allMs: numberAt(detection, 'allKnowMs'),
  };
}

function phaseOf(line: unknown): readonly [string, Readonly<Record<string, unknown>>] {
  if (!isRecord(line) || typeof line.phase !== 'string') throw new TypeError('a line names no phase');
  return [line.phase, line];
}

function numberAt(value: unknown, key: string): number {
  const found = isRecord(value) ? value[key] : undefined;
  if (typeof found !== 'number') throw new TypeError(`${key} is missing`);
  return found;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
