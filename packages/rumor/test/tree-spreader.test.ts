import { RecordingOutbox, Rng, WallClock } from '@hearsay/core';
import { PeerSet } from '@hearsay/membership';
import { describe, expect, it } from 'vitest';
import {
  type Rumor,
  type RumorConfig,
  RumorCore,
  type RumorEvent,
  type RumorMessage,
  type RumorRange,
  type RumorTimer,
  rumorConfig,
} from '../src/index.ts';

const WALL_MS = 1_700_000_000_000;
const rumor = (sequence: number, origin = 'o', bytes = 10): Rumor => ({
  id: { origin, generation: 1, sequence },
  topic: 't',
  payload: new Uint8Array(bytes),
  priority: 'normal',
  publishedAtMs: WALL_MS,
});
const range = (first: number, count = 1, more: Partial<RumorRange> = {}): RumorRange => ({
  origin: 'o',
  generation: 1,
  first,
  count,
  hops: 0,
  ...more,
});

/** What a message of the tree is about, on one line. */
function lineOf({ to, message }: { to: string; message: RumorMessage }): string {
  switch (message.type) {
    case 'eager':
      return `eager ${to} ${message.rumors.map(({ id }) => id.sequence).join()}`;
    case 'announce':
    case 'graft':
      return `${message.type} ${to} ${message.ranges.map(({ first, count }) => `${first}+${count}`).join()}`;
    case 'prune':
      return `prune ${to} ${message.origins.join()}`;
    default:
      return `${message.type} ${to}`;
  }
}

/** A core among twenty others, with two neighbors, `near` and `far`. */
function harness(config: Partial<RumorConfig> = {}) {
  const peers = new PeerSet();
  for (let index = 1; index <= 20; index++) peers.add(`p${index}`);
  const core = new RumorCore({
    config: rumorConfig({ way: 'tree', treeRingCount: 1, forwardIntervalMs: 10, ...config }),
    self: 'self',
    peers,
    rng: new Rng(1),
    sizeOf: ({ payload }) => payload.length + 20,
    wallClock: new WallClock(WALL_MS, 0),
  });
  const out = new RecordingOutbox<RumorMessage, RumorTimer, RumorEvent>();
  let nowMs = 0;
  const hear = (from: string, message: RumorMessage) => core.step({ kind: 'message', from, message }, nowMs, out);
  const sent = () => out.sends.splice(0).map(lineOf);
  const publish = (one: Rumor) => core.step({ kind: 'command', command: { type: 'publish', rumor: one } }, nowMs, out);
  publish(rumor(1, 'self'));
  const [near = '', far = ''] = out.sends.map(({ to }) => to);
  sent();
  nowMs = 1_000;
  out.clear();
  return {
    core,
    out,
    peers,
    near,
    far,
    hear,
    sent,
    publish,
    /** Time passes, so that what comes next is passed on at once. */
    wait: () => {
      nowMs += 1_000;
    },
    eager: (from: string, ...sequences: number[]) =>
      hear(from, { type: 'eager', rumors: sequences.map((one) => rumor(one)), hops: sequences.map(() => 1) }),
    timer: (type: 'branch' | 'announce' | 'graft') => {
      nowMs += 300;
      core.step({ kind: 'timer', timer: { type } }, nowMs, out);
    },
    timers: () => out.timers.map(({ timer }) => timer.type).filter((type) => type !== 'expire' && type !== 'offer'),
  };
}

describe('a rumor on a branch', () => {
  it('goes on to the other neighbors, one hop further, and not back', () => {
    const { near, far, hear, sent, out } = harness();
    hear(near, { type: 'eager', rumors: [rumor(1)], hops: [4] });
    expect(out.sends.map(({ message }) => message)).toMatchObject([{ hops: [5] }]);
    expect(sent()).toEqual([`eager ${far} 1`]);
  });

  it('that comes again by another branch cuts it: from then on that neighbor is only told', () => {
    const { near, far, eager, sent, wait, timer } = harness();
    eager(near, 1);
    sent();
    eager(far, 1);
    expect(sent()).toEqual([`prune ${far} o`]);
    wait();
    eager(near, 2);
    eager(near, 3);
    expect(sent()).toEqual([]);
    timer('announce');
    expect(sent()).toEqual([`announce ${far} 2+2`]);
  });

  it('that a datagram brings twice cuts nothing', () => {
    const { core, near, eager, sent } = harness();
    eager(near, 1);
    sent();
    eager(near, 1);
    expect(sent()).toEqual([]);
    expect(core.counts()).toMatchObject({ redundant: 1, pruned: 0 });
  });

  it('that comes first by a branch that was cut makes it one again', () => {
    const { near, far, eager, sent, wait } = harness();
    eager(near, 1);
    eager(far, 1);
    wait();
    eager(far, 2);
    wait();
    sent();
    eager(near, 3);
    expect(sent()).toEqual([`eager ${far} 3`]);
  });

  it('is not sent to who says in time that it has it', () => {
    const { near, far, eager, hear, sent, timer, out } = harness();
    eager(near, 1);
    eager(near, 2);
    expect(sent()).toEqual([`eager ${far} 1`]);
    hear(far, { type: 'announce', ranges: [range(2)] });
    timer('branch');
    expect(sent()).toEqual([]);
    expect(out.events.filter(({ type }) => type === 'rumor-spent')).toHaveLength(2);
  });

  it('is told to the others when it has left, or they would ask for what is on its way', () => {
    const { near, far, eager, sent, wait, timer } = harness({ treeRingCount: 2 });
    eager(near, 1);
    eager(far, 1);
    wait();
    eager(near, 2);
    eager(near, 3);
    sent();
    timer('announce');
    expect(sent().filter((line) => line.startsWith('announce'))).toEqual([`announce ${far} 2+1`]);
    timer('announce');
    expect(sent()).toEqual([`announce ${far} 3+1`]);
  });

  it('is over when the neighbor that it waits for is gone', () => {
    const { near, far, eager, peers, timer, out, core } = harness();
    eager(near, 1);
    eager(near, 2);
    expect(core.hotCount).toBe(1);
    for (const peer of [...peers.values()]) peers.delete(peer);
    expect(far).not.toBe('');
    timer('branch');
    expect(core.hotCount).toBe(0);
    expect(out.events.filter(({ type }) => type === 'rumor-spent')).toHaveLength(2);
  });

  it('goes to a neighbor that was gone and is back, whatever it was before', () => {
    const { near, far, eager, peers, sent, wait } = harness();
    eager(near, 1);
    eager(far, 1);
    peers.delete(far);
    wait();
    eager(near, 2);
    peers.add(far);
    wait();
    sent();
    eager(near, 3);
    expect(sent()).toEqual([`eager ${far} 3`]);
  });
});

