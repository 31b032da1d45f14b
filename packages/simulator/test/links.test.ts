/** What a link does to messages beyond loss and delay: damage, bandwidth, size, connections that break. */
import { utf8Bytes } from '@hearsay/core';
import { describe, expect, it } from 'vitest';
import type { SimulationCodec } from '../src/index.ts';
import { puppetWorld, send } from './puppets.ts';

const sizeOf = (message: string): number => message.length;
const codec: SimulationCodec<string> = {
  encode: utf8Bytes,
  decode: (bytes) => String.fromCharCode(...bytes),
};

describe('damage', () => {
  it('changes one to eight bits of a packet on the way, and none of a stream', () => {
    const { world, log } = puppetWorld(['a', 'b'], { codec, network: { corruptPerMille: 1_000 } });
    world.command('a', send('b', 'aaaaaaaa'));
    world.run(2);
    world.command('a', send('b', 'aaaaaaaa', 'stream'));
    world.run(2);
    expect(log).toHaveLength(2);
    const [damaged = '', whole = ''] = log.map((line) => line.slice(5, 13));
    const flipped = Array.from(damaged, (character) => (character.charCodeAt(0) ^ 97).toString(2).replaceAll('0', ''));
    expect(flipped.join('').length).toBeGreaterThan(0);
    expect(flipped.join('').length).toBeLessThanOrEqual(8);
    expect(whole).toBe('aaaaaaaa');
    expect(world.traffic).toMatchObject({ corruptCount: 1, deliveredCount: 2 });
  });

  it('is a loss where there are no bytes', () => {
    const { world, log } = puppetWorld(['a', 'b'], { network: { corruptPerMille: 1_000 } });
    world.command('a', send('b', 'x'));
    world.run(2);
    expect(log).toEqual([]);
    expect(world.traffic).toMatchObject({ corruptCount: 1, deliveredCount: 0 });
  });
});

describe('bandwidth', () => {
  const network = { bytesPerSecond: 1_000, queueBytesMax: 25 };

  it('makes messages wait for those before them, in one direction', () => {
    const { world, log } = puppetWorld(['a', 'b'], { sizeOf, network });
    world.command('a', send('b', '0123456789'));
    world.command('a', send('b', '01234'));
    world.command('b', send('a', 'x'));
    world.run(100);
    expect(log).toEqual(['2 a: x from b at 2', '11 b: 0123456789 from a at 11', '16 b: 01234 from a at 16']);
  });

  it('drops packets that find the queue full, and never a stream', () => {
    const { world } = puppetWorld(['a', 'b'], { sizeOf, network });
    for (let count = 0; count < 3; count++) world.command('a', send('b', '0123456789'));
    world.command('a', send('b', '0123456789', 'stream'));
    world.run(100);
    expect(world.traffic).toMatchObject({ congestedCount: 1, deliveredCount: 3 });
  });
});

describe('sizes', () => {
  it('lets packets above the MTU vanish, and streams pass', () => {
    const { world, log } = puppetWorld(['a', 'b'], { sizeOf, network: { mtuBytes: 4 } });
    world.command('a', send('b', 'four'));
    world.command('a', send('b', 'large'));
    world.command('a', send('b', 'larger', 'stream'));
    world.run(5);
    expect(log).toEqual(['1 b: four from a at 1', '1 b: larger from a at 1']);
    expect(world.traffic).toMatchObject({ mtuCount: 1, oversizeCount: 0 });
  });
});

describe('streams', () => {
  it('lose what is under way when the connection breaks, and go on by a new one', () => {
    const { world, log } = puppetWorld(['a', 'b']);
    world.command('a', send('b', 'under way', 'stream'));
    world.command('b', send('a', 'under way', 'stream'));
    world.resetStreams('b', 'a');
    world.command('a', send('b', 'after', 'stream'));
    world.run(5);
    expect(log).toEqual(['1 b: after from a at 1']);
    expect(world.traffic.resetCount).toBe(2);
  });

  it('break by chance', () => {
    const { world, log } = puppetWorld(['a', 'b'], { network: { streamResetPerMille: 500 } });
    for (let count = 0; count < 100; count++) world.command('a', send('b', 'x', 'stream'));
    world.run(5);
    // Each break takes those before it along, which left at the same time.
    expect(world.traffic.resetCount).toBe(100 - log.length);
    expect(world.traffic.resetCount).toBeGreaterThan(90);
  });

  it('need both directions', () => {
    const { world, log } = puppetWorld(['a', 'b']);
    world.block('b', 'a');
    world.command('a', send('b', 'packet'));
    world.command('a', send('b', 'stream', 'stream'));
    world.run(5);
    expect(log).toEqual(['1 b: packet from a at 1']);
  });

  it('can be blocked alone, and so can packets', () => {
    const { world, log } = puppetWorld(['a', 'b']);
    world.block('a', 'b', 'stream');
    world.command('a', send('b', 'no', 'stream'));
    world.command('a', send('b', 'packet'));
    world.run(5);
    world.block('a', 'b', 'packet');
    world.unblock('a', 'b', 'stream');
    world.command('a', send('b', 'stream', 'stream'));
    world.command('a', send('b', 'no'));
    world.run(5);
    expect(log).toEqual(['1 b: packet from a at 1', '6 b: stream from a at 6']);
  });
});

describe('observers of sends', () => {
  it('see what is lost as well', () => {
    const { world } = puppetWorld(['a', 'b'], { network: { lossPerMille: 1_000 } });
    const seen: string[] = [];
    const stop = world.onSend((timeMs, { from, to, via }, message) =>
      seen.push(`${timeMs} ${from} ${to} ${via} ${message}`),
    );
    world.command('a', send('b', 'x'));
    stop();
    world.command('a', send('b', 'y'));
    expect(seen).toEqual(['0 a b packet x']);
  });
});
