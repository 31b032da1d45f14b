import { HearsayError, TooLargeError } from '@hearsay/core';
import { describe, expect, it } from 'vitest';
import { formatRumorId, LAN, LOCAL, type Rumor, rumorConfig, rumorProblem, validateRumor, WAN } from '../src/index.ts';

const config = rumorConfig({ payloadBytesMax: 8 });
const rumor = (partial: object = {}): Rumor => ({
  id: { origin: 'a', generation: 1, sequence: 2 },
  topic: 'cache.invalidate',
  payload: new Uint8Array(8),
  priority: 'normal',
  ...partial,
});
const withId = (partial: object) => rumor({ id: { ...rumor().id, ...partial } });

describe('rumorProblem', () => {
  it.each([
    ['a legal rumor', rumor(), undefined],
    ['an empty payload', rumor({ payload: new Uint8Array(0) }), undefined],
    ['the highest numbers', withId({ generation: 0xffff_ffff, sequence: 0xffff_ffff }), undefined],
    ['a topic of 256 bytes', rumor({ topic: 'ü'.repeat(128) }), undefined],
    ['a topic of emoji', rumor({ topic: '🔥' }), undefined],
    ['a topic of 257 bytes', rumor({ topic: `a${'ü'.repeat(128)}` }), 'topic'],
    ['a topic of 257 letters', rumor({ topic: 'a'.repeat(257) }), 'topic'],
    ['an empty topic', rumor({ topic: '' }), 'topic'],
    ['half a surrogate pair as topic', rumor({ topic: '\ud83d' }), 'topic'],
    ['a number as topic', rumor({ topic: 7 }), 'topic'],
    ['a payload too large', rumor({ payload: new Uint8Array(9) }), 'payload'],
    ['text as payload', rumor({ payload: 'text' }), 'payload'],
    ['an unknown priority', rumor({ priority: 'urgent' }), 'priority'],
    ['no priority', rumor({ priority: undefined }), 'priority'],
    ['an origin that is no name', withId({ origin: 'a:b' }), 'id'],
    ['an origin that is too long', withId({ origin: 'a'.repeat(129) }), 'id'],
    ['an origin that is no text', withId({ origin: 1 }), 'id'],
    ['a negative sequence', withId({ sequence: -1 }), 'id'],
    ['a sequence of five bytes', withId({ sequence: 2 ** 32 }), 'id'],
    ['a broken sequence', withId({ sequence: 1.5 }), 'id'],
    ['a sequence that is no number', withId({ sequence: '1' }), 'id'],
    ['a generation of five bytes', withId({ generation: 2 ** 32 }), 'id'],
    ['no generation', withId({ generation: undefined }), 'id'],
    ['no id', rumor({ id: undefined }), 'id'],
    ['nothing', null as never, 'id'],
    ['a number', 5 as never, 'id'],
  ])('of %s', (_, candidate, problem) => {
    expect(rumorProblem(candidate, config)).toBe(problem);
  });
});

describe('validateRumor', () => {
  it('accepts a legal rumor', () => {
    expect(() => validateRumor(rumor(), config)).not.toThrow();
  });

  it('throws TooLargeError with the size and the limit', () => {
    expect(() => validateRumor(rumor({ payload: new Uint8Array(9) }), config)).toThrow(TooLargeError);
    expect(() => validateRumor(rumor({ payload: new Uint8Array(9) }), config)).toThrow(
      /9 bytes.*payloadBytesMax \(8\)/,
    );
    expect(() => validateRumor(rumor({ topic: 'a'.repeat(300) }), config)).toThrow(TooLargeError);
    expect(() => validateRumor(rumor({ topic: 'ü'.repeat(200) }), config)).toThrow(/400 bytes.*256/);
  });

  it('throws ERR_KEY for a topic that is empty or not well formed', () => {
    expect(() => validateRumor(rumor({ topic: '' }), config)).toThrow(HearsayError);
    expect(() => validateRumor(rumor({ topic: '\ud83d' }), config)).toThrow(/ERR_KEY/);
  });

  it('throws RangeError for ids and priorities that its caller made up', () => {
    expect(() => validateRumor(withId({ sequence: 2 ** 32 }), config)).toThrow(RangeError);
    expect(() => validateRumor(rumor({ priority: 'urgent' }), config)).toThrow(RangeError);
  });
});

describe('formatRumorId', () => {
  it('joins the parts by colons, which no name has', () => {
    expect(formatRumorId({ origin: 'api-1', generation: 7, sequence: 42 })).toBe('api-1:7:42');
  });
});

describe('rumorConfig', () => {
  it('has presets that are legal', () => {
    expect(rumorConfig(LAN)).toEqual(rumorConfig());
    expect(rumorConfig(WAN)).toMatchObject({ fanout: 4, roundIntervalMs: 500, transmitMultiplier: 4 });
    expect(rumorConfig(LOCAL)).toMatchObject({ fanout: 3, roundIntervalMs: 100, transmitMultiplier: 2 });
  });

  it('refuses bounds that contradict each other', () => {
    expect(() => rumorConfig({ hotBytesMax: 1_000 })).toThrow(/hotBytesMax/);
    expect(() => rumorConfig({ roundBytesMax: 8 })).toThrow(/roundBytesMax/);
  });
});
