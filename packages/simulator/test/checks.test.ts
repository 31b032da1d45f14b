import { describe, expect, it } from 'vitest';
import { type Checker, Checks, Violation } from '../src/index.ts';
import { puppetWorld, schedule } from './puppets.ts';

/** Looks at every input, and fails at the `failing`th. */
function counting(failing = Number.POSITIVE_INFINITY): Checker & { checkedCount: number } {
  return {
    name: 'at most so many inputs',
    checkedCount: 0,
    onInput(timeMs, id) {
      this.checkedCount += 1;
      if (this.checkedCount >= failing) throw new Error(`${id} at ${timeMs}`);
    },
  };
}

describe('checks', () => {
  it('look after every input, and end a run by name', () => {
    const { world } = puppetWorld(['a']);
    const checks = new Checks(world).add(counting(4));
    for (const delayMs of [1, 2, 3]) world.command('a', schedule('x', delayMs + 10));
    expect(() => world.run(20)).toThrow('at most so many inputs: a at 11');
    expect(checks.counts()).toEqual(new Map([['at most so many inputs', 4]]));
  });

  it('tell what broke, and why', () => {
    const { world } = puppetWorld(['a']);
    new Checks(world).add(counting(1));
    const broken = (): void => world.command('a', schedule('x', 1));
    expect(broken).toThrow(Violation);
    expect(broken).toThrow('at most so many inputs: a at 0');
  });

  it('take a last look', () => {
    const { world } = puppetWorld(['a']);
    const checks = new Checks(world).add({
      name: 'never at the end',
      checkedCount: 1,
      onEnd: (timeMs) => {
        throw new Violation('never at the end', String(timeMs));
      },
    });
    world.run(7);
    expect(() => checks.end()).toThrow('never at the end: 7');
  });

  it('fail a run that gave one of them nothing to check', () => {
    const { world } = puppetWorld(['a']);
    const checks = new Checks(world).add(counting());
    expect(() => checks.end()).toThrow('at most so many inputs: the run gave it nothing to check');
    world.command('a', schedule('x', 1));
    checks.end();
  });
});
