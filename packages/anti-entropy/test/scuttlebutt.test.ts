import { deltaFor, Rng } from '@hearsay/core';
import { describe, expect, it } from 'vitest';
import { type ScuttlebuttMessage, scuttlebuttConfig } from '../src/index.ts';
import { ScuttlebuttWorld } from './scuttlebutt-world.ts';

describe('Scuttlebutt between two nodes', () => {
  it('says nothing while roots are equal', () => {
    const world = new ScuttlebuttWorld(['a', 'b']);
    world.command('a', { type: 'reconcile', peer: 'b' });
    world.sent.length = 0;
    world.ping('a', 'b');
    world.ping('b', 'a');
    expect(world.sent).toEqual([]);
  });

  it('moves what either side lacks, in three messages', () => {
    const world = new ScuttlebuttWorld(['a', 'b']);
    world.command('a', { type: 'reconcile', peer: 'b' });
    world.sent.length = 0;
    world.state('a').set('load', '1');
    world.state('b').set('load', '2');
    world.ping('a', 'b');
    expect(world.types()).toEqual(['b digest', 'a delta', 'a request', 'b delta']);
    expect(world.state('a').get('b', 'load')).toBe('2');
    expect(world.state('b').get('a', 'load')).toBe('1');
    expect(world.roots().size).toBe(1);
  });

  it('sends only what lies above, and nothing of a map in which nothing was written', () => {
    const world = new ScuttlebuttWorld(['a', 'b']);
    world.state('a').set('old', 'x');
    world.command('b', { type: 'reconcile', peer: 'a' });
    expect(world.types()).toEqual(['b digest', 'a delta']);
    expect(world.state('a').versionOf('b')).toBeUndefined();
    world.sent.length = 0;
    world.state('a').set('new', 'y');
    world.ping('b', 'a');
    const deltas = world.sent.flatMap(({ message }) => (message.type === 'delta' ? message.deltas : []));
    expect(deltas.map(({ origin, entries }) => [origin, entries.map(({ key }) => key)])).toEqual([['a', ['new']]]);
  });

  it('tells that a map is empty to who holds one of an earlier life', () => {
    const world = new ScuttlebuttWorld(['a', 'b']);
    world.state('a').set('k', 'v');
    world.command('a', { type: 'reconcile', peer: 'b' });
    expect(world.state('b').get('a', 'k')).toBe('v');
    world.renew('a', 2);
    world.ping('b', 'a');
    expect(world.state('b').list('a')).toEqual([]);
    expect(world.state('b').versionOf('a')).toMatchObject({ generation: 2, version: 0 });
    expect(world.roots().size).toBe(1);
  });

  it('sends what is too long by stream, small maps first, up to the limit', () => {
    const world = new ScuttlebuttWorld(['a', 'b', 'small'], { answerBytesMax: 20_000 });
    world.state('small').set('load', '1');
    for (let key = 0; key < 40; key++) world.state('a').set(`k${key}`, 'x'.repeat(1_000));
    world.command('small', { type: 'reconcile', peer: 'a' });
    world.sent.length = 0;
    world.command('b', { type: 'reconcile', peer: 'a' });
    const answer = world.sent.filter(({ message, to }) => message.type === 'delta' && to === 'b');
    expect(answer.map(({ via }) => via)).toEqual(['packet', 'stream']);
    expect(world.state('b').get('small', 'load')).toBe('1');
    expect(world.state('b').list('a').length).toBe(19);
    for (let round = 0; round < 2; round++) world.ping('a', 'b');
    expect(world.state('b').list('a').length).toBe(40);
  });

  it('comes to what changed long ago by a digest of all maps', () => {
    const names = Array.from({ length: 200 }, (_, index) => `node-${index}`);
    const world = new ScuttlebuttWorld(names);
    for (const name of names) world.state(name).set('load', '1');
    const tell = (origin: string, to: string): void => {
      const delta = deltaFor(world.state(origin), origin, undefined);
      world.state(to).apply(delta!, 1_000_000);
    };
    // Only one of them has heard of the last one; since then all others have changed, and both have heard of that.
    tell('node-199', 'node-1');
    for (const name of names.slice(0, -1)) for (const to of ['node-0', 'node-1']) if (name !== to) tell(name, to);
    world.sent.length = 0;
    world.ping('node-0', 'node-1');
    const digests = world.sent.filter(({ message }) => message.type === 'digest');
    expect(digests.map(({ from, via, message }) => [from, via, message.type === 'digest' && message.isWhole])).toEqual([
      ['node-1', 'packet', false],
      ['node-0', 'stream', true],
    ]);
    expect(world.state('node-0').get('node-199', 'load')).toBe('1');
  });

  it('contacts somebody by itself when no root was shown', () => {
    const world = new ScuttlebuttWorld(['a', 'b']);
    world.cores.get('a')!.showRoot(1);
    world.interval('a');
    expect(world.types()).toEqual([]);
    world.interval('a');
    expect(world.types()).toContain('a digest');
  });
});

