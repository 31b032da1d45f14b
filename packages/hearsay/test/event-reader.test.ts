import { describe, expect, it } from 'vitest';
import { EventReader } from '../src/event-reader.ts';
import type { NodeEvent } from '../src/index.ts';

const WAITING_EVENT_COUNT_MAX = 1_024;
const DONE = { done: true, value: undefined };

/** Events that can be told apart. */
const joined = (memberCount: number): NodeEvent => ({ type: 'joined', seed: 's', memberCount });

function setup() {
  const counts = { ended: 0 };
  const reader = new EventReader(() => {
    counts.ended += 1;
  });
  return { reader, counts };
}

describe('EventReader', () => {
  it('gives what came before it was asked, in order', async () => {
    const { reader } = setup();
    for (let index = 0; index < 3; index++) reader.push(joined(index));
    const values = [await reader.next(), await reader.next(), await reader.next()].map(({ value }) => value);
    expect(values).toEqual([joined(0), joined(1), joined(2)]);
  });

  it('gives what comes after it was asked, to each in the order of asking', async () => {
    const { reader } = setup();
    const asked = [reader.next(), reader.next()];
    reader.push(joined(1));
    reader.push(joined(2));
    expect(await Promise.all(asked)).toEqual([
      { done: false, value: joined(1) },
      { done: false, value: joined(2) },
    ]);
  });

  it('drops the oldest when nobody reads, and tells how many, in their place', async () => {
    const { reader } = setup();
    for (let index = 0; index < WAITING_EVENT_COUNT_MAX + 3; index++) reader.push(joined(index));
    expect((await reader.next()).value).toEqual({ type: 'overflow', missedCount: 3 });
    expect((await reader.next()).value).toEqual(joined(3));
    reader.push(joined(-1));
    expect((await reader.next()).value).toEqual(joined(4));
  });

  it('tells of each gap once', async () => {
    const { reader } = setup();
    for (let index = 0; index < WAITING_EVENT_COUNT_MAX + 1; index++) reader.push(joined(index));
    expect((await reader.next()).value).toEqual({ type: 'overflow', missedCount: 1 });
    for (let index = 0; index < 2; index++) reader.push(joined(index));
    expect((await reader.next()).value).toEqual({ type: 'overflow', missedCount: 2 });
    expect((await reader.next()).value).toMatchObject({ type: 'joined' });
  });

  it('does not overflow at its limit', async () => {
    const { reader } = setup();
    for (let index = 0; index < WAITING_EVENT_COUNT_MAX; index++) reader.push(joined(index));
    expect((await reader.next()).value).toEqual(joined(0));
  });

  it('can be read to its end after it ended', async () => {
    const { reader, counts } = setup();
    reader.push(joined(1));
    reader.end();
    reader.push(joined(2));
    expect(await reader.next()).toEqual({ done: false, value: joined(1) });
    expect(await reader.next()).toEqual(DONE);
    expect(await reader.next()).toEqual(DONE);
    reader.end();
    expect(counts.ended).toBe(1);
  });

  it('ends those who wait', async () => {
    const { reader } = setup();
    const asked = [reader.next(), reader.next()];
    reader.end();
    expect(await Promise.all(asked)).toEqual([DONE, DONE]);
  });

  it('has nothing more for a reader who has had enough', async () => {
    const { reader, counts } = setup();
    for (let index = 0; index < WAITING_EVENT_COUNT_MAX + 9; index++) reader.push(joined(index));
    for await (const event of reader) {
      expect(event.type).toBe('overflow');
      break;
    }
    expect(counts.ended).toBe(1);
    reader.push(joined(1));
    expect(await reader.next()).toEqual(DONE);
  });
});
