import { describe, expect, it } from 'vitest';
import { Verdicts } from '../src/index.ts';

/** Of four members, `x` and `y` are in trouble since 1000 ms. */
function verdicts(): Verdicts {
  return new Verdicts(1_000, ['x', 'y'], 4);
}

describe('verdicts about members that are well', () => {
  it('are false, whoever reports them, and counted apart where it is one that is well itself', () => {
    const seen = verdicts();
    seen.note(2_000, 'x', 'a');
    seen.note(2_000, 'a', 'b');
    seen.note(3_000, 'a', 'b');
    expect(seen).toMatchObject({ falseCount: 3, falseAtWellCount: 2, first: [], all: [] });
  });
});

describe('verdicts about members in trouble', () => {
  it('are detections: the first by a member that is well, and the time when all of those agree', () => {
    const seen = verdicts();
    seen.note(1_500, 'y', 'x');
    expect(seen.first).toEqual([]);
    seen.note(2_000, 'b', 'x');
    seen.note(2_500, 'b', 'x');
    expect(seen).toMatchObject({ first: [1_000], all: [] });
    seen.note(4_000, 'a', 'x');
    seen.note(9_000, 'a', 'x');
    seen.note(5_000, 'a', 'y');
    expect(seen).toMatchObject({ first: [1_000, 4_000], all: [3_000], falseCount: 0 });
  });
});
