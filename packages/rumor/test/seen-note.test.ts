import { RecordingOutbox, Rng, WallClock } from '@hearsay/core';
import { PeerSet } from '@hearsay/membership';
import { describe, expect, it } from 'vitest';
import {
  type Rumor,
  type RumorConfig,
  RumorCore,
  type RumorEvent,
  type RumorMessage,
  type RumorTimer,
  rumorConfig,
} from '../src/index.ts';
import { formatSeen, parseSeen } from '../src/seen-note.ts';

const WALL_MS = 1_700_000_000_000;
const rumor = (sequence: number): Rumor => ({
  id: { origin: 'o', generation: 7, sequence },
  topic: 't',
  payload: new Uint8Array(1),
  priority: 'normal',
  publishedAtMs: WALL_MS + sequence,
});

/** One life after the other, over the same notes. */
function lives(config: Partial<RumorConfig> = {}) {
  const written = new Map<string, string>();
  let writeCount = 0;
  const notes = {
    note: (name: string) => written.get(name),
    setNote: (name: string, text: string) => {
      written.set(name, text);
      writeCount += 1;
    },
  };
  return {
    written,
    writeCount: () => writeCount,
    begin: () => {
      const peers = new PeerSet();
      for (const peer of ['a', 'o']) peers.add(peer);
      const core = new RumorCore({
        config: rumorConfig(config),
        self: 'self',
        peers,
        rng: new Rng(1),
        sizeOf: () => 30,
        wallClock: new WallClock(WALL_MS, 0),
        notes,
      });
      const out = new RecordingOutbox<RumorMessage, RumorTimer, RumorEvent>();
      return {
        core,
        out,
        push: (...sequences: number[]) =>
          core.step(
            { kind: 'message', from: 'a', message: { type: 'push', rumors: sequences.map((one) => rumor(one)) } },
            10,
            out,
          ),
        fromLog: (...sequences: number[]) =>
          core.step(
            { kind: 'command', command: { type: 'learn', from: 'a', rumors: sequences.map((one) => rumor(one)) } },
            10,
            out,
          ),
        note: () => core.step({ kind: 'timer', timer: { type: 'note' } }, 1_010, out),
        notesDue: () => out.timers.filter(({ timer }) => timer.type === 'note').map(({ delayMs }) => delayMs),
        learned: () => out.events.flatMap((e) => (e.type === 'rumor-learned' ? [e.rumor.id.sequence] : [])),
      };
    },
  };
}

describe('what was seen', () => {
  it('is no news in the next life, and is logged all the same', () => {
    const { begin } = lives();
    const first = begin();
    first.push(1, 2, 3, 7);
    first.note();
    const second = begin();
    expect(second.core.hasSeen(rumor(3).id)).toBe(true);
    second.fromLog(1, 2, 3, 4, 7);
    expect(second.learned()).toEqual([4]);
    expect(second.core.log.recordCount).toBe(5);
  });

  it('is noted once for all that comes within the time, and when the process ends', () => {
    const { begin, written, writeCount } = lives({ seenNoteMs: 500 });
    const { core, push, note, notesDue } = begin();
    push(1);
    push(2);
    expect(notesDue()).toEqual([500]);
    expect(writeCount()).toBe(0);
    note();
    expect(written.get('rumors-seen')).toBe(`o 7 ${WALL_MS + 2} 1-2`);
    note();
    expect(writeCount()).toBe(1);
    push(4);
    core.settle();
    expect(written.get('rumors-seen')).toBe(`o 7 ${WALL_MS + 4} 1-2,4-4`);
  });

  it('is written the less often the more it is', () => {
    const { begin, written } = lives();
    const many = Array.from({ length: 3_000 }, (_, index) => `origin-${index} 1 1700000000000 1-1`);
    written.set('rumors-seen', many.join('\n'));
    const { core, push, notesDue } = begin();
    push(1);
    core.settle();
    push(2);
    expect(notesDue()).toEqual([1_000, 2_000]);
  });

  it('is where the order of an origin goes on', () => {
    const { begin } = lives({ deliveryOrder: 'fifo' });
    const first = begin();
    first.push(1, 2, 3);
    first.core.settle();
    const second = begin();
    second.push(5, 4);
    expect(second.learned()).toEqual([4, 5]);
  });

  it('survives being written down, and nothing else is believed', () => {
    const life = {
      origin: 'a.b-c',
      generation: 0xffff_ffff,
      publishedAtMs: WALL_MS,
      intervals: [[0, 4] as const, [9, 9] as const],
    };
    expect([...parseSeen(formatSeen([life, { ...life, origin: 'd' }]))]).toEqual([life, { ...life, origin: 'd' }]);
    const bad = [
      '',
      'x',
      'o 1 1',
      'o 1 1 ',
      'o 1 1 2-1',
      'o 1 1 1-3,2-5',
      'o 1 1 1-2,4',
      'o -1 1 1-1',
      'o 1 1.5 1-1',
      'a:b 1 1 1-1',
    ];
    expect([...parseSeen(bad.join('\n'))]).toEqual([]);
  });

  it('is bounded as ever when it is taken up', () => {
    const { begin, written } = lives({ lifeCountMax: 1, intervalCountMax: 2 });
    written.set('rumors-seen', 'a 1 5 1-1\no 7 6 1-1,3-3,5-5,9-9');
    const { core } = begin();
    expect(core.counts()).toMatchObject({ forgottenLife: 1, closedGap: 2 });
    expect(core.hasSeen(rumor(9).id)).toBe(true);
  });
});
