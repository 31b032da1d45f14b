import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open } from 'lmdb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StoreRecord } from '../src/index.ts';
import { type LmdbEngine, openLmdbEngine, STORE_DIRECTORY, STORE_DIRECTORY_DAMAGED } from '../src/lmdb/index.ts';

const on = { dataDir: '', warnings: [] as string[], damaged: [] as string[] };
const file = (): string => join(on.dataDir, STORE_DIRECTORY, 'data.mdb');
const opened = (): LmdbEngine =>
  openLmdbEngine(on.dataDir, {
    durability: 'sync',
    onWarning: (message) => on.warnings.push(message),
    onDamage: (key) => on.damaged.push(key),
    onFailure: (error) => {
      throw error;
    },
  });
const record = (key: string, sizeBytes: number): StoreRecord => ({
  key,
  stamp: { wallMs: 1, counter: 0 },
  origin: 'a',
  kind: 'set',
  value: new Uint8Array(sizeBytes).fill(7),
});
/** A store with a hundred records of 1 KiB, closed. */
async function filled(): Promise<void> {
  const engine = opened();
  for (let index = 0; index < 100; index++) engine.put(record(`k${index}`, 1_024));
  engine.setNote('knowledge', '["b",1,1]');
  await engine.flushed();
  await engine.close();
}
/** Changes what is in the file behind the engine's back. */
async function tamper(name: string, change: (bytes: Buffer) => Buffer): Promise<void> {
  const root = open<Buffer, Buffer>({
    path: join(on.dataDir, STORE_DIRECTORY),
    maxDbs: 3,
    keyEncoding: 'binary',
    encoding: 'binary',
  });
  const database = root.openDB<Buffer, Buffer>({ name, keyEncoding: 'binary', encoding: 'binary' });
  const key = Buffer.from('k7', 'utf16le').swap16();
  await database.put(key, change(Buffer.from(database.getBinary(key) ?? '')));
  await root.close();
}

beforeEach(() => {
  on.dataDir = mkdtempSync(join(tmpdir(), 'hearsay-store-'));
  on.warnings = [];
  on.damaged = [];
});
afterEach(() => rmSync(on.dataDir, { recursive: true }));

describe('a store that is opened again', () => {
  it('has every record and note, and says nothing', async () => {
    await filled();
    const engine = opened();
    expect([engine.recordCount, [...engine.keysAfter('', '')].length]).toEqual([100, 100]);
    expect(engine.get('k42')).toEqual(record('k42', 1_024));
    expect(engine.note('knowledge')).toBe('["b",1,1]');
    expect([on.warnings, existsSync(join(on.dataDir, 'store.opening'))]).toEqual([[], false]);
    await engine.close();
  });

  it.each([
    ['empty', 0],
    ['cut off in its first page', 10],
    ['cut off in its second page', 5_000],
    ['cut off in the middle', 40_960],
  ])('is set aside when its file is %s', async (_what, sizeBytes) => {
    await filled();
    truncateSync(file(), sizeBytes);
    const engine = opened();
    expect(engine.recordCount).toBe(0);
    expect(on.warnings).toEqual([expect.stringContaining(STORE_DIRECTORY_DAMAGED)]);
    expect(readFileSync(join(on.dataDir, STORE_DIRECTORY_DAMAGED, 'data.mdb'))).toHaveLength(sizeBytes);
    engine.put(record('new', 100));
    await engine.flushed();
    await engine.close();
  });

  it('is set aside when its file is of something else', async () => {
    await filled();
    writeFileSync(file(), 'x'.repeat(50_000));
    await opened().close();
    expect(on.warnings).toEqual([expect.stringContaining('no file of LMDB')]);
  });

  it('is read by another process first when the last one died while opening it', async () => {
    await filled();
    writeFileSync(join(on.dataDir, 'store.opening'), '');
    const whole = opened();
    expect([whole.recordCount, on.warnings]).toEqual([100, []]);
    await whole.close();
    // Everything but the two first pages is noise: it looks whole from outside.
    const bytes = readFileSync(file());
    writeFileSync(file(), bytes.fill(0xa5, 8_192));
    writeFileSync(join(on.dataDir, 'store.opening'), '');
    const anew = opened();
    expect([anew.recordCount, on.warnings.length]).toEqual([0, 1]);
    await anew.close();
  });
});

describe('a damaged record', () => {
  it('is removed at the start when its head is damaged, and what was seen is unproven then', async () => {
    await filled();
    await tamper('heads', (bytes) => bytes.fill(1, 3, 5));
    const engine = opened();
    expect([engine.recordCount, engine.get('k7'), engine.note('knowledge')]).toEqual([99, undefined, '[]']);
    expect(on.warnings).toEqual([expect.stringContaining('1 records')]);
    await engine.close();
  });

  it('reads as absent when its value is damaged, and its owner is told once', async () => {
    await filled();
    await tamper('values', (bytes) => bytes.fill(1, 3, 5));
    const engine = opened();
    expect(engine.get('k7')).toBeUndefined();
    expect(engine.get('k7')).toBeUndefined();
    expect(engine.head('k7')?.value.length).toBe(1_024);
    await Promise.resolve();
    expect(on.damaged).toEqual(['k7']);
    engine.remove('k7');
    engine.put(record('k7', 1_024));
    await engine.flushed();
    expect(engine.get('k7')).toEqual(record('k7', 1_024));
    await engine.close();
  });
});
