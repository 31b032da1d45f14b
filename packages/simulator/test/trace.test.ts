import { describe, expect, it } from 'vitest';
import { Digest } from '../src/index.ts';
import { textOf } from '../src/text.ts';
import { Trace } from '../src/trace.ts';
import { puppetWorld, schedule, send } from './puppets.ts';

function digestOf(...values: unknown[]): string {
  const digest = new Digest();
  for (const value of values) digest.value(value);
  return digest.hex;
}

describe('Digest', () => {
  it('tells values apart that look alike', () => {
    const values = [
      undefined,
      null,
      true,
      false,
      0,
      -0,
      1,
      -1,
      2 ** 32,
      -(2 ** 32),
      0.5,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      '',
      '1',
      'null',
      1n,
      '1n',
      [],
      [1],
      [[1]],
      {},
      { a: 1 },
      { b: 1 },
      { a: 2 },
      { a: { b: 1 } },
      Uint8Array.of(),
      Uint8Array.of(0),
      Uint8Array.of(0, 0),
      Uint8Array.of(1, 2, 3, 4),
      Uint8Array.of(1, 2, 3, 4, 5),
      new Map([['a', 1]]),
      new Set(['a']),
      new Set(['b']),
    ];
    expect(new Set(values.map((value) => digestOf(value))).size).toBe(values.length);
  });

  it('depends on order and on where one value ends', () => {
    expect(digestOf('a', 'b')).not.toBe(digestOf('b', 'a'));
    expect(digestOf('ab', '')).not.toBe(digestOf('a', 'b'));
    expect(digestOf({ a: 1 }, 2)).not.toBe(digestOf({ a: 1, b: 2 }));
    expect(digestOf([1], 2)).not.toBe(digestOf([1, 2]));
    expect(digestOf('a\u0005b')).not.toBe(digestOf('a', 'b'));
    expect(digestOf({ x: { a: 1 }, b: 2 })).not.toBe(digestOf({ x: { a: 1, b: 2 } }));
  });

  it('has 64 bits that all depend on each bit', () => {
    const digests = new Set<string>();
    for (let bit = 0; bit < 32; bit++) digests.add(digestOf(2 ** bit));
    expect(digests.size).toBe(32);
    for (const half of [0, 8]) {
      expect(new Set([...digests].map((hex) => hex.slice(half, half + 8))).size).toBe(32);
    }
  });

  it('survives a value that contains itself', () => {
    const loop: { self?: unknown } = {};
    loop.self = loop;
    expect(digestOf(loop)).toMatch(/^[0-9a-f]{16}$/);
  });
});

describe('Trace', () => {
  it('has one readable line per entry, with the number of each message', () => {
    const { world } = puppetWorld(['a', 'b'], { config: { traceLineCountMax: 100 } });
    world.command('a', { do: 'send', to: 'b', text: 'hi' });
    world.partition([['a']]);
    world.command('a', { do: 'send', to: 'b', text: 'ho', via: 'stream' });
    world.heal();
    world.command('a', { do: 'schedule', text: 't', delayMs: 2 });
    world.run(5);
    expect(world.trace.lines()).toEqual([
      '0.000 a fault start',
      '0.000 b fault start',
      '0.000 a command {"do":"send","to":"b","text":"hi"}',
      '0.000 a send #1 to b by packet hi',
      '0.000 network fault {"partition":[["a"]]}',
      '0.000 a command {"do":"send","to":"b","text":"ho","via":"stream"}',
      '0.000 a send #2 to b by stream ho',
      '0.000 b lost #2 from a: blocked',
      '0.000 network fault heal',
      '0.000 a command {"do":"schedule","text":"t","delayMs":2}',
      '1.000 b message #1 from a by packet',
      '1.000 b event hi from a at 1',
      '2.000 a timer t',
      '2.000 a event timer t at 2',
    ]);
    expect(world.trace.entryCount).toBe(14);
  });

  it('keeps the newest lines', () => {
    const trace = new Trace(3);
    for (let index = 0; index < 7; index++) trace.note(index, 'event', 'a', index);
    expect(trace.lines()).toEqual(['4.000 a event 4', '5.000 a event 5', '6.000 a event 6']);
    expect(new Trace(0).lines()).toEqual([]);
  });

  it('is left out where nobody asks for it, and nothing else changes', () => {
    const runs = [true, false].map((isTraced) => {
      const { world, log } = puppetWorld(['a', 'b'], { config: { isTraced, traceLineCountMax: 100 } });
      world.command('a', send('b', 'x'));
      world.command('a', send('nobody', 'y'));
      world.command('a', schedule('t', 2));
      world.run(5);
      return { log, traffic: world.traffic, trace: world.trace };
    });
    const [traced, untraced] = runs;
    expect(untraced).toMatchObject({ log: traced?.log, traffic: traced?.traffic });
    expect(traced?.trace.entryCount).toBeGreaterThan(7);
    expect(untraced?.trace).toMatchObject({ entryCount: 0, digest: new Trace(0).digest });
    expect(untraced?.trace.lines()).toEqual([]);
  });

  it('notices each thing that can differ', () => {
    const base = { number: 1, from: 'a', to: 'b', via: 'packet' as const, sizeBytes: 3 };
    const digests = [
      (trace: Trace) => trace.sent(0, base, 'x', 'x'),
      (trace: Trace) => trace.sent(1, base, 'x', 'x'),
      (trace: Trace) => trace.sent(0, { ...base, from: 'c' }, 'x', 'x'),
      (trace: Trace) => trace.sent(0, { ...base, to: 'c' }, 'x', 'x'),
      (trace: Trace) => trace.sent(0, { ...base, via: 'stream' }, 'x', 'x'),
      (trace: Trace) => trace.sent(0, base, 'y', 'x'),
      (trace: Trace) => trace.arrived(0, base),
      (trace: Trace) => trace.arrived(0, { ...base, number: 2 }),
      (trace: Trace) => trace.lost(0, base, 'lost'),
      (trace: Trace) => trace.lost(0, base, 'blocked'),
      (trace: Trace) => trace.note(0, 'event', 'a', 'x'),
      (trace: Trace) => trace.note(0, 'timer', 'a', 'x'),
      (trace: Trace) => trace.note(0, 'event', 'b', 'x'),
      (trace: Trace) => trace.note(0, 'event', 'a', 'y'),
    ].map((record) => {
      const trace = new Trace(0);
      record(trace);
      return trace.digest;
    });
    expect(new Set(digests).size).toBe(digests.length);
  });
});

describe('textOf', () => {
  it('shows what JSON does not', () => {
    const value = {
      map: new Map([['k', 1]]),
      set: new Set([2]),
      bytes: Uint8Array.of(1, 255),
      big: 3n,
      no: Number.NaN,
    };
    expect(textOf(value)).toBe('{"map":{"k":1},"set":[2],"bytes":"0x01ff","big":"3n","no":"NaN"}');
    expect(textOf(undefined)).toBe('undefined');
  });

  it('is bounded', () => {
    expect(textOf('x'.repeat(10_000)).length).toBe(2_001);
    expect(textOf(new Uint8Array(1_000))).toContain('(1000 B)');
  });
});
