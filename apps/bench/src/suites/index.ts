/** Every suite, in the order in which they run. */
import type { Suite } from '../suite.ts';
import { codec } from './codec.ts';
import { spread } from './spread.ts';
import { swim } from './swim.ts';

/** All suites. */
export const suites: readonly Suite[] = [codec, spread, swim];

/** The suite of that name. Throws `RangeError`, which lists the names that exist. */
export function suiteNamed(name: string): Suite {
  const suite = suites.find((one) => one.name === name);
  if (suite !== undefined) return suite;
  throw new RangeError(`no suite is called ${name}: use ${suites.map((one) => one.name).join(', ')}`);
}
