import { HLC_COUNTER_MAX, HybridClock, utf8Bytes } from '@hearsay/core';
import { describe, expect, it } from 'vitest';
import { type RefusalReason, Store, type StoreConfig, type StoreRecord, storeConfig, versionOf } from '../src/index.ts';

const NOW_MS = 1_000_000;
const store = (partial: Partial<StoreConfig> = {}, origin = 'a') =>
  new Store({ config: storeConfig(partial), origin, clock: new HybridClock(1_000) });
const bytes = (text: string) => utf8Bytes(text);
const remote = (fields: Partial<StoreRecord> = {}): StoreRecord => ({
  key: 'k',
  stamp: { wallMs: NOW_MS, counter: 0 },
  origin: 'b',
  kind: 'set',
  value: bytes('remote'),
  ...fields,
});

describe('local reads and writes', () => {
  it('reads what was written, and the last write wins', () => {
    const one = store();
    expect(one.read('k')).toBeUndefined();
    one.set('k', bytes('1'), NOW_MS);
    const record = one.set('k', bytes('2'), NOW_MS);
    expect(one.read('k')).toBe(record);
    expect(record).toEqual({
      key: 'k',
      stamp: { wallMs: NOW_MS, counter: 1 },
      origin: 'a',
      kind: 'set',
      value: bytes('2'),
    });
    expect(versionOf(record)).toBe('1000000.1.a');
    expect(one.recordCount).toBe(1);
  });

  it('keeps a tombstone of a deleted key, and revives it by the next write', () => {
    const one = store();
    one.set('k', bytes('1'), NOW_MS);
    const tombstone = one.delete('k', NOW_MS);
    expect(tombstone).toMatchObject({ kind: 'delete', value: new Uint8Array(0), stamp: { counter: 1 } });
    expect(one.read('k')).toBeUndefined();
    expect(one.get('k')).toBe(tombstone);
    expect([one.recordCount, one.liveCount]).toEqual([1, 0]);
    one.set('k', bytes('2'), NOW_MS);
    expect([one.recordCount, one.liveCount]).toEqual([1, 1]);
  });

  it('deletes nothing where nothing is live', () => {
    const one = store();
    expect(one.delete('k', NOW_MS)).toBeUndefined();
    one.set('k', bytes('1'), NOW_MS);
    one.delete('k', NOW_MS);
    expect(one.delete('k', NOW_MS)).toBeUndefined();
  });

  it('copies what it is given', () => {
    const one = store();
    const value = bytes('1');
    one.set('k', value, NOW_MS);
    value[0] = 0;
    expect(one.read('k')?.value).toEqual(bytes('1'));
  });

  it('writes later than everything it has seen, also when its own clock is behind', () => {
    const one = store();
    one.merge(remote({ stamp: { wallMs: NOW_MS + 900, counter: 7 } }), NOW_MS);
    expect(one.set('k', bytes('mine'), NOW_MS).stamp).toEqual({ wallMs: NOW_MS + 900, counter: 8 });
    expect(one.read('k')?.origin).toBe('a');
  });

  it.each(['', 'é'.repeat(257), 'k'.repeat(513), 'lone \ud800'])('refuses a bad key (%#)', (key) => {
    const one = store();
    expect(() => one.set(key, bytes('1'), NOW_MS)).toThrow(/ERR_KEY/);
    expect(one.recordCount).toBe(0);
    expect(one.delete(key, NOW_MS)).toBeUndefined();
  });

  it('accepts keys and values up to their limits', () => {
    const one = store({ valueBytesMax: 4 });
    one.set('é'.repeat(256), bytes('1234'), NOW_MS);
    one.set('k'.repeat(512), bytes(''), NOW_MS);
    one.set('😀', bytes(''), NOW_MS);
    expect(one.liveCount).toBe(3);
    expect(() => one.set('k', bytes('12345'), NOW_MS)).toThrow(/ERR_TOO_LARGE.*5 bytes.*valueBytesMax \(4\)/);
  });

  it('refuses new keys when it is full, and still writes and deletes the old', () => {
    const one = store({ recordCountMax: 2 });
    one.set('a', bytes('1'), NOW_MS);
    one.set('b', bytes('1'), NOW_MS);
    expect(() => one.set('c', bytes('1'), NOW_MS)).toThrow(/ERR_OVERFLOW.*recordCountMax is 2/);
    one.set('a', bytes('2'), NOW_MS);
    one.delete('b', NOW_MS);
    // A tombstone is a record: it has to outlive what it deleted.
    expect(() => one.set('c', bytes('1'), NOW_MS)).toThrow(/ERR_OVERFLOW/);
    expect(one.recordCount).toBe(2);
  });

  it('bounds the bytes of all keys and values together', () => {
    const one = store({ totalBytesMax: 10 });
    one.set('a', bytes('1234'), NOW_MS);
    expect(() => one.set('b', bytes('12345'), NOW_MS)).toThrow(/ERR_OVERFLOW.*totalBytesMax is 10/);
    one.set('b', bytes('1234'), NOW_MS);
    expect(one.totalBytes).toBe(10);
    expect(() => one.set('b', bytes('12345'), NOW_MS)).toThrow(/ERR_OVERFLOW/);
    one.set('b', bytes('4321'), NOW_MS);
    expect(
      one.merge(remote({ key: 'a', stamp: { wallMs: NOW_MS + 1, counter: 0 }, value: bytes('12345') }), NOW_MS),
    ).toEqual({ kind: 'refused', reason: 'full' });
    one.delete('b', NOW_MS);
    expect(one.totalBytes).toBe(6);
  });
});

