import { describe, expect, it } from 'vitest';
import { type BroadcastConfig, BroadcastQueue, broadcastConfig, type Priority } from '../src/index.ts';

const queue = (partial: Partial<BroadcastConfig> = {}) => new BroadcastQueue<string>(broadcastConfig(partial));

/** An item whose key is its value. */
const news = (value: string, sizeBytes = 10, priority: Priority = 'normal') => ({
  key: value,
  priority,
  sizeBytes,
  value,
});

describe('BroadcastQueue, order', () => {
  it('sends the newest first', () => {
    const waiting = queue();
    for (const value of ['a', 'b', 'c']) waiting.offer(news(value));
    expect(waiting.take(30, 1)).toEqual(['c', 'b', 'a']);
  });

  it('sends what was transmitted least before what is newer', () => {
    const waiting = queue();
    waiting.offer(news('old'));
    waiting.offer(news('new'));
    expect(waiting.take(10, 1)).toEqual(['new']);
    expect(waiting.take(10, 1)).toEqual(['old']);
    expect(waiting.take(10, 1)).toEqual(['new']);
  });

  it('sends the more urgent class first', () => {
    const waiting = queue();
    for (const priority of ['bulk', 'normal', 'high', 'critical'] as const) {
      waiting.offer(news(priority, 10, priority));
    }
    expect(waiting.take(20, 1)).toEqual(['critical', 'high']);
    expect(waiting.take(20, 1)).toEqual(['normal', 'bulk']);
  });

  it('lets critical news overtake a backlog of bulk at once', () => {
    const waiting = queue();
    for (let index = 0; index < 100; index++) waiting.offer(news(`bulk-${index}`, 10, 'bulk'));
    for (let packet = 0; packet < 20; packet++) waiting.take(100, 1);
    waiting.offer(news('leave', 10, 'critical'));
    expect(waiting.take(100, 1)[0]).toBe('leave');
  });

  it('fills the room that a large item leaves with smaller ones', () => {
    const waiting = queue();
    waiting.offer(news('small', 20));
    waiting.offer(news('large', 60));
    waiting.offer(news('first', 60));
    expect(waiting.take(100, 1)).toEqual(['first', 'small']);
  });

  it('gives no item twice in one packet', () => {
    const waiting = queue();
    waiting.offer(news('only'));
    expect(waiting.take(1_000, 1)).toEqual(['only']);
  });
});

describe('BroadcastQueue, damping', () => {
  it('transmits an item as often as the limit says, then reports it spent, once', () => {
    const waiting = queue({ transmitMultiplier: 2 });
    waiting.offer(news('a'));
    for (let packet = 0; packet < 4; packet++) {
      expect(waiting.drainSpent()).toEqual([]);
      expect(waiting.take(10, 99)).toEqual(['a']);
    }
    expect(waiting.drainSpent()).toEqual(['a']);
    expect(waiting.drainSpent()).toEqual([]);
    expect(waiting.take(10, 99)).toEqual([]);
    expect(waiting.size).toBe(0);
    expect(waiting.sizeBytes).toBe(0);
  });

  it('reads the cluster size at every packet, so that a growing cluster is still reached', () => {
    const waiting = queue({ transmitMultiplier: 1 });
    waiting.offer(news('a'));
    expect(waiting.take(10, 10)).toEqual(['a']);
    expect(waiting.take(10, 100)).toEqual(['a']);
    expect(waiting.take(10, 100)).toEqual(['a']);
    expect(waiting.drainSpent()).toEqual(['a']);
  });

  it('starts the count anew when news of the same key replaces it', () => {
    const waiting = queue({ transmitMultiplier: 2 });
    waiting.offer({ key: 'api-1', priority: 'high', sizeBytes: 10, value: 'suspect' });
    waiting.take(10, 1);
    waiting.offer({ key: 'api-1', priority: 'critical', sizeBytes: 12, value: 'alive' });
    expect(waiting.size).toBe(1);
    expect(waiting.sizeBytes).toBe(12);
    expect(waiting.countOf('high')).toBe(0);
    expect(waiting.take(20, 1)).toEqual(['alive']);
    expect(waiting.take(20, 1)).toEqual(['alive']);
    expect(waiting.take(20, 1)).toEqual([]);
    expect(waiting.drainSpent()).toEqual(['alive']);
  });

  it('forgets what is invalidated', () => {
    const waiting = queue();
    waiting.offer(news('a'));
    expect(waiting.has('a')).toBe(true);
    expect(waiting.invalidate('a')).toBe(true);
    expect(waiting.invalidate('a')).toBe(false);
    expect(waiting.has('a')).toBe(false);
    expect(waiting.take(100, 1)).toEqual([]);
    expect(waiting.drainSpent()).toEqual([]);
  });

  it('keeps only the latest spent items when nobody asks for them', () => {
    const waiting = queue({ transmitMultiplier: 1, itemCountMax: 2 });
    for (const value of ['a', 'b', 'c']) {
      waiting.offer(news(value));
      waiting.take(10, 1);
    }
    expect(waiting.drainSpent()).toEqual(['b', 'c']);
  });
});

