import { describe, expect, it } from 'vitest';
import { Harness, ofType } from './harness.ts';
import { Entries, type Message, manyEntries, World } from './world.ts';

const done = (session: number, messageCount = 0, isComplete = true): Message => ({
  type: 'done',
  session,
  messageCount,
  isComplete,
});
const push = (session: number, ...keys: readonly string[]): Message => ({
  type: 'push',
  session,
  records: keys.map((key) => ({ key, version: 1 })),
});

describe('intervals', () => {
  it('begin anywhere within the first, so that nodes which start together do not probe together', () => {
    const delays = Array.from({ length: 200 }, (_, seed) => {
      const node = new Harness({ seed });
      node.start();
      expect(node.scheduled).toEqual(['interval']);
      expect(node.out.sends).toEqual([]);
      return node.out.timers[0]!.delayMs;
    });
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...delays)).toBeLessThan(1_000);
    // Each tenth of the interval has its share of 200 nodes, within five standard deviations.
    for (let tenth = 0; tenth < 10; tenth++) {
      const share = delays.filter((delay) => Math.floor(delay / 100) === tenth).length;
      expect(share).toBeGreaterThan(0);
      expect(share).toBeLessThan(42);
    }
  });

  it('are moved by up to the jitter, to both sides', () => {
    const node = new Harness({ config: { intervalMs: 1_000, jitterPerMille: 100 } });
    node.start();
    const delays = Array.from({ length: 200 }, () => {
      node.nowMs += 1_000;
      node.ring('interval');
      expect(node.scheduled).toEqual(['interval']);
      return node.out.timers[0]!.delayMs;
    });
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(900);
    expect(Math.min(...delays)).toBeLessThan(920);
    expect(Math.max(...delays)).toBeLessThanOrEqual(1_100);
    expect(Math.max(...delays)).toBeGreaterThan(1_080);
  });

  it('start once, however often they are told to', () => {
    const node = new Harness();
    node.start();
    node.start();
    expect(node.scheduled).toEqual(['interval']);
  });

  it('probe one peer each, and every peer once before any twice', () => {
    const node = new Harness({ peers: ['b', 'c', 'd', 'e', 'f'] });
    node.start();
    for (let traversal = 0; traversal < 20; traversal++) {
      const probed = Array.from({ length: 5 }, () => {
        node.nowMs += 1_000;
        return node.ring('interval');
      });
      expect(new Set(probed.flat())).toEqual(new Set(['b', 'c', 'd', 'e', 'f']));
    }
  });

  it('go on without a peer, and probe the first that joins', () => {
    const node = new Harness({ peers: [] });
    node.start();
    expect(node.ring('interval')).toEqual([]);
    node.peers.add('z');
    expect(node.ring('interval')).toEqual(['z']);
  });

  it('retry a lone peer that does not answer at every interval', () => {
    const node = new Harness({ peers: ['b'] });
    node.start();
    for (let interval = 0; interval < 20; interval++) {
      expect(node.ring('interval')).toEqual(['b']);
      node.nowMs += 900;
    }
  });
});

