import { HybridClock, utf8Bytes } from '@hearsay/core';
import { describe, expect, it } from 'vitest';
import {
  FloorKeeper,
  Knowledge,
  MemoryEngine,
  Store,
  type StoreConfig,
  type StoreRecord,
  storeConfig,
} from '../src/index.ts';

const NOW_MS = 100_000_000;
const GRACE_MS = 300_000;
const one = utf8Bytes('1');
const store = (origin = 'a', partial: Partial<StoreConfig> = {}) =>
  new Store({ config: storeConfig(partial), origin, clock: new HybridClock(60_000) });
const remote = (fields: Partial<StoreRecord> = {}): StoreRecord => ({
  key: 'k',
  stamp: { wallMs: NOW_MS, counter: 0 },
  origin: 'b',
  kind: 'set',
  value: one,
  ...fields,
});
const tombstone = (fields: Partial<StoreRecord> = {}) =>
  remote({ kind: 'delete', value: new Uint8Array(0), ...fields });

describe('a floor that rises', () => {
  it('drops the tombstones below it, and nothing else', () => {
    const node = store();
    node.set('live', one, NOW_MS);
    node.set('gone', one, NOW_MS);
    const { stamp } = node.delete('gone', NOW_MS + 5)!;
    const told: [string, unknown][] = [];
    node.observe((key, record) => told.push([key, record]));
    expect(node.raiseFloor(stamp.wallMs)).toBe(false);
    expect(node.recordCount).toBe(2);
    node.raiseFloor(stamp.wallMs + 1);
    expect([node.recordCount, node.liveCount, node.droppableCount, node.droppedCount]).toEqual([1, 1, 0, 1]);
    expect(told).toEqual([['gone', undefined]]);
    expect(node.list().map(({ key }) => key)).toEqual(['live']);
    expect(node.totalBytes).toBe(5);
  });

  it('never sinks', () => {
    const node = store();
    node.raiseFloor(10);
    node.raiseFloor(5);
    expect(node.floorMs).toBe(10);
  });

  it('drops an ended record only when both its stamp and its end are below', () => {
    const node = store();
    node.set('k', one, NOW_MS, NOW_MS + 50);
    node.raiseFloor(NOW_MS + 50);
    expect(node.recordCount).toBe(1);
    node.raiseFloor(NOW_MS + 51);
    expect(node.recordCount).toBe(0);
  });

  it('drops so many at once, and the others later', () => {
    const node = store('a', { dropCountMax: 4 });
    for (let index = 0; index < 10; index++) {
      node.set(`k${index}`, one, NOW_MS);
      node.delete(`k${index}`, NOW_MS);
    }
    const more = [0, 1, 2].map(() => node.raiseFloor(NOW_MS + 9));
    expect([more, node.recordCount]).toEqual([[true, true, false], 0]);
  });

  it('is not written below, also by a node whose clock is behind', () => {
    const node = store();
    node.raiseFloor(NOW_MS);
    expect(node.set('k', one, NOW_MS - 1_000_000).stamp.wallMs).toBeGreaterThanOrEqual(NOW_MS);
  });
});

