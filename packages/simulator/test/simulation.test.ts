import { OverflowError } from '@hearsay/core';
import { describe, expect, it } from 'vitest';
import { Simulation } from '../src/index.ts';
import { Puppet, type PuppetCommand, puppetWorld } from './puppets.ts';

const send = (to: string, text: string, via: 'packet' | 'stream' = 'packet'): PuppetCommand => ({
  do: 'send',
  to,
  text,
  via,
});
const schedule = (text: string, delayMs: number): PuppetCommand => ({ do: 'schedule', text, delayMs });

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

  it('loses messages, and only messages, beyond the bound', () => {
    const { world, log } = puppetWorld(['a', 'b'], { config: { pausedMessageCountMax: 2 } });
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
    const { world, log } = puppetWorld(['a', 'b'], { config: { pausedMessageCountMax: 1 } });
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

describe('faults of the network', () => {
  it('stops what is under way when a partition begins', () => {
    const { world, log } = puppetWorld(['a', 'b']);
    world.command('a', send('b', 'packet'));
    world.command('a', send('b', 'stream', 'stream'));
    world.partition([['a'], ['b']]);
    world.command('a', send('b', 'during'));
    world.run(5);
    world.heal();
    world.command('a', send('b', 'after', 'stream'));
    world.run(5);
    expect(log).toEqual(['6 b: after from a at 6']);
    expect(world.traffic.blockedCount).toBe(3);
  });

  it('blocks one way', () => {
    const { world, log } = puppetWorld(['a', 'b']);
    world.block('a', 'b');
    world.command('a', send('b', 'no'));
    world.command('b', send('a', 'yes'));
    world.run(5);
    world.unblock('a', 'b');
    world.command('a', send('b', 'again'));
    world.run(5);
    expect(log).toEqual(['1 a: yes from b at 1', '6 b: again from a at 6']);
  });

  it('changes loss and links in the middle of a run', () => {
    const { world, log } = puppetWorld(['a', 'b']);
    world.setLoss(1_000);
    world.command('a', send('b', 'lost'));
    world.setLoss(0);
    world.setLink('a', 'b', { latencyMsMin: 3, latencyMsMean: 3 });
    world.command('a', send('b', 'slow'));
    world.setLink('a', 'b', undefined);
    world.command('a', send('b', 'fast'));
    world.run(10);
    expect(log).toEqual(['1 b: fast from a at 1', '3 b: slow from a at 3']);
  });

  it('delivers a doubled packet twice', () => {
    const { world, log } = puppetWorld(['a', 'b'], { network: { duplicatePerMille: 1_000 } });
    world.command('a', send('b', 'x'));
    world.run(10);
    expect(log).toHaveLength(2);
    expect(world.traffic).toMatchObject({ packetCount: 1, duplicateCount: 1, deliveredCount: 2 });
  });

  it('loses a message to a node that nobody added', () => {
    const { world } = puppetWorld(['a']);
    world.command('a', send('nobody', 'x'));
    world.run(10);
    expect(world.traffic.lostCount).toBe(1);
  });

  it('gives each sender luck of its own', () => {
    const { world, log } = puppetWorld(['a', 'b', 'c'], { network: { jitterMs: 1_000 } });
    world.command('a', send('c', 'x'));
    world.command('b', send('c', 'x'));
    world.run(2_000);
    expect(new Set(log.map((line) => line.split(' ')[0])).size).toBe(2);
  });

  it('delivers what a node sends to itself', () => {
    const { world, log } = puppetWorld(['a']);
    world.command('a', send('a', 'echo'));
    world.run(10);
    expect(log).toEqual(['1 a: echo from a at 1']);
  });
});

describe('traffic', () => {
  it('counts packets, streams and bytes by sender and in all', () => {
    const { world } = puppetWorld(['a', 'b'], { sizeOf: (text) => text.length });
    world.command('a', send('b', '12345'));
    world.command('a', send('b', '123', 'stream'));
    world.command('b', send('a', '1'));
    world.run(5);
    expect(world.node('a').traffic).toMatchObject({ packetCount: 1, streamCount: 1, sentBytes: 8, deliveredCount: 1 });
    expect(world.traffic).toMatchObject({ packetCount: 2, streamCount: 1, sentBytes: 9, deliveredCount: 3 });
  });

  it('carries messages as bytes when there is a codec, and counts what does not decode', () => {
    const decoded: string[] = [];
    const codec = {
      encode: (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0)),
      decode: (bytes: Uint8Array) => {
        const text = String.fromCharCode(...bytes);
        decoded.push(text);
        return text === 'bad' ? undefined : text;
      },
    };
    const { world, log } = puppetWorld(['a', 'b'], { codec, network: { duplicatePerMille: 1_000 } });
    world.command('a', send('b', 'good'));
    world.command('a', send('b', 'bad'));
    world.run(5);
    expect(decoded.sort()).toEqual(['bad', 'bad', 'good', 'good']);
    expect(log).toHaveLength(2);
    expect(world.traffic).toMatchObject({ sentBytes: 7, undecodableCount: 2, deliveredCount: 2 });
  });
});

describe('bounds', () => {
  it('ends a run in which time stands still', () => {
    const world = new Simulation<'go', string, string, string>({
      seed: 1,
      config: { instantEventCountMax: 100 },
    });
    world.add('a', () => ({ step: (_input, _nowMs, out) => out.schedule('again', 0) }));
    world.command('a', 'go');
    expect(() => world.run(1)).toThrow(OverflowError);
  });

  it('does not mistake many instants for one', () => {
    const { world, log } = puppetWorld(['a'], { config: { instantEventCountMax: 2 } });
    for (let delayMs = 1; delayMs <= 10; delayMs++) world.command('a', schedule('t', delayMs));
    world.run(20);
    expect(log).toHaveLength(10);
  });

  it('refuses one event too many', () => {
    const { world } = puppetWorld(['a'], { config: { eventCountMax: 2 } });
    world.command('a', schedule('t', 1));
    world.command('a', schedule('t', 1));
    expect(() => world.command('a', schedule('t', 1))).toThrow('eventCountMax');
  });

  it('refuses ids that are taken or unknown', () => {
    const { world } = puppetWorld(['a']);
    expect(() => world.add('a', () => new Puppet())).toThrow('exists already');
    expect(() => world.crash('b')).toThrow('no node b');
  });
});

describe('observers', () => {
  it('may command from within an event, and the command waits its turn', () => {
    const { world, log } = puppetWorld(['a', 'b']);
    const stop = world.onEvent((_timeMs, id, event) => {
      if (id === 'b' && event.startsWith('ping')) world.command('b', send('a', 'pong'));
    });
    world.command('a', send('b', 'ping'));
    world.run(5);
    stop();
    world.command('a', send('b', 'ping'));
    world.run(5);
    expect(log.map((line) => line.split(' ')[2])).toEqual(['ping', 'pong', 'ping']);
  });

  it('are called after every input, and what they throw ends the run', () => {
    const { world } = puppetWorld(['a', 'b']);
    const inputs: string[] = [];
    const stop = world.onInput((timeMs, id) => inputs.push(`${timeMs} ${id}`));
    world.command('a', send('b', 'x'));
    world.run(5);
    expect(inputs).toEqual(['0 a', '1 b']);
    stop();
    world.onInput(() => {
      throw new Error('invariant broken');
    });
    expect(() => world.command('a', schedule('t', 1))).toThrow('invariant broken');
  });
});
