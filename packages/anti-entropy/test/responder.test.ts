import { describe, expect, it } from 'vitest';
import { Harness, ofType, probeOf } from './harness.ts';
import { Entries, type Message, manyEntries, messageBytes, World } from './world.ts';

const everything: Message = { type: 'items', session: 7, buckets: [{ level: 0, index: 0, fingerprints: [] }] };
const pushedKeys = (messages: readonly Message[]): string[] =>
  ofType(messages, 'push')
    .flatMap(({ records }) => records)
    .map(({ key }) => key);

describe('a responder', () => {
  it('answers before it is started, and starts nothing by itself', () => {
    const node = new Harness({ content: manyEntries(3) });
    expect(node.hear('b', probeOf(manyEntries(3)))).toEqual([{ type: 'equal', session: 7 }]);
    expect(node.out.timers).toEqual([]);
    expect(node.ended()).toMatchObject([{ role: 'responder', outcome: 'equal', isComplete: true }]);
    expect(node.core.sessionCount).toBe(0);
  });

  it('remembers nothing: to a duplicate it says the same again', () => {
    const node = new Harness({ content: manyEntries(500), config: { depth: 2 } });
    const [digests] = ofType(node.hear('b', probeOf(manyEntries(490))), 'digests');
    const requests: readonly Message[] = [probeOf(manyEntries(490)), digests!, everything];
    const answers = requests.map((request) => node.hear('b', request));
    // Only what does not fit differs from time to time, and here all fits.
    const again = requests.toReversed().map((request) => node.hear('stranger', request));
    expect(again.toReversed().map((each) => new Set(pushedKeys(each)))).toEqual(
      answers.map((each) => new Set(pushedKeys(each))),
    );
    expect(again.at(-1)).toEqual(answers[0]);
    expect(node.core.sessionCount).toBe(0);
    expect(node.ended()).toEqual([]);
  });

  it('announces how many messages its answer has', () => {
    const node = new Harness({ content: manyEntries(500) });
    for (const request of [probeOf([]), probeOf(manyEntries(499)), everything]) {
      const answer = node.hear('b', request);
      expect(answer.at(-1)).toEqual({ type: 'done', session: 7, messageCount: answer.length - 1, isComplete: true });
    }
  });

  it('announces an empty answer too, when nothing differs any more', () => {
    const node = new Harness({ content: manyEntries(500) });
    const [digests] = ofType(node.hear('b', probeOf([['other', 1]])), 'digests');
    const twin = new Harness({ content: manyEntries(500) });
    expect(twin.hear('a', digests!)).toEqual([{ type: 'done', session: 7, messageCount: 0, isComplete: true }]);
  });

  it('delivers what is pushed and answers nothing to it', () => {
    const node = new Harness();
    const records = [{ key: 'x', version: 1 }];
    expect(node.hear('b', { type: 'push', session: 7, records })).toEqual([]);
    expect(node.out.events).toEqual([{ type: 'records-received', from: 'b', session: 7, records }]);
    expect(node.hear('b', { type: 'push', session: 7, records: [] })).toEqual([]);
    expect(node.out.events).toHaveLength(1);
  });
});

describe('an answer to a probe', () => {
  const answered = (ours: number, theirs: number, config = {}) =>
    new Harness({ content: manyEntries(ours), config }).hear('b', probeOf(manyEntries(theirs)));

  it('lists a small replica at once', () => {
    const answer = answered(16, 5_000);
    expect(answer.map(({ type }) => type)).toEqual(['items', 'done']);
    const [bucket] = ofType(answer, 'items')[0]!.buckets;
    expect(bucket).toMatchObject({ level: 0, index: 0 });
    expect(bucket!.fingerprints).toHaveLength(16);
    expect(answered(17, 5_000)[0]!.type).toBe('digests');
    expect(answered(0, 5_000)).toMatchObject([{ buckets: [{ level: 0, index: 0, fingerprints: [] }] }, {}]);
  });

  it('is not that both are equal when only the sums are', () => {
    const content = manyEntries(20);
    const probe = probeOf(content);
    if (probe.type !== 'probe') return expect.fail(probe.type);
    expect(new Harness({ content }).hear('b', probe)[0]!.type).toBe('equal');
    expect(new Harness({ content }).hear('b', { ...probe, count: 21 })[0]!.type).toBe('digests');
    expect(new Harness({ content }).hear('b', { ...probe, sum: probe.sum.toReversed() })[0]!.type).toBe('digests');
  });

  it('begins with the children of the root, or with all grandchildren when the counts differ by much', () => {
    const digests = (ours: number, theirs: number, config = {}) => ofType(answered(ours, theirs, config), 'digests');
    expect(digests(500, 437)).toMatchObject([{ level: 1, nodes: [{ index: 0 }] }]);
    const skipped = digests(500, 436);
    expect(skipped.map(({ level }) => level)).toEqual([2, 2]);
    expect(skipped.flatMap(({ nodes }) => nodes.map(({ index }) => index)).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 16 }, (_, index) => index),
    );
  });
});

