import { RecordingOutbox, Rng } from '@hearsay/core';
import { PeerSet } from '@hearsay/membership';
import { describe, expect, it } from 'vitest';
import {
  expectedCoverage,
  type RumorConfig,
  RumorCore,
  type RumorEvent,
  type RumorMessage,
  type RumorTimer,
  rumorConfig,
} from '../src/index.ts';

const id = { origin: 'b', generation: 1, sequence: 1 };

function harness(config: Partial<RumorConfig> = {}) {
  const peers = new PeerSet();
  for (const peer of ['b', 'c', 'd', 'e']) peers.add(peer);
  const core = new RumorCore({ config: rumorConfig(config), self: 'self', peers, rng: new Rng(1), sizeOf: () => 20 });
  const out = new RecordingOutbox<RumorMessage, RumorTimer, RumorEvent>();
  return {
    out,
    count: (token: number, sampleCount: number) =>
      core.step({ kind: 'command', command: { type: 'count', id, token, sampleCount } }, 0, out),
    hear: (from: string, message: RumorMessage) => core.step({ kind: 'message', from, message }, 0, out),
    timeout: (token: number) => core.step({ kind: 'timer', timer: { type: 'count', token } }, 0, out),
  };
}

describe('the expected coverage', () => {
  // Of infect-and-die with fan-out 2 to 6, the closed form 1 - pi = e^(-f pi).
  it.each([
    [2, 0.79681],
    [3, 0.94048],
    [4, 0.98017],
    [6, 0.99748],
  ])('of %i pushes per node is %f', (pushCount, coverage) => {
    expect(expectedCoverage(pushCount)).toBeCloseTo(coverage, 5);
  });

  it('counts lost pushes for none', () => {
    expect(expectedCoverage(4, 500)).toBeCloseTo(expectedCoverage(2), 9);
    expect(expectedCoverage(1)).toBeLessThan(0.05);
  });
});

describe('RumorCore, counting', () => {
  it('asks distinct peers, and tells when all have answered', () => {
    const { out, count, hear } = harness();
    count(7, 2);
    const asked = out.sends.map(({ to }) => to);
    expect(new Set(asked).size).toBe(2);
    expect(out.sends[0]!.message).toEqual({ type: 'query', token: 7, id });
    hear(asked[0]!, { type: 'seen', token: 7, isSeen: true });
    // Again, and from who was not asked: it counts for nothing.
    hear(asked[0]!, { type: 'seen', token: 7, isSeen: true });
    hear('z', { type: 'seen', token: 7, isSeen: true });
    expect(out.events).toEqual([]);
    hear(asked[1]!, { type: 'seen', token: 7, isSeen: false });
    expect(out.events).toEqual([{ type: 'rumor-counted', token: 7, askedCount: 2, answeredCount: 2, seenCount: 1 }]);
  });

  it('asks everybody when more are wanted than there are, and waits no longer than it may', () => {
    const { out, count, hear, timeout } = harness({ countTimeoutMs: 300 });
    count(7, 100);
    expect(out.sends).toHaveLength(4);
    expect(out.timers).toEqual([{ timer: { type: 'count', token: 7 }, delayMs: 300 }]);
    hear('c', { type: 'seen', token: 7, isSeen: true });
    timeout(7);
    timeout(7);
    expect(out.events).toEqual([{ type: 'rumor-counted', token: 7, askedCount: 4, answeredCount: 1, seenCount: 1 }]);
  });

  it('counts no more rumors at once than it may', () => {
    const { out, count } = harness({ countingMax: 1 });
    count(1, 2);
    count(2, 2);
    expect(out.events).toEqual([{ type: 'rumor-counted', token: 2, askedCount: 0, answeredCount: 0, seenCount: 0 }]);
  });

  it('answers what it is asked, and nothing that is no rumor', () => {
    const { out, hear } = harness({ forwardFanoutMax: 0 });
    hear('c', { type: 'query', token: 3, id });
    hear('b', { type: 'push', rumors: [{ id, topic: 't', payload: new Uint8Array(1), priority: 'bulk' }] });
    hear('c', { type: 'query', token: 4, id });
    hear('c', { type: 'query', token: 5, id: { ...id, sequence: -1 } });
    hear('c', { type: 'query', token: 6 } as never);
    expect(out.sends.map(({ message }) => message)).toEqual([
      { type: 'seen', token: 3, isSeen: false },
      { type: 'seen', token: 4, isSeen: true },
    ]);
  });
});

describe('RumorCore, order of delivery', () => {
  it('delivers each origin in order when asked, and what stays out of reach not for ever', () => {
    const { out, hear } = harness({ deliveryOrder: 'fifo', holdMsMax: 100 });
    const rumor = (sequence: number) =>
      ({ id: { ...id, sequence }, topic: 't', payload: new Uint8Array(1), priority: 'normal' }) as const;
    hear('b', { type: 'push', rumors: [rumor(2), rumor(3), rumor(1)] });
    const learned = () =>
      out.events.splice(0).flatMap((event) => (event.type === 'rumor-learned' ? [event.rumor.id.sequence] : []));
    expect(learned()).toEqual([1, 2, 3]);
    hear('b', { type: 'push', rumors: [rumor(5)] });
    expect(learned()).toEqual([]);
    expect(out.timers).toContainEqual({ timer: { type: 'release' }, delayMs: 50 });
  });
});
