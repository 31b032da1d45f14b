import { HybridClock, utf8Bytes } from '@hearsay/core';
import { describe, expect, it } from 'vitest';
import { Store, type StoreRecord, storeConfig } from '../src/index.ts';

const NOW_MS = 1_000_000;
const store = (origin = 'a') => new Store({ config: storeConfig(), origin, clock: new HybridClock(60_000) });
const one = utf8Bytes('1');
const remote = (fields: Partial<StoreRecord>): StoreRecord => ({
  key: 'k',
  stamp: { wallMs: NOW_MS, counter: 0 },
  origin: 'b',
  kind: 'set',
  value: one,
  ...fields,
});

describe('a record with an expiry', () => {
  it('is read until its time, and not from its time on', () => {
    const node = store();
    const record = node.set('k', one, NOW_MS, NOW_MS + 10);
    expect(record.expiresAtMs).toBe(NOW_MS + 10);
    expect(node.read('k', NOW_MS + 9)).toBe(record);
    expect(node.read('k', NOW_MS + 10)).toBeUndefined();
    expect(node.list({ wallMs: NOW_MS + 9 })).toEqual([record]);
    expect(node.list({ wallMs: NOW_MS + 10 })).toEqual([]);
  });

  it('stays as its own tombstone, so that an older write without one does not come back', () => {
    const node = store();
    node.set('k', one, NOW_MS, NOW_MS + 10);
    node.expire(NOW_MS + 10, 10);
    expect(node.merge(remote({ stamp: { wallMs: NOW_MS - 1, counter: 0 } }), NOW_MS + 20)).toEqual({ kind: 'stale' });
    expect(node.read('k', NOW_MS + 20)).toBeUndefined();
    expect(node.recordCount).toBe(1);
  });

  it('cannot be deleted once it has ended, and can be written again', () => {
    const node = store();
    node.set('k', one, NOW_MS, NOW_MS + 10);
    expect(node.delete('k', NOW_MS + 10)).toBeUndefined();
    node.set('k', one, NOW_MS + 11);
    expect(node.read('k', NOW_MS + 99)?.expiresAtMs).toBeUndefined();
    expect(node.liveCount).toBe(1);
  });

  it('is told as ended once, in the order of the ends', () => {
    const node = store();
    node.set('late', one, NOW_MS, NOW_MS + 30);
    node.set('early', one, NOW_MS, NOW_MS + 10);
    node.set('middle', one, NOW_MS, NOW_MS + 20);
    const keys = (wallMs: number, countMax = 10): string[] => node.expire(wallMs, countMax).map(({ key }) => key);
    expect(keys(NOW_MS + 9)).toEqual([]);
    expect([node.nextExpiryMs, node.liveCount]).toEqual([NOW_MS + 10, 3]);
    expect(keys(NOW_MS + 30, 2)).toEqual(['early', 'middle']);
    expect(keys(NOW_MS + 30)).toEqual(['late']);
    expect(keys(NOW_MS + 99)).toEqual([]);
    expect(node.liveCount).toBe(0);
  });

  it('is not told as ended after it was overwritten or deleted', () => {
    const node = store();
    node.set('over', one, NOW_MS, NOW_MS + 10);
    node.set('over', one, NOW_MS + 1, NOW_MS + 50);
    node.set('gone', one, NOW_MS, NOW_MS + 10);
    node.delete('gone', NOW_MS + 1);
    expect(node.expire(NOW_MS + 49, 10)).toEqual([]);
    expect(node.liveCount).toBe(1);
    expect(node.expire(NOW_MS + 50, 10).map(({ key }) => key)).toEqual(['over']);
    expect(node.liveCount).toBe(0);
  });

  it('leaves little behind, however often it is prolonged', () => {
    const node = store();
    for (let turn = 0; turn < 10_000; turn++) node.set('lease', one, NOW_MS + turn, NOW_MS + turn + 1_000);
    expect(node.expire(NOW_MS + 10_998, 100_000)).toEqual([]);
    expect(node.expire(NOW_MS + 10_999, 100_000)).toHaveLength(1);
  });

  it.each([
    { expiresAtMs: 0 },
    { expiresAtMs: 1.5 },
    { expiresAtMs: 2 ** 48 },
    { kind: 'delete' as const, value: new Uint8Array(0), expiresAtMs: 1 },
  ])('is refused when a peer sends nonsense (%#)', (fields) => {
    expect(store().merge(remote(fields), NOW_MS)).toEqual({ kind: 'refused', reason: 'expiry' });
  });
});