describe('an answer', () => {
  it('goes by packet when it is short, by stream when it is long', () => {
    const vias = [250, 800].map((count) => {
      const node = new Harness({ content: manyEntries(count), config: { packetCountMax: 8 } });
      node.hear('b', everything);
      return { count: node.out.sends.length, vias: new Set(node.out.sends.map(({ via }) => via)) };
    });
    // 1100 bytes hold more than 62 entries, and a turn takes 256.
    expect(vias).toEqual([
      { count: 4, vias: new Set(['packet']) },
      { count: 4, vias: new Set(['stream']) },
    ]);
  });

  it('sends a record that is too large for a packet by stream, and the rest by packet', () => {
    const longKey = 'k'.repeat(2_000);
    const node = new Harness({ content: [...manyEntries(10), [longKey, 1]] });
    node.hear('b', everything);
    for (const { message, via } of node.out.sends) {
      const isLong = message.type === 'push' && message.records.some(({ key }) => key === longKey);
      expect(via).toBe(isLong ? 'stream' : 'packet');
      if (isLong) expect(message.records).toHaveLength(1);
      else expect(messageBytes(message)).toBeLessThanOrEqual(node.config.messageBytesMax);
    }
    expect(node.out.sends.filter(({ via }) => via === 'stream')).toHaveLength(1);
  });

  it('treats a record that just fits like any other', () => {
    const { messageBytesMax } = new Harness().config;
    const roomBytes = messageBytesMax - 40 - 10;
    for (const [length, via] of [
      [roomBytes, 'packet'],
      [roomBytes + 1, 'stream'],
    ] as const) {
      const node = new Harness({ content: [['k'.repeat(length), 1]] });
      node.hear('b', everything);
      expect(node.out.sends[0]).toMatchObject({ message: { type: 'push' }, via });
    }
  });

  it('goes on below its own leaves, when the peer has the deeper tree', () => {
    const deep = new Harness({ content: manyEntries(2_000), config: { depth: 3, listedCountMax: 1 } });
    const shallow = new Harness({ content: manyEntries(2_000), config: { depth: 1, listedCountMax: 1 } });
    shallow.replica.merge({ key: 'key-7', version: 2 });
    const digests = ofType(deep.hear('b', probeOf([['other', 1]], 3)), 'digests');
    expect(new Set(digests.map(({ level }) => level))).toEqual(new Set([2]));
    const [sums] = ofType(shallow.hear('a', ...digests), 'sums');
    expect(sums).toMatchObject({ level: 2 });
    expect(sums!.nodes).toHaveLength(1);
    // The peer knows by the sums which of its records it is.
    expect(pushedKeys(deep.hear('b', sums!))).toEqual(['key-7']);
  });

  it('leaves out nodes that it may not look at, instead of claiming that it holds nothing there', () => {
    const config = { depth: 2, answerScanCountMax: 64 };
    const node = new Harness({ content: manyEntries(4_000), config });
    const [digests] = ofType(node.hear('b', probeOf([], 3)), 'digests');
    const outdated = new Harness({ content: manyEntries(4_000).map(([key]) => [key, 0] as const), config });
    const answer = outdated.hear('a', digests!);
    const buckets = ofType(answer, 'items').flatMap((items) => items.buckets);
    expect(buckets.length).toBeGreaterThan(0);
    expect(buckets.every(({ fingerprints }) => fingerprints.length > 0)).toBe(true);
    expect(answer.at(-1)).toMatchObject({ type: 'done', isComplete: false });
  });

  it('does not want what it may not compare', () => {
    const ours = manyEntries(4_000);
    const lists = new Harness({ content: ours, config: { depth: 2 } });
    const [digests] = ofType(lists.hear('b', probeOf([], 3)), 'digests');
    const other = new Harness({ content: ours.map(([key]) => [key, 0] as const), config: { depth: 2 } });
    const [items] = ofType(other.hear('a', digests!), 'items');
    // The list is `other`'s own, so it lacks none of it, however little of it it may look at.
    const tight = new Harness({
      content: [...other.replica.content()],
      config: { depth: 2, answerScanCountMax: 20 },
    });
    const wanted = ofType(tight.hear('a', items!), 'want').flatMap(({ buckets }) => buckets);
    // At most in the one leaf that it could look at in part.
    expect(wanted.length).toBeLessThanOrEqual(1);
  });
});