describe('listing', () => {
  const filled = () => {
    const one = store();
    for (const key of ['b/2', 'a', 'b/10', 'b', 'c', 'B', 'é', 'b/']) one.set(key, bytes(key), NOW_MS);
    return one;
  };
  const keysOf = (records: readonly StoreRecord[]) => records.map((record) => record.key);

  it('goes by code units', () => {
    expect(keysOf(filled().list())).toEqual(['B', 'a', 'b', 'b/', 'b/10', 'b/2', 'c', 'é']);
  });

  it('takes a prefix, a place to go on from and a limit', () => {
    const one = filled();
    expect(keysOf(one.list({ prefix: 'b/' }))).toEqual(['b/', 'b/10', 'b/2']);
    expect(keysOf(one.list({ prefix: 'b/', after: 'b/' }))).toEqual(['b/10', 'b/2']);
    expect(keysOf(one.list({ prefix: 'b/', after: 'b/1' }))).toEqual(['b/10', 'b/2']);
    expect(keysOf(one.list({ prefix: 'b/', after: 'a' }))).toEqual(['b/', 'b/10', 'b/2']);
    expect(keysOf(one.list({ prefix: 'b/', after: 'c' }))).toEqual([]);
    expect(keysOf(one.list({ after: 'b/2', limit: 1 }))).toEqual(['c']);
    expect(keysOf(one.list({ limit: 0 }))).toEqual([]);
    expect(keysOf(one.list({ prefix: 'x' }))).toEqual([]);
  });

  it('pages through everything, and leaves tombstones out', () => {
    const one = filled();
    one.delete('b/', NOW_MS);
    one.set('bb', bytes('new'), NOW_MS);
    const pages: string[] = [];
    for (let page = one.list({ limit: 2 }); page.length > 0; page = one.list({ limit: 2, after: pages.at(-1) })) {
      pages.push(...keysOf(page));
    }
    expect(pages).toEqual(['B', 'a', 'b', 'b/10', 'b/2', 'bb', 'c', 'é']);
  });
});

