/** The only place that may use entropy: everything random in a node grows from this one number. */
import { randomBytes } from 'node:crypto';

const SEED_BYTES = 4;

/** A seed for `Rng`, 0 to 2^32-1. Print it, and a run of the cores can be replayed. */
export function randomSeed(): number {
  return randomBytes(SEED_BYTES).readUInt32BE();
}