describe('a record from below the floor', () => {
  const belowMs = NOW_MS - 10;
  const atFloor = (): Store => {
    const node = store();
    node.raiseFloor(NOW_MS);
    return node;
  };
  const old = (fields: Partial<StoreRecord> = {}) => remote({ stamp: { wallMs: belowMs, counter: 0 }, ...fields });

  it('is taken when nothing says that it was here', () => {
    expect(atFloor().merge(old(), NOW_MS)).toMatchObject({ kind: 'accepted' });
  });

  it('is taken when its writer itself had lost it by the time that it told how far it was', () => {
    const disk = new MemoryEngine();
    const writer = (engine = disk): Store =>
      new Store({ config: storeConfig(), origin: 'b', clock: new HybridClock(60_000), engine });
    const before = writer();
    const kept = before.set('kept', one, belowMs - 9_000);
    before.set('kept too', one, belowMs - 8_000);
    const lost = before.set('lost', one, belowMs);
    disk.remove('lost');
    const after = writer();
    const toldMs = after.present(NOW_MS);
    const node = atFloor();
    node.knowledge.learn('b', toldMs, after.knowledge.ownGaps);
    expect(node.merge(lost, NOW_MS)).toMatchObject({ kind: 'accepted' });
    expect(node.merge(kept, NOW_MS)).toEqual({ kind: 'refused', reason: 'buried' });
    expect(after.merge(lost, NOW_MS)).toMatchObject({ kind: 'accepted' });
    // It is held now, and all the same not all from that time is: the next life has to tell so too.
    const later = writer();
    later.present(NOW_MS);
    expect(later.knowledge.ownGaps.map(({ fromMs }) => fromMs)).toEqual([0, belowMs - 8_000]);
  });

  it('is not taken back when everything of its writer from that time has been here', () => {
    const node = atFloor();
    node.knowledge.learn('b', belowMs + 1);
    expect(node.merge(old(), NOW_MS)).toEqual({ kind: 'refused', reason: 'buried' });
    expect(node.merge(old({ origin: 'c' }), NOW_MS)).toMatchObject({ kind: 'accepted' });
    expect(node.refusedCounts.get('buried')).toBe(1);
  });

  it('is taken when an older version is held, whatever was seen', () => {
    const node = atFloor();
    node.merge(old({ stamp: { wallMs: belowMs - 5, counter: 0 } }), NOW_MS);
    node.knowledge.learn('b', NOW_MS);
    expect(node.merge(old(), NOW_MS)).toMatchObject({ kind: 'accepted' });
  });

  it('is judged by its own stamp: what was seen before it says nothing', () => {
    const node = atFloor();
    node.knowledge.learn('b', belowMs);
    expect(node.merge(old(), NOW_MS)).toMatchObject({ kind: 'accepted' });
  });

  it('is stale when it is held', () => {
    const node = store();
    node.merge(old(), NOW_MS);
    node.knowledge.learn('b', NOW_MS);
    node.raiseFloor(NOW_MS);
    expect(node.merge(old(), NOW_MS)).toEqual({ kind: 'stale' });
    expect(node.read('k')).toBeDefined();
  });

  it('takes an older value along when it is a tombstone, and is not kept', () => {
    const node = store();
    node.merge(old(), NOW_MS);
    node.raiseFloor(NOW_MS);
    const end = tombstone({ stamp: { wallMs: belowMs + 1, counter: 0 } });
    expect(node.merge(end, NOW_MS)).toMatchObject({ kind: 'accepted' });
    expect(node.recordCount).toBe(0);
    expect(node.merge(end, NOW_MS)).toEqual({ kind: 'stale' });
    expect(node.recordCount).toBe(0);
  });

  it('above the floor is taken, whatever was seen', () => {
    const node = atFloor();
    node.knowledge.learn('b', NOW_MS + 1_000);
    expect(node.merge(remote({ stamp: { wallMs: NOW_MS, counter: 0 } }), NOW_MS)).toMatchObject({ kind: 'accepted' });
  });

  it('is dropped when a peer has buried just this version of it', () => {
    const node = store();
    node.merge(old(), NOW_MS);
    const version = `${belowMs}.0.b`;
    expect(node.bury('k', `${belowMs}.1.b`)).toBeUndefined();
    expect(node.bury('k', version)).toMatchObject({ key: 'k' });
    expect(node.recordCount).toBe(0);
  });
});

