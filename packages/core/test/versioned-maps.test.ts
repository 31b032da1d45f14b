import { describe, expect, it } from 'vitest';
import type { MapDelta, MapVersion, VersionedEntry, VersionedMaps } from '../src/index.ts';
import { compareVersions, cutDelta, deltaFor } from '../src/index.ts';

const entry = (version: number): VersionedEntry => ({ key: `k${version}`, version, value: 'v' });
const head = (generation: number, version: number, floor = 0): MapVersion => ({
  origin: 'a',
  generation,
  version,
  floor,
});
const versions = (delta: MapDelta | undefined): number[] | undefined => delta?.entries.map(({ version }) => version);

/** One map of origin `a`: life 5, written up to 9, deletions up to 3 forgotten. */
const maps: VersionedMaps = {
  originCount: 1,
  origins: () => ['a'],
  versionOf: (origin) => (origin === 'a' ? head(5, 9, 3) : undefined),
  showRoot: () => 0,
  entriesAbove: (_, version) => [2, 4, 7, 9].filter((each) => each > version).map(entry),
};

describe('deltaFor', () => {
  it.each([
    ['who has nothing gets everything', undefined, 0, [2, 4, 7, 9]],
    ['who has a part gets the rest', head(5, 4), 4, [7, 9]],
    ['who is at the floor gets the rest', head(5, 3), 3, [4, 7, 9]],
    ['who is below the floor starts over', head(5, 2), 0, [2, 4, 7, 9]],
    ['who has an older life starts over', head(4, 1_000), 0, [2, 4, 7, 9]],
  ])('%s', (_, held, after, expected) => {
    const delta = deltaFor(maps, 'a', held);
    expect(delta).toMatchObject({ ...head(5, 9, 3), after });
    expect(versions(delta)).toEqual(expected);
  });

  it.each([
    ['the same', head(5, 9)],
    ['more', head(5, 10)],
    ['a later life', head(6, 0)],
  ])('has nothing for who has %s', (_, held) => expect(deltaFor(maps, 'a', held)).toBeUndefined());

  it('has nothing of an origin that is not held', () => expect(deltaFor(maps, 'b', undefined)).toBeUndefined());
});

describe('cutDelta', () => {
  const rest: MapDelta = { ...head(5, 9, 3), after: 3, entries: [4, 7, 9].map(entry) };
  const sizeOf = (): number => 10;

  it.each([
    [30, [4, 7, 9], 9],
    [29, [4, 7], 8], // Nothing was written in between, so 8 is reached as well.
    [20, [4, 7], 8],
    [10, [4], 6],
    [0, [4], 6],
  ])('%i bytes', (budgetBytes, expected, version) => {
    const cut = cutDelta(rest, budgetBytes, sizeOf);
    expect(versions(cut)).toEqual(expected);
    expect(cut.version).toBe(version);
  });

  it('is not below the floor when the reader starts over', () => {
    const whole: MapDelta = { ...head(5, 9, 7), after: 0, entries: [2, 4, 8, 9].map(entry) };
    expect(versions(cutDelta(whole, 10, sizeOf))).toEqual([2, 4]);
    expect(cutDelta(whole, 10, sizeOf).version).toBe(7);
  });

  it('leaves a delta without entries alone', () => {
    const empty: MapDelta = { ...head(5, 0), after: 0, entries: [] };
    expect(cutDelta(empty, 0, sizeOf)).toBe(empty);
  });
});

it('orders replicas of a map by life, then by version', () => {
  expect(compareVersions(head(2, 0), head(1, 9))).toBeGreaterThan(0);
  expect(compareVersions(head(1, 2), head(1, 9))).toBeLessThan(0);
  expect(compareVersions(head(1, 2, 1), head(1, 2))).toBe(0);
});
