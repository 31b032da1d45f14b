/** The machine that measured. */
import { availableParallelism, cpus, platform, release, totalmem } from 'node:os';

/** Where and when it was measured. */
export interface Environment {
  /** Version of Node. */
  readonly node: string;
  readonly platform: string;
  readonly cpu: string;
  readonly cpuCount: number;
  readonly memoryGib: number;
  /** Of the end of the suite, ISO 8601. */
  readonly date: string;
}

const BYTES_PER_GIB = 2 ** 30;

/** This machine, now. */
export function environment(): Environment {
  const [cpu] = cpus();
  return {
    node: process.version,
    platform: `${platform()} ${release()}`,
    cpu: cpu?.model.trim() || 'unknown processor',
    cpuCount: availableParallelism(),
    memoryGib: Math.round((totalmem() / BYTES_PER_GIB) * 10) / 10,
    date: new Date().toISOString(),
  };
}
