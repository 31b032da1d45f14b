/** What the owners of two replicas say and decide in a session. */
import { utf8Bytes } from '@hearsay/core';
import { describe, expect, it } from 'vitest';
import type { SessionEnded, SessionOwner } from '../src/index.ts';
import { Entries, type Entry, manyEntries, NO_FAULTS, World } from './world.ts';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

/** Says who it is, remembers what it heard, and holds back what is old, until it knows that the peer has it not. */
class Voice implements SessionOwner<Entry> {
  readonly heardFrom: string[] = [];
  readonly #name: string;
  readonly isOld: (key: string) => boolean;
  readonly verdict: 'hold' | 'drop';
  #stampCount = 0;

  constructor(name: string, isOld: (key: string) => boolean = () => false, verdict: 'hold' | 'drop' = 'drop') {
    this.#name = name;
    this.isOld = isOld;
    this.verdict = verdict;
  }
  stamp(): Uint8Array {
    this.#stampCount += 1;
    return utf8Bytes(`${this.#name} at ${this.#stampCount}`);
  }
  note(): Uint8Array {
    return utf8Bytes(`note of ${this.#name} at ${this.#stampCount}`);
  }
  heard(peer: string, stamp: Uint8Array): void {
    this.heardFrom.push(`${peer}: ${text(stamp)}`);
  }
  offer(record: Entry, _peer: string, stamp: Uint8Array, presence: 'unknown' | 'absent') {
    expect(text(stamp)).toMatch(/ at \d+$/);
    if (!this.isOld(record.key)) return 'push';
    return presence === 'absent' ? this.verdict : 'hold';
  }
}

const endings = (
  world: World,
): (Omit<SessionEnded, 'stamp' | 'note'> & { at: string; stamp: string; note: string })[] =>
  world.events.flatMap((event) =>
    event.type === 'session-ended' ? [{ ...event, stamp: text(event.stamp), note: text(event.note) }] : [],
  );

function pair(
  left: Entries,
  right: Entries,
  a = new Voice('a'),
  b = new Voice('b'),
  faults = NO_FAULTS,
  seed = 1,
): World {
  const world = new World(seed, faults);
  world.add('a', left, ['b'], {}, a);
  world.add('b', right, ['a'], {}, b);
  return world;
}

describe('stamps and notes', () => {
  it('come back to both sides when the contents are equal', () => {
    const world = pair(new Entries(manyEntries(50)), new Entries(manyEntries(50)));
    world.command('a', { type: 'reconcile', peer: 'b' });
    world.run(100);
    expect(endings(world)).toMatchObject([
      { at: 'b', role: 'responder', outcome: 'equal', stamp: 'a at 1', isComplete: true },
      { at: 'a', role: 'initiator', outcome: 'equal', stamp: 'b at 1', isComplete: true },
    ]);
  });

  it('come back to both sides when everything was exchanged', () => {
    const voices = [new Voice('a'), new Voice('b')] as const;
    const world = pair(new Entries(manyEntries(500)), new Entries(manyEntries(480)), ...voices);
    world.command('a', { type: 'reconcile', peer: 'b' });
    world.run(100);
    expect(world.areEqual()).toBe(true);
    expect(endings(world)).toMatchObject([
      { at: 'b', role: 'responder', outcome: 'done', stamp: 'a at 1', note: 'note of a at 1', receivedCount: 20 },
      { at: 'a', role: 'initiator', outcome: 'done', stamp: 'b at 1', note: 'note of b at 1', sentCount: 20 },
    ]);
    expect(voices.map(({ heardFrom }) => heardFrom)).toEqual([['b: b at 1'], ['a: a at 1']]);
  });

  it('may change the replica before anything is compared', () => {
    const left = new Entries([...manyEntries(50), ['old', 1]]);
    const right = new Entries(manyEntries(50));
    const a = new Voice('a');
    a.heard = () => left.forget('old');
    const world = pair(left, right, a);
    world.command('b', { type: 'reconcile', peer: 'a' });
    world.run(100);
    expect(world.sent.map(({ message }) => message.type)).toEqual(['probe', 'equal']);
  });

  it('of an answer that was begun again must be the same, or the session is not complete', () => {
    const world = pair(new Entries(manyEntries(500)), new Entries(manyEntries(480)));
    world.command('a', { type: 'reconcile', peer: 'b' });
    const probe = world.sent[0]!.message;
    // Another session of the same peer makes the responder forget this one, and a repeated probe begins it anew.
    world.deliver('a', 'b', { ...probe, session: 1 });
    world.deliver('a', 'b', probe);
    const first = world.sent.findLast(({ message }) => message.session === probe.session)!.message;
    const { session, request = 0 } = first;
    world.deliver('b', 'a', { type: 'push', records: [], session, request, part: 2, stamp: utf8Bytes('b at 77') });
    world.run(100);
    expect(endings(world).findLast(({ role }) => role === 'initiator')).toMatchObject({ isComplete: false, note: '' });
  });

  it.each([0, 300, 500])(
    'are only told with a complete session when nothing is missing, at a loss of %i ‰',
    (lossPerMille) => {
      let completeCount = 0;
      for (let seed = 0; seed < 60; seed++) {
        const faults = { lossPerMille, duplicatePerMille: 200, delayMsMax: 30 };
        const left = new Entries(manyEntries(300));
        const right = new Entries([...manyEntries(280), ['only right', 1]]);
        const world = pair(left, right, new Voice('a'), new Voice('b'), faults, seed);
        world.command('a', { type: 'reconcile', peer: 'b' });
        world.run(60_000, () => {
          for (const { at, isComplete } of endings(world)) {
            if (!isComplete) continue;
            completeCount += 1;
            expect(world.node(at).replica.recordCount).toBe(301);
          }
          return false;
        });
        for (const { at, isComplete } of endings(world)) {
          if (isComplete) expect(world.node(at).replica.recordCount).toBe(301);
        }
      }
      expect(completeCount).toBeGreaterThan(lossPerMille === 0 ? 100 : 20);
    },
  );
});

