import { HybridClock, utf8Bytes } from '@hearsay/core';
import { describe, expect, it } from 'vitest';
import { MemoryEngine, Store, storeConfig } from '../src/index.ts';

const NOW_MS = 1_000_000;
const CEILING_MS = storeConfig().stampCeilingMs;
const one = utf8Bytes('1');
const store = (engine: MemoryEngine) =>
  new Store({ config: storeConfig(), origin: 'a', clock: new HybridClock(60_000), engine });

describe('a store on what an earlier life has left', () => {
  it('holds the same, counts the same, and goes on', () => {
    const engine = new MemoryEngine();
    const before = store(engine);
    before.set('live', one, NOW_MS);
    before.set('lease', one, NOW_MS, NOW_MS + 10);
    before.set('gone', one, NOW_MS);
    before.delete('gone', NOW_MS);
    const after = store(engine);
    expect([after.recordCount, after.liveCount, after.droppableCount, after.totalBytes]).toEqual([
      before.recordCount,
      before.liveCount,
      before.droppableCount,
      before.totalBytes,
    ]);
    expect(after.list({ wallMs: NOW_MS })).toEqual(before.list({ wallMs: NOW_MS }));
    expect(after.expire(NOW_MS + 10, 9).map(({ key }) => key)).toEqual(['lease']);
  });

  it('never repeats a stamp after a crash, also when its last writes are lost and its clock was set back', () => {
    const engine = new MemoryEngine();
    const before = store(engine);
    const lost = before.set('lost', one, NOW_MS);
    engine.remove('lost');
    const next = store(engine).set('next', one, NOW_MS - 100_000);
    expect(next.stamp.wallMs).toBeGreaterThan(lost.stamp.wallMs);
    expect(next.stamp.wallMs).toBeLessThanOrEqual(lost.stamp.wallMs + CEILING_MS);
  });

  it('tells how far its stamps are ahead of a clock that was set back', () => {
    const engine = new MemoryEngine();
    const node = store(engine);
    expect(node.aheadMs(NOW_MS)).toBe(0);
    node.set('k', one, NOW_MS);
    expect([node.aheadMs(NOW_MS), node.aheadMs(NOW_MS - 500_000)]).toEqual([0, 500_000]);
  });

  it('promises ahead of every stamp that it issues, and early', () => {
    const engine = new MemoryEngine();
    const node = store(engine);
    for (let wallMs = NOW_MS; wallMs < NOW_MS + 3 * CEILING_MS; wallMs += 100) {
      const { stamp } = node.set('k', one, wallMs);
      const promisedMs = Number(engine.note('stamp-ceiling'));
      expect(promisedMs - stamp.wallMs).toBeGreaterThanOrEqual(CEILING_MS / 2);
      expect(promisedMs - stamp.wallMs).toBeLessThanOrEqual(CEILING_MS);
    }
  });

  it('goes on right after the last stamp when it ended in order', () => {
    const engine = new MemoryEngine();
    const before = store(engine);
    const { stamp } = before.set('k', one, NOW_MS);
    before.settle();
    expect(store(engine).set('k', one, NOW_MS - 5).stamp).toEqual({ wallMs: stamp.wallMs + 1, counter: 1 });
  });
});
