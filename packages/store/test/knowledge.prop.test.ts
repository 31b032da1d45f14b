import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  areGaps,
  decodeKnowledge,
  decodeStamp,
  encodeKnowledge,
  encodeStamp,
  GAP_COUNT_MAX,
  type Gap,
  Knowledge,
} from '../src/index.ts';

const TIME_MAX = 60;
const times = Array.from({ length: TIME_MAX }, (_, ms) => ms);
/** Up to four stretches, in order and apart, and a time that is behind them. */
const arbitraryEntry = fc
  .uniqueArray(fc.nat(TIME_MAX - 2), { maxLength: 2 * GAP_COUNT_MAX })
  .chain((ends) => fc.tuple(fc.constant(gapsOf(ends)), fc.integer({ min: Math.max(0, ...ends), max: TIME_MAX })))
  .map(([gaps, throughMs]) => ({ gaps, throughMs }));

function gapsOf(ends: readonly number[]): Gap[] {
  const inOrder = ends.toSorted((a, b) => a - b);
  return Array.from({ length: inOrder.length >> 1 }, (_, nth) => ({
    fromMs: inOrder[2 * nth]!,
    untilMs: inOrder[2 * nth + 1]!,
  }));
}

function seenBy(knowledge: Knowledge, origin: string): number[] {
  return times.filter((wallMs) => knowledge.hasSeen({ origin, stamp: { wallMs, counter: 0 } }));
}

describe('what was seen of a member', () => {
  it('is what any of those has seen who told, and nothing else, unless there are too many gaps', () => {
    fc.assert(
      fc.property(fc.array(arbitraryEntry, { maxLength: 4 }), (told) => {
        const knowledge = new Knowledge('a', 10);
        const seen = new Set<number>();
        let hadRoom = true;
        for (const { gaps, throughMs } of told) {
          knowledge.learn('b', throughMs, gaps);
          const alone = new Knowledge('a', 10);
          alone.learn('b', throughMs, gaps);
          for (const ms of seenBy(alone, 'b')) seen.add(ms);
          const held = seenBy(knowledge, 'b');
          // Nothing is ever taken for seen that nobody has seen; with room for all gaps, all is that somebody has.
          expect(held.filter((ms) => !seen.has(ms))).toEqual([]);
          const [entry] = knowledge.entries();
          hadRoom &&= (entry?.[2]?.length ?? 0) < GAP_COUNT_MAX;
          if (hadRoom) expect(held).toHaveLength(seen.size);
          expect(areGaps(entry?.[2] ?? [], knowledge.throughMs('b'))).toBe(true);
        }
        expect(knowledge.throughMs('b')).toBe(Math.max(0, ...told.map(({ throughMs }) => throughMs)));
      }),
    );
  });

  it('travels as bytes, as far as there is room, and a stamp too', () => {
    fc.assert(
      fc.property(fc.array(arbitraryEntry, { maxLength: 5 }), fc.nat(200), (told, bytesMax) => {
        const entries = told.map(({ gaps, throughMs }, nth) => [`node-${nth}`, throughMs, gaps] as const);
        const bytes = encodeKnowledge(entries, bytesMax);
        const back = [...decodeKnowledge(bytes)].map(
          ([name, throughMs, gaps = []]) => [name, throughMs, gaps] as const,
        );
        expect(bytes.length).toBeLessThanOrEqual(bytesMax);
        expect(back).toEqual(entries.slice(0, back.length));
        if (bytesMax === 200 && told.length < 3) expect(back).toHaveLength(told.length);
        for (const { gaps, throughMs } of told) {
          expect(decodeStamp(encodeStamp(throughMs, gaps))).toEqual({ nowMs: throughMs, gaps });
        }
      }),
    );
  });

  it('is nothing where the bytes are anything else, and that never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        for (const [, throughMs, gaps = []] of decodeKnowledge(bytes)) expect(areGaps(gaps, throughMs)).toBe(true);
        const stamp = decodeStamp(bytes);
        if (stamp !== undefined) expect(areGaps(stamp.gaps, stamp.nowMs)).toBe(true);
      }),
    );
  });
});
