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

describe('RumorLog', () => {
  it('is a replica: tells its observer what came and what went', () => {
    const log = new RumorLog(rumorConfig({ logCountMax: 1 }), sizeOf);
    const changes: [string, boolean][] = [];
    log.observe((key, record) => changes.push([key, record !== undefined]));
    const one = rumor('a', 1, 10);
    log.add(one);
    expect(log.get('a:1:1')).toBe(one);
    expect(log.keyOf(one)).toBe('a:1:1');
    log.add(one);
    log.add(rumor('b', 1, 20));
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
    log.add(rumor('a', 1, undefined));
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
        log.add(rumor('a', sequence, publishedAtMs));
      expect(idsOf(log)).toEqual(['a:1:2', 'a:1:3']);
    }
  });

  it('keeps of one topic and key the newest alone', () => {
    const log = new RumorLog(rumorConfig(), sizeOf);
    const [old, young] = [rumor('a', 1, 10, { key: 'k' }), rumor('b', 1, 20, { key: 'k' })];
    expect(log.add(old)).toBeUndefined();
    expect(log.add(rumor('a', 2, 15, { key: 'l' }))).toBeUndefined();
    expect(log.add(rumor('a', 3, 16, { key: 'k', topic: 'other' }))).toBeUndefined();
    expect(log.add(young)).toBe(old);
    expect(log.successorOf(old)).toBe(young);
    expect(log.add(old)).toBeUndefined();
    expect(idsOf(log)).toEqual(['a:1:2', 'a:1:3', 'b:1:1']);
  });

  it('forgets at the same moments on all nodes what is older than the retention, and what has lived its time', () => {
    const config = rumorConfig({ rumorRetentionMs: 6_400 });
    const log = new RumorLog(config, sizeOf);
    log.add(rumor('a', 1, 10_000));
    log.add(rumor('a', 2, 10_099));
    log.add(rumor('a', 3, 10_100));
    log.add(rumor('a', 4, 12_000, { ttlMs: 1_000 }));
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
            for (const one of from) log.add(one);
            return idsOf(log);
          };
          expect(fill(shuffled)).toEqual(fill(rumors));
        },
      ),
    );
  });
});