describe('BroadcastQueue, bound', () => {
  it('drops the most transmitted item of the lowest class, of equals the oldest', () => {
    const waiting = queue({ itemCountMax: 4 });
    waiting.offer(news('critical', 10, 'critical'));
    waiting.offer(news('first'));
    waiting.take(20, 1_000);
    waiting.offer(news('second'));
    waiting.offer(news('third'));
    expect(waiting.offer(news('fourth'))).toBe('first');
    expect(waiting.offer(news('fifth'))).toBe('second');
    expect(waiting.size).toBe(4);
    expect(waiting.droppedCount).toBe(2);
  });

  it('drops the new item itself when all others are of a higher class', () => {
    const waiting = queue({ itemCountMax: 1 });
    waiting.offer(news('critical', 10, 'critical'));
    expect(waiting.offer(news('bulk', 10, 'bulk'))).toBe('bulk');
    expect(waiting.take(100, 1)).toEqual(['critical']);
  });

  it('spares a lower class that holds no more than its share', () => {
    // A share of 100 in 1000: one of ten items.
    const waiting = queue({ itemCountMax: 10 });
    waiting.offer(news('bulk', 10, 'bulk'));
    for (let item = 0; item < 10; item++) {
      const dropped = waiting.offer(news(`critical-${item}`, 10, 'critical'));
      expect(dropped).toBe(item < 9 ? undefined : 'critical-0');
    }
    expect(waiting.offer(news('more bulk', 10, 'bulk'))).toBe('bulk');
    expect(waiting.countOf('bulk')).toBe(1);
  });

  it('drops on demand by shares of the bytes', () => {
    const waiting = queue();
    for (let item = 0; item < 9; item++) waiting.offer(news(`critical-${item}`, 10, 'critical'));
    waiting.offer(news('bulk', 10, 'bulk'));
    // A tenth of the bytes is its share; then it is more.
    expect(waiting.drop()).toBe('critical-0');
    expect(waiting.drop()).toBe('bulk');
    waiting.offer(news('bulk', 11, 'bulk'));
    waiting.offer(news('critical', 28, 'critical'));
    expect(waiting.drop()).toBe('critical-1');
    const uneven = queue();
    for (const value of ['bulk-1', 'bulk-2']) uneven.offer(news(value, 1, 'bulk'));
    uneven.offer(news('critical', 100, 'critical'));
    expect(uneven.drop()).toBe('critical');
  });

  it('does not drop to replace', () => {
    const waiting = queue({ itemCountMax: 1 });
    waiting.offer({ key: 'k', priority: 'normal', sizeBytes: 10, value: 'old' });
    expect(waiting.offer({ key: 'k', priority: 'normal', sizeBytes: 10, value: 'new' })).toBeUndefined();
    expect(waiting.droppedCount).toBe(0);
  });

  it('drops on demand, for owners with a bound of their own, and nothing of nothing', () => {
    const waiting = queue();
    waiting.offer(news('a', 10, 'high'));
    waiting.offer(news('b', 10, 'bulk'));
    expect(waiting.drop()).toBe('b');
    expect(waiting.drop()).toBe('a');
    expect(waiting.drop()).toBeUndefined();
    expect(waiting.droppedCount).toBe(2);
  });

  it('refuses a size that is none, because it would never fit nor be oversize', () => {
    const waiting = queue();
    expect(() => waiting.offer(news('a', Number.NaN))).toThrow(RangeError);
    expect(() => waiting.offer(news('a', 0))).toThrow(RangeError);
    expect(waiting.size).toBe(0);
  });
});

describe('BroadcastQueue, items larger than the budget', () => {
  it('passes them over in packets and gives them one at a time on request', () => {
    const waiting = queue({ transmitMultiplier: 2 });
    waiting.offer(news('small', 10));
    waiting.offer(news('huge', 1_000));
    waiting.offer(news('giant', 2_000, 'high'));
    expect(waiting.take(100, 1)).toEqual(['small']);
    expect([1, 2, 3, 4].map(() => waiting.takeOversize(100, 1))).toEqual(['giant', 'huge', 'huge', 'giant']);
    expect(waiting.takeOversize(100, 1)).toBeUndefined();
    expect(waiting.drainSpent()).toEqual(['huge', 'giant']);
    expect(waiting.take(100, 1)).toEqual(['small']);
  });

  it('gives nothing that a packet can carry', () => {
    const waiting = queue();
    waiting.offer(news('fits', 100));
    expect(waiting.takeOversize(100, 1)).toBeUndefined();
    expect(waiting.take(100, 1)).toEqual(['fits']);
  });

  it('does not let oversize items of one class silence those of another', () => {
    const waiting = queue({ transmitMultiplier: 100 });
    waiting.offer(news('critical', 1_000, 'critical'));
    waiting.offer(news('bulk', 1_000, 'bulk'));
    const given = Array.from({ length: 60 }, () => waiting.takeOversize(100, 1));
    expect(given.filter((value) => value === 'bulk')).toHaveLength(10);
  });
});

