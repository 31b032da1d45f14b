import { describe, expect, it } from 'vitest';
import { addressOf, claim, Solo } from './solo.ts';

const ping = (target: string, path: 'packet' | 'stream' = 'packet') =>
  ({ type: 'ping', sequence: 7, target, path }) as const;
const pingReq = (target: string, sequence = 7) =>
  ({ type: 'ping-req', sequence, target, address: addressOf(target) }) as const;

describe('Responder, asked for itself', () => {
  it.each(['packet', 'stream'] as const)('answers by the path of the question: %s', (path) => {
    const solo = new Solo();
    solo.hear('a', ping('self', path));
    expect(solo.sent('ack')).toEqual([{ to: 'a', message: { type: 'ack', sequence: 7, path }, via: path }]);
    expect(solo.out.sends).toHaveLength(path === 'packet' ? 1 : 2);
  });

  it('tells who asks by stream by stream what is held against it, and its own word, for packets may be lost', () => {
    const solo = new Solo({ peers: ['a', 'b'] });
    const suspect = claim('a', { status: 'suspect', accuser: 'b' });
    solo.learn('b', suspect);
    solo.out.clear();
    for (const from of ['a', 'b']) solo.hear(from, ping('self', 'stream'));
    expect(solo.sent('claims')).toEqual([
      { to: 'a', message: { type: 'claims', claims: [suspect, solo.core.self] }, via: 'stream' },
      { to: 'b', message: { type: 'claims', claims: [solo.core.self] }, via: 'stream' },
    ]);
  });

  it('says nothing of itself by stream as an observer', () => {
    const solo = new Solo({ isObserver: true });
    solo.hear('a', ping('self', 'stream'));
    expect(solo.out.sends).toHaveLength(1);
  });

  it('does not answer for whoever had its address before', () => {
    const solo = new Solo();
    solo.hear('a', ping('earlier'));
    expect(solo.out.sends).toEqual([]);
  });

  it('tells who asks what is held against it', () => {
    const solo = new Solo({ peers: ['a', 'b'] });
    const suspect = claim('a', { status: 'suspect', accuser: 'b' });
    solo.learn('b', suspect);
    solo.out.clear();
    solo.hear('a', ping('self'));
    expect(solo.sent('claims')).toEqual([{ to: 'a', message: { type: 'claims', claims: [suspect] }, via: 'packet' }]);
    solo.out.clear();
    solo.hear('b', ping('self'));
    expect(solo.sent('claims')).toEqual([]);
  });

  it('tells the dead even when suspects are not confronted', () => {
    const solo = new Solo({ peers: ['a', 'b'], config: { confrontsSuspects: false } });
    solo.learn('b', claim('a', { status: 'suspect', accuser: 'b' }));
    solo.out.clear();
    solo.hear('a', ping('self'));
    expect(solo.sent('claims')).toEqual([]);
    solo.learn('b', claim('a', { status: 'dead', accuser: 'b' }));
    solo.out.clear();
    solo.hear('a', ping('self'));
    expect(solo.sent('claims')).toHaveLength(1);
  });
});

describe('Responder, asked to help', () => {
  it('pings the target by its name, with a sequence of its own, and passes the ack on under the asked one', () => {
    const solo = new Solo({ peers: ['a', 'b'] });
    solo.hear('a', pingReq('b'));
    const { to, message } = solo.sent('ping')[0]!;
    expect([to, message.target, message.path]).toEqual(['b', 'b', 'packet']);
    expect(message.sequence).not.toBe(7);
    solo.out.clear();
    solo.hear('b', { type: 'ack', sequence: message.sequence, path: 'packet' });
    expect(solo.out.sends).toEqual([{ to: 'a', message: { type: 'ack', sequence: 7, path: 'packet' }, via: 'packet' }]);
  });

  it('pings a target that it does not know at the address that it is told', () => {
    const solo = new Solo({ peers: ['a'] });
    solo.hear('a', pingReq('stranger'));
    const { to, message } = solo.sent('ping')[0]!;
    expect([to, message.target]).toEqual([addressOf('stranger'), 'stranger']);
    solo.out.clear();
    solo.hear(addressOf('stranger'), { type: 'ack', sequence: message.sequence, path: 'packet' });
    expect(solo.sent('ack')).toHaveLength(1);
  });

  it('answers nack after four fifths of the probe timeout, and still passes on an ack that comes later, once', () => {
    const solo = new Solo({ peers: ['a', 'b'] });
    solo.hear('a', pingReq('b'));
    const { sequence } = solo.sent('ping')[0]!.message;
    solo.out.clear();
    solo.run(399);
    expect(solo.sent('nack')).toEqual([]);
    solo.run(1);
    expect(solo.sent('nack')).toEqual([{ to: 'a', message: { type: 'nack', sequence: 7 }, via: 'packet' }]);
    solo.hear('b', { type: 'ack', sequence, path: 'packet' });
    solo.hear('b', { type: 'ack', sequence, path: 'packet' });
    expect(solo.sent('ack').filter(({ to }) => to === 'a')).toHaveLength(1);
  });

  it('sends no nack when the ack was there', () => {
    const solo = new Solo({ peers: ['a', 'b'] });
    solo.hear('a', pingReq('b'));
    solo.hear('b', { type: 'ack', sequence: solo.sent('ping')[0]!.message.sequence, path: 'packet' });
    solo.run(450);
    expect(solo.sent('nack')).toEqual([]);
  });

  it('passes on no ack of anybody but the target', () => {
    const solo = new Solo({ peers: ['a', 'b', 'c'] });
    solo.hear('a', pingReq('b'));
    const { sequence } = solo.sent('ping')[0]!.message;
    solo.hear('c', { type: 'ack', sequence, path: 'packet' });
    solo.hear('a', { type: 'ack', sequence, path: 'packet' });
    expect(solo.sent('ack')).toEqual([]);
    solo.hear(addressOf('b'), { type: 'ack', sequence, path: 'packet' });
    expect(solo.sent('ack')).toHaveLength(1);
  });

  it('forgets the oldest when too many ask', () => {
    const solo = new Solo({ peers: ['a', 'b'], config: { relayCountMax: 2 } });
    for (const sequence of [1, 2, 3]) solo.hear('a', pingReq('b', sequence));
    const sequences = solo.sent('ping').map(({ message }) => message.sequence);
    solo.out.clear();
    solo.run(400);
    expect(solo.sent('nack').map(({ message }) => message.sequence)).toEqual([2, 3]);
    for (const sequence of sequences) solo.hear('b', { type: 'ack', sequence, path: 'packet' });
    expect(solo.sent('ack').map(({ message }) => message.sequence)).toEqual([2, 3]);
  });
});