describe('an announced rumor that does not come', () => {
  it('is asked for, which makes the link a branch, and given', () => {
    const { near, far, hear, sent, timer, eager, wait } = harness();
    hear(far, { type: 'announce', ranges: [range(1, 3)] });
    eager(near, 2);
    sent();
    timer('graft');
    expect(sent()).toEqual([`graft ${far} 1+1,3+1`]);
    wait();
    hear(far, { type: 'graft', ranges: [range(2)] });
    expect(sent()).toEqual([`eager ${far} 2`]);
  });

  it('is asked for of members only, and told to members only', () => {
    const { hear, sent, timers, eager, near, wait } = harness();
    eager(near, 1);
    wait();
    sent();
    hear('stranger', { type: 'announce', ranges: [range(7)] });
    hear('stranger', { type: 'graft', ranges: [range(1)] });
    hear('stranger', { type: 'prune', origins: ['o'] });
    expect(sent()).toEqual([]);
    expect(timers()).not.toContain('graft');
  });

  it('is none when the announcement is nonsense', () => {
    const { near, hear, sent, timers, core } = harness();
    const bad = [
      range(0, -1),
      range(-1),
      range(1, 0.5),
      range(0xffff_ffff, 2),
      range(1, 1, { origin: 'a:b' }),
      range(1, 1, { hops: -1 }),
      undefined,
      7,
    ];
    hear(near, { type: 'announce', ranges: bad as never });
    for (const type of ['announce', 'graft'] as const) hear(near, { type, ranges: 5 as never });
    hear(near, { type: 'prune', origins: [5, 'never heard of'] as never });
    hear(near, { type: 'prune', origins: 5 as never });
    hear(near, { type: 'eager', rumors: [rumor(1)], hops: undefined as never });
    hear(near, { type: 'eager', rumors: [undefined as never], hops: [] });
    expect(sent()).toEqual([]);
    expect(timers()).not.toContain('graft');
    expect(core.counts()).toMatchObject({ learned: 1, refused: 1 });
  });

  it('counts no more than may be missing at once, and is left to the log in the end', () => {
    const { far, hear, sent, timer, core } = harness({ missingCountMax: 2, graftAttemptMax: 1 });
    hear(far, { type: 'announce', ranges: [range(1, 5)] });
    timer('graft');
    expect(sent()).toEqual([`graft ${far} 1+2`]);
    timer('graft');
    expect(sent()).toEqual([]);
    expect(core.counts()).toMatchObject({ missingIgnored: 3, missingGivenUp: 2, grafted: 2 });
  });
});

describe('the bounds of a tree', () => {
  it('hold for packets, and for what is told', () => {
    const { near, far, eager, sent, publish, timer, wait } = harness({ treePacketMax: 1, announceCountMax: 1 });
    publish(rumor(2, 'self', 900));
    publish(rumor(3, 'self', 900));
    publish(rumor(4, 'self', 900));
    expect(sent()).toEqual([`eager ${near} 2`, `eager ${far} 2`]);
    timer('branch');
    expect(sent()).toEqual([`eager ${near} 3`, `eager ${far} 3`]);
    timer('branch');
    wait();
    eager(near, 1);
    eager(far, 1);
    sent();
    for (const sequence of [2, 4, 6]) eager(near, sequence);
    timer('announce');
    expect(sent()).toEqual([`announce ${far} 2+1`]);
  });

  it('let the tree of the origin that was silent for longest go: its next rumor is a flood again', () => {
    const { near, far, eager, sent, publish, wait } = harness({ treeCountMax: 1 });
    eager(near, 1);
    eager(far, 1);
    wait();
    publish(rumor(2, 'self'));
    wait();
    sent();
    eager(near, 2);
    expect(sent()).toEqual([`eager ${far} 2`]);
  });

  it('leave a rumor that no packet can carry to the pushes', () => {
    const { publish, sent } = harness();
    publish(rumor(2, 'self', 5_000));
    expect(new Set(sent().map((line) => line.split(' ')[0]))).toEqual(new Set(['offer']));
  });
});