describe('Scuttlebutt among many', () => {
  it.each([0, 300])('comes to the same everywhere with %i of 1000 packets lost', (lossPerMille) => {
    const names = Array.from({ length: 24 }, (_, index) => `n${index}`);
    const rng = new Rng(lossPerMille);
    const world = new ScuttlebuttWorld(names, {}, 3);
    world.lossPerMille = lossPerMille;
    for (const name of names) for (let key = 0; key < 5; key++) world.state(name).set(`k${key}`, name);
    let roundCount = 0;
    for (; world.roots().size > 1 && roundCount < 60; roundCount++) {
      for (const name of names) {
        world.interval(name);
        world.ping(name, names[rng.below(names.length)]!);
      }
    }
    expect(world.roots().size).toBe(1);
    expect(roundCount).toBeLessThan(lossPerMille === 0 ? 12 : 30);
    for (const name of names) expect(world.state('n0').get(name, 'k4')).toBe(name);
  });
});

describe('Scuttlebutt and hostile peers', () => {
  const position = { origin: 'x', generation: 1, version: 1 };

  it.each<[string, unknown]>([
    ['no message', undefined],
    ['another type', { type: 'hello' }],
    ['a digest without a list', { type: 'digest', isWhole: true, positions: 3 }],
    ['a name that is none', { type: 'request', positions: [{ ...position, origin: 'a:1' }] }],
    ['a version out of range', { type: 'request', positions: [{ ...position, version: 2 ** 32 }] }],
    ['a hole', { type: 'request', positions: new Array(1) }],
    ['too many maps', { type: 'request', positions: new Array(5).fill(position) }],
    ['too many deltas', { type: 'delta', deltas: new Array(5).fill({}) }],
  ])('ignores and counts %s', (_, message) => {
    const world = new ScuttlebuttWorld(['a', 'b'], { originCountMax: 4 });
    world.hear('a', 'b', message as ScuttlebuttMessage);
    expect(world.cores.get('a')!.ignoredCount).toBe(1);
    expect(world.sent).toEqual([]);
  });

  it('answers so many in an interval and no more', () => {
    const world = new ScuttlebuttWorld(['a', 'b'], { answerCountMax: 2, digestCountMax: 3 });
    const request: ScuttlebuttMessage = { type: 'request', positions: [{ origin: 'a', generation: 0, version: 0 }] };
    for (let count = 0; count < 5; count++) world.hear('a', 'nobody', request);
    for (let count = 0; count < 5; count++) world.command('a', { type: 'compare', peer: 'nobody', salt: 1, root: 0 });
    expect(world.sent.map(({ message }) => message.type)).toEqual(['delta', 'delta', 'digest', 'digest', 'digest']);
    expect(world.cores.get('a')!.skippedCount).toBe(5);
    world.interval('a');
    world.hear('a', 'nobody', request);
    expect(world.sent.filter(({ to, message }) => to === 'nobody' && message.type === 'delta')).toHaveLength(3);
  });

  it('has a checked configuration', () => {
    expect(() => scuttlebuttConfig({ messageBytesMax: 10 })).toThrow('messageBytesMax');
  });
});