describe('knowledge', () => {
  const node = (origin = 'a', originCountMax = 10) => new Knowledge(origin, originCountMax);
  const dot = (origin: string, wallMs: number) => ({ origin, stamp: { wallMs, counter: 0 } });

  it('only grows', () => {
    const seen = node();
    seen.learn('b', 10);
    seen.learn('b', 5);
    expect([seen.throughMs('b'), seen.hasSeen(dot('b', 9)), seen.hasSeen(dot('b', 10))]).toEqual([10, true, false]);
  });

  it('of our own writes has a gap: those just before a crash may be lost here', () => {
    const seen = node();
    seen.endLife(10);
    seen.beginLife(20);
    const ofOurs = (): boolean[] => [5, 10, 19, 20, 99].map((wallMs) => seen.hasSeen(dot('a', wallMs)));
    expect(ofOurs()).toEqual([true, false, false, true, true]);
    expect(seen.ownGaps).toEqual([{ fromMs: 10, untilMs: 20 }]);
    seen.learn('a', 15);
    expect(ofOurs()).toEqual([true, true, false, true, true]);
    seen.closeGaps(19);
    expect(seen.ownGaps).toEqual([{ fromMs: 15, untilMs: 20 }]);
    seen.closeGaps(20);
    expect(ofOurs()).toEqual([true, true, true, true, true]);
  });

  it('has no gap after a life that ended well', () => {
    const seen = node();
    seen.endLife(10);
    seen.beginLife(10);
    expect(seen.ownGaps).toEqual([]);
  });

  it('reaches to the last write of ours that is found, if it is of the life that is remembered', () => {
    const seen = node();
    seen.recall(5);
    seen.restore('[["a",10,[[2,4]]]]');
    seen.recall(15);
    seen.recall(12);
    seen.beginLife(20);
    expect(seen.ownGaps).toEqual([
      { fromMs: 2, untilMs: 4 },
      { fromMs: 15, untilMs: 20 },
    ]);
    const without = node();
    without.recall(5);
    without.beginLife(20);
    expect(without.ownGaps).toEqual([{ fromMs: 0, untilMs: 20 }]);
  });

  it('of a member has the gaps that it has told, but for what was seen before or is seen from others', () => {
    const seen = node();
    seen.learn('b', 10);
    seen.learn('b', 50, [{ fromMs: 4, untilMs: 30 }]);
    const unseen = (): number[] => [3, 5, 9, 10, 29, 30, 49, 50].filter((wallMs) => !seen.hasSeen(dot('b', wallMs)));
    expect([seen.throughMs('b'), unseen()]).toEqual([50, [10, 29, 50]]);
    seen.learn('b', 20);
    expect([...seen.entries()]).toEqual([['b', 50, [{ fromMs: 20, untilMs: 30 }]]]);
    seen.learn('b', 60, [{ fromMs: 4, untilMs: 61 }]);
    expect(seen.throughMs('b')).toBe(50);
  });

  it('comes back from text, and refuses any other', () => {
    const seen = node();
    seen.learn('b', 10);
    seen.learn('c', 7, [{ fromMs: 1, untilMs: 2 }]);
    seen.beginLife(5);
    const again = node();
    again.restore(seen.format());
    expect(again.format()).toBe(seen.format());
    expect(again.hasSeen(dot('a', 5))).toBe(false);
    const malformed = [
      '{}',
      '[["b"]]',
      '[["b","x"]]',
      '[',
      '[[1,2,3]]',
      '[["b",9,[[3,2]]]]',
      '[["b",9,7]]',
      '[["b",9,[7]]]',
    ];
    for (const text of malformed) expect(() => again.restore(text)).toThrow();
  });

  it('forgets who lies furthest back when there are too many', () => {
    const seen = node('a', 2);
    seen.learn('b', 5);
    seen.learn('c', 3);
    seen.learn('d', 9);
    expect([seen.originCount, seen.forgottenCount, seen.throughMs('c'), seen.throughMs('b')]).toEqual([2, 1, 0, 5]);
  });
});

