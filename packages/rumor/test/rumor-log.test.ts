import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatRumorId, type Rumor, RumorLog, rumorConfig } from '../src/index.ts';
import { isExpired, retentionCutoffMs } from '../src/rumor-log.ts';

const rumor = (origin: string, sequence: number, publishedAtMs: number | undefined, partial: Partial<Rumor> = {}) => ({
  id: { origin, generation: 1, sequence },
  topic: 'news',
  payload: new Uint8Array(10),
  priority: 'normal' as const,
  publishedAtMs,
  ...partial,
});
const sizeOf = ({ payload }: Rumor) => payload.length;
const idsOf = (log: RumorLog) => log.values().map(({ id }) => formatRumorId(id));

/** Long after anything was published. */
const LATE_MS = 1_000_000;
const add = (log: RumorLog, one: Rumor, wallMs = LATE_MS) => log.add(one, wallMs, 'spread');

describe('RumorLog', () => {
  it('is a replica: tells its observer what came and what went', () => {
    const log = new RumorLog(rumorConfig({ logCountMax: 1 }), sizeOf);
    const changes: [string, boolean][] = [];
    log.observe((key, record) => changes.push([key, record !== undefined]));
    const one = rumor('a', 1, 10);
    add(log, one);
    expect(log.get('a:1:1')).toBe(one);
    expect(log.keyOf(one)).toBe('a:1:1');
    add(log, one);
    add(log, rumor('b', 1, 20));
    expect(changes).toEqual([
      ['a:1:1', true],
      ['b:1:1', true],
      ['a:1:1', false],
    ]);
    expect([...log.keys()]).toEqual(['b:1:1']);
    expect(log.droppedCount).toBe(1);
    expect(log.sizeBytes).toBe(10);
  });

  it('keeps nothing that does not say when it was published', () => {
    const log = new RumorLog(rumorConfig(), sizeOf);
    add(log, rumor('a', 1, undefined));
    expect(log.recordCount).toBe(0);
  });

  it('drops the oldest by the time of publication, whatever came first, to its count and to its bytes', () => {
    const byCount = new RumorLog(rumorConfig({ logCountMax: 2 }), sizeOf);
    const byBytes = new RumorLog(rumorConfig({ logBytesMax: 20 }), sizeOf);
    for (const log of [byCount, byBytes]) {
      for (const [sequence, publishedAtMs] of [
        [3, 30],
        [1, 10],
        [2, 20],
      ] as const)
        add(log, rumor('a', sequence, publishedAtMs));
      expect(idsOf(log)).toEqual(['a:1:2', 'a:1:3']);
    }
  });

  it('keeps of one topic and key the newest alone', () => {
    const log = new RumorLog(rumorConfig(), sizeOf);
    const [old, young] = [rumor('a', 1, 10, { key: 'k' }), rumor('b', 1, 20, { key: 'k' })];
    expect(add(log, old)).toBeUndefined();
    expect(add(log, rumor('a', 2, 15, { key: 'l' }))).toBeUndefined();
    expect(add(log, rumor('a', 3, 16, { key: 'k', topic: 'other' }))).toBeUndefined();
    expect(add(log, young)).toBe(old);
    expect(log.successorOf(old)).toBe(young);
    expect(add(log, old)).toBeUndefined();
    expect(idsOf(log)).toEqual(['a:1:2', 'a:1:3', 'b:1:1']);
  });

  it('forgets at the same moments on all nodes what is older than the retention, and what has lived its time', () => {
    const config = rumorConfig({ rumorRetentionMs: 6_400 });
    const log = new RumorLog(config, sizeOf);
    add(log, rumor('a', 1, 10_000));
    add(log, rumor('a', 2, 10_099));
    add(log, rumor('a', 3, 10_100));
    add(log, rumor('a', 4, 12_000, { ttlMs: 1_000 }));
    log.expire(16_499);
    expect(idsOf(log)).toEqual(['a:1:1', 'a:1:2', 'a:1:3']);
    log.expire(16_500);
    expect(idsOf(log)).toEqual(['a:1:3']);
    expect(retentionCutoffMs(16_599, config)).toBe(10_100);
    expect(isExpired(rumor('a', 3, 10_100), 16_599, config)).toBe(false);
    expect(isExpired(rumor('a', 3, 10_100), 16_600, config)).toBe(true);
    expect(isExpired(rumor('a', 3, undefined), 1e12, config)).toBe(false);
    expect(log.sizeBytes).toBe(10);
  });

  it('holds the same whatever the order in which the same rumors came', () => {
    const some = fc.record({
      sequence: fc.integer({ min: 1, max: 12 }),
      key: fc.constantFrom(undefined, undefined, 'k'),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(some, { selector: ({ sequence }) => sequence, maxLength: 12 }),
        fc.infiniteStream(fc.nat()),
        (list, order) => {
          const rumors = list.map(({ sequence, key }) => rumor('a', sequence, 100 + (sequence >> 1), { key }));
          const shuffled = rumors
            .map((one) => ({ one, rank: order.next().value as number }))
            .sort((a, b) => a.rank - b.rank)
            .map(({ one }) => one);
          const fill = (from: readonly Rumor[]) => {
            const log = new RumorLog(rumorConfig({ logCountMax: 20 }), sizeOf);
            for (const one of from) add(log, one);
            return idsOf(log);
          };
          expect(fill(shuffled)).toEqual(fill(rumors));
        },
      ),
    );
  });

  describe('leaves to spreading what is new', () => {
    /** Ids as anti-entropy sees them. */
    function observed() {
      const log = new RumorLog(rumorConfig({ logStepMs: 500 }), sizeOf);
      const changes: string[] = [];
      log.observe((key, record) => changes.push(`${record === undefined ? '-' : '+'}${key}`));
      return { log, changes };
    }

    it('and offers it by its class, at the same moments on all nodes', () => {
      const { log, changes } = observed();
      const priorities = ['bulk', 'normal', 'high', 'critical'] as const;
      for (const [index, priority] of priorities.entries()) add(log, rumor('a', index, 10_100, { priority }), 10_100);
      add(log, rumor('b', 0, 10_499, { priority: 'critical' }), 10_499);
      expect([log.size, log.waitingCount, log.recordCount, [...log.keys()]]).toEqual([5, 5, 0, []]);
      const offeredAt = (wallMs: number): string[] => {
        log.offerDue(wallMs);
        return changes.splice(0);
      };
      expect(offeredAt(10_499)).toEqual([]);
      expect(offeredAt(10_500)).toEqual(['+a:1:3', '+b:1:0']);
      expect(offeredAt(10_999)).toEqual([]);
      expect(offeredAt(11_000)).toEqual(['+a:1:2']);
      expect(offeredAt(11_500)).toEqual(['+a:1:1']);
      expect(offeredAt(11_999)).toEqual([]);
      expect([log.waitingCount, log.recordCount, [...log.keys()].length]).toEqual([1, 4, 4]);
      expect(offeredAt(12_000)).toEqual(['+a:1:0']);
      // Who hears of it only then offers it at once.
      add(log, rumor('c', 0, 10_400, { priority: 'bulk' }), 12_000);
      expect(changes).toEqual(['+c:1:0']);
    });

    it('unless the log of a peer has brought it', () => {
      const { log, changes } = observed();
      const [one, two] = [rumor('a', 1, 10_000), rumor('a', 2, 10_000)];
      add(log, one, 10_000);
      log.add(two, 10_000, 'log');
      expect(changes).toEqual(['+a:1:2']);
      log.add(one, 10_000, 'log');
      log.add(one, 10_000, 'log');
      expect(changes).toEqual(['+a:1:2', '+a:1:1']);
      expect(log.waitingCount).toBe(0);
    });

    it('holds it all the same, and says nothing of what goes before it was offered', () => {
      const { log, changes } = observed();
      const old = rumor('a', 1, 10_000, { key: 'k' });
      add(log, old, 10_000);
      expect(log.get('a:1:1')).toBe(old);
      expect(add(log, rumor('a', 2, 10_001, { key: 'k' }), 10_001)).toBe(old);
      log.offerDue(LATE_MS);
      expect(changes).toEqual(['+a:1:2']);
      expect([log.size, log.recordCount, log.sizeBytes]).toEqual([1, 1, 10]);
    });
  });
});
