import { type FlapConfig, FlapDamper, flapConfig } from '../src/index.ts';

/** Large enough that the share of a tenth is no matter. */
export const CLUSTER_SIZE = 1_000;
export const MINUTE_MS = 60_000;

export function damper(partial: Partial<FlapConfig> = {}): FlapDamper {
  return new FlapDamper(flapConfig(partial));
}

/** Failures at one moment, which by default are enough to damp. Returns whether they did. */
export function dampAt(each: FlapDamper, name: string, nowMs: number, flapCount = 6, clusterSize = CLUSTER_SIZE) {
  const results = Array.from({ length: flapCount }, () => each.note(name, 'failed', nowMs, clusterSize));
  return results.includes('damped');
}
