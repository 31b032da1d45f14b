import { describe, expect, it } from 'vitest';
import { Harness } from './harness.ts';
import { Entries, type Message, manyEntries, World } from './world.ts';

const everything: Message = {
  type: 'items',
  session: 7,
  request: 3,
  buckets: [{ level: 0, index: 0, fingerprints: [] }],
};
const RECORD_COUNT = 1_000;
const TURN_COUNT_MAX = 256;
const ANSWER_COUNT_MAX = 64;

const pushedCount = (messages: readonly Message[]): number =>
  messages.reduce((sum, message) => sum + (message.type === 'push' ? message.records.length : 0), 0);

/** What each turn says, the first one and those of the timer. */
function turnsOf(node: Harness, count = Number.POSITIVE_INFINITY): Message[][] {
  const turns = [node.said()];
  while (node.scheduled.includes('go-on') && turns.length < count) {
    node.ring('go-on');
    turns.push(node.said());
  }
  return turns;
}

describe('an answer of many records', () => {
  it('is said over several turns, and only its last part ends it', () => {
    const node = new Harness({ content: manyEntries(RECORD_COUNT) });
    node.step('b', everything);
    const turns = turnsOf(node);
    expect(turns.map(pushedCount)).toEqual([256, 256, 256, 232]);
    const parts = turns.flat();
    expect(parts.map(({ part }) => part)).toEqual(parts.map((_, index) => index + 1));
    expect(parts.map(({ end }) => end)).toEqual([...Array(parts.length - 1).fill(undefined), 'complete']);
    expect(new Set(parts.map(({ request, session }) => `${request} ${session}`))).toEqual(new Set(['3 7']));
  });

  it('keeps its limits over all turns, and says in the end that it was cut', () => {
    const node = new Harness({ content: manyEntries(RECORD_COUNT), config: { sessionRecordCountMax: 300 } });
    node.step('b', everything);
    const turns = turnsOf(node);
    expect(turns.map(pushedCount)).toEqual([256, 44]);
    expect(turns.at(-1)?.at(-1)?.end).toBe('cut');
  });

  it('tells only what is still held, and ends even when that is nothing', () => {
    const node = new Harness({ content: manyEntries(TURN_COUNT_MAX + 10) });
    node.step('b', everything);
    for (const key of [...node.replica.keys()]) node.replica.forget(key);
    node.ring('go-on');
    expect(node.said()).toMatchObject([{ type: 'done', end: 'complete' }]);
  });

  it('takes turns with others, and when too many wait, the next is cut', () => {
    const node = new Harness({ content: manyEntries(TURN_COUNT_MAX + 1) });
    for (let nth = 0; nth < ANSWER_COUNT_MAX; nth++) node.step(`b${nth}`, everything);
    expect([node.core.cutCount, node.scheduled.filter((type) => type === 'go-on')]).toEqual([0, ['go-on']]);
    node.out.sends.length = 0;
    node.step('one too many', everything);
    expect(node.said().at(-1)).toMatchObject({ end: 'cut' });
    expect(node.core.cutCount).toBe(1);
    node.ring('go-on');
    expect([node.out.sends.map(({ to }) => to), pushedCount(node.said())]).toEqual([['b0'], 1]);
    expect(turnsOf(node)).toHaveLength(ANSWER_COUNT_MAX);
  });

  it('is given up when the peer has begun another session', () => {
    const node = new Harness({ content: manyEntries(RECORD_COUNT) });
    const probe = (session: number): Message => ({
      type: 'probe',
      session,
      request: 1,
      depth: 1,
      count: 0,
      sum: new Uint8Array(16),
    });
    node.step('b', probe(7));
    node.step('b', everything);
    node.step('b', probe(8));
    node.ring('go-on');
    expect([node.said(), node.scheduled.includes('go-on')]).toEqual([[], false]);
  });
});

describe('a session that moves many records', () => {
  it.each(['a', 'b'])('ends behind all of them, whoever begins it: %s', (initiator) => {
    const world = new World(1);
    world.add('a', new Entries(manyEntries(RECORD_COUNT)), ['b']);
    world.add('b', new Entries(), ['a']);
    world.command(initiator, { type: 'reconcile', peer: initiator === 'a' ? 'b' : 'a' });
    world.run(1_000);
    expect(world.areEqual()).toBe(true);
    expect(pushedCount(world.sent.map(({ message }) => message))).toBe(RECORD_COUNT);
    const ends = world.events.filter((event) => event.type === 'session-ended');
    expect(ends.map((end) => end.type === 'session-ended' && end.isComplete)).toEqual([true, true]);
  });
});
