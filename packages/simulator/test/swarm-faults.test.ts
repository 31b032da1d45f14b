/** Faults that overlap, each undone alone. */
import { describe, expect, it } from 'vitest';
import { Calm } from '../src/checkers/calm.ts';
import { networkConfig } from '../src/index.ts';
import { Links } from '../src/swarm/links.ts';
import { Walls } from '../src/swarm/walls.ts';

describe('walls', () => {
  function walled() {
    const open = new Set<string>();
    let groups: readonly (readonly string[])[] = [];
    const walls = new Walls(
      {
        partition: (next) => {
          groups = next;
        },
        block: (from, to, via) => void open.add(`${from}>${to} ${via}`),
        unblock: (from, to, via) => void open.delete(`${from}>${to} ${via}`),
      },
      (index) => `n${index}`,
    );
    return { walls, closed: open, groups: () => groups };
  }

  it('stay as long as one of two blocks holds', () => {
    const { walls, closed } = walled();
    const both = walls.block([{ from: 0, to: 1 }], undefined);
    const packets = walls.block([{ from: 0, to: 1 }], 'packet');
    expect([...closed]).toEqual(['n0>n1 packet', 'n0>n1 stream']);
    both();
    expect([...closed]).toEqual(['n0>n1 packet']);
    packets();
    expect([...closed]).toEqual([]);
  });

  it('follow the latest partition, whichever ends first', () => {
    const { walls, groups } = walled();
    const first = walls.partition([[0], [1, 2]]);
    const second = walls.partition([[0, 1], [2]]);
    expect(groups()).toEqual([['n0', 'n1'], ['n2']]);
    first();
    expect(groups()).toEqual([['n0', 'n1'], ['n2']]);
    second();
    expect(groups()).toEqual([]);
  });
});

describe('links', () => {
  function linked(zones: readonly string[]) {
    let loss = -1;
    const apart = new Map<string, { lossPerMille?: number; latencyMsMin?: number }>();
    const links = new Links(
      {
        setNetwork: ({ lossPerMille = -1 }) => {
          loss = lossPerMille;
        },
        setLink: ({ from, to }, { lossPerMille = -1, latencyMsMin = -1 }) => {
          apart.set(`${from}>${to}`, { lossPerMille, latencyMsMin });
          return () => apart.delete(`${from}>${to}`);
        },
      },
      networkConfig({ latencyMsMin: 1, lossPerMille: 10 }),
      zones,
      5,
    );
    return { links, loss: () => loss, apart };
  }

  it('are as the zones and the weather make them', () => {
    const { links, loss, apart } = linked(['a', 'b', 'a']);
    const storm = { kind: 'weather', network: { lossPerMille: 300 } } as const;
    expect(loss()).toBe(10);
    expect([...apart.keys()]).toEqual(['0>1', '1>0', '1>2', '2>1']);
    links.add(storm);
    expect(loss()).toBe(300);
    expect(apart.get('0>1')).toEqual({ lossPerMille: 300, latencyMsMin: 6 });
    links.remove(storm);
    expect(apart.get('0>1')).toEqual({ lossPerMille: 10, latencyMsMin: 6 });
  });

  it('get worse one by one, on top of that', () => {
    const { links, apart } = linked(['', '']);
    const bad = { kind: 'bad-links', links: [{ from: 0, to: 1 }], network: { lossPerMille: 700 } } as const;
    links.add(bad);
    expect([...apart]).toEqual([['0>1', { lossPerMille: 700, latencyMsMin: 1 }]]);
    links.remove(bad);
    expect([...apart]).toEqual([]);
  });
});

describe('calm', () => {
  it('begins when the last of several disturbances has ended', () => {
    const calm = new Calm();
    calm.begin(['a']);
    calm.begin(['a', 'b']);
    calm.end(['a'], 5);
    expect(calm.sinceMs(['a'])).toBe(Number.POSITIVE_INFINITY);
    calm.end(['a', 'b'], 7);
    expect([calm.sinceMs(['a']), calm.sinceMs(['c'])]).toEqual([7, 0]);
    calm.begin(undefined);
    expect(calm.sinceMs(['c'])).toBe(Number.POSITIVE_INFINITY);
    calm.end(undefined, 9);
    expect(calm.sinceMs(['a', 'c'])).toBe(9);
  });
});
