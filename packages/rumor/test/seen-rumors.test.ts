import { describe, expect, it } from 'vitest';
import { rumorConfig } from '../src/index.ts';
import { SeenRumors } from '../src/seen-rumors.ts';

const id = (origin: string, sequence: number, generation = 1) => ({ origin, generation, sequence });

describe('SeenRumors', () => {
  it('knows what it has seen, apart for each origin and each life', () => {
    const seen = new SeenRumors(rumorConfig());
    expect(seen.has(id('a', 1))).toBe(false);
    expect(seen.add(id('a', 1))).toBe(true);
    expect(seen.add(id('a', 1))).toBe(false);
    expect(seen.has(id('a', 1))).toBe(true);
    expect(seen.add(id('b', 1))).toBe(true);
    expect(seen.add(id('a', 1, 2))).toBe(true);
    expect(seen.lifeCount).toBe(3);
  });

  it('forgets the life that was silent for longest when there are too many', () => {
    const seen = new SeenRumors(rumorConfig({ lifeCountMax: 2 }));
    seen.add(id('a', 1));
    seen.add(id('b', 1));
    seen.add(id('a', 2));
    seen.add(id('c', 1));
    expect(seen.has(id('a', 1))).toBe(true);
    expect(seen.has(id('b', 1))).toBe(false);
    expect(seen.lifeCount).toBe(2);
    expect(seen.forgottenLifeCount).toBe(1);
  });

  it('keeps at most so many intervals per life, and is never wrong about what it saw', () => {
    const seen = new SeenRumors(rumorConfig({ intervalCountMax: 2 }));
    for (const sequence of [1, 5, 9]) expect(seen.add(id('a', sequence))).toBe(true);
    for (const sequence of [1, 5, 9]) expect(seen.add(id('a', sequence))).toBe(false);
    expect(seen.add(id('a', 3))).toBe(false);
    expect(seen.add(id('a', 7))).toBe(true);
  });
});
