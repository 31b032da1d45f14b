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

const closed = (isComplete: boolean, missing: readonly number[] = []) =>
  ({ type: 'closed', missing, isComplete, note: new Uint8Array(0) }) as const;

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
      return node.out.timers.find(({ timer }) => timer.type === 'interval')!.delayMs;
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
        node.nowMs += node.config.sessionTimeoutMs;
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
    const told = { outcome: 'equal', sentCount: 0, receivedCount: 0, isComplete: true };
    expect(world.events).toMatchObject([
      { at: 'b', role: 'responder', peer: 'a', ...told },
      { at: 'a', role: 'initiator', peer: 'b', ...told },
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

  it('ends when every part of every answer has come, in any order, and the peer has said so', () => {
    const node = new Harness();
    node.reconcile('b');
    const { session, request = 0 } = node.out.sends[0]!.message;
    const part = (nth: number, ...keys: readonly string[]): Message => ({
      ...push(session, ...keys),
      request,
      part: nth,
    });
    node.step('b', { ...part(2, 'z'), end: 'complete' });
    node.step('b', { ...part(2, 'z'), end: 'complete' });
    expect(node.core.lateCount).toBe(1);
    expect(ofType(node.said(), 'close')).toEqual([]);
    node.step('b', part(1, 'x', 'y'));
    const [close] = ofType(node.said(), 'close');
    expect(close).toMatchObject({ pushCount: 0, isComplete: true });
    expect(node.ended()).toEqual([]);
    node.step('b', { ...close!, ...closed(true), part: 1, end: 'complete' });
    expect(node.ended()).toMatchObject([
      { peer: 'b', role: 'initiator', outcome: 'done', receivedCount: 3, isComplete: true },
    ]);
    expect(node.core.sessionCount).toBe(0);
  });

  it('does not take parts of two answers for one', () => {
    const node = new Harness();
    node.reconcile('b');
    const { session, request = 0 } = node.out.sends[0]!.message;
    node.step('b', { ...push(session, 'x'), request, part: 1 });
    node.nowMs += node.config.retryMs * 2;
    node.ring('retry');
    const again = node.said().at(-1)!;
    expect(again).toMatchObject({ type: 'probe', session });
    expect(again.request).not.toBe(request);
    node.step('b', { ...push(session, 'y'), request: again.request!, part: 2, end: 'complete' });
    expect(ofType(node.said(), 'close')).toEqual([]);
    node.step('b', { ...push(session, 'x'), request: again.request!, part: 1 });
    expect(ofType(node.said(), 'close')).toHaveLength(1);
  });

  it('asks again, later each time, by stream in the end, and then gives up', () => {
    const node = new Harness({ config: { retryMs: 100, retryCountMax: 3, jitterPerMille: 0 } });
    node.reconcile('b');
    const sentMs: number[] = [];
    for (; node.core.sessionCount > 0; node.nowMs += 100) {
      node.ring('retry');
      if (ofType(node.said(), 'probe').length > 0) sentMs.push(node.nowMs);
    }
    expect(sentMs).toEqual([100, 300, 700]);
    expect(node.ended()).toMatchObject([{ outcome: 'timeout', isComplete: false }]);
    expect(node.nowMs).toBe(1_600);
    expect(node.core.retryCount).toBe(3);
    // A retry that comes when the session is over does nothing.
    node.out.clear();
    node.core.step({ kind: 'timer', timer: { type: 'retry', session: 1 } }, node.nowMs, node.out);
    expect(node.out.sends).toEqual([]);
  });

  it('asks by stream, and for an answer by stream, from the third time on', () => {
    const node = new Harness();
    node.reconcile('b');
    const ways = Array.from({ length: 3 }, () => {
      node.nowMs += 10 * node.config.retryMs;
      node.ring('retry');
      const { message, via } = node.out.sends.at(-1)!;
      return [message.isByStream ?? false, via];
    });
    expect(ways).toEqual([
      [false, 'packet'],
      [true, 'stream'],
      [true, 'stream'],
    ]);
    const peer = new Harness();
    peer.step('a', node.out.sends.at(-1)!.message);
    expect(peer.out.sends.map(({ via }) => via)).toEqual(['stream']);
  });

  it('stays open while a request of its own has no answer', () => {
    const node = new Harness({ content: manyEntries(3) });
    const session = node.reconcile('b')!;
    const items: Message = { type: 'items', session, buckets: [{ level: 0, index: 0, fingerprints: [1] }] };
    // Whatever the peer holds under fingerprint 1 is wanted; what we hold is pushed.
    const answer = node.hear('b', items, done(session, 1));
    expect(answer.map(({ type }) => type)).toEqual(['push', 'want']);
    expect(node.core.sessionCount).toBe(1);
    // Not all of the want has come after a while: the rest is asked for again.
    const want = node.out.sends.find(({ message }) => message.type === 'want')!.message;
    node.step('b', { ...push(session, 'x'), request: want.request!, part: 1, end: 'complete' });
    const close = node.said().at(-1)!;
    expect(close).toMatchObject({ type: 'close', pushCount: 1, isComplete: true });
    node.step('b', { ...close, ...closed(true), part: 1, end: 'complete' });
    expect(node.ended()).toMatchObject([{ outcome: 'done', sentCount: 3, receivedCount: 1, isComplete: true }]);
  });

  it('sends again what the peer has not received, as it is then', () => {
    const node = new Harness({ content: manyEntries(3) });
    const session = node.reconcile('b')!;
    const { request = 0 } = node.out.sends[0]!.message;
    const buckets = [{ level: 0, index: 0, fingerprints: [] }];
    node.step('b', { type: 'items', session, buckets, request, part: 1, end: 'complete' });
    const close = node.said().at(-1)!;
    node.replica.merge({ key: 'key-1', version: 9 });
    node.out.sends.length = 0;
    node.step('b', { ...close, ...closed(false, [1]), part: 1, end: 'complete' });
    const [again, closeAgain] = node.said();
    expect(again).toMatchObject({ type: 'push', pushed: 1 });
    expect(ofType([again!], 'push')[0]!.records).toContainEqual({ key: 'key-1', version: 9 });
    expect(closeAgain).toMatchObject({ type: 'close', pushCount: 1 });
    expect(node.ended()).toEqual([]);
  });

  it('is given up at its deadline, and its peer may be probed again', () => {
    const node = new Harness({ config: { sessionTimeoutMs: 900 } });
    node.reconcile('b');
    node.nowMs = 899;
    expect(node.reconcile('b')).toBeUndefined();
    node.nowMs = 900;
    expect(node.reconcile('b')).toBeDefined();
    expect(node.ended()).toMatchObject([
      { type: 'session-ended', peer: 'b', outcome: 'timeout', sentCount: 0, receivedCount: 0, isComplete: false },
    ]);
  });

  it('that is over still has its records delivered, and nothing else happens', () => {
    const node = new Harness();
    const session = node.reconcile('b')!;
    node.hear('b', { type: 'equal', session });
    node.out.clear();
    expect(node.hear('b', { type: 'equal', session }, done(session), done(99))).toEqual([]);
    expect(node.core.lateCount).toBe(2);
    expect(node.core.ignoredCount).toBe(1);
    expect(node.out.events).toEqual([]);
    node.hear('b', push(session, 'x'));
    expect(node.out.events).toMatchObject([{ type: 'records-received', from: 'b', session }]);
  });

  it('is none of the business of another peer', () => {
    const node = new Harness({ content: manyEntries(3) });
    const session = node.reconcile('b')!;
    const answer = { request: 1, part: 1, end: 'complete' } as const;
    node.hear('c', { type: 'equal', session, ...answer }, { ...push(session, 'x'), ...answer });
    expect(node.core.sessionCount).toBe(1);
    expect(node.core.lateCount).toBe(2);
    node.hear('b', done(session));
    expect(node.ended()).toEqual([expect.objectContaining({ peer: 'b', receivedCount: 0 })]);
  });

  it('that was opened by endpoint is answered under a name', () => {
    const node = new Harness();
    const session = node.reconcile('10.0.0.1:7946')!;
    node.hear('seed-1', { type: 'equal', session });
    expect(node.ended()).toEqual([expect.objectContaining({ peer: 'seed-1', outcome: 'equal' })]);
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