describe('a session', () => {
  it('costs two messages when the contents are equal', () => {
    const world = new World(1);
    for (const [id, peer] of [
      ['a', 'b'],
      ['b', 'a'],
    ] as const) {
      // The same content, written in another order, under trees of different depth.
      const content = id === 'a' ? manyEntries(500) : manyEntries(500).toReversed();
      world.add(id, new Entries(content), [peer], { depth: id === 'a' ? 2 : 3 });
    }
    world.command('a', { type: 'reconcile', peer: 'b' });
    world.run(10);
    expect(world.sent.map(({ message }) => message.type)).toEqual(['probe', 'equal']);
    expect(world.events).toEqual([
      {
        at: 'a',
        type: 'session-ended',
        peer: 'b',
        outcome: 'equal',
        sentCount: 0,
        receivedCount: 0,
        isComplete: true,
      },
    ]);
  });

  it('is the only one with its peer', () => {
    const node = new Harness();
    expect(node.reconcile('b')).toBeDefined();
    expect(node.reconcile('b')).toBeUndefined();
    expect(node.reconcile('c')).toBeDefined();
    expect(node.core.sessionCount).toBe(2);
  });

  it('is not started beyond sessionCountMax', () => {
    const node = new Harness({ config: { sessionCountMax: 2 } });
    const first = node.reconcile('b')!;
    node.reconcile('c');
    expect(node.reconcile('d')).toBeUndefined();
    node.hear('b', { type: 'equal', session: first });
    expect(node.reconcile('d')).toBeDefined();
  });

  it('that finds no room does not cost a peer its turn', () => {
    const node = new Harness({
      peers: ['b', 'c', 'd', 'e'],
      config: { sessionCountMax: 1, sessionTimeoutMs: 10_000, intervalMs: 1_000 },
    });
    node.start();
    const probed: string[] = [];
    for (let interval = 0; interval < 40; interval++) {
      probed.push(...node.ring('interval'));
      node.nowMs += 1_000;
    }
    // One session at a time, each for ten intervals: four, and every peer has had one.
    expect(probed).toHaveLength(4);
    expect(new Set(probed)).toEqual(new Set(['b', 'c', 'd', 'e']));
  });

  it('ends when every request is closed and all that was announced has come, in any order', () => {
    const node = new Harness();
    const session = node.reconcile('b')!;
    node.hear('b', done(session, 2));
    node.hear('b', push(session, 'x', 'y'));
    expect(node.ended()).toEqual([]);
    node.hear('b', push(session, 'z'));
    expect(node.ended()).toEqual([
      { type: 'session-ended', peer: 'b', outcome: 'done', sentCount: 0, receivedCount: 3, isComplete: true },
    ]);
    expect(node.core.sessionCount).toBe(0);
  });

  it('stays open while a request of its own has no `done`', () => {
    const node = new Harness({ content: manyEntries(3) });
    const session = node.reconcile('b')!;
    const items: Message = { type: 'items', session, buckets: [{ level: 0, index: 0, fingerprints: [1] }] };
    // Whatever the peer holds under fingerprint 1 is wanted; what we hold is pushed.
    const answer = node.hear('b', items, done(session, 1));
    expect(answer.map(({ type }) => type)).toEqual(['push', 'want']);
    expect(node.core.sessionCount).toBe(1);
    node.hear('b', push(session, 'x'), done(session, 1));
    expect(node.ended()).toEqual([
      { type: 'session-ended', peer: 'b', outcome: 'done', sentCount: 3, receivedCount: 1, isComplete: true },
    ]);
  });

  it('is given up at its deadline, and its peer may be probed again', () => {
    const node = new Harness({ config: { sessionTimeoutMs: 900 } });
    node.reconcile('b');
    node.nowMs = 899;
    expect(node.reconcile('b')).toBeUndefined();
    node.nowMs = 900;
    expect(node.reconcile('b')).toBeDefined();
    expect(node.ended()).toEqual([
      { type: 'session-ended', peer: 'b', outcome: 'timeout', sentCount: 0, receivedCount: 0, isComplete: false },
    ]);
  });

  it('that is over still has what comes late answered and its records delivered', () => {
    const node = new Harness({ content: manyEntries(3) });
    const session = node.reconcile('b')!;
    node.nowMs = 900;
    node.reconcile('c');
    const items: Message = { type: 'items', session, buckets: [{ level: 0, index: 0, fingerprints: [] }] };
    const answer = node.hear('b', items, push(session, 'x'));
    expect(answer.map(({ type }) => type)).toEqual(['push', 'done']);
    expect(node.out.events.at(-1)).toMatchObject({ type: 'records-received', from: 'b' });
    expect(node.core.lateCount).toBe(0);
  });

  it('that is over has its late and duplicate ends counted, and nothing else happens', () => {
    const node = new Harness();
    const session = node.reconcile('b')!;
    node.hear('b', { type: 'equal', session });
    node.out.clear();
    expect(node.hear('b', { type: 'equal', session }, done(session), done(99))).toEqual([]);
    expect(node.core.lateCount).toBe(3);
    expect(node.core.ignoredCount).toBe(0);
    expect(node.out.events).toEqual([]);
  });

  it('is none of the business of another peer', () => {
    const node = new Harness({ content: manyEntries(3) });
    const session = node.reconcile('b')!;
    node.hear('c', { type: 'equal', session }, done(session), push(session, 'x'));
    expect(node.core.sessionCount).toBe(1);
    expect(node.core.lateCount).toBe(2);
    node.hear('b', done(session));
    expect(node.ended()).toEqual([expect.objectContaining({ peer: 'b', receivedCount: 0 })]);
  });

  it('that was opened by endpoint is answered under a name', () => {
    const node = new Harness();
    const session = node.reconcile('10.0.0.1:7946')!;
    node.hear('seed-1', { type: 'equal', session });
    expect(node.ended()).toEqual([expect.objectContaining({ peer: '10.0.0.1:7946', outcome: 'equal' })]);
  });
});

describe('a session says that it is complete', () => {
  it('unless the peer has left something out', () => {
    const node = new Harness();
    const session = node.reconcile('b')!;
    node.hear('b', push(session, 'x'), done(session, 1, false));
    expect(node.ended()).toEqual([expect.objectContaining({ outcome: 'done', isComplete: false })]);
  });

  it('unless we have left something out', () => {
    const node = new Harness({ content: manyEntries(3), config: { sessionRecordCountMax: 2 } });
    const session = node.reconcile('b')!;
    const items: Message = { type: 'items', session, buckets: [{ level: 0, index: 0, fingerprints: [] }] };
    const answer = node.hear('b', items, done(session, 1));
    expect(ofType(answer, 'push').flatMap(({ records }) => records)).toHaveLength(2);
    expect(node.ended()).toEqual([expect.objectContaining({ outcome: 'done', sentCount: 2, isComplete: false })]);
  });
});
