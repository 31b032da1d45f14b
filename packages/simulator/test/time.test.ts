import { describe, expect, it } from 'vitest';
import { puppetWorld, schedule, send } from './puppets.ts';

describe('time', () => {
  it('delivers messages after the latency and timers after their delay', () => {
    const { world, log } = puppetWorld(['a', 'b']);
    world.command('a', schedule('t', 5));
    world.command('a', send('b', 'hi'));
    world.run(10);
    expect(log).toEqual(['1 b: hi from a at 1', '5 a: timer t at 5']);
    expect(world.nowMs).toBe(10);
  });

  it('includes the last instant of a run and nothing after it', () => {
    const { world, log } = puppetWorld(['a']);
    world.command('a', schedule('in', 10));
    world.command('a', schedule('out', 10.001));
    world.run(10);
    expect(log).toEqual(['10 a: timer in at 10']);
  });

  it('stops at the event that makes the predicate true', () => {
    const { world, log } = puppetWorld(['a']);
    for (const delayMs of [1, 2, 3]) world.command('a', schedule('t', delayMs));
    expect(world.runUntil(() => log.length === 2, 100)).toBe(true);
    expect(world.nowMs).toBe(2);
    expect(world.runUntil(() => log.length === 4, 100)).toBe(false);
    expect(world.nowMs).toBe(102);
    expect(world.runUntil(() => true, 100)).toBe(true);
    expect(world.nowMs).toBe(102);
  });

  it('calls what the scenario told in advance, in its turn', () => {
    const { world, log } = puppetWorld(['a']);
    world.at(2, () => world.command('a', schedule('later', 1)));
    world.at(1, () => log.push('action'));
    world.run(5);
    expect(log).toEqual(['action', '3 a: timer later at 3']);
  });

  it('carries wall time along', () => {
    const { world } = puppetWorld([], { config: { wallMsStart: 1_000_000 } });
    world.run(500);
    expect(world.wallMs).toBe(1_000_500);
    const clock = world.wallClock(-200);
    expect(clock.at(world.nowMs + 10)).toBe(1_000_310);
  });

  it('refuses a timer that is no time', () => {
    const { world } = puppetWorld(['a']);
    expect(() => world.command('a', schedule('t', Number.NaN))).toThrow('not a time');
    expect(() => world.command('a', schedule('t', -1))).toThrow('not a time');
    expect(() => world.command('a', schedule('t', Number.POSITIVE_INFINITY))).toThrow('not a time');
    expect(() => world.at(-1, () => undefined)).toThrow('not a time');
    expect(() => world.run(-1)).toThrow('cannot end');
  });

  it('refuses to run inside of a run', () => {
    const { world } = puppetWorld(['a']);
    world.at(1, () => world.run(1));
    expect(() => world.run(2)).toThrow('run inside of run');
  });
});
