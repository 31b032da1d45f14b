import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AntiEntropyConfig } from '../src/index.ts';
import { Harness, ofType } from './harness.ts';
import { Entries, entryBytes, type Message, manyEntries, messageBytes, World } from './world.ts';

const RECORD_COUNT = 100;
const SESSION = 7;
const ARITY = 16;

const OUT_OF_REACH = 1_000_000;
const limit = (...tight: readonly number[]): fc.Arbitrary<number> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(OUT_OF_REACH) }, { weight: 1, arbitrary: fc.constantFrom(...tight) });
const config: fc.Arbitrary<Partial<AntiEntropyConfig>> = fc.record({
  depth: fc.constantFrom(1, 2, 3),
  listedCountMax: fc.constantFrom(1, 16),
  messageBytesMax: fc.constantFrom(256, 1_100),
  // Never so long that it goes by stream, in larger messages.
  packetCountMax: fc.constant(OUT_OF_REACH),
  sessionNodeCountMax: limit(1, 5, 20),
  sessionRecordCountMax: limit(1, 10, 100),
  sessionBytesMax: limit(1, 100, 1_000),
  answerScanCountMax: limit(1, 30, 200),
});

/** The most that can be asked for: all digests differ, nothing is held, everything is wanted. */
const levelOf = (level: number): number[] => Array.from({ length: ARITY ** level }, (_, index) => index);
const greedyDigests = (level: number): Message => ({
  type: 'digests',
  session: SESSION,
  level,
  nodes: levelOf(level - 1).map((index) => ({ index, children: Array<number>(ARITY).fill(0) })),
});
const greedyItems = (level: number): Message => ({
  type: 'items',
  session: SESSION,
  buckets: levelOf(level).map((index) => ({ level, index, fingerprints: [] })),
});
const request = fc.oneof(
  fc.constantFrom(1, 2, 3).map(greedyDigests),
  fc.constantFrom(0, 1, 2).map(greedyItems),
  // The same again and again in one message.
  fc.constant<Message>({
    type: 'items',
    session: SESSION,
    buckets: Array(5).fill({ level: 0, index: 0, fingerprints: [] }),
  }),
);

const pushed = (messages: readonly Message[]) => ofType(messages, 'push').flatMap(({ records }) => records);
const listed = (messages: readonly Message[]) =>
  [...ofType(messages, 'items'), ...ofType(messages, 'want')].flatMap(({ buckets }) => buckets);
const walkedCount = (messages: readonly Message[]): number =>
  ofType(messages, 'digests').reduce((sum, { nodes }) => sum + nodes.length, 0);

/** What all answers together must keep to that have one budget for nodes, records and bytes. */
function expectWithinSession(requests: readonly Message[], messages: readonly Message[], node: Harness): void {
  const { sessionNodeCountMax, sessionRecordCountMax, sessionBytesMax, messageBytesMax } = node.config;
  const records = pushed(messages);
  const bytes = records.reduce((sum, record) => sum + entryBytes(record), 0);
  expect(records.length).toBeLessThanOrEqual(sessionRecordCountMax);
  if (records.length > 1) expect(bytes).toBeLessThanOrEqual(sessionBytesMax);
  const listedNodes = new Set(listed(messages).map(({ level, index }) => `${level}/${index}`));
  const levelCount = new Set(ofType(requests, 'digests').map(({ level }) => level)).size;
  expect(walkedCount(messages) + listedNodes.size).toBeLessThanOrEqual(levelCount * sessionNodeCountMax);
  expect(Math.max(0, ...messages.map(messageBytes))).toBeLessThanOrEqual(messageBytesMax);
}

/** What each single answer must keep to. */
function expectWithinAnswer(messages: readonly Message[], node: Harness): void {
  const { answerScanCountMax } = node.config;
  const fingerprintCount = listed(messages).flatMap(({ fingerprints }) => fingerprints).length;
  expect(fingerprintCount + pushed(messages).length).toBeLessThanOrEqual(answerScanCountMax);
}