describe('BroadcastQueue, fairness', () => {
  it('gives a class without oversize items no claim to the streams of the past', () => {
    const waiting = queue({ transmitMultiplier: 100 });
    waiting.offer(news('high', 1_000, 'high'));
    for (let turn = 0; turn < 50; turn++) waiting.takeOversize(100, 1);
    waiting.offer(news('bulk', 1_000, 'bulk'));
    const given = Array.from({ length: 14 }, () => waiting.takeOversize(100, 1));
    expect(given.filter((value) => value === 'bulk')).toHaveLength(4);
  });

  it('gives a class no claim for the packets that passed while all its items were oversize', () => {
    const waiting = queue({ transmitMultiplier: 100 });
    waiting.offer(news('oversize', 200, 'bulk'));
    waiting.offer(news('high', 50, 'high'));
    for (let packet = 0; packet < 90; packet++) waiting.take(50, 1);
    for (let index = 0; index < 50; index++) waiting.offer(news(`bulk-${index}`, 50, 'bulk'));
    waiting.offer(news('high', 50, 'high'));
    const values = Array.from({ length: 36 }, () => waiting.take(50, 1)).flat();
    // Shares 250 to 100: of 36 packets 10 are bulk's, and one or two more that it may still claim.
    expect(values.filter((value) => value === 'high').length).toBeGreaterThanOrEqual(23);
  });

  it('sends new news of a quiet class before a class that has not had its share yet, not after one that has', () => {
    const waiting = queue({ transmitMultiplier: 100 });
    waiting.offer(news('bulk', 100, 'bulk'));
    for (let index = 0; index < 50; index++) waiting.offer(news(`normal-${index}`, 10, 'normal'));
    expect(waiting.take(100, 1)[0]).toBe('normal-49');
    expect(waiting.take(100, 1)).toEqual(['bulk']);
    waiting.offer(news('critical', 10, 'critical'));
    expect(waiting.take(100, 1)[0]).toBe('critical');
  });

  it('starts the next packet with the class whose large item did not fit, whatever else filled the rest', () => {
    const waiting = queue({ transmitMultiplier: 100 });
    waiting.offer(news('critical', 60, 'critical'));
    for (let index = 0; index < 50; index++) waiting.offer(news(`small-${index}`, 10));
    waiting.offer(news('large', 90));
    expect(waiting.take(100, 1)).toEqual(['critical', 'small-49', 'small-48', 'small-47', 'small-46']);
    expect(waiting.take(100, 1)).toEqual(['large', 'small-45']);
  });

  it('lets a large item go as soon as a packet can hold it, though smaller packets left between', () => {
    const waiting = queue({ transmitMultiplier: 100 });
    waiting.offer(news('critical', 60, 'critical'));
    waiting.offer(news('large', 90));
    for (let turn = 0; turn < 3; turn++) {
      for (let packet = 0; packet < 5; packet++) expect(waiting.take(60, 1)).toEqual(['critical']);
      expect(waiting.take(0, 1)).toEqual([]);
      expect(waiting.take(100, 1)).toEqual(['large']);
    }
  });

  it('gives a class that was quiet for long no claim to the past', () => {
    const waiting = queue({ transmitMultiplier: 100 });
    for (let index = 0; index < 50; index++) waiting.offer(news(`high-${index}`, 10, 'high'));
    for (let packet = 0; packet < 300; packet++) waiting.take(100, 1);
    for (let index = 0; index < 500; index++) waiting.offer(news(`bulk-${index}`, 10, 'bulk'));
    const values = Array.from({ length: 7 }, () => waiting.take(100, 1)).flat();
    // Shares 250 to 100: of 70 items, 50 are high.
    expect(Math.abs(values.filter((value) => value.startsWith('high')).length - 50)).toBeLessThanOrEqual(2);
  });

  it('lets all start even after a time in which nobody waited', () => {
    const waiting = queue({ transmitMultiplier: 1 });
    for (let index = 0; index < 50; index++) {
      waiting.offer(news('high', 10, 'high'));
      waiting.take(100, 1);
    }
    for (let index = 0; index < 50; index++) {
      waiting.offer(news(`high-${index}`, 10, 'high'));
      waiting.offer(news(`bulk-${index}`, 10, 'bulk'));
    }
    const values = [waiting.take(70, 1), waiting.take(70, 1)].flat();
    expect(values.filter((value) => value.startsWith('high'))).toHaveLength(10);
  });
});

describe('BroadcastQueue, with a policy of its own', () => {
  it('repeats an item until the policy says that this was the last time', () => {
    const told: [string, number][] = [];
    const waiting = new BroadcastQueue<string>(broadcastConfig({ transmitMultiplier: 1 }), (value, clusterSize) => {
      told.push([value, clusterSize]);
      return told.length === 3;
    });
    waiting.offer(news('a'));
    expect([waiting.take(10, 1), waiting.take(10, 2), waiting.takeOversize(5, 3), waiting.take(10, 4)]).toEqual([
      ['a'],
      ['a'],
      'a',
      [],
    ]);
    expect(told.map(([, clusterSize]) => clusterSize)).toEqual([1, 2, 3]);
    expect(waiting.drainSpent()).toEqual(['a']);
  });
});
