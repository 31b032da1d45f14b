import { RecordingOutbox } from '@hearsay/core';
import { describe, expect, it } from 'vitest';
import { AwakeClock } from '../src/awake-clock.ts';
import type { SwimAlarm, SwimEvent, SwimMessage } from '../src/index.ts';
import { Suspicions } from '../src/suspicions.ts';
import { claim } from './solo.ts';

const BOUNDS = { msMin: 2_000, msMax: 30_000, confirmationCountMax: 3 };
const CHECK_MS = 1_000;

const accusation = (accuser: string, partial = {}) => claim('x', { status: 'suspect', accuser, ...partial });

function opened() {
  const awake = new AwakeClock(200);
  const suspicions = new Suspicions(awake, CHECK_MS);
  const out = new RecordingOutbox<SwimMessage, SwimAlarm, SwimEvent>();
  suspicions.open(accusation('a'), BOUNDS, 3, 0);
  suspicions.arm('x', 0, out);
  const lastAlarm = () => {
    const { timer, delayMs } = out.timers.at(-1)!;
    if (timer.type !== 'suspicion') throw new Error(timer.type);
    return { alarm: timer.alarm, delayMs };
  };
  /** Fires each alarm on time until the case is over. */
  const runUntilOver = (fromMs: number): number => {
    for (let nowMs = fromMs; ; ) {
      const { alarm, delayMs } = lastAlarm();
      nowMs += delayMs;
      if (suspicions.isOver('x', alarm, nowMs, out)) return nowMs;
      if (nowMs > 100_000) throw new Error('never over');
    }
  };
  return { awake, suspicions, out, lastAlarm, runUntilOver };
}

describe('Suspicions', () => {
  it('are over after the longest time when nobody confirms, and looked at once per period until then', () => {
    const { out, runUntilOver } = opened();
    expect(runUntilOver(0)).toBe(30_000);
    expect(out.timers).toHaveLength(30);
  });

  it('counts each other accuser once, the first never, and no more than are wanted', () => {
    const { suspicions } = opened();
    expect(suspicions.confirm(accusation('a'), 1)).toBe(false);
    expect(suspicions.confirm(accusation('b'), 1)).toBe(true);
    expect(suspicions.confirm(accusation('b'), 2)).toBe(false);
    expect(suspicions.evidenceOf('x')?.timeoutMs).toBe(16_000);
    expect(suspicions.confirm(accusation('c'), 3)).toBe(true);
    expect(suspicions.confirm(accusation('d'), 4)).toBe(true);
    expect(suspicions.evidenceOf('x')?.timeoutMs).toBe(2_000);
    expect(suspicions.confirm(accusation('e'), 5)).toBe(false);
    expect(suspicions.evidenceOf('x')?.accusations.map(({ accuser, atMs }) => [accuser, atMs])).toEqual([
      ['a', 0],
      ['b', 1],
      ['c', 3],
      ['d', 4],
    ]);
  });

  it('takes no word about another life', () => {
    const { suspicions } = opened();
    expect(suspicions.confirm(accusation('b', { incarnation: 1 }), 1)).toBe(false);
    expect(suspicions.confirm(accusation('b', { generation: 2 }), 1)).toBe(false);
    expect(suspicions.confirm(claim('y', { status: 'suspect', accuser: 'b' }), 1)).toBe(false);
  });

  it('ends sooner by what has passed when it is confirmed', () => {
    const { suspicions, out, runUntilOver } = opened();
    suspicions.confirm(accusation('b'), 2_000);
    suspicions.confirm(accusation('c'), 3_000);
    suspicions.arm('x', 3_000, out);
    expect(runUntilOver(3_000)).toBe(7_810);
  });

  it('ends at once when the time has already passed', () => {
    const { suspicions, out, lastAlarm } = opened();
    for (const accuser of ['b', 'c', 'd']) suspicions.confirm(accusation(accuser), 4_000);
    suspicions.arm('x', 4_000, out);
    const { alarm, delayMs } = lastAlarm();
    expect(delayMs).toBe(0);
    expect(suspicions.isOver('x', alarm, 4_000, out)).toBe(true);
  });

  it('does not hear an alarm that was set for an earlier end, for a closed case, or for nobody', () => {
    const { suspicions, out, lastAlarm } = opened();
    const first = lastAlarm().alarm;
    suspicions.arm('x', 0, out);
    expect(suspicions.isOver('x', first, 30_000, out)).toBe(false);
    const { alarm } = lastAlarm();
    suspicions.close('x');
    expect(suspicions.isOver('x', alarm, 30_000, out)).toBe(false);
    expect(suspicions.isOver('y', alarm, 30_000, out)).toBe(false);
    suspicions.open(accusation('a', { incarnation: 1 }), BOUNDS, 0, 30_000);
    expect(suspicions.isOver('x', alarm, 60_000, out)).toBe(false);
    expect(suspicions.isOver('x', 0, 60_000, out)).toBe(false);
  });

  it('is over when its alarm comes early by less than a millisecond, and not by more', () => {
    const { suspicions, out, lastAlarm } = opened();
    expect(suspicions.isOver('x', lastAlarm().alarm, 29_999, out)).toBe(false);
    expect(lastAlarm().delayMs).toBe(1);
    expect(suspicions.isOver('x', lastAlarm().alarm, 29_999.01, out)).toBe(true);
  });

  it('lasts longer by the time that was lost', () => {
    const { awake, runUntilOver } = opened();
    awake.note(5_000, 25_000);
    expect(runUntilOver(25_000)).toBe(50_000);
  });

  it('does not last longer by time that was lost before it began and noticed after', () => {
    const { awake, suspicions, out, runUntilOver } = opened();
    suspicions.open(accusation('a'), BOUNDS, 0, 25_000);
    suspicions.arm('x', 25_000, out);
    awake.note(5_000, 25_001);
    expect(runUntilOver(25_000)).toBe(56_000);
  });

  it('starts over for who has left, and sets no alarm for the dead', () => {
    const { suspicions, out, lastAlarm, runUntilOver } = opened();
    suspicions.startOver('x', lastAlarm().alarm, 20_000, out);
    expect(runUntilOver(20_000)).toBe(50_000);
    suspicions.startOver('x', 0, 50_000, out);
    const { alarm } = lastAlarm();
    suspicions.disarm('x');
    expect(suspicions.isOver('x', alarm, 90_000, out)).toBe(false);
    expect(suspicions.evidenceOf('x')).toBeDefined();
  });

  it('tells what is known of a case, as a copy', () => {
    const { suspicions } = opened();
    const grounds = { helperCount: 3, nackCount: 1, hasTriedStream: true, localHealth: 2 };
    suspicions.open(accusation('a', { grounds }), BOUNDS, 3, 70);
    expect(suspicions.evidenceOf('x')).toEqual({
      accusations: [{ accuser: 'a', grounds, atMs: 70 }],
      sinceMs: 70,
      timeoutMs: 30_000,
      localHealth: 3,
    });
    const before = suspicions.evidenceOf('x');
    suspicions.confirm(accusation('b'), 80);
    expect(before?.accusations).toHaveLength(1);
    expect(suspicions.evidenceOf('nobody')).toBeUndefined();
  });
});
