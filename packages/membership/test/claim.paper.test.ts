/** Each test restates one sentence of a paper and cites it, or says where we differ. Nothing else belongs in this file. */
import { describe, expect, it } from 'vitest';
import { type Claim, compareClaims, lifeAfter, mergeClaims, type Status } from '../src/index.ts';
import { claimOfM, STATUSES } from './small-domain.ts';

/** `suspect@1` is a claim of incarnation 1. The paper's Confirm is our `dead`. */
function claim(text: string): Claim {
  const [status, incarnation] = text.split('@');
  return claimOfM({ status: status as Status, incarnation: Number(incarnation) });
}

const overrides = (next: Claim, held: Claim): boolean =>
  compareClaims(next, held) > 0 && mergeClaims(held, next) === next;

describe('[SWIM §4.2] order of preference', () => {
  it.each([
    // next       held         overrides?
    ['alive@1', 'suspect@0', true], // Alive i overrides Suspect j when i > j
    ['alive@0', 'suspect@0', false],
    ['alive@0', 'suspect@1', false],
    ['alive@1', 'alive@0', true], // Alive i overrides Alive j when i > j
    ['alive@0', 'alive@0', false],
    ['alive@0', 'alive@1', false],
    ['suspect@1', 'suspect@0', true], // Suspect i overrides Suspect j when i > j
    ['suspect@0', 'suspect@0', false],
    ['suspect@0', 'suspect@1', false],
    ['suspect@1', 'alive@0', true], // Suspect i overrides Alive j when i >= j
    ['suspect@0', 'alive@0', true],
    ['suspect@0', 'alive@1', false],
    ['dead@1', 'alive@0', true], // Confirm overrides Alive and Suspect
    ['dead@0', 'alive@0', true],
    ['dead@1', 'suspect@0', true],
    ['dead@0', 'suspect@0', true],
    ['alive@0', 'dead@0', false], // and neither overrides Confirm
    ['suspect@0', 'dead@0', false],
    ['alive@0', 'dead@1', false],
    ['suspect@0', 'dead@1', false],
  ])('%s over %s: %s', (next, held, expected) => expect(overrides(claim(next), claim(held))).toBe(expected));

  it('«inc number is incremented only by the member itself», and its Alive then overrides the suspicion', () => {
    const suspicion = claim('suspect@4');
    expect(overrides({ ...suspicion, ...lifeAfter(suspicion), status: 'alive' }, suspicion)).toBe(true);
  });
});

describe('where we differ from [SWIM §4.2]', () => {
  it.each([
    // next       held         overrides?
    ['alive@1', 'dead@0', true], // In the paper Confirm stands for ever; here who was declared dead by mistake refutes
    ['suspect@1', 'dead@0', true], // and is then a member like any other
    ['dead@0', 'alive@1', false], // so an old Confirm says nothing about who has refuted it
    ['dead@0', 'suspect@1', false],
    ['dead@1', 'dead@0', true], // and what is held about the dead rises too, so that no older Alive revives anybody
    ['alive@1', 'dead@1', false],
  ])('%s over %s: %s', (next, held, expected) => expect(overrides(claim(next), claim(held))).toBe(expected));

  it.each(STATUSES)(
    'the paper has no leave: left@0 overrides %s@0, and only a later life overrides left@0',
    (status) => {
      expect(overrides(claim('left@0'), claim(`${status}@0`))).toBe(status !== 'left');
      expect(overrides(claim(`${status}@0`), claim('left@0'))).toBe(false);
      expect(overrides(claim(`${status}@1`), claim('left@0'))).toBe(true);
    },
  );

  it.each(STATUSES)('the paper has no restarts: a later generation overrides %s of any incarnation', (status) => {
    const restarted = claimOfM({ generation: 1 });
    expect(overrides(restarted, claim(`${status}@4294967295`))).toBe(true);
    expect(overrides(claim(`${status}@4294967295`), restarted)).toBe(false);
  });
});