describe('a record that may only go to a peer that has its key', () => {
  const isOld = (key: string): boolean => key.startsWith('old');
  const old: readonly (readonly [string, number])[] = [
    ['old-1', 1],
    ['old-2', 1],
  ];

  it('is dropped when the peer turns out to lack the key', () => {
    const world = pair(
      new Entries([...manyEntries(500), ...old]),
      new Entries(manyEntries(490)),
      new Voice('a', isOld),
    );
    world.command('a', { type: 'reconcile', peer: 'b' });
    world.run(100);
    expect(world.areEqual()).toBe(true);
    expect(world.node('b').replica.recordCount).toBe(500);
    expect(endings(world).every(({ isComplete }) => isComplete)).toBe(true);
    expect(world.events).toContainEqual(expect.objectContaining({ at: 'a', type: 'records-dropped', peer: 'b' }));
  });

  it('is pushed when the peer has the key in another version', () => {
    const newer: readonly (readonly [string, number])[] = [...old.map(([key]) => [key, 2] as const)];
    const world = pair(
      new Entries([...manyEntries(500), ...newer]),
      new Entries([...manyEntries(490), ...old]),
      new Voice('a', isOld),
    );
    world.command('a', { type: 'reconcile', peer: 'b' });
    world.run(100);
    expect(world.areEqual()).toBe(true);
    expect(world.node('b').replica.get('old-2')).toEqual({ key: 'old-2', version: 2 });
  });

  it('is held back, and the session not complete, when the owner says so', () => {
    const a = new Voice('a', isOld, 'hold');
    const world = pair(new Entries([...manyEntries(500), ...old]), new Entries(manyEntries(490)), a);
    world.command('a', { type: 'reconcile', peer: 'b' });
    world.run(100);
    expect(world.node('a').replica.recordCount).toBe(502);
    expect(world.node('b').replica.recordCount).toBe(500);
    expect(endings(world).map(({ isComplete }) => isComplete)).toEqual([false, false]);
  });

  it('is held back by a responder, who cannot know what the peer has', () => {
    const world = pair(
      new Entries([...manyEntries(500), ...old]),
      new Entries(manyEntries(490)),
      new Voice('a', isOld),
    );
    world.command('b', { type: 'reconcile', peer: 'a' });
    world.run(100);
    expect(world.node('a').replica.recordCount).toBe(502);
    expect(world.node('b').replica.recordCount).toBe(500);
    expect(endings(world).map(({ isComplete }) => isComplete)).toEqual([false, false]);
  });

  it('is not dropped after a session in which a limit left something out', () => {
    const world = new World(1);
    const content = new Entries([...manyEntries(500), ...old]);
    world.add('a', content, ['b'], { sessionRecordCountMax: 3 }, new Voice('a', isOld));
    world.add('b', new Entries(manyEntries(400)), ['a'], {}, new Voice('b'));
    world.command('a', { type: 'reconcile', peer: 'b' });
    world.run(100);
    expect(endings(world).map(({ isComplete }) => isComplete)).toEqual([false, false]);
    expect(content.get('old-1')).toBeDefined();
  });
});
