/**
 * Random histories: three members write, delete and restart, and tell each other what they hold, whole or cut, in any
 * order, again and late. Whatever arrives, nobody goes back, and who has come equally far holds the same.
 */
import { compareVersions, cutDelta, deltaFor, type MapDelta } from '@hearsay/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NodeState, nodeStateConfig } from '../src/index.ts';

const NAMES = ['a', 'b', 'c'] as const;
const WALL_MS = 1_000_000;
const FIRST_GENERATION = 100;
/** Room for a life that outranks another one. */
const LIFE_GENERATIONS = 10;
/** Two entries a round at the least, of four keys with a deletion, in at most three lives. */
const ROUND_COUNT_MAX = 20;
/** Few keys and few remembered deletions: ties and floors are where the bugs are. */
const config = nodeStateConfig({ tombstoneCountMax: 1, entryCountMax: 4 });

type Action =
  | { readonly type: 'set'; readonly at: number; readonly key: number; readonly value: number }
  | { readonly type: 'delete'; readonly at: number; readonly key: number }
  /** Not later: its clock went back, and it does not remember. */
  | { readonly type: 'restart'; readonly at: number; readonly isLater: boolean }
  /** The delta is kept, and may arrive later and more than once. */
  | {
      readonly type: 'tell';
      readonly at: number;
      readonly to: number;
      readonly isOwn: boolean;
      readonly origin: number;
      readonly bytes: number;
    }
  /** Perhaps at another node than it was meant for. */
  | { readonly type: 'arrive'; readonly at: number; readonly late: number };

const node = fc.nat(NAMES.length - 1);
const key = fc.nat(3);
const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ type: fc.constant('set' as const), at: node, key, value: fc.nat(2) }),
  fc.record({ type: fc.constant('delete' as const), at: node, key }),
  { weight: 1, arbitrary: fc.record({ type: fc.constant('restart' as const), at: node, isLater: fc.boolean() }) },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('tell' as const),
      at: node,
      to: node,
      isOwn: fc.boolean(),
      origin: node,
      bytes: fc.nat(4),
    }),
  },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('arrive' as const), at: node, late: fc.nat(5) }) },
);

class World {
  readonly states: NodeState[] = NAMES.map(
    (name) => new NodeState({ config, self: { name, generation: FIRST_GENERATION } }),
  );
  readonly #generations = NAMES.map(() => FIRST_GENERATION);
  readonly #hasGoneBack = NAMES.map(() => false);
  readonly #letters: MapDelta[] = [];
  readonly outcomes = new Set<string>();

  run(action: Action): void {
    switch (action.type) {
      case 'set':
        this.state(action.at).set(`k${action.key}`, `v${action.value}`);
        return;
      case 'delete':
        this.state(action.at).delete(`k${action.key}`);
        return;
      case 'restart': {
        if (!action.isLater && this.#hasGoneBack[action.at]) return; // Two lives of one generation are not told apart.
        if (!action.isLater) this.#hasGoneBack[action.at] = true;
        const later = (this.#generations[action.at] ?? 0) + LIFE_GENERATIONS;
        const generation = action.isLater ? later : FIRST_GENERATION - 1;
        if (action.isLater) this.#generations[action.at] = later;
        this.states[action.at] = new NodeState({ config, self: { name: NAMES[action.at] ?? '', generation } });
        return;
      }
      case 'tell': {
        const origin = NAMES[action.isOwn ? action.at : action.origin] ?? '';
        const delta = deltaFor(this.state(action.at), origin, this.state(action.to).versionOf(origin));
        if (delta !== undefined) this.#letters.push(cutDelta(delta, action.bytes, () => 1));
        return;
      }
      case 'arrive': {
        const letter = this.#letters.at(-1 - action.late);
        if (letter !== undefined) this.#deliver(action.at, letter);
        return;
      }
    }
  }

  /** Everybody tells everybody everything, until nothing is news. */
  settle(): void {
    let isNews = true;
    for (let round = 0; isNews; round++) {
      expect(round).toBeLessThan(ROUND_COUNT_MAX);
      isNews = false;
      for (const from of this.states.keys()) {
        for (const to of this.states.keys()) {
          for (const origin of NAMES) {
            const delta = deltaFor(this.state(from), origin, this.state(to).versionOf(origin));
            if (delta !== undefined)
              isNews =
                this.#deliver(
                  to,
                  cutDelta(delta, 2, () => 1),
                ) || isNews;
          }
        }
      }
    }
  }

  state(index: number): NodeState {
    const state = this.states[index];
    if (state === undefined) throw new Error('no such node');
    return state;
  }

  #deliver(to: number, delta: MapDelta): boolean {
    const state = this.state(to);
    const before = state.versionOf(delta.origin);
    const { kind } = state.apply(delta, WALL_MS);
    this.outcomes.add(kind);
    const after = state.versionOf(delta.origin);
    if (before !== undefined && after !== undefined) {
      expect(compareVersions(after, before)).toBeGreaterThanOrEqual(0);
      expect(after.generation > before.generation || after.floor >= before.floor).toBe(true);
    }
    return kind === 'accepted' || kind === 'renewed';
  }
}

