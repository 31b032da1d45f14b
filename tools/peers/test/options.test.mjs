import { describe, expect, it } from 'vitest';
import { PHASES, parseOptions } from '../hearsay/options.mjs';

describe('parseOptions', () => {
  it('has a default for everything', () => {
    expect(parseOptions([])).toEqual({
      isHelpWanted: false,
      options: {
        nodeCount: 20,
        preset: 'lan',
        timing: { probeMs: 1_000, gossipMs: 200 },
        phases: PHASES,
        windowMs: 20_000,
        killCount: 1,
        messageCount: 10,
        lossPerMille: 200,
        seed: 1,
      },
    });
  });

  it('takes every flag, and puts the phases in their order', () => {
    const text = '-n 50 --preset wan --phases detection,join --window 1.5 --kills 3 --messages 4 --loss 50 --seed 7';
    expect(parseOptions(text.split(' ')).options).toEqual({
      nodeCount: 50,
      preset: 'wan',
      timing: { probeMs: 5_000, gossipMs: 500 },
      phases: ['join', 'detection'],
      windowMs: 1_500,
      killCount: 3,
      messageCount: 4,
      lossPerMille: 50,
      seed: 7,
    });
  });

  it.each([
    ['-n 2', /--n: use 3 to 1000/],
    ['-n 1001', /--n: use 3 to 1000/],
    ['--n 4.5', /--n: /],
    ['-n 10 --kills 9', /--kills: use 1 to 8/],
    ['--kills 0', /--kills: /],
    ['--preset city', /--preset: use lan, wan, local/],
    ['--phases join,leave', /--phases: "leave" is none of join, /],
    ['--window 0', /--window: /],
    ['--window 3601', /--window: /],
    ['--messages x', /--messages: /],
    ['--loss 1001', /--loss: /],
    ['--seed -1', /argument is ambiguous/],
    ['--seed=-1', /--seed: /],
    ['-n 2 --preset city --loss 1001', /--n: .*; --preset: .*; --loss: /],
    ['--nodes 3', /Unknown option '--nodes'/],
  ])('refuses %s', (text, message) => {
    expect(() => parseOptions(text.split(' '))).toThrow(message);
  });
});