describe('a responder', () => {
  it('keeps to its limits in each answer, whatever is asked, and says when one of them bit', () => {
    fc.assert(
      fc.property(config, request, fc.nat(), (partial, asked, seed) => {
        const node = new Harness({ content: manyEntries(RECORD_COUNT), config: partial, seed });
        const answer = node.hear('b', asked);
        expectWithinSession([asked], answer, node);
        expectWithinAnswer(answer, node);
        const done = answer.at(-1);
        if (done?.type !== 'done') return expect.fail('no done');
        const keys = new Set(pushed(answer).map(({ key }) => key));
        if (asked.type === 'items' && done.isComplete) expect(keys.size).toBe(RECORD_COUNT);
        if (asked.type === 'digests' && done.isComplete) {
          const fingerprintCount = listed(answer).flatMap(({ fingerprints }) => fingerprints).length;
          if (walkedCount(answer) === 0) expect(fingerprintCount).toBe(RECORD_COUNT);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('is complete when no limit is in reach', () => {
    for (const asked of [greedyItems(0), greedyItems(2), greedyDigests(1), greedyDigests(3)]) {
      const node = new Harness({ content: manyEntries(RECORD_COUNT), config: { sessionNodeCountMax: 10_000 } });
      expect(node.hear('b', asked).at(-1)).toMatchObject({ type: 'done', isComplete: true });
    }
  });

  it('gives another part each time when it must leave some out', () => {
    const tight: readonly Partial<AntiEntropyConfig>[] = [
      { sessionRecordCountMax: 10 },
      { sessionBytesMax: 170 },
      { answerScanCountMax: 10 },
      { answerScanCountMax: 10, depth: 1 },
    ];
    for (const partial of tight) {
      const node = new Harness({ content: manyEntries(RECORD_COUNT), config: { depth: 2, ...partial } });
      const keys = new Set<string>();
      // A record is missed by all of so many answers with a probability of (1 - 10/100)^300 = 2e-14.
      for (let nth = 0; nth < 300; nth++)
        for (const { key } of pushed(node.hear(`b${nth}`, greedyItems(0)))) keys.add(key);
      expect(keys.size).toBe(RECORD_COUNT);
    }
    const walker = new Harness({ content: manyEntries(RECORD_COUNT), config: { depth: 2, sessionNodeCountMax: 5 } });
    const listings = new Set<number>();
    for (let nth = 0; nth < 200; nth++) {
      for (const { index } of listed(walker.hear('b', greedyDigests(1)))) listings.add(index);
      for (const { nodes } of ofType(walker.hear('b', greedyDigests(1)), 'digests')) {
        for (const { index } of nodes) listings.add(index);
      }
    }
    expect(listings.size).toBe(ARITY);
  });

  it('gives another part of a single leaf, too, and of a list of buckets', () => {
    const config = { depth: 1, sessionRecordCountMax: 2 };
    const node = new Harness({ content: manyEntries(RECORD_COUNT), config });
    const keys = new Set<string>();
    for (const index of levelOf(1)) {
      const bucket = { level: 1, index, fingerprints: [] };
      for (let nth = 0; nth < 300; nth++) {
        for (const { key } of pushed(node.hear('b', { type: 'items', session: SESSION, buckets: [bucket] })))
          keys.add(key);
      }
    }
    expect(keys.size).toBe(RECORD_COUNT);
    const tight = new Harness({ content: manyEntries(RECORD_COUNT), config: { depth: 1, answerScanCountMax: 1 } });
    const firsts = new Set<string>();
    for (let nth = 0; nth < 2_000; nth++)
      for (const { key } of pushed(tight.hear('b', greedyItems(1)))) firsts.add(key);
    expect(firsts.size).toBe(RECORD_COUNT);
  });

  it('moves a record that is larger than all that a session may push', () => {
    const key = 'k'.repeat(500);
    const node = new Harness({ content: [[key, 1]], config: { sessionBytesMax: 1 } });
    expect(pushed(node.hear('b', greedyItems(0)))).toEqual([{ key, version: 1 }]);
  });
});

describe('an initiator', () => {
  it('comes to the leaves although more differs above them than a session can walk', () => {
    for (const [one, two] of [
      [4, 4],
      [3, 4],
      [4, 3],
      [2, 4],
    ] as const) {
      const tight = { listedCountMax: 1, sessionNodeCountMax: 1 };
      const world = new World(1);
      world.add('a', new Entries(manyEntries(2_000)), ['b'], { ...tight, depth: one });
      world.add('b', new Entries(manyEntries(2_000).map(([key]) => [key, 2] as const)), ['a'], {
        ...tight,
        depth: two,
      });
      world.command('a', { type: 'reconcile', peer: 'b' });
      world.run(800);
      const ended = world.events.find((event) => event.type === 'session-ended');
      expect(ended).toMatchObject({ outcome: 'done', isComplete: false });
      expect(world.node('a').replica.content()).not.toEqual(new Entries(manyEntries(2_000)).content());
    }
  });

  it('keeps to its limits in a whole session, however often it is asked', () => {
    fc.assert(
      fc.property(config, fc.array(request, { minLength: 1, maxLength: 4 }), fc.nat(), (partial, asked, seed) => {
        const node = new Harness({ content: manyEntries(RECORD_COUNT), config: partial, seed });
        const session = node.reconcile('b')!;
        const answers = asked.map((each) => node.hear('b', { ...each, session } as Message));
        expectWithinSession(asked, answers.flat(), node);
        for (const answer of answers) expectWithinAnswer(answer, node);
      }),
      { numRuns: 100 },
    );
  });

  it('has all that the peer had when it says that the session is complete, whatever was lost', () => {
    let completeCount = 0;
    let cutCount = 0;
    const network = fc.record({
      lossPerMille: fc.constantFrom(0, 50, 200),
      duplicatePerMille: fc.constant(0),
      delayMsMax: fc.constantFrom(1, 30),
    });
    const content = fc.array(
      fc.tuple(
        fc.nat(300).map((nth) => `k${nth}`),
        fc.nat(2),
      ),
      { maxLength: 150, size: 'max' },
    );
    fc.assert(
      fc.property(content, content, config, config, network, fc.nat(), (left, right, one, two, faults, seed) => {
        const world = new World(seed, faults);
        world.add('a', new Entries(left), ['b'], one);
        world.add('b', new Entries(right), ['a'], two);
        const theirs = world.node('b').replica.content();
        world.command('a', { type: 'reconcile', peer: 'b' });
        world.run(800);
        const ended = world.events.find((event) => event.type === 'session-ended' && event.role === 'initiator');
        if (ended?.type !== 'session-ended' || !ended.isComplete) {
          cutCount += 1;
          return;
        }
        completeCount += 1;
        const ours = world.node('a').replica.content();
        for (const [key, version] of theirs) {
          if ((ours.get(key) ?? -1) < version) expect.fail(`${key} is missing`);
        }
      }),
      { numRuns: 100, endOnFailure: true },
    );
    // Both happen, or nothing was tested: a tenth of the sessions is complete.
    expect(completeCount).toBeGreaterThan(5);
    expect(cutCount).toBeGreaterThan(10);
  }, 60_000);
});
