import type { Input, Outbox } from '@hearsay/core';
import { describe, expect, it } from 'vitest';
import { Simulation } from '../src/index.ts';
import { Puppet, type PuppetCommand, type PuppetWorld, puppetWorld, schedule, send } from './puppets.ts';

/** A puppet whose timers, if they say so, send what they say. */
class Sender extends Puppet {
  override step(input: Input<PuppetCommand, string, string>, nowMs: number, out: Outbox<string, string, string>): void {
    super.step(input, nowMs, out);
    if (input.kind === 'timer' && input.timer.includes('send')) out.send('b', input.timer);
  }
}

describe('a node whose I/O is blocked', () => {
  it('goes on, while what it sends waits and leaves in order', () => {
    const { world, log } = puppetWorld(['a', 'b']);
    world.blockIo('a');
    expect(world.node('a')).toMatchObject({ state: 'running', isIoBlocked: true });
    world.command('a', schedule('t', 5));
    world.command('a', send('b', 'one'));
    world.command('a', send('b', 'two', 'stream'));
    world.run(10);
    expect(log).toEqual(['5 a: timer t at 5']);
    expect(world.traffic.packetCount).toBe(0);
    world.unblockIo('a');
    world.command('a', send('b', 'three'));
    world.run(10);
    expect(world.node('a').isIoBlocked).toBe(false);
    expect(log.slice(1)).toEqual(['11 b: one from a at 11', '11 b: two from a at 11', '11 b: three from a at 11']);
  });

  it('sends what waited once, also when it is blocked again', () => {
    const { world, log } = puppetWorld(['a', 'b']);
    world.blockIo('a');
    world.command('a', send('b', 'one'));
    world.unblockIo('a');
    world.blockIo('a');
    world.command('a', send('b', 'two'));
    world.unblockIo('a');
    world.run(10);
    expect(log).toEqual(['1 b: one from a at 1', '1 b: two from a at 1']);
  });

  it('hears what arrived in order, one message after the other, and what arrives meanwhile last', () => {
    const { world, log } = puppetWorld(['a', 'b']);
    world.blockIo('b');
    for (const text of ['1', '2', '3']) world.command('a', send('b', text));
    world.run(10);
    world.unblockIo('b', 4);
    world.command('a', send('b', 'late', 'stream'));
    world.run(14);
    expect(log).toEqual(['14 b: 1 from a at 14', '18 b: 2 from a at 18', '22 b: 3 from a at 22']);
    world.run(10);
    world.command('a', send('b', 'next'));
    world.run(10);
    expect(log.slice(3)).toEqual(['26 b: late from a at 26', '35 b: next from a at 35']);
  });

  it('keeps the rest when it is blocked again', () => {
    const { world, log } = puppetWorld(['a', 'b']);
    world.blockIo('b');
    for (const text of ['1', '2', '3']) world.command('a', send('b', text));
    world.run(10);
    world.unblockIo('b', 4);
    world.run(5);
    world.blockIo('b');
    world.command('a', send('b', '4'));
    world.run(5);
    expect(log).toEqual(['14 b: 1 from a at 14']);
    world.unblockIo('b', 1);
    world.run(10);
    expect(log.slice(1)).toEqual(['21 b: 2 from a at 21', '22 b: 3 from a at 22', '23 b: 4 from a at 23']);
  });

  it('loses what its receive buffer has no room for', () => {
    const { world, log } = puppetWorld(['a', 'b'], { config: { waitingMessageCountMax: 2 } });
    world.blockIo('b');
    for (const text of ['1', '2', '3']) world.command('a', send('b', text));
    world.run(10);
    world.unblockIo('b');
    world.run(10);
    expect(log).toEqual(['10 b: 1 from a at 10', '10 b: 2 from a at 10']);
    expect(world.node('b').traffic).toMatchObject({ deliveredCount: 2, overflowCount: 1 });
  });

  it('may be paused as well: what waits is heard when both are over, and at the same pace', () => {
    const { world, log } = puppetWorld(['a', 'b']);
    world.blockIo('b');
    for (const text of ['1', '2', '3']) world.command('a', send('b', text));
    world.run(10);
    world.unblockIo('b', 4);
    world.run(5);
    world.pause('b');
    world.run(1);
    world.resume('b');
    world.run(6);
    world.pause('b');
    world.run(8);
    world.resume('b');
    world.run(20);
    expect(log).toEqual(['14 b: 1 from a at 14', '20 b: 2 from a at 20', '34 b: 3 from a at 34']);
  });

  it('has nothing left of it after a crash', () => {
    const { world, log } = puppetWorld(['a', 'b', 'c']);
    world.blockIo('b');
    world.command('a', send('b', 'old'));
    world.command('b', send('c', 'never'));
    world.run(10);
    world.unblockIo('b', 4);
    world.blockIo('b');
    world.restart('b', () => new Puppet());
    expect(world.node('b').isIoBlocked).toBe(false);
    world.unblockIo('b');
    world.command('a', send('b', 'new'));
    world.run(10);
    expect(log).toEqual(['11 c: never from b at 11', '11 b: new from a at 11']);
    world.crash('a');
    world.blockIo('a');
    expect(world.node('a').isIoBlocked).toBe(false);
  });

  it('is noted in the trace', () => {
    const { world } = puppetWorld(['a'], { config: { traceLineCountMax: 10 } });
    world.unblockIo('a');
    world.blockIo('a');
    world.blockIo('a');
    world.unblockIo('a');
    expect(world.trace.lines()).toEqual([
      '0.000 a fault start',
      '0.000 a fault block I/O',
      '0.000 a fault unblock I/O',
    ]);
  });
});

describe('a thread whose sends block', () => {
  it('stands still from its first send on, and its timers fire when the I/O goes on', () => {
    const world: PuppetWorld = new Simulation({
      seed: 1,
      network: { latencyMsMin: 1, latencyMsMean: 1 },
      threadOf: (timer) => (timer.startsWith('t') ? 't' : undefined),
    });
    const log: string[] = [];
    world.onEvent((timeMs, id, event) => log.push(`${timeMs} ${id}: ${event}`));
    world.add('a', () => new Sender());
    world.add('b', () => new Puppet());
    for (const [index, text] of ['t 1', 't send 2', 't 3', 'other send 4', 't send 5'].entries()) {
      world.command('a', schedule(text, index + 1));
    }
    world.blockIo('a');
    world.run(10);
    expect(log).toEqual(['1 a: timer t 1 at 1', '2 a: timer t send 2 at 2', '4 a: timer other send 4 at 4']);
    world.unblockIo('a');
    world.run(10);
    expect(log.slice(3)).toEqual([
      '10 a: timer t 3 at 10',
      '10 a: timer t send 5 at 10',
      '11 b: t send 2 from a at 11',
      '11 b: other send 4 from a at 11',
      '11 b: t send 5 from a at 11',
    ]);
    world.blockIo('a');
    world.command('a', schedule('t 6', 1));
    world.run(5);
    expect(log.at(-1)).toBe('21 a: timer t 6 at 21');
  });
});
