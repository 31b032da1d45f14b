import { describe, expect, it } from 'vitest';
import { Simulation } from '../src/index.ts';
import { Puppet, puppetWorld, schedule, send } from './puppets.ts';

describe('crash and restart', () => {
  it('loses timers, and packets that arrive while the node is down', () => {
    const { world, log } = puppetWorld(['a', 'b']);
    world.command('b', schedule('t', 5));
    world.command('a', send('b', 'hi'));
    world.crash('b');
    world.run(10);
    expect(log).toEqual([]);
    expect(world.node('b').traffic.lostCount).toBe(1);
    expect(() => world.command('b', send('a', 'x'))).toThrow('crashed');
  });

  it('gives a new life none of the old timers', () => {
    const { world, log } = puppetWorld(['a']);
    world.command('a', schedule('old', 5));
    world.crash('a');
    world.restart('a', () => new Puppet());
    world.command('a', schedule('new', 5));
    world.run(10);
    expect(log).toEqual(['5 a: timer new at 5']);
    expect(world.node('a')).toMatchObject({ life: 2, state: 'running' });
  });

  it('lets a packet find the next life, and a stream end with the old one', () => {
    const { world, log } = puppetWorld(['a', 'b']);
    world.command('a', send('b', 'packet'));
    world.command('a', send('b', 'stream', 'stream'));
    world.restart('b', () => new Puppet());
    world.command('a', send('b', 'stream again', 'stream'));
    world.run(10);
    expect(log).toEqual(['1 b: packet from a at 1', '1 b: stream again from a at 1']);
  });

  it('ends the streams of both sides: the next life does not wait for the frames of the last', () => {
    for (const crashed of ['a', 'b']) {
      const { world, log } = puppetWorld(['a', 'b']);
      world.setLink('a', 'b', { latencyMsMin: 500, latencyMsMean: 500 });
      world.command('a', send('b', 'slow', 'stream'));
      world.setLink('a', 'b', undefined);
      world.restart(crashed, () => new Puppet());
      world.command('a', send('b', 'fast', 'stream'));
      world.run(5);
      expect(log).toEqual(['1 b: fast from a at 1']);
    }
  });

  it('still carries what a node sent before it crashed', () => {
    const { world, log } = puppetWorld(['a', 'b']);
    world.command('a', send('b', 'last words'));
    world.crash('a');
    world.run(10);
    expect(log).toEqual(['1 b: last words from a at 1']);
  });

  it('has no effects after a crash in the middle of a step', () => {
    const world = new Simulation<string, string, string, string>({ seed: 1 });
    world.add('a', () => ({
      step: (_input, _nowMs, out) => {
        out.notify('first');
        out.send('b', 'lost');
        out.schedule('lost', 1);
        out.notify('second');
      },
    }));
    const events: string[] = [];
    world.onEvent((_timeMs, id, event) => {
      events.push(event);
      world.crash(id);
    });
    world.command('a', 'go');
    world.run(10);
    expect(events).toEqual(['first']);
    expect(world.traffic.packetCount).toBe(0);
  });

  it('gives each life of a node other dice', () => {
    const world = new Simulation<string, string, string, string>({ seed: 1 });
    const draws: number[] = [];
    const idle = { step: () => undefined };
    const makeCore = (rng: { uint32(): number }) => {
      draws.push(rng.uint32());
      return idle;
    };
    world.add('a', makeCore);
    world.add('b', makeCore);
    world.restart('a', makeCore);
    expect(new Set(draws).size).toBe(3);
  });
});

describe('pause and resume', () => {
  it('lets messages, timers and commands wait, and handles timers first', () => {
    const { world, log } = puppetWorld(['a', 'b']);
    world.pause('b');
    world.command('a', send('b', 'one'));
    world.command('a', send('b', 'two', 'stream'));
    world.run(5);
    world.command('b', schedule('commanded', 1));
    world.run(5);
    expect(log).toEqual([]);
    world.resume('b');
    world.run(5);
    expect(log).toEqual(['10 b: one from a at 10', '10 b: two from a at 10', '11 b: timer commanded at 11']);

    world.command('b', schedule('t', 2));
    world.command('a', send('b', 'three'));
    world.pause('b');
    world.run(5);
    world.resume('b');
    expect(log.slice(3)).toEqual(['20 b: timer t at 20', '20 b: three from a at 20']);
  });

  it('lets all timers fire late, in the order in which they were due', () => {
    const { world, log } = puppetWorld(['a']);
    for (const delayMs of [7, 3, 5, 30]) world.command('a', schedule(`${delayMs}`, delayMs));
    world.pause('a');
    world.run(20);
    world.resume('a');
    world.run(20);
    expect(log).toEqual(['20 a: timer 3 at 20', '20 a: timer 5 at 20', '20 a: timer 7 at 20', '30 a: timer 30 at 30']);
  });

  it('loses messages, and only messages, beyond the bound', () => {
    const { world, log } = puppetWorld(['a', 'b'], { config: { waitingMessageCountMax: 2 } });
    world.command('b', schedule('t', 3));
    world.command('b', schedule('t', 3));
    world.command('b', schedule('t', 3));
    world.pause('b');
    for (const text of ['1', '2', '3']) world.command('a', send('b', text));
    world.run(10);
    world.resume('b');
    expect(log).toHaveLength(5);
    expect(world.node('b').traffic).toMatchObject({ deliveredCount: 2, overflowCount: 1 });
  });

  it('forgets what waited when the node crashes, and counts from zero afterwards', () => {
    const { world, log } = puppetWorld(['a', 'b'], { config: { waitingMessageCountMax: 1 } });
    world.pause('b');
    world.command('a', send('b', 'old'));
    world.run(5);
    world.restart('b', () => new Puppet());
    world.pause('b');
    world.command('a', send('b', 'new'));
    world.run(5);
    world.resume('b');
    expect(log).toEqual(['10 b: new from a at 10']);
  });

  it('drops what waited when the node crashes while it is catching up', () => {
    const { world, log } = puppetWorld(['a', 'b']);
    world.pause('b');
    world.command('a', send('b', 'one'));
    world.command('a', send('b', 'two'));
    world.run(5);
    world.onEvent(() => world.restart('b', () => new Puppet()));
    world.resume('b');
    expect(log).toEqual(['5 b: one from a at 5']);
    expect(world.node('b').traffic.deliveredCount).toBe(1);
  });

  it('does nothing to a node that is already so', () => {
    const { world } = puppetWorld(['a']);
    world.resume('a');
    world.pause('a');
    world.pause('a');
    expect(world.node('a').state).toBe('paused');
    world.crash('a');
    world.pause('a');
    expect(world.node('a').state).toBe('crashed');
  });
});
