import { describe, expect, it } from 'vitest';
import { RecordHash } from '../src/digest.ts';
import { Entries, HASH_KEY, manyEntries, World } from './world.ts';

/** Two keys with one position: a pair in 2^32, so that there is one among some ten thousand keys. */
function pairAtOnePlace(): readonly [string, string] {
  const hash = new RecordHash(HASH_KEY);
  const keys = new Map<number, string>();
  for (let nth = 0; ; nth++) {
    const key = `k${nth}`;
    const position = hash.positionOf(key);
    const other = keys.get(position);
    if (other !== undefined) return [other, key];
    keys.set(position, key);
  }
}

describe('two records at one place', () => {
  const pair = pairAtOnePlace();

  it.each([
    ['walk', pair[0]],
    ['walk', pair[1]],
    ['sketch', pair[0]],
    ['sketch', pair[1]],
  ] as const)('do not hide that one of them differs, by %s: %s', (strategy, changed) => {
    for (const initiator of ['a', 'b']) {
      const content = [...manyEntries(500), [pair[0], 1], [pair[1], 1]] as const;
      const world = new World(1);
      world.add('a', new Entries(content), ['b'], {}, undefined, strategy);
      world.add('b', new Entries([...content, [changed, 2]]), ['a'], {}, undefined, strategy);
      world.command(initiator, { type: 'reconcile', peer: initiator === 'a' ? 'b' : 'a' });
      world.run(200);
      expect(world.node('a').replica.get(changed)?.version).toBe(2);
      expect(world.areEqual()).toBe(true);
    }
  });

  it.each(['walk', 'sketch'] as const)(
    'are both found when one side has neither, or another one, by %s',
    (strategy) => {
      for (const [left, right] of [
        [[], [pair[0], pair[1]]],
        [[pair[0]], [pair[0], pair[1]]],
      ] as const) {
        const world = new World(1);
        const withOwn = (keys: readonly string[]) => [...manyEntries(500), ...keys.map((key) => [key, 1] as const)];
        world.add('a', new Entries(withOwn(left)), ['b'], {}, undefined, strategy);
        world.add('b', new Entries(withOwn(right)), ['a'], {}, undefined, strategy);
        world.command('a', { type: 'reconcile', peer: 'b' });
        world.run(200);
        expect(world.areEqual()).toBe(true);
      }
    },
  );
});
