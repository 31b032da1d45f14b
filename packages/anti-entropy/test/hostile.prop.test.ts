import { arbitraryAntiEntropyMessage } from '@hearsay/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPlausible } from '../src/plausible.ts';
import { Harness, probeOf } from './harness.ts';
import { Entries, type Message, manyEntries, World } from './world.ts';

const uint32 = fc.oneof(fc.constantFrom(0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff), fc.nat(0xffff_ffff));
const entry = fc.record({ key: fc.constantFrom('key-1', 'key-2', 'x'), version: fc.nat(3) });
/** What other protocols' messages are made of. */
const unused = fc.constant(undefined as never);
/** Legal in form. What it says is invented. */
const lie: fc.Arbitrary<Message> = arbitraryAntiEntropyMessage(
  {
    name: fc.constant('x'),
    endpoint: fc.constant('x:1'),
    uint32,
    claim: unused,
    tags: unused,
    rumor: unused,
    record: unused,
    itemCountMax: 20,
  },
  entry,
);

const anything = fc.anything({
  withBigInt: true,
  withBoxedValues: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withSet: true,
  withSparseArray: true,
  withTypedArray: true,
});
const number = fc.constantFrom(-1, 1.5, 9, 2 ** 32, Number.NaN, Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER, '1');
/** As a decoder might produce it that copies objects with their holes: no `slice`, no spread. */
const holed = fc.nat(20).map((length) => new Array<unknown>(length));
const junk = fc.oneof(anything, number, holed);