describe('merging what peers send', () => {
  it('accepts what wins and says what it replaced', () => {
    const one = store();
    const mine = one.set('k', bytes('mine'), NOW_MS - 1);
    const theirs = remote();
    expect(one.merge(theirs, NOW_MS)).toEqual({ kind: 'accepted', previous: mine });
    expect(one.read('k')).toBe(theirs);
    expect(one.merge(theirs, NOW_MS)).toEqual({ kind: 'stale' });
    expect(one.merge(remote({ key: 'l' }), NOW_MS)).toEqual({ kind: 'accepted', previous: undefined });
  });

  it('remembers a deletion of a key that it never had', () => {
    const one = store();
    one.merge(remote({ kind: 'delete', value: new Uint8Array(0) }), NOW_MS);
    expect(one.merge(remote({ stamp: { wallMs: NOW_MS - 5, counter: 0 } }), NOW_MS).kind).toBe('stale');
    expect(one.read('k')).toBeUndefined();
  });

  const hostile: [RefusalReason, object][] = [
    ['key', { key: '' }],
    ['key', { key: 'k'.repeat(513) }],
    ['key', { key: '\udfff' }],
    ['key', { key: 7 }],
    ['origin', { origin: 'host:1' }],
    ['origin', { origin: '' }],
    ['origin', { origin: undefined }],
    ['stamp', { stamp: { wallMs: 1.5, counter: 0 } }],
    ['stamp', { stamp: { wallMs: -1, counter: 0 } }],
    ['stamp', { stamp: { wallMs: 2 ** 48, counter: 0 } }],
    ['stamp', { stamp: { wallMs: 1, counter: HLC_COUNTER_MAX + 1 } }],
    ['stamp', { stamp: { wallMs: Number.NaN, counter: 0 } }],
    ['stamp', { stamp: undefined }],
    ['value', { value: new Uint8Array(262_145) }],
    ['value', { value: 'text' }],
    ['value', { kind: 'delete' }],
    ['value', { kind: 'erase' }],
    ['clock-skew', { stamp: { wallMs: NOW_MS + 1_001, counter: 0 } }],
  ];
  it.each(hostile)('refuses and counts a record with a bad %s (%#)', (reason, fields) => {
    const one = store();
    const seen: string[] = [];
    one.observe((key) => seen.push(key));
    expect(one.merge({ ...remote(), ...fields } as StoreRecord, NOW_MS)).toEqual({ kind: 'refused', reason });
    expect([...one.refusedCounts]).toEqual([[reason, 1]]);
    expect([one.recordCount, seen.length]).toEqual([0, 0]);
    // A refused stamp must not drag our own clock along.
    expect(one.set('k', bytes('1'), NOW_MS).stamp).toEqual({ wallMs: NOW_MS, counter: 0 });
  });

  it('does not throw at something that is no record at all', () => {
    expect(store().merge(null as unknown as StoreRecord, NOW_MS)).toEqual({ kind: 'refused', reason: 'key' });
  });

  it('refuses new keys of peers when it is full', () => {
    const one = store({ recordCountMax: 1 });
    one.merge(remote(), NOW_MS);
    expect(one.merge(remote({ key: 'l' }), NOW_MS)).toEqual({ kind: 'refused', reason: 'full' });
    expect(one.merge(remote({ stamp: { wallMs: NOW_MS, counter: 1 } }), NOW_MS).kind).toBe('accepted');
    expect(one.refusedCounts.get('full')).toBe(1);
  });

  it('tells its observer of every change, after it happened, and of nothing else', () => {
    const one = store();
    const seen: [string, boolean][] = [];
    one.observe((key, record) => seen.push([key, one.get(key) === record]));
    one.set('k', bytes('1'), NOW_MS - 1);
    one.merge(remote(), NOW_MS);
    one.merge(remote(), NOW_MS);
    one.delete('k', NOW_MS);
    one.delete('k', NOW_MS);
    expect(seen).toEqual([
      ['k', true],
      ['k', true],
      ['k', true],
    ]);
  });
});

describe('storeConfig', () => {
  it('refuses limits that the wire could not carry', () => {
    expect(() => storeConfig({ keyBytesMax: 513, valueBytesMax: 262_145, recordCountMax: 0 })).toThrow(
      /keyBytesMax.*valueBytesMax.*recordCountMax/,
    );
  });
});
