import { HybridClock, utf8Bytes } from '@hearsay/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Store, type StoreRecord, storeConfig } from '../src/index.ts';
import { anyRecord } from './arbitrary.ts';

const WALL_MS = 10;
const store = (origin: string) => new Store({ config: storeConfig(), origin, clock: new HybridClock(1_000) });
const contentOf = (one: Store): Map<string, StoreRecord | undefined> =>
  new Map([...one.keys()].toSorted((a, b) => (a < b ? -1 : 1)).map((key) => [key, one.get(key)]));

describe('replicas', () => {
  it('hold the same after the same records in any order, any of them twice', () => {
    const twoOrders = fc
      .array(anyRecord, { maxLength: 30 })
      .chain((records) =>
        fc.tuple(fc.constant(records), fc.shuffledSubarray([...records, ...records], { minLength: 0 })),
      )
      .map(([records, extra]) => [records, [...extra, ...records.toReversed()]] as const);
    fc.assert(
      fc.property(twoOrders, ([one, other]) => {
        const [a, b] = [store('a'), store('b')];
        for (const record of one) a.merge(record, WALL_MS);
        for (const record of other) b.merge(record, WALL_MS);
        expect(contentOf(b)).toEqual(contentOf(a));
      }),
    );
  });

  it('hold the same after any interleaving of local writes, once everything is exchanged', () => {
    const event = fc.record({
      at: fc.constantFrom(0, 1),
      key: fc.constantFrom('x', 'y', 'z'),
      action: fc.constantFrom('set', 'delete', 'exchange'),
      wallMs: fc.nat(20),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        const nodes = [store('a'), store('b')] as const;
        const log: StoreRecord[] = [];
        for (const { at, key, action, wallMs } of events) {
          const node = nodes[at as 0 | 1];
          const written = action === 'set' ? node.set(key, utf8Bytes(action), wallMs) : undefined;
          const deleted = action === 'delete' ? node.delete(key, wallMs) : undefined;
          if (written) expect(node.read(key)).toBe(written);
          if (deleted) expect(node.read(key)).toBeUndefined();
          log.push(...[written, deleted].filter((record) => record !== undefined));
          if (action === 'exchange') for (const record of log) node.merge(record, wallMs);
        }
        for (const node of nodes) for (const record of log) node.merge(record, 20);
        expect(contentOf(nodes[0])).toEqual(contentOf(nodes[1]));
      }),
    );
  });
});

describe('listing', () => {
  it('equals a filter over all keys, also between writes', () => {
    const key = fc.stringMatching(/^[abB/]{1,3}$/);
    const step = fc.oneof(
      fc.record({ do: fc.constant('set' as const), key }),
      fc.record({ do: fc.constant('delete' as const), key }),
      fc.record({
        do: fc.constant('list' as const),
        prefix: fc.stringMatching(/^[ab/]{0,2}$/),
        after: key,
        limit: fc.nat(5),
      }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const one = store('a');
        const live = new Set<string>();
        for (const action of steps) {
          if (action.do === 'set') {
            one.set(action.key, new Uint8Array(0), WALL_MS);
            live.add(action.key);
          } else if (action.do === 'delete') {
            one.delete(action.key, WALL_MS);
            live.delete(action.key);
          } else {
            const { prefix, after, limit } = action;
            const expected = [...live]
              .filter((candidate) => candidate.startsWith(prefix) && candidate > after)
              .toSorted((a, b) => (a < b ? -1 : 1))
              .slice(0, limit);
            expect(one.list({ prefix, after, limit }).map((record) => record.key)).toEqual(expected);
          }
        }
        expect(one.liveCount).toBe(live.size);
        expect(one.totalBytes).toBe([...one.keys()].reduce((sum, each) => sum + each.length, 0));
      }),
    );
  });
});
