import { describe, expect, it } from 'vitest';
import { addressOf, claim, Solo } from './solo.ts';

/** Before the first period, so that every ping is one that was asked for. */
function pinged(options: ConstructorParameters<typeof Solo>[0] = {}) {
  const solo = new Solo({ peers: ['a', 'b'], isStarted: false, ...options });
  solo.command({ type: 'ping', name: 'b', token: 42 });
  return { solo, sequence: solo.sent('ping')[0]!.message.sequence };
}

describe('Pings', () => {
  it('asks by packet, and tells path and round trip of the answer', () => {
    const { solo, sequence } = pinged();
    expect(solo.out.sends).toEqual([
      { to: 'b', message: { type: 'ping', sequence, target: 'b', path: 'packet' }, via: 'packet' },
    ]);
    solo.run(12);
    solo.hear('b', { type: 'ack', sequence, path: 'packet' });
    expect(solo.out.events).toEqual([{ type: 'ping-ended', target: 'b', token: 42, path: 'packet', rttMs: 12 }]);
    solo.out.clear();
    solo.run(2_000);
    expect([...solo.sent('ping'), ...solo.told]).toEqual([]);
  });

  it('asks by stream when no packet comes back', () => {
    const { solo, sequence } = pinged();
    solo.out.clear();
    solo.run(500);
    expect(solo.sent('ping')).toEqual([
      { to: 'b', message: { type: 'ping', sequence, target: 'b', path: 'stream' }, via: 'stream' },
    ]);
    solo.run(20);
    solo.hear('b', { type: 'ack', sequence, path: 'stream' });
    expect(solo.events('ping-ended')).toMatchObject([{ path: 'stream', rttMs: 520 }]);
  });

  it('gives up after both, and blames neither the member nor itself', () => {
    const { solo } = pinged();
    solo.run(1_000);
    expect(solo.events('ping-ended')).toEqual([
      { type: 'ping-ended', target: 'b', token: 42, path: undefined, rttMs: 1_000 },
    ]);
    expect(solo.status('b')).toBe('alive');
    expect(solo.core.localHealth).toBe(0);
  });

  it('answers at once for a name that nobody has', () => {
    const solo = new Solo();
    solo.command({ type: 'ping', name: 'nobody', token: 1 });
    expect(solo.out.events).toEqual([{ type: 'ping-ended', target: 'nobody', token: 1, path: undefined, rttMs: 0 }]);
    expect(solo.out.sends).toEqual([]);
  });

  it('may ask the dead', () => {
    const { solo, sequence } = pinged({ snapshot: [claim('b', { status: 'dead' })], peers: ['a'] });
    solo.hear('b', { type: 'ack', sequence, path: 'packet' });
    expect(solo.events('ping-ended')).toMatchObject([{ path: 'packet' }]);
    expect(solo.status('b')).toBe('dead');
  });

  it('takes no ack but of the member, by its name or its address', () => {
    const { solo, sequence } = pinged();
    solo.hear('a', { type: 'ack', sequence, path: 'packet' });
    solo.hear('b', { type: 'ack', sequence: sequence + 1, path: 'packet' });
    expect(solo.told).toEqual([]);
    solo.hear(addressOf('b'), { type: 'ack', sequence, path: 'packet' });
    expect(solo.told).toEqual(['ping-ended']);
  });

  it('gives up the oldest for a new one when too many are asked for', () => {
    const { solo } = pinged({ config: { pingCountMax: 2 } });
    solo.command({ type: 'ping', name: 'a', token: 43 });
    expect(solo.told).toEqual([]);
    solo.run(5);
    solo.command({ type: 'ping', name: 'b', token: 44 });
    expect(solo.out.events).toEqual([{ type: 'ping-ended', target: 'b', token: 42, path: undefined, rttMs: 5 }]);
    solo.run(2_000);
    expect(solo.events('ping-ended').map(({ token }) => token)).toEqual([42, 43, 44]);
  });
});
