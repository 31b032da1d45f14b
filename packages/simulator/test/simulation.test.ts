import { OverflowError } from '@hearsay/core';
import { describe, expect, it } from 'vitest';
import { Simulation } from '../src/index.ts';
import { Puppet, puppetWorld, schedule, send } from './puppets.ts';

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
    expect(decoded.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(['bad', 'bad', 'good', 'good']);
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
