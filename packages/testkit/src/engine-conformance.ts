/** What every store engine must do, as a suite of tests. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** The shape of a `StoreRecord`. */
export interface EngineRecordShape {
  readonly key: string;
  readonly stamp: { readonly wallMs: number; readonly counter: number };
  readonly origin: string;
  readonly kind: 'set' | 'delete';
  readonly value: Uint8Array;
  readonly expiresAtMs?: number | undefined;
}

/** The shape of a `RecordHead`. */
export type EngineHeadShape = Omit<EngineRecordShape, 'value'> & { readonly value: { readonly length: number } };

/** The shape of a `StoreEngine`. */
export interface EngineShape {
  readonly recordCount: number;
  head(key: string): EngineHeadShape | undefined;
  get(key: string): EngineRecordShape | undefined;
  canonicalBytes(key: string): Uint8Array | undefined;
  keys(): Iterable<string>;
  keysAfter(prefix: string, after: string): Iterable<string>;
  put(record: EngineRecordShape): void;
  remove(key: string): void;
  note(name: string): string | undefined;
  setNote(name: string, text: string): void;
}

/** An engine under test. */
export interface EngineStation {
  readonly engine: EngineShape;
  /** Until all that was put has reached the engine's resting place, if it has one. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** Sizes around what an engine may treat specially: nothing, one hash block, one page, many pages. */
const VALUE_SIZES_BYTES = [0, 1, 63, 64, 65, 1_024, 5_000, 262_144];
/** In the order of their code units: a surrogate pair comes before the last letters of the basic plane. */
const SORTED_KEYS = ['', 'A', 'a', 'a/1', 'a/10', 'a/2', 'b', 'é', 'ключ', '\u{1f600}', '\uff5e', 'k'.repeat(512)]
  .filter((key) => key !== '')
  .sort((a, b) => (a < b ? -1 : 1));

const inOrder = (keys: Iterable<string>): string[] => [...keys].sort((a, b) => (a < b ? -1 : 1));
const record = (key: string, fields: Partial<EngineRecordShape> = {}): EngineRecordShape => ({
  key,
  stamp: { wallMs: 281_474_976_710_655, counter: 65_535 },
  origin: 'node-1',
  kind: 'set',
  value: new Uint8Array([1, 2, 3]),
  ...fields,
});
const bytesOf = (sizeBytes: number): Uint8Array => Uint8Array.from({ length: sizeBytes }, (_, index) => index % 251);

/** What the tests of one suite work on: an engine that is opened anew for each. */
interface Bench {
  /** The engine, at once or once everything has reached its resting place. */
  settled(): Promise<EngineShape>;
  station(): EngineStation;
  put(...records: readonly EngineRecordShape[]): void;
}

/** Registers the tests: each runs once at once, and once with everything settled. `canonicalOf` is `canonicalRecord`. */
export function engineConformance(
  name: string,
  open: () => Promise<EngineStation>,
  canonicalOf: (record: EngineRecordShape) => Uint8Array,
): void {
  describe.each([
    ['at once', false],
    ['once it has settled', true],
  ] as const)(`${name}, %s`, (_when, isSettled) => {
    let station: EngineStation;
    beforeEach(async () => {
      station = await open();
    });
    afterEach(() => station.close());
    const bench: Bench = {
      settled: async () => {
        if (isSettled) await station.settle();
        return station.engine;
      },
      station: () => station,
      put: (...records) => {
        for (const one of records) station.engine.put(one);
      },
    };
    recordTests(bench, canonicalOf);
    changeTests(bench);
    orderTests(bench);
  });
}

function recordTests(bench: Bench, canonicalOf: (record: EngineRecordShape) => Uint8Array): void {
  it('is empty at first', async () => {
    const engine = await bench.settled();
    expect([engine.recordCount, [...engine.keys()], [...engine.keysAfter('', '')]]).toEqual([0, [], []]);
    expect([engine.get('k'), engine.head('k'), engine.canonicalBytes('k'), engine.note('n')]).toEqual(
      Array(4).fill(undefined),
    );
  });

  it.each(VALUE_SIZES_BYTES)('gives back a record with a value of %i bytes', async (sizeBytes) => {
    const one = record('k', { value: bytesOf(sizeBytes) });
    bench.put(one);
    const engine = await bench.settled();
    const held = engine.get('k');
    // As one number: `toEqual` looks at each byte of 256 KiB for a second.
    expect(Buffer.compare(held?.value ?? new Uint8Array(0), one.value)).toBe(0);
    expect({ ...held, value: undefined }).toEqual({ ...one, value: undefined });
    expect(engine.head('k')).toMatchObject({ key: 'k', stamp: one.stamp, origin: 'node-1', kind: 'set' });
    expect(engine.head('k')?.value.length).toBe(sizeBytes);
    expect(Buffer.from(engine.canonicalBytes('k') ?? [])).toEqual(Buffer.from(canonicalOf(one)));
  });

  it.each([
    record('k', { kind: 'delete', value: new Uint8Array(0) }),
    record('k', { expiresAtMs: 1 }),
    record('k', { expiresAtMs: 281_474_976_710_655, stamp: { wallMs: 0, counter: 0 }, origin: 'n'.repeat(128) }),
  ])('keeps every field (%#)', async (one) => {
    bench.put(one);
    const engine = await bench.settled();
    expect(engine.get('k')).toEqual(one);
    expect(engine.head('k')?.expiresAtMs).toBe(one.expiresAtMs);
    expect(Buffer.from(engine.canonicalBytes('k') ?? [])).toEqual(Buffer.from(canonicalOf(one)));
  });
}

function changeTests(bench: Bench): void {
  it('replaces what was there, whatever its version', async () => {
    bench.put(record('k', { value: bytesOf(5_000) }));
    await bench.settled();
    bench.put(record('k', { stamp: { wallMs: 1, counter: 0 } }));
    const engine = await bench.settled();
    expect(engine.recordCount).toBe(1);
    expect(engine.get('k')?.stamp.wallMs).toBe(1);
    expect(engine.get('k')?.value).toEqual(new Uint8Array([1, 2, 3]));
  });

  it('forgets what is removed, and takes it again', async () => {
    bench.put(record('k'), record('l', { value: bytesOf(1_024) }));
    await bench.settled();
    bench.station().engine.remove('k');
    bench.station().engine.remove('l');
    bench.station().engine.remove('never');
    let engine = await bench.settled();
    expect([engine.recordCount, engine.get('k'), engine.head('l'), [...engine.keys()]]).toEqual([
      0,
      undefined,
      undefined,
      [],
    ]);
    expect([...engine.keysAfter('', '')]).toEqual([]);
    bench.put(record('l'));
    engine = await bench.settled();
    expect([engine.recordCount, [...engine.keysAfter('', '')]]).toEqual([1, ['l']]);
  });

  it('keeps notes', async () => {
    bench.station().engine.setNote('floor', '1');
    bench.station().engine.setNote('floor', '2');
    bench.station().engine.setNote('other', 'é'.repeat(10_000));
    const engine = await bench.settled();
    expect([engine.note('floor'), engine.note('other')?.length, engine.recordCount]).toEqual(['2', 10_000, 0]);
  });
}

function orderTests(bench: Bench): void {
  it('lists keys in the order of code units, from anywhere, whatever the prefix', async () => {
    bench.put(...[...SORTED_KEYS].reverse().map((key) => record(key)));
    const engine = await bench.settled();
    expect(inOrder(engine.keys())).toEqual(SORTED_KEYS);
    for (const prefix of ['', 'a', 'a/', 'a/1', 'k', '\ud83d', 'z']) {
      for (const after of ['', ...SORTED_KEYS, 'a/0', 'zz']) {
        const expected = SORTED_KEYS.filter((key) => key.startsWith(prefix) && (after === '' || key > after));
        expect([...engine.keysAfter(prefix, after)], `${prefix} after ${after}`).toEqual(expected);
      }
    }
  });

  it('lists what was put and removed since, between what has settled', async () => {
    bench.put(record('a'), record('c'), record('e'));
    await bench.station().settle();
    bench.put(record('b'), record('d'), record('c', { value: bytesOf(10) }));
    bench.station().engine.remove('e');
    bench.station().engine.remove('a');
    const engine = await bench.settled();
    expect([...engine.keysAfter('', '')]).toEqual(['b', 'c', 'd']);
    expect(inOrder(engine.keys())).toEqual(['b', 'c', 'd']);
    expect([...engine.keysAfter('', 'b')]).toEqual(['c', 'd']);
    expect(engine.recordCount).toBe(3);
  });
}
