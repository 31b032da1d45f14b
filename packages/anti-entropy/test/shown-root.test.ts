import { describe, expect, it } from 'vitest';
import { Entries, World } from './world.ts';

const BASE = [
  ['x', 1],
  ['y', 2],
] as const;

/** Two nodes that probe every second if nothing shows their roots. */
function pair(mine: readonly (readonly [string, number])[], theirs: readonly (readonly [string, number])[]): World {
  const world = new World(1);
  world.add('a', new Entries(mine), ['b'], { intervalMs: 1_000 });
  world.add('b', new Entries(theirs), ['a'], { intervalMs: 1_000 });
  return world;
}

describe('a root that rides on other packets', () => {
  it('is equal for equal contents under every salt, and differs for different ones', () => {
    const world = pair(BASE, BASE);
    const other = pair(BASE, [...BASE, ['z', 3]]);
    for (const salt of [0, 1, 0xffff_ffff]) {
      expect(world.node('a').core.showRoot(salt)).toBe(world.node('b').core.showRoot(salt));
      expect(other.node('a').core.showRoot(salt)).not.toBe(other.node('b').core.showRoot(salt));
    }
    expect(world.node('a').core.showRoot(1)).not.toBe(world.node('a').core.showRoot(2));
  });

  it('costs nothing more while the contents are equal', () => {
    const world = pair(BASE, BASE);
    world.command('a', { type: 'compare', peer: 'b', salt: 7, root: world.node('b').core.showRoot(7) });
    expect(world.sent).toEqual([]);
  });

  it('begins a session with whoever showed another root, which makes both equal', () => {
    const world = pair(BASE, [...BASE, ['z', 3]]);
    world.command('a', { type: 'compare', peer: 'b', salt: 7, root: world.node('b').core.showRoot(7) });
    expect(world.sent.map(({ message }) => message.type)).toContain('probe');
    world.run(1_000);
    expect(world.areEqual()).toBe(true);
  });

  it('takes the place of probes while it is shown, and gives it back when it is not', () => {
    const world = pair(BASE, BASE);
    for (const name of ['a', 'b']) world.command(name, { type: 'start' });
    const probeCount = (): number => world.sent.filter(({ message }) => message.type === 'probe').length;
    for (let second = 0; second < 20; second++) {
      for (const name of ['a', 'b']) world.node(name).core.showRoot(second);
      world.run((second + 1) * 1_000);
    }
    expect(probeCount()).toBe(0);
    world.run(30_000);
    expect(probeCount()).toBeGreaterThan(10);
  });
});