describe('a want', () => {
  it('of more than a message of ours can hold comes in several', () => {
    const node = new Harness({ config: { messageBytesMax: 256 } });
    const fingerprints = Array.from({ length: 200 }, (_, nth) => nth);
    const answer = node.hear('b', { type: 'items', session: 7, buckets: [{ level: 3, index: 5, fingerprints }] });
    const wants = ofType(answer, 'want');
    expect(wants.map((want) => messageBytes(want) <= 256)).toEqual(wants.map(() => true));
    const buckets = wants.flatMap((want) => want.buckets);
    expect(buckets.every(({ level, index }) => level === 3 && index === 5)).toBe(true);
    expect(buckets.flatMap((bucket) => bucket.fingerprints)).toEqual(fingerprints);
  });

  it('brings nothing that the peer has replaced in the meantime', () => {
    const node = new Harness({ content: [['x', 1]] });
    const peer = new Harness({ content: [['x', 2]] });
    const [items] = ofType(node.hear('b', probeOf([['other', 1]])), 'items');
    const [push, want] = peer.hear('a', items!);
    expect([push!.type, want!.type]).toEqual(['push', 'want']);
    expect(pushedKeys(node.hear('b', want!))).toEqual(['x']);
    for (const record of ofType([push!], 'push')[0]!.records) node.replica.merge(record);
    expect(pushedKeys(node.hear('b', want!))).toEqual([]);
  });
});

describe('records that a peer refuses for good', () => {
  /** Never takes half of the keys. */
  class Picky extends Entries {
    override merge(record: { readonly key: string; readonly version: number }): boolean {
      return !record.key.endsWith('1') && super.merge(record);
    }
  }

  it('do not keep others from arriving, also when one answer can only look at a part', () => {
    const world = new World(1);
    const config = { depth: 1, answerScanCountMax: 40 };
    world.add('a', new Entries(manyEntries(400)), ['b'], config);
    world.add('b', new Picky(manyEntries(400).map(([key]) => [key, 0] as const)), ['a'], config);
    for (const id of ['a', 'b']) world.command(id, { type: 'start' });
    const isServed = (): boolean => [...world.node('b').replica.content().values()].every((version) => version === 1);
    expect(world.run(60_000, isServed)).toBe(true);
    expect(world.node('b').replica.recordCount).toBe(360);
  });
});

describe('the session of a peer', () => {
  const close: Message = { type: 'close', session: 7, pushCount: 0, isComplete: true, note: new Uint8Array(0) };
  const closed = (node: Harness, afterMs: number): boolean | undefined => {
    node.start();
    node.hear('b', probeOf([]));
    node.nowMs = afterMs;
    node.ring('interval');
    return ofType(node.hear('b', close), 'closed')[0]?.isComplete;
  };

  it('is remembered as long as the peer may go on with it, and forgotten then', () => {
    const content = manyEntries(3);
    const { sessionTimeoutMs } = new Harness().config;
    expect(closed(new Harness({ content }), sessionTimeoutMs - 1)).toBe(true);
    expect(closed(new Harness({ content }), sessionTimeoutMs)).toBe(false);
  });
});