/** A map without a write need not be known to all. */
function writtenVersionOf(state: NodeState, name: string): unknown {
  const held = state.versionOf(name);
  return held === undefined || held.version === 0 ? undefined : held;
}

const contentOf = (state: NodeState): unknown =>
  NAMES.map((name) => [writtenVersionOf(state, name), state.list(name).map(({ key: name, value }) => [name, value])]);

describe('node state is a join, so the order of gossip does not matter', () => {
  it('ends the same everywhere, with what each member holds of itself', () => {
    const outcomes = new Set<string>();
    fc.assert(
      fc.property(fc.array(action, { maxLength: 100, size: 'max' }), (actions) => {
        const world = new World();
        for (const each of actions) world.run(each);
        world.settle();
        const [first] = world.states;
        for (const state of world.states) {
          expect(contentOf(state)).toEqual(first && contentOf(first));
          expect(state.rootDigest()).toBe(first?.rootDigest());
        }
        for (const [index, name] of NAMES.entries()) {
          const own = new Map(
            world
              .state(index)
              .list(name)
              .map((entry) => [entry.key, entry.value]),
          );
          for (let count = 0; count < 4; count++) expect(first?.get(name, `k${count}`)).toBe(own.get(`k${count}`));
        }
        for (const outcome of world.outcomes) outcomes.add(outcome);
      }),
    );
    // A run in which nothing ever was late or started over would prove nothing.
    expect(outcomes).toEqual(new Set(['accepted', 'stale', 'refused', 'renewed']));
  });

  it('of two states of one writer the later one stays, whichever comes first', () => {
    const writes = fc.array(fc.record({ key, value: fc.option(fc.nat(2), { nil: undefined }) }), { maxLength: 12 });
    fc.assert(
      fc.property(writes, fc.nat(12), fc.nat(12), (history, early, late) => {
        const snapshot = (count: number): MapDelta => {
          const writer = new NodeState({ config, self: { name: 'a', generation: 1 } });
          for (const { key: name, value } of history.slice(0, count)) {
            if (value === undefined) writer.delete(`k${name}`);
            else writer.set(`k${name}`, `v${value}`);
          }
          return deltaFor(writer, 'a', undefined) as MapDelta;
        };
        const merged = (...deltas: MapDelta[]): unknown => {
          const reader = new NodeState({ config, self: { name: 'b', generation: 1 } });
          for (const delta of deltas) reader.apply(delta, WALL_MS);
          return { content: contentOf(reader), root: reader.rootDigest(), bytes: reader.totalBytes };
        };
        const later = merged(snapshot(Math.max(early, late)));
        expect(merged(snapshot(early), snapshot(late))).toEqual(later);
        expect(merged(snapshot(late), snapshot(early))).toEqual(later);
        expect(merged(snapshot(late), snapshot(early), snapshot(late), snapshot(early))).toEqual(later);
      }),
    );
  });

  it('is not moved by anything malformed', () => {
    const number = fc.oneof(fc.nat(5), fc.constantFrom(-1, 0.5, Number.NaN, 2 ** 32, '1', undefined, null));
    const text = fc.constantFrom('a', 'k1', '', '\ud800', 'x'.repeat(200), 7, null, undefined);
    const hostile = fc.record({
      origin: text,
      generation: number,
      version: number,
      floor: number,
      after: number,
      entries: fc.oneof(
        fc.constantFrom(undefined, 3),
        fc.array(fc.record({ key: text, version: number, value: text })),
      ),
    });
    fc.assert(
      fc.property(fc.array(hostile), (deltas) => {
        const state = new NodeState({ config, self: { name: 'b', generation: 1 } });
        for (const delta of deltas) state.apply(delta as MapDelta, WALL_MS);
        for (const origin of state.origins()) {
          const versions = [...state.entriesAbove(origin, 0)].map(({ version }) => version);
          expect(versions).toEqual([...versions].sort((a, b) => a - b));
          expect(state.list(origin).length).toBeLessThanOrEqual(config.entryCountMax);
        }
      }),
    );
  });
});
