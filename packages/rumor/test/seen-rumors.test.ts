import { describe, expect, it } from 'vitest';
import { rumorConfig } from '../src/index.ts';
import { SeenRumors } from '../src/seen-rumors.ts';

const id = (origin: string, sequence: number, generation = 1) => ({ origin, generation, sequence });
const at = (publishedAtMs: number, nowMs = publishedAtMs) => ({ publishedAtMs, nowMs });

describe('SeenRumors', () => {
  it('knows what it has seen, apart for each origin and each life', () => {
    const seen = new SeenRumors(rumorConfig());
    expect(seen.has(id('a', 1))).toBe(false);
    expect(seen.add(id('a', 1), at(0))).toBe(true);
    expect(seen.add(id('a', 1), at(0))).toBe(false);
    expect(seen.has(id('a', 1))).toBe(true);
    expect(seen.add(id('b', 1), at(0))).toBe(true);
    expect(seen.add(id('a', 1, 2), at(0))).toBe(true);
    expect(seen.lifeCount).toBe(3);
  });

  it('forgets the life that was silent for longest when there are too many, and learns nothing of it again', () => {
    const seen = new SeenRumors(rumorConfig({ lifeCountMax: 2 }));
    seen.add(id('a', 1), at(10));
    seen.add(id('b', 1), at(20));
    seen.add(id('a', 2), at(30));
    seen.add(id('c', 1), at(40));
    expect(seen.has(id('a', 1))).toBe(true);
    expect(seen.has(id('b', 1))).toBe(false);
    expect(seen.mayHaveSeen(id('b', 1), 20)).toBe(true);
    expect(seen.mayHaveSeen(id('b', 2), 21)).toBe(false);
    expect(seen.mayHaveSeen(id('a', 3), 20)).toBe(false);
    expect(seen.lifeCount).toBe(2);
    expect(seen.forgottenLifeCount).toBe(1);
  });

  it('forgets a life when its rumors are over, by the wall clock and by its own', () => {
    const seen = new SeenRumors(rumorConfig({ rumorRetentionMs: 100 }));
    seen.add(id('a', 1), at(1_000, 0));
    seen.add(id('b', 1), at(1_050, 50));
    // A wall clock that jumps does not make a node forget.
    seen.forget(9_999, 60);
    expect(seen.lifeCount).toBe(2);
    seen.forget(1_050, 101);
    expect(seen.has(id('a', 1))).toBe(false);
    expect(seen.has(id('b', 1))).toBe(true);
    seen.forget(1_050, 500);
    expect(seen.lifeCount).toBe(1);
    seen.forget(1_051, 500);
    expect(seen.lifeCount).toBe(0);
    expect(seen.forgottenLifeCount).toBe(0);
    expect(seen.mayHaveSeen(id('a', 1), 1_000)).toBe(false);
  });

  it('at the bound takes the lower gaps of the life with the most for seen, and learns nothing twice', () => {
    const seen = new SeenRumors(rumorConfig({ intervalCountMax: 4 }));
    seen.add(id('b', 7), at(0));
    for (const sequence of [1, 5, 9, 13]) expect(seen.add(id('a', sequence), at(0))).toBe(true);
    for (const sequence of [1, 5, 9, 13]) expect(seen.add(id('a', sequence), at(0))).toBe(false);
    expect(seen.add(id('a', 3), at(0))).toBe(false);
    expect(seen.add(id('a', 7), at(0))).toBe(false);
    expect(seen.add(id('a', 11), at(0))).toBe(true);
    expect(seen.has(id('b', 6))).toBe(false);
    expect(seen.closedGapCount).toBe(2);
  });
});