/** The same value with one part, however deep, replaced by junk, or left out. */
const damaged = (value: unknown): fc.Arbitrary<unknown> => {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return junk;
  const keys = Object.keys(value);
  if (keys.length === 0) return junk;
  const part = fc.constantFrom(...keys).chain((key) => {
    const copy = (): Record<string, unknown> =>
      (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>;
    const replaced = damaged((value as Record<string, unknown>)[key]).map((bad) =>
      Object.assign(copy(), { [key]: bad }),
    );
    const removed = fc.constant(null).map(() => {
      const rest = copy();
      delete rest[key];
      return rest;
    });
    return fc.oneof({ weight: 4, arbitrary: replaced }, { weight: 1, arbitrary: removed });
  });
  return fc.oneof({ weight: 6, arbitrary: part }, { weight: 1, arbitrary: junk });
};
const nonsense = fc.oneof(anything, lie.chain(damaged));

/** A node with two sessions open, and what must not change about it. */
const busyNode = (): { node: Harness; sessions: readonly number[]; state: () => unknown } => {
  const node = new Harness({ content: manyEntries(20), config: { depth: 2 } });
  const sessions = ['b', 'c'].map((peer) => node.reconcile(peer)!);
  node.out.clear();
  const state = (): unknown => [
    node.core.rootDigest(),
    node.core.sessionCount,
    node.replica.content(),
    node.out.timers,
  ];
  return { node, sessions, state };
};

describe('a hostile peer', () => {
  it('that sends nonsense is not answered, changes nothing, and has each message counted or answered', () => {
    let ignoredCount = 0;
    fc.assert(
      fc.property(fc.array(nonsense, { minLength: 1, maxLength: 5 }), (messages) => {
        const { node, state } = busyNode();
        const before = state();
        for (const message of messages) {
          const ignored = node.core.ignoredCount;
          const answer = node.hear('mallory', message as Message);
          if (node.core.ignoredCount > ignored) {
            expect(answer).toEqual([]);
            ignoredCount += 1;
          } else expect(isPlausible(message as Message, node.config.messageEntryCountMax)).toBe(true);
        }
        expect(state()).toEqual(before);
        expect(node.out.events.every((event) => event.type !== 'session-ended' || event.role === 'responder')).toBe(
          true,
        );
      }),
      { numRuns: 300 },
    );
    expect(ignoredCount).toBeGreaterThan(300);
  });

  it('that sends cells whose count is no number is ignored', () => {
    for (const count of [Object.create(null), {}, null, Number.NaN, 0.5, '1']) {
      const { node } = busyNode();
      const cells = [{ place: 1, element: 1, check: 1, count }];
      node.hear('mallory', { type: 'cells', session: 1, from: 0, total: 0, cells } as Message);
      expect(node.core.ignoredCount).toBe(1);
    }
  });

  it('that sends legal lies as a stranger gets bounded answers, and changes nothing', () => {
    fc.assert(
      fc.property(fc.array(lie, { minLength: 1, maxLength: 5 }), (messages) => {
        const { node, sessions, state } = busyNode();
        const before = state();
        for (const message of messages) {
          for (const session of [message.session, ...sessions]) {
            for (const answer of node.hear('mallory', { ...message, session })) {
              expect(isPlausible(answer, node.config.messageEntryCountMax)).toBe(true);
            }
          }
        }
        expect(state()).toEqual(before);
        const lost = messages.filter(
          ({ type, part }) => part === undefined && ['equal', 'done', 'closed', 'cells'].includes(type),
        );
        expect(node.core.ignoredCount).toBe(3 * lost.length);
      }),
      { numRuns: 100 },
    );
  });

  it('that lies within our own session ends nothing but that session', () => {
    fc.assert(
      fc.property(fc.array(lie, { minLength: 1, maxLength: 20 }), (messages) => {
        const { node, sessions } = busyNode();
        for (const message of messages) {
          for (const answer of node.hear('b', { ...message, session: sessions[0]! })) {
            expect(isPlausible(answer, node.config.messageEntryCountMax)).toBe(true);
          }
        }
        const ended = node.ended().filter(({ role }) => role === 'initiator');
        expect(ended.filter(({ peer }) => peer !== 'b')).toEqual([]);
        expect(ended.length).toBeLessThanOrEqual(1);
        expect(node.core.sessionCount).toBe(2 - ended.length);
        // The other session goes on as if nothing had happened.
        node.hear('c', { type: 'equal', session: sessions[1]! });
        expect(node.ended().at(-1)).toMatchObject({ peer: 'c', outcome: 'equal', isComplete: true });
        // And an honest probe is answered honestly.
        expect(node.hear('d', probeOf(manyEntries(20)))).toEqual([{ type: 'equal', session: 7 }]);
      }),
      { numRuns: 100 },
    );
  });

  it('cannot keep two honest replicas apart', () => {
    fc.assert(
      fc.property(fc.array(lie, { minLength: 5, maxLength: 30 }), fc.nat(), (lies, seed) => {
        const world = new World(seed);
        world.add('a', new Entries(manyEntries(300)), ['b']);
        world.add('b', new Entries(manyEntries(280)), ['a']);
        for (const id of ['a', 'b']) world.command(id, { type: 'start' });
        lies.forEach((message, nth) => {
          world.run(nth * 20);
          // Under the other's name, and with the salt of a session that is open now.
          const session = world.sent.at(-1)?.message.session ?? message.session;
          // Invented records would be merged, so that both are equal in them as well.
          const [to, from] = nth % 2 === 0 ? ['a', 'b'] : ['b', 'a'];
          world.deliver(from!, to!, { ...message, session });
        });
        expect(world.run(world.nowMs + 5_000, () => world.areEqual())).toBe(true);
        expect(world.node('a').replica.content()).toEqual(world.node('b').replica.content());
      }),
      { numRuns: 30, endOnFailure: true },
    );
  });
});

describe('plausible', () => {
  const legal = new Map<string, Message>([
    ['probe', probeOf(manyEntries(2))],
    ['equal', { type: 'equal', session: 0xffff_ffff }],
    [
      'digests',
      { type: 'digests', session: 0, level: 8, nodes: [{ index: 16 ** 7 - 1, children: Array(16).fill(0) }] },
    ],
    ['items', { type: 'items', session: 0, buckets: [{ level: 8, index: 0xffff_ffff, fingerprints: [0xffff_ffff] }] }],
    ['want', { type: 'want', session: 0, buckets: [{ level: 0, index: 0, fingerprints: [] }] }],
    ['push', { type: 'push', session: 0, records: [{ key: '', version: 0 }] }],
    ['done', { type: 'done', session: 0, messageCount: 0xffff_ffff, isComplete: false }],
    ['close', { type: 'close', session: 0, pushCount: 4_096, isComplete: true, note: new Uint8Array(32_768) }],
    [
      'closed',
      { type: 'closed', session: 0, missing: Array(64).fill(4_096), isComplete: false, note: new Uint8Array() },
    ],
    ['request', { ...probeOf([]), request: 0xffff_ffff, isByStream: true, stamp: new Uint8Array(64) }],
    ['part', { type: 'equal', session: 0, request: 1, part: 4_096, end: 'cut' }],
    ['push of an initiator', { type: 'push', session: 0, pushed: 4_096, records: [] }],
  ]);
  it.each([...legal])('takes a legal %s at the ends of its ranges', (_type, message) => {
    expect(isPlausible(message, 4)).toBe(true);
  });

  const fingerprints = (count: number): number[] => Array.from({ length: count }, (_, nth) => nth);
  it.each<[string, string, object]>([
    ['a type that nobody knows', 'equal', { type: 'hello' }],
    ['no type', 'equal', { type: undefined }],
    ['a session that is no uint32', 'equal', { session: 2 ** 32 }],
    ['a negative session', 'equal', { session: -1 }],
    ['a broken session', 'equal', { session: 0.5 }],
    ['a probe of a tree without levels', 'probe', { depth: 0 }],
    ['a probe of too deep a tree', 'probe', { depth: 9 }],
    ['a probe with a negative count', 'probe', { count: -1 }],
    ['a probe with a short sum', 'probe', { sum: new Uint8Array(15) }],
    ['a probe with a sum of numbers', 'probe', { sum: fingerprints(16) }],
    ['digests of the root', 'digests', { level: 0 }],
    ['digests below the deepest level', 'digests', { level: 9 }],
    [
      'digests of a node that its level has not',
      'digests',
      { nodes: [{ index: 16 ** 7, children: Array(16).fill(0) }] },
    ],
    ['digests of fifteen children', 'digests', { nodes: [{ index: 0, children: Array(15).fill(0) }] }],
    ['digests of seventeen children', 'digests', { nodes: [{ index: 0, children: Array(17).fill(0) }] }],
    ['digests with a hole for a child', 'digests', { nodes: [{ index: 0, children: new Array(16) }] }],
    ['digests with a hole for a node', 'digests', { nodes: new Array(1) }],
    ['digests of too many nodes', 'digests', { nodes: Array(5).fill({ index: 0, children: Array(16).fill(0) }) }],
    ['a bucket of no level', 'items', { buckets: [{ level: -1, index: 0, fingerprints: [] }] }],
    ['a bucket that its level has not', 'items', { buckets: [{ level: 1, index: 16, fingerprints: [] }] }],
    ['a hole for a bucket', 'items', { buckets: new Array(1) }],
    ['a fingerprint that is no uint32', 'want', { buckets: [{ level: 0, index: 0, fingerprints: [-1] }] }],
    ['a hole for a fingerprint', 'want', { buckets: [{ level: 0, index: 0, fingerprints: new Array(1) }] }],
    ['too many fingerprints', 'items', { buckets: [{ level: 0, index: 0, fingerprints: fingerprints(4) }] }],
    [
      'too many fingerprints in several buckets',
      'items',
      { buckets: Array(2).fill({ level: 0, index: 0, fingerprints: fingerprints(2) }) },
    ],
    ['too many buckets', 'items', { buckets: Array(5).fill({ level: 0, index: 0, fingerprints: [] }) }],
    ['too many records', 'push', { records: Array(5).fill({ key: '', version: 0 }) }],
    ['records that are no list', 'push', { records: { length: 1 } }],
    ['a done without a count', 'done', { messageCount: undefined }],
    ['a done that is complete by half', 'done', { isComplete: 1 }],
    ['a close with too many pushes', 'close', { pushCount: 4_097 }],
    ['a close with too long a note', 'close', { note: new Uint8Array(32_769) }],
    ['a closed that misses the push before the first', 'closed', { missing: [0] }],
    ['a closed that misses too much', 'closed', { missing: Array(65).fill(1) }],
    ['a closed with a hole', 'closed', { missing: new Array(1) }],
    ['a request without a number', 'request', { request: -1 }],
    ['a stamp that is too long', 'request', { stamp: new Uint8Array(65) }],
    ['a way that is neither', 'request', { isByStream: 1 }],
    ['a part before the first', 'part', { part: 0 }],
    ['a part after the last', 'part', { part: 4_097 }],
    ['an end of nothing', 'part', { part: undefined }],
    ['an end that nobody knows', 'part', { end: 'soon' }],
    ['a push that is a part as well', 'push of an initiator', { part: 1 }],
    ['a push before the first', 'push of an initiator', { pushed: 0 }],
    ['a request that is counted as a push', 'request', { pushed: 1 }],
  ])('refuses %s', (_what, type, change) => {
    const message = { ...legal.get(type)!, ...change } as Message;
    expect(isPlausible(message, 4)).toBe(false);
  });

  it.each([null, undefined, 0, 'probe', [], () => {}])('refuses %s', (message) => {
    expect(isPlausible(message as never, 4)).toBe(false);
  });
});
