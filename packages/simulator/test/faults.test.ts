import { describe, expect, it } from 'vitest';
import { puppetWorld, send } from './puppets.ts';

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