describe('where the floor may be', () => {
  const members = [
    { name: 'a', generation: 1 },
    { name: 'b', generation: 1 },
    { name: 'c', generation: 1 },
  ];
  const keeper = () => {
    const knowledge = new Knowledge('a', 10);
    return { knowledge, floor: new FloorKeeper({ self: 'a', config: storeConfig(), knowledge }) };
  };
  const hearAll = (floor: FloorKeeper, knowledge: Knowledge, lowMs = NOW_MS): void => {
    for (const member of members) {
      if (member.name === 'a') continue;
      knowledge.learn(member.name, NOW_MS);
      floor.hear(member, lowMs);
    }
  };

  it('is the grace behind the present for a node alone', () => {
    const { floor } = keeper();
    expect(floor.outlook([members[0]!], NOW_MS)).toEqual({
      floorMs: NOW_MS - GRACE_MS,
      heldBy: undefined,
      heldAtMs: NOW_MS - GRACE_MS,
    });
    expect(floor.outlook([members[0]!], NOW_MS + 9_999).floorMs).toBe(NOW_MS - GRACE_MS);
    expect(floor.lowMs([members[0]!], NOW_MS)).toBe(NOW_MS);
  });

  it('waits for whoever has not told, or not been seen', () => {
    const { floor, knowledge } = keeper();
    knowledge.learn('b', NOW_MS);
    floor.hear(members[1]!, NOW_MS);
    expect(floor.outlook(members, NOW_MS)).toMatchObject({ floorMs: 0, heldBy: 'c', heldAtMs: 0 });
    hearAll(floor, knowledge);
    expect(floor.outlook(members, NOW_MS)).toMatchObject({ floorMs: NOW_MS - GRACE_MS, heldBy: undefined });
    floor.hear(members[1]!, NOW_MS - 400_001);
    expect(floor.outlook(members, NOW_MS)).toEqual({
      floorMs: NOW_MS - 410_000,
      heldBy: 'b',
      heldAtMs: NOW_MS - 400_001,
    });
  });

  it('does not take the word of an earlier life, nor of one who is no member any more', () => {
    const { floor, knowledge } = keeper();
    hearAll(floor, knowledge);
    const [a, b, c] = members;
    expect(floor.outlook([a!, b!, { ...c!, generation: 2 }], NOW_MS)).toMatchObject({ floorMs: 0, heldBy: 'c' });
    expect(floor.outlook([a!, b!], NOW_MS)).toMatchObject({ heldBy: undefined });
    expect(floor.outlook(members, NOW_MS)).toMatchObject({ heldBy: 'c', heldAtMs: 0 });
  });

  it('waits for the members of the last life, until they are met, or for so long', () => {
    const { missedMemberMs } = storeConfig();
    const again = () =>
      new FloorKeeper({ self: 'a', config: storeConfig(), knowledge: new Knowledge('a', 10), missed: ['b', 'c'] });
    const alone = [members[0]!];
    const floor = again();
    expect(floor.outlook(alone, NOW_MS)).toMatchObject({ heldBy: 'b', heldAtMs: 0 });
    floor.meet('b');
    expect(floor.outlook(alone, NOW_MS)).toMatchObject({ heldBy: 'c' });
    floor.meet('c');
    expect(floor.outlook(alone, NOW_MS)).toMatchObject({ heldBy: undefined });
    const patient = again();
    patient.outlook(alone, NOW_MS);
    expect(patient.outlook(alone, NOW_MS + missedMemberMs - 1)).toMatchObject({ heldBy: 'b' });
    expect(patient.outlook(alone, NOW_MS + missedMemberMs)).toMatchObject({ heldBy: undefined });
  });

  it('tells the least that was seen of anybody', () => {
    const { floor, knowledge } = keeper();
    knowledge.learn('b', 50);
    expect(floor.lowMs(members, NOW_MS)).toBe(0);
    knowledge.learn('c', 70);
    expect(floor.lowMs(members, NOW_MS)).toBe(50);
  });
});
