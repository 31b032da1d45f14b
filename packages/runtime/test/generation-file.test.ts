import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type GenerationWarning, persistGeneration, randomSeed, SnapshotError } from '../src/index.ts';

/** A directory of the test's own, and the warnings that it saw. */
async function setup() {
  const dataDir = await mkdtemp(join(tmpdir(), 'hearsay-generation-'));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  const warnings: GenerationWarning[] = [];
  return { dataDir, warnings, onWarning: (warning: GenerationWarning) => void warnings.push(warning) };
}

describe('persistGeneration', () => {
  it('starts with the time and rises with it', async () => {
    const { dataDir, warnings, onWarning } = await setup();
    expect(await persistGeneration(dataDir, { nowSeconds: 1_000, onWarning })).toBe(1_000);
    expect(await persistGeneration(dataDir, { nowSeconds: 5_000, onWarning })).toBe(5_000);
    expect(warnings).toEqual([]);
  });

  it('rises when the clock stands still or was set back', async () => {
    const { dataDir, onWarning } = await setup();
    const lives = [];
    for (const nowSeconds of [1_000, 1_000, 1_000, 400, 1_002, 1_003]) {
      lives.push(await persistGeneration(dataDir, { nowSeconds, onWarning }));
    }
    expect(lives).toEqual([1_000, 1_001, 1_002, 1_003, 1_004, 1_005]);
  });

  it('uses the wall clock, and makes the directory', async () => {
    const { dataDir } = await setup();
    const nested = join(dataDir, 'a', 'b');
    const nowSeconds = Math.floor(Date.now() / 1_000);
    const generation = await persistGeneration(nested);
    expect(generation).toBeGreaterThanOrEqual(nowSeconds);
    expect(generation).toBeLessThan(nowSeconds + 10);
    expect(await readFile(join(nested, 'generation'), 'utf8')).toBe(`${generation}\n`);
    expect(await readdir(nested)).toEqual(['generation']);
  });

  it.each(['', 'x', '-1', '1.5', ' 12', '12\n\n', '4294967295', '99999999999', '\0\0\0\0', '1'.repeat(1_000_000)])(
    'sets a file that holds %j aside, and says so',
    async (content) => {
      const { dataDir, warnings, onWarning } = await setup();
      await writeFile(join(dataDir, 'generation'), content);
      expect(await persistGeneration(dataDir, { nowSeconds: 1_000, onWarning })).toBe(1_000);
      const path = join(dataDir, 'generation.corrupt');
      expect(warnings).toMatchObject([{ type: 'corrupt', path, message: expect.stringContaining(path) }]);
      expect(await readFile(path, 'utf8')).toBe(content);
      expect(await persistGeneration(dataDir, { nowSeconds: 1_000, onWarning })).toBe(1_001);
      expect(warnings).toHaveLength(1);
    },
  );

  it('is not disturbed by what a crash in the middle of writing left', async () => {
    const { dataDir, warnings, onWarning } = await setup();
    await persistGeneration(dataDir, { nowSeconds: 1_000 });
    await writeFile(join(dataDir, 'generation.tmp'), '9');
    expect(await persistGeneration(dataDir, { nowSeconds: 1_000, onWarning })).toBe(1_001);
    expect(warnings).toEqual([]);
  });

  it('warns about a generation that peers would refuse', async () => {
    const { dataDir, warnings, onWarning } = await setup();
    await persistGeneration(dataDir, { nowSeconds: 1_000_000 });
    expect(await persistGeneration(dataDir, { nowSeconds: 1_000_000 - 86_400 + 1, onWarning })).toBe(1_000_001);
    expect(warnings).toEqual([]);
    expect(await persistGeneration(dataDir, { nowSeconds: 1_000_000 - 86_400 + 1, onWarning })).toBe(1_000_002);
    expect(warnings).toMatchObject([{ type: 'ahead', aheadSeconds: 86_401 }]);
  });

  it('throws SnapshotError where it cannot write', async () => {
    const { dataDir } = await setup();
    const file = join(dataDir, 'file');
    await writeFile(file, '');
    await expect(persistGeneration(file)).rejects.toThrow(SnapshotError);
    await expect(persistGeneration(join(file, 'below'))).rejects.toMatchObject({ code: 'ERR_SNAPSHOT' });
    await mkdir(join(dataDir, 'generation'));
    await expect(persistGeneration(dataDir)).rejects.toThrow(/generation.*another data directory/);
  });
});

describe('randomSeed', () => {
  it('gives uint32s that differ', () => {
    const seeds = new Set(Array.from({ length: 100 }, randomSeed));
    expect(seeds.size).toBeGreaterThan(98);
    for (const seed of seeds) expect(seed >>> 0).toBe(seed);
  });
});
