/** Each test restates one sentence of a paper and cites it. Nothing else belongs in this file. */
import { describe, expect, it } from 'vitest';
import { compareClaims, type Status } from '../src/index.ts';
import { claim } from './claims.ts';

const at = (text: string) => {
  const [status, incarnation] = text.split('@');
  return claim({ status: status as Status, incarnation: Number(incarnation) });
};

describe('[SWIM §4.2] order of preference', () => {
  it.each([
    // Alive i overrides Suspect j and Alive j for i > j
    ['alive@1', 'suspect@0', true],
    ['alive@1', 'alive@0', true],
    ['alive@0', 'suspect@0', false],
    ['alive@0', 'alive@0', false],
    // Suspect i overrides Suspect j for i > j, and Alive j for i >= j
    ['suspect@1', 'suspect@0', true],
    ['suspect@0', 'suspect@0', false],
    ['suspect@0', 'alive@0', true],
    ['suspect@1', 'alive@0', true],
    ['suspect@0', 'alive@1', false],
    // Confirm overrides Alive and Suspect; here, unlike there, not of a later incarnation
    ['dead@0', 'alive@0', true],
    ['dead@0', 'suspect@0', true],
    ['dead@0', 'alive@1', false],
    ['alive@1', 'dead@0', true],
  ])('%s over %s: %s', (next, held, overrides) => expect(compareClaims(at(next), at(held)) > 0).toBe(overrides));
});
